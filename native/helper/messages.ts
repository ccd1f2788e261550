/**
 * What the helper says: the hello, the status sample, the notices and the results of its commands, as types.
 * Everything here crosses the pipe as JSON. Times are ms since the epoch unless a name says otherwise.
 */
import type { AuditStatus, SettingName } from '../audit/status/status'
import type { Access, ProcessName } from '../audit/doctor/facts'
import type { Budget, Step } from '../audit/governor/budget'
import type { Failure } from '../audit/result'

export type { Access, Facts, ProcessName } from '../audit/doctor/facts'

/** How the helper listens. `none`: it does not. See docs/architecture.md for what each mode promises. */
export type Mode = 'none' | 'observe' | 'best-effort' | 'never-lose'

/** The first frame of a session. */
export interface Hello {
  /** PROTOCOL_VERSION of the helper; the client refuses another one. */
  protocol: number
  /** The package's version. */
  version: string
  /** Process id of the helper. */
  pid: number
  /** Kernel release and machine, as uname prints them. */
  kernel: { release: string; machine: string }
  /** Ticks (jiffies) per second of this kernel: divides every `*WaitTime*` value into seconds. */
  hz: number
  access: Access
  /** Why `access` is not `control`; null when it is. */
  problem: Failure | null
  /** Whether changes are allowed already; otherwise they fail with `control-locked` until `authorize` succeeded. */
  authorized: boolean
  /** The kernel's status when the helper started; null without control access. */
  status: AuditStatus | null
  /** Who is registered as the audit daemon; null when nobody is, or without control access. */
  daemon: ProcessName | null
  /** Sessions that ended without putting the kernel back, oldest first. */
  leftovers: Leftover[]
}

/** One setting of the kernel that a session changed. Values are the kernel's own numbers. */
export interface SettingChange {
  setting: SettingName
  /** The value found. */
  from: number
  /** The value that the session set, or would set. */
  to: number
}

/** What a session changed and has not put back. */
export interface SessionChanges {
  settings: SettingChange[]
  /** Rules added by the session and still there, base64 of struct audit_rule_data. */
  rulesAdded: string[]
  /** Rules that the session deleted, base64 of struct audit_rule_data. */
  rulesDeleted: string[]
}

/** A journal found in /run whose helper has died. */
export interface Leftover {
  /** Names the journal for `journal.restore` and `journal.discard`. */
  id: string
  /** Process id that the helper had. */
  pid: number
  /** When that session began. */
  startedAt: number
  /** What would be put back: only what still has the value that the session gave it. */
  changes: SessionChanges
}

/** Everything that is counted between the kernel and the pipe, sent twice a second while a client listens. */
export interface StatusSample {
  /** When the sample was taken. */
  at: number
  /** The kernel's status, the newest answer; null without control access or before the first answer. */
  kernel: AuditStatus | null
  /** When the kernel gave that answer; older than `at` when the kernel holds the question back. */
  kernelAt: number
  /** Time that the newest AUDIT_GET took, ms. Above some ms: the queue was over its limit, the kernel made us wait. */
  kernelLatency: number
  /** AUDIT_GET has been waiting for this long, ms; 0 when none is under way. */
  kernelOverdue: number
  /** Time that tasks have waited for room in the backlog, ms; null before Linux 5.9. */
  waitedMs: number | null
  hz: number
  daemon: ProcessName | null
  mode: Mode
  /** Counts subscriptions of this session from 1; every records frame carries it. 0: never subscribed. */
  subscription: number
  /** Counters of this subscription's event socket; null in mode `none`. */
  socket: SocketSample | null
  /** The drain thread, since the helper started. */
  drain: DrainSample
  ring: RingSample
  pipe: PipeSample
  boost: BoostSample
  watchdog: WatchdogSample
  /** CPU time of all of the helper's threads, ms. */
  cpu: { user: number; system: number }
  /** Resident memory of the helper, bytes. */
  memory: number
  /** Rules of ours in the kernel that exempt our own processes. */
  exemptRules: number
  /** The budget in force and what is done to keep it; null without one. */
  governor: GovernorStatus | null
}

/** What the governor does now. */
export interface GovernorStatus {
  budget: Budget
  /** CPU that all of the helper's threads used over the last second, percent of one CPU. */
  cpuPercent: number
  /** Records per second that the helper takes at most; null for as many as come. */
  pace: number | null
  /** The kernel's wait time (jiffies) and rate limit (records per second) as the budget wants them; null: untouched. */
  waitTime: number | null
  rateLimit: number | null
}

