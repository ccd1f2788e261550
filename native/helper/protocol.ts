/**
 * The boundary between the helper and its client (Electron's main process or the CLI): the one table of commands.
 * Argument checks, types of client and helper, and the tests all come from it.
 *
 * Frames go both ways over stdin and stdout: u32 little-endian length of the payload, u8 kind, payload (frames.ts).
 * A client waits for `hello`, then sends `command` frames and gets one `reply` each, in any order.
 */
import { z } from 'zod'
import { SWITCHES, type SwitchState } from '../audit/status/features'
import { BUDGET_BOUNDS } from '../audit/governor/budget'
import type { AuditStatus } from '../audit/status/status'
import type { Failure } from '../audit/result'
import type {
  Facts,
  GovernorStatus,
  ModePreview,
  ProcessEntry,
  SessionChanges,
  SettingChange,
  StatusSample,
} from './messages'

export type * from './messages'
export { recordCount as frameRecordCount } from '../audit/netlink/records-frame'

/** Raised whenever a frame or a command changes its meaning. */
export const PROTOCOL_VERSION = 1

/** Kinds of frames. The client sends only `command`. */
export const FrameKind = {
  command: 1,
  hello: 2,
  reply: 3,
  status: 4,
  notice: 5,
  records: 6,
} as const
export type FrameKind = (typeof FrameKind)[keyof typeof FrameKind]

/** Largest payload of a frame from the client, bytes: a full rule set as base64 fits. */
export const MAX_COMMAND_BYTES = 4 * 1024 * 1024
/** Largest payload of a frame from the helper, bytes. */
export const MAX_FRAME_BYTES = 16 * 1024 * 1024

/** A command frame's payload. `id` comes back in the reply. */
export interface CommandFrame {
  id: number
  name: string
  args: unknown
}

/** A reply frame's payload. */
export interface ReplyFrame {
  /** The command's id; null when the frame could not be read far enough to know it. */
  id: number | null
  result: { ok: true; value: unknown } | Failure
}

/**
 * Codes of the failures that the helper makes itself. Refusals by the kernel carry the errno's name instead
 * (`EINVAL`, `EEXIST` ...), with what it means here in `message` and what to do in `hint`.
 */
export const ERROR_CODES = {
  usage: 'The arguments do not fit the schema.',
  'unknown-command': 'No such command.',
  'bad-frame': 'A frame was too long, of an unknown kind, or not JSON.',
  busy: 'Too many commands are waiting.',
  timeout: 'The kernel did not answer in time; the change may have been made.',
  'confirm-panic': 'failure=2 panics the machine on the first loss; it needs confirm: ["panic"].',
  'confirm-lock': 'enabled=2 locks rules and settings until reboot; it needs confirm: ["lock"].',
  locked: 'The configuration is locked (enabled=2).',
  'no-audit': 'This kernel has no audit subsystem.',
  'no-multicast': 'This kernel has no audit multicast group (Linux 3.16).',
  'no-control': 'CAP_AUDIT_CONTROL is missing.',
  'control-locked': 'The user may see but has not been asked about changes yet; send authorize.',
  'read-only': 'Only CAP_AUDIT_READ is granted: events, but no status, settings or rules.',
  'no-capability': 'Neither CAP_AUDIT_CONTROL nor CAP_AUDIT_READ is granted.',
  'not-initial-pid-namespace': 'The helper is not in the initial pid namespace.',
  'not-initial-user-namespace': 'The helper is not in the initial user namespace.',
  'not-initial-net-namespace': 'Multicast reaches only the initial network namespace.',
  'daemon-registered': 'Another process is registered as the audit daemon.',
  'not-subscribed': 'There is no subscription.',
  journal: 'The journal in /run could not be written, so nothing was changed.',
  'changed-since': 'The kernel no longer has the value that the session had set.',
  'no-such-journal': 'There is no journal of that name.',
  internal: 'A bug in the helper.',
} as const
export type ErrorCode = keyof typeof ERROR_CODES

const u32 = z.int().min(0).max(0xffffffff)
/** Base64 of one struct audit_rule_data: 1,040 bytes and its strings. */
const rule = z
  .string()
  // On more, the pattern would run out of stack.
  .max(64 * 1024, { abort: true })
  .regex(/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/, 'not base64')
const mode = z.enum(['observe', 'best-effort', 'never-lose'])
/** Whether a change outlives the helper. false (the default): put back when the helper ends. */
const keep = z.boolean().default(false)
const none = z.strictObject({})

