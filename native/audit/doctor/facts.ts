/**
 * Raw facts about audit on a machine: what the diagnosis is made from. Gathered by native/helper, which has the privileges
 * and stands in the right namespaces; judged here.
 */
import type { Failure } from '../result'
import type { SwitchState } from '../status/features'
import type { AuditStatus } from '../status/status'

/** What may be done: everything, only listen (CAP_AUDIT_READ alone), or nothing (`problem` says why). */
export type Access = 'control' | 'read' | 'none'

/** A process with the name that it gives itself (attacker-controlled). */
export interface ProcessName {
  pid: number
  /** `/proc/PID/comm`; empty when the process has gone. */
  comm: string
}

/** A netlink socket of the audit family, from /proc/net/netlink. */
export interface AuditSocket {
  /** Port id; the process id for the first socket of a process, else a number that the kernel chose. */
  portid: number
  /** Multicast groups joined, bit set; 1 is the read log. */
  groups: number
  queued: number
  drops: number
  /** The process that holds it, where it could be found out. */
  process: ProcessName | null
}

/** What the kernel log says about audit. */
export interface KernelLogFacts {
  /** Audit records printed to the log because no daemon was registered. */
  records: number
  /** Records that the log's own rate limit swallowed ("callbacks suppressed" of kauditd_printk_skb). */
  suppressed: number
  /** The newest complaints of the audit subsystem, oldest first, at most 20. */
  complaints: string[]
  /** Time of the oldest record in it that is made only while auditing is on, ms since the epoch; null without one. */
  onAt: number | null
}

/**
 * What is known about tasks without an audit context. A task has one when it was started after auditing was first turned
 * on (audit_alloc of kernel/auditsc.c); the kernel tells neither who has one nor when that was.
 */
export interface TaskFacts {
  /** Running processes; threads of the kernel, which make no system calls, are left out. */
  total: number
  /** The earliest moment at which auditing is known to have been on, ms since the epoch, and from where; null: none. */
  knownOn: { at: number; from: 'seen' | 'kernel-log' } | null
  /** How many were started before that, and so may lack a context: an upper bound. Null when no moment is known. */
  startedBefore: number | null
}

export interface Facts {
  access: Access
  /** Why `access` is not `control`; null when it is. */
  problem: Failure | null
  kernel: { release: string; machine: string }
  /** Ticks (jiffies) per second. */
  hz: number
  /** /proc/cmdline, words. */
  cmdline: string[]
  /** Null without control access. */
  status: AuditStatus | null
  features: SwitchState[] | null
  /** Who is registered as the audit daemon; null when nobody is, or without control access. */
  daemon: ProcessName | null
  sockets: AuditSocket[]
  capabilities: { effective: string[]; bounding: string[] }
  /** Whether the helper is in the initial namespace; null when that could not be found out. */
  namespaces: { pid: boolean | null; user: boolean | null; net: boolean | null }
  /** The name of the container manager, where one is visible; null on the host. */
  container: string | null
  /** Rules, base64 of struct audit_rule_data, in the kernel's order; null without control access. */
  rules: string[] | null
  tasks: TaskFacts
  /** As far back as the log reaches; null when it is not readable. */
  kernelLog: KernelLogFacts | null
}
