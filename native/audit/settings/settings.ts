/**
 * The kernel's audit settings as the Limits page and the CLI explain them: the one table of names, bounds, defaults and
 * what each does to tasks and to records. Sources: kernel/audit.c (audit_receive_msg, audit_log_start, audit_rate_check),
 * auditctl(8).
 */
import type { AuditStatus } from '../status/status'

/** The settings that AUDIT_SET changes and a person may choose; names as in {@link AuditStatus}. */
export type SettingKey = 'enabled' | 'failure' | 'rateLimit' | 'backlogLimit' | 'backlogWaitTime'

/** Values of all settings. `backlogWaitTime` is in jiffies, null where the kernel has none (before Linux 3.14). */
export interface SettingValues {
  /** 0 off, 1 on, 2 on and locked until the next boot. */
  enabled: number
  /** 0 silent, 1 prints, 2 panics. */
  failure: number
  /** Records per second, 0 for no limit. */
  rateLimit: number
  /** Records, 0 for no limit. */
  backlogLimit: number
  /** Jiffies, 0 for no wait. */
  backlogWaitTime: number | null
}
/** Some settings to set. */
export type SettingChoice = Partial<Record<SettingKey, number>>

/** One value of a setting that has only a few. */
export interface SettingOption {
  value: number
  title: string
  /** What it means, one sentence. */
  effect: string
}

export interface SettingInfo {
  key: SettingKey
  /** The kernel's own name, as `auditctl -s` prints it. */
  kernelName: string
  title: string
  unit: 'choice' | 'records' | 'records/s' | 'jiffies'
  /** What it is, in one sentence. */
  effect: string
  /** What it does to the tasks that are audited. */
  tasks: string
  /** What it does to records. */
  records: string
  /** Value at boot when neither the command line nor a rule file says otherwise. `hz`: jiffies per second. */
  defaultValue(hz: number): number
  min: number
  max(hz: number): number
  /** The values to choose from; null when any number within the bounds will do. */
  options: readonly SettingOption[] | null
  /** The option of auditctl(8) that sets it. */
  auditctl: string
}

const U32_MAX = 0xffffffff
/** AUDIT_BACKLOG_WAIT_TIME (kernel/audit.c), s. */
const DEFAULT_WAIT_SECONDS = 60
/** The kernel refuses more than ten times the default with EINVAL. */
const LONGEST_WAIT_SECONDS = 10 * DEFAULT_WAIT_SECONDS

/** All settings, in the order in which they are safely set: what locks comes last. */
export const SETTINGS: readonly SettingInfo[] = [
  {
    key: 'backlogLimit',
    kernelName: 'backlog_limit',
    title: 'Backlog limit',
    unit: 'records',
    effect: 'So many records may wait in the kernel for whoever reads them.',
    tasks:
      'While more are waiting, every audited task sleeps for up to the wait time, for each record.',
    records:
      'A record that found no room when the wait is over is dropped and counted as lost; 0 means no limit.',
    defaultValue: () => 64,
    min: 0,
    max: () => U32_MAX,
    options: null,
    auditctl: '-b',
  },
  {
    key: 'backlogWaitTime',
    kernelName: 'backlog_wait_time',
    title: 'Wait time',
    unit: 'jiffies',
    effect: 'So long may a task be made to wait, for each record, when the backlog is full.',
    tasks: 'A waiting task does nothing else and cannot be killed; with 0 nobody ever waits.',
    records:
      'Waiting gives the reader time to catch up; with 0 a record over the limit is dropped at once and counted as lost.',
    defaultValue: (hz) => DEFAULT_WAIT_SECONDS * hz,
    min: 0,
    max: (hz) => LONGEST_WAIT_SECONDS * hz,
    options: null,
    auditctl: '--backlog_wait_time',
  },
  {
    key: 'rateLimit',
    kernelName: 'rate_limit',
    title: 'Rate limit',
    unit: 'records/s',
    effect: 'So many records are made per second at most, by the whole machine.',
    tasks: 'Nobody waits.',
    records:
      'Records over the limit are dropped and counted as lost, one by one, so that events lose some of their records; 0 means no limit.',
    defaultValue: () => 0,
    min: 0,
    max: () => U32_MAX,
    options: null,
    auditctl: '-r',
  },
  {
    key: 'failure',
    kernelName: 'failure',
    title: 'When a record is lost',
    unit: 'choice',
    effect: 'What the kernel does when it loses a record, whatever the cause.',
    tasks: 'With panic, the machine stops at the first loss, drops by the rate limit included.',
    records: 'The loss is counted in any case.',
    defaultValue: () => 1,
    min: 0,
    max: () => 2,
    options: [
      { value: 0, title: 'Nothing', effect: 'The loss is only counted.' },
      {
        value: 1,
        title: 'Print',
        effect: 'A line in the kernel log tells, at most a few per second.',
      },
      { value: 2, title: 'Panic', effect: 'The machine panics at the first lost record.' },
    ],
    auditctl: '-f',
  },
  {
    key: 'enabled',
    kernelName: 'enabled',
    title: 'Auditing',
    unit: 'choice',
    effect: 'Whether rules make records at all, and whether anything may still be changed.',
    tasks:
      'Tasks that were started before auditing was first turned on stay invisible; the children that they start later do not.',
    records:
      'While it is off, neither rules nor programs make records; denials by SELinux and AppArmor are still recorded.',
    defaultValue: () => 0,
    min: 0,
    max: () => 2,
    options: [
      { value: 0, title: 'Off', effect: 'Rules stay loaded and record nothing.' },
      { value: 1, title: 'On', effect: 'Rules record.' },
      {
        value: 2,
        title: 'On and locked',
        effect:
          'Rules record; rules and settings cannot be changed until the machine is booted again.',
      },
    ],
    auditctl: '-e',
  },
]

const BY_KEY = new Map(SETTINGS.map((setting) => [setting.key, setting]))

/** The description of a setting. */
export function settingInfo(key: SettingKey): SettingInfo {
  return BY_KEY.get(key)!
}

/** One of the kernel's audit features (AUDIT_SET_FEATURE), which stay open in a locked configuration unless locked themselves. */
export interface FeatureInfo {
  name: 'only_unset_loginuid' | 'loginuid_immutable'
  title: string
  effect: string
}

export const FEATURES: readonly FeatureInfo[] = [
  {
    name: 'only_unset_loginuid',
    title: 'Login uid is set once',
    effect: 'A login uid can only be set while it is unset, also by privileged tasks.',
  },
  {
    name: 'loginuid_immutable',
    title: 'Login uid is immutable',
    effect: 'Nobody can change a login uid once it is set, whatever its capabilities.',
  },
]

/** The settings within a status of the kernel. */
export function settingValues(status: AuditStatus): SettingValues {
  return {
    enabled: status.enabled,
    failure: status.failure,
    rateLimit: status.rateLimit,
    backlogLimit: status.backlogLimit,
    backlogWaitTime: status.backlogWaitTime,
  }
}