/** How a subscription is made; every default is what the mode needs. */
const subscribeOptions = z.strictObject({
  mode,
  /** Bytes asked for the event socket's receive buffer. */
  receiveBuffer: z
    .int()
    .min(64 * 1024)
    .max(1024 * 1024 * 1024)
    .default(32 * 1024 * 1024),
  /**
   * never-lose: records that the backlog may hold; never lowered. As many as auditd's own rules set. More would not help:
   * what a slow moment needs is the receive buffer, and a task that finds the backlog full waits until all of it is gone.
   */
  backlogLimit: u32.default(8192),
  /** never-lose: how much nicer to the drain thread than normal (nice value is minus this), 0 for no boost. */
  priorityBoost: z.int().min(0).max(20).default(4),
  /** never-lose: oom_score_adj of the helper. */
  oomScoreAdj: z.int().min(-1000).max(1000).default(-900),
  /** Daemon modes: let go of the pid when the drain has been stuck for so long, ms; 0 never. */
  watchdog: z.int().min(0).max(600_000).default(5000),
  /** "panic": what the mode may drop panics the machine while failure is 2, and that is meant. */
  confirm: z
    .array(z.enum(['panic']))
    .max(1)
    .default([]),
})

const { cpuPercent, memoryBytes, waitMs } = BUDGET_BOUNDS
const budget = z.strictObject({
  cpuPercent: z.number().min(cpuPercent.min).max(cpuPercent.max),
  memoryBytes: z.int().min(memoryBytes.min).max(memoryBytes.max),
  waitMs: z.int().min(waitMs.min).max(waitMs.max),
})

/** Names a result's type in the table; nothing exists of it at run time. */
function returns<T>(): { readonly result?: T } {
  return {}
}

/**
 * The commands. `access` is what the helper must have been granted; `timeout` is how long the client waits, ms:
 * longer than the helper's own time-out of the request to the kernel, so that the helper's answer wins.
 */