export interface SocketSample {
  /**
   * Column *Drops* of /proc/net/netlink since the subscription. In observe mode each is a record that this client
   * lost; as registered daemon each is a record that the kernel put on its retry queue instead, not a loss.
   */
  drops: number
  /** Reads that failed with ENOBUFS. */
  enobufs: number
  /** Bytes that the kernel granted (as getsockopt says, which is twice what was asked). */
  receiveBuffer: number
  /** Whether SO_RCVBUFFORCE was refused and the buffer is what net.core.rmem_max allows. */
  receiveBufferLimited: boolean
  /** Bytes that wait in the buffer now (column *Rmem*). */
  queued: number
}

export interface DrainSample {
  /** Records and bytes of text received from the kernel. */
  records: number
  bytes: number
  /** Calls of recvmmsg that returned records. */
  batches: number
  /** Time since the drain last went round its loop, ms; it does so four times a second even when idle. */
  heartbeatAge: number
  /** Datagrams on the event socket that the kernel did not send; not delivered. */
  foreign: number
}

export interface RingSample {
  /** Bytes in the ring now, and at most. */
  used: number
  capacity: number
  /** Records and bytes received but not kept because the ring was full (the newest are dropped). */
  droppedRecords: number
  droppedBytes: number
}

export interface PipeSample {
  /** Record frames, records and bytes handed to the pipe. */
  frames: number
  records: number
  bytes: number
  /** Bytes given to the pipe that its reader has not taken yet. */
  queued: number
  /** How long the reader has taken nothing although bytes wait, ms. */
  blocked: number
  /** Status samples not sent because the reader had not taken the one before. */
  samplesSkipped: number
}

export interface BoostSample {
  /** Nice value of the drain thread now. */
  nice: number
  /** oom_score_adj of the helper now. */
  oomScoreAdj: number
}

export interface WatchdogSample {
  /** The drain may be stuck for this long before the helper lets go of the pid, ms; 0 when it is not armed. */
  limit: number
  /** For how long the drain has been stuck although records wait, ms. */
  stuck: number
  /** How often the watchdog let go in this session. */
  letGo: number
}

/** Things that happen without being asked for. `message` is a sentence for a person, the rest is for programs. */
export type Notice = { at: number; message: string } & (
  | { type: 'mode-changed'; mode: Mode; subscription: number; changes: SettingChange[] }
  | { type: 'receive-buffer-limited'; wanted: number; granted: number }
  | { type: 'boost-refused'; what: 'nice' | 'oom_score_adj'; errno: string }
  | { type: 'ring-dropping'; droppedRecords: number }
  | { type: 'ring-recovered'; droppedRecords: number }
  | { type: 'registration-lost'; pid: number }
  | { type: 'replace-attempt'; process: ProcessName }
  | { type: 'watchdog-let-go'; stuck: number }
  /** A task that waited for an empty backlog was woken; `waitedMs`: how long it had waited. */
  | { type: 'woken'; waitedMs: number }
  | { type: 'setting-changed'; change: SettingChange }
  | { type: 'restore-failed'; failure: Failure }
  | { type: 'control-locked' }
  | { type: 'governor'; action: Step['action'] }
)

/** The kinds of notices. */
export type NoticeType = Notice['type']

/** What a mode would change in the kernel and in the helper, before it does. */
export interface ModePreview {
  mode: Mode
  /** Whether the switch would work now; a Failure such as `daemon-registered` when not. */
  refusal: Failure | null
  /** Settings of the kernel that would change; put back when the mode is left. */
  changes: SettingChange[]
  /** Priority that the drain would get: nice value and oom_score_adj; null when unchanged. */
  boost: { nice: number; oomScoreAdj: number } | null
  /** In words: what the mode promises, what it cannot, whether tasks may be made to wait. */
  consequences: string[]
}

/** A row of the process snapshot; names are attacker-controlled. */
export interface ProcessEntry {
  pid: number
  ppid: number
  comm: string
  /** Target of /proc/PID/exe; empty for kernel threads and where it cannot be read. */
  exe: string
  uid: number
  /** Login uid, 4294967295 when unset. */
  auid: number
  /** When it started. */
  startedAt: number
}