export const COMMANDS = {
  /** A fresh sample; asks the kernel, and waits for it. */
  status: { args: none, access: 'none', timeout: 12_000, ...returns<StatusSample>() },
  /** The kernel's audit features. */
  features: { args: none, access: 'control', timeout: 12_000, ...returns<SwitchState[]>() },
  /** Changes settings, all or none, and reads them back. Wait time is in jiffies. */
  set: {
    args: z
      .strictObject({
        enabled: z.int().min(0).max(2),
        failure: z.int().min(0).max(2),
        rateLimit: u32,
        backlogLimit: u32,
        backlogWaitTime: u32,
      })
      .partial()
      .extend({
        keep,
        confirm: z
          .array(z.enum(['panic', 'lock']))
          .max(2)
          .default([]),
      }),
    access: 'control',
    timeout: 15_000,
    ...returns<{ status: AuditStatus; changes: SettingChange[] }>(),
  },
  /** Sets the kernel's lost counter to 0. */
  resetLost: { args: none, access: 'control', timeout: 12_000, ...returns<{ lost: number }>() },
  /** Sets the kernel's sum of waiting times to 0; `waited` is in jiffies. */
  resetWaitTimeActual: {
    args: none,
    access: 'control',
    timeout: 12_000,
    ...returns<{ waited: number }>(),
  },
  /** Turns an audit feature on or off, or locks it until reboot (confirm: ["lock"]). */
  setFeature: {
    args: z.strictObject({
      name: z.enum(SWITCHES),
      enabled: z.boolean(),
      locked: z.boolean().default(false),
      confirm: z
        .array(z.enum(['lock']))
        .max(1)
        .default([]),
    }),
    access: 'control',
    timeout: 12_000,
    ...returns<SwitchState[]>(),
  },
  /** The kernel's rules in the kernel's order, base64 of struct audit_rule_data. */
  'rules.list': { args: none, access: 'control', timeout: 12_000, ...returns<string[]>() },
  'rules.add': {
    args: z.strictObject({ rule, prepend: z.boolean().default(false), keep }),
    access: 'control',
    timeout: 12_000,
    ...returns<null>(),
  },
  'rules.delete': {
    args: z.strictObject({ rule, keep }),
    access: 'control',
    timeout: 12_000,
    ...returns<null>(),
  },
  /** Deletes every rule; says how many. */
  'rules.deleteAll': {
    args: z.strictObject({ keep }),
    access: 'control',
    timeout: 30_000,
    ...returns<{ deleted: number }>(),
  },
  /** Makes the kernel's rules exactly these, in this order, with as few changes as that takes. All or, put back, nothing. */
  'rules.replace': {
    args: z.strictObject({ rules: z.array(rule).max(8192), keep }),
    access: 'control',
    timeout: 30_000,
    ...returns<{ added: number; deleted: number }>(),
  },
  /** What `subscribe` with the same arguments would change; changes nothing. */
  preview: {
    args: subscribeOptions,
    access: 'read',
    timeout: 12_000,
    ...returns<ModePreview>(),
  },
  /** Begins to listen, or switches the mode without losing or doubling a record. Record frames follow. */
  subscribe: {
    args: subscribeOptions,
    access: 'read',
    timeout: 15_000,
    ...returns<{ subscription: number; changes: SettingChange[] }>(),
  },
  /** Stops listening and puts back what the mode changed. */
  unsubscribe: { args: none, access: 'read', timeout: 15_000, ...returns<null>() },
  /**
   * Exempts our own processes: puts these exit,never rules first, in place of the ones given before; an empty list
   * removes them. They are removed in any case when the helper ends.
   */
  exempt: {
    args: z.strictObject({ rules: z.array(rule).max(64) }),
    access: 'control',
    timeout: 15_000,
    ...returns<{ rules: number }>(),
  },
  /**
   * Puts a resource budget in force (native/audit/governor), or takes it away: null. Records that do not fit are shed;
   * the kernel's settings are touched only while this program is the audit daemon, and put back.
   */
  governor: {
    args: z.strictObject({ budget: budget.nullable() }),
    access: 'read',
    timeout: 12_000,
    ...returns<GovernorStatus | null>(),
  },
  /**
   * Starts a process that waits for this one's end and then puts back what a kill kept this one from putting back: for
   * whoever changes the kernel for moments only. Once is enough; it ends with what it waits for.
   */
  guard: { args: none, access: 'control', timeout: 5000, ...returns<null>() },
  /**
   * Takes one record at a time and pauses after each, as a consumer that cannot keep up; null for no longer. For the
   * overload lab: as the audit daemon it makes audited tasks wait.
   */
  'lab.slow': {
    args: z.strictObject({ pauseMicroseconds: z.int().min(0).max(1_000_000).nullable() }),
    access: 'control',
    timeout: 2000,
    ...returns<null>(),
  },
  /** Raw facts for the diagnosis. */
  facts: { args: none, access: 'none', timeout: 15_000, ...returns<Facts>() },
  /** The running processes, at most 65,536. */
  processes: { args: none, access: 'none', timeout: 15_000, ...returns<ProcessEntry[]>() },
  /** What this session would put back if it ended now. */
  'session.changes': { args: none, access: 'none', timeout: 2000, ...returns<SessionChanges>() },
  /** Makes what this session changed so far outlive it (not the mode's own changes, nor exemptions). */
  'session.keep': { args: none, access: 'control', timeout: 2000, ...returns<SessionChanges>() },
  /** Puts back what a killed session left, and forgets its journal. */
  'journal.restore': {
    args: z.strictObject({ id: z.string().max(64) }),
    access: 'control',
    timeout: 30_000,
    ...returns<SessionChanges>(),
  },
  /** Forgets a killed session's journal and leaves the kernel as it is. */
  'journal.discard': {
    args: z.strictObject({ id: z.string().max(64) }),
    access: 'control',
    timeout: 2000,
    ...returns<null>(),
  },
  /**
   * Has polkit ask the user about changes (org.auditscope.control); waits for a person. Granted until `lock`, or until no
   * change was made for a quarter of an hour.
   */
  authorize: { args: none, access: 'none', timeout: 600_000, ...returns<null>() },
  /** Forgets that changes were authorized; what was changed stays. Does nothing for a helper that root started. */
  lock: { args: none, access: 'none', timeout: 2000, ...returns<null>() },
  /** Puts everything back, answers with what was put back, and ends. Closing stdin does the same without an answer. */
  stop: { args: none, access: 'none', timeout: 5000, ...returns<SessionChanges>() },
} as const satisfies Record<
  string,
  { args: z.ZodType; access: 'none' | 'read' | 'control'; timeout: number; result?: unknown }
>

export type CommandName = keyof typeof COMMANDS
/** Arguments as a caller writes them: what has a default may be left out. */
export type CommandArgs<N extends CommandName> = z.input<(typeof COMMANDS)[N]['args']>
/** Arguments as a handler gets them: defaults filled in. */
export type CheckedArgs<N extends CommandName> = z.output<(typeof COMMANDS)[N]['args']>
export type CommandResult<N extends CommandName> = Exclude<
  (typeof COMMANDS)[N]['result'],
  undefined
>
