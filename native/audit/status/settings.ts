/**
 * What there is to know about each setting of AUDIT_SET: unit, default, limits, and what it does in one sentence.
 * Sources: kernel/audit.c, auditctl(8).
 */
import type { SettingName } from './status'

/** Settings that a person changes; `pid` belongs to whoever registers as daemon. */
export type TunableName = Exclude<SettingName, 'pid'>

/** What a setting counts. */
export type SettingUnit = 'state' | 'records/s' | 'records' | 'jiffies'

/** A value of a setting that stands for a state. */
export interface SettingChoice {
  value: number
  label: string
  /** What the value does, one sentence. */
  meaning: string
  /** The confirmation that the helper wants for it; null for none. */
  confirm: 'panic' | 'lock' | null
}

/** A setting. */
export interface SettingInfo {
  name: TunableName
  /** The kernel's and auditctl's word for it. */
  kernelName: string
  label: string
  unit: SettingUnit
  /** What the kernel starts with; `hz` is the kernel's ticks per second. */
  default: (hz: number) => number
  min: number
  /** The largest value that the kernel takes. */
  max: (hz: number) => number
  /** Whether 0 means "no limit". */
  zeroIsUnlimited: boolean
  /** The values, where they stand for states; empty for a number. */
  choices: readonly SettingChoice[]
  /** What it does, one plain sentence. */
  description: string
}

const U32_MAX = 0xffffffff
/** AUDIT_BACKLOG_WAIT_TIME of kernel/audit.c, seconds. */
const WAIT_SECONDS = 60

/** The settings by name, in the order in which the helper applies them. */
export const SETTINGS: Readonly<Record<TunableName, SettingInfo>> = {
  enabled: {
    name: 'enabled',
    kernelName: 'enabled',
    label: 'Auditing',
    unit: 'state',
    default: () => 0,
    min: 0,
    max: () => 2,
    zeroIsUnlimited: false,
    choices: [
      { value: 0, label: 'Off', meaning: 'The kernel produces no records.', confirm: null },
      { value: 1, label: 'On', meaning: 'The kernel produces records.', confirm: null },
      {
        value: 2,
        label: 'On and locked',
        meaning: 'Rules and settings cannot be changed by anyone until the next boot.',
        confirm: 'lock',
      },
    ],
    description: 'Whether the kernel produces audit records at all.',
  },
  failure: {
    name: 'failure',
    kernelName: 'failure',
    label: 'When a record is lost',
    unit: 'state',
    default: () => 1,
    min: 0,
    max: () => 2,
    zeroIsUnlimited: false,
    choices: [
      { value: 0, label: 'Silent', meaning: 'The kernel only counts it.', confirm: null },
      {
        value: 1,
        label: 'Print',
        meaning: 'The kernel counts it and prints a line to its log.',
        confirm: null,
      },
      {
        value: 2,
        label: 'Panic',
        meaning: 'The kernel stops the whole machine at once, also for a rate-limit drop.',
        confirm: 'panic',
      },
    ],
    description: 'What the kernel does when it has to drop a record.',
  },
  rateLimit: {
    name: 'rateLimit',
    kernelName: 'rate_limit',
    label: 'Rate limit',
    unit: 'records/s',
    default: () => 0,
    min: 0,
    max: () => U32_MAX,
    zeroIsUnlimited: true,
    choices: [],
    description:
      'Records per second above which the kernel drops; it counts records, so events are cut apart.',
  },
  backlogLimit: {
    name: 'backlogLimit',
    kernelName: 'backlog_limit',
    label: 'Backlog limit',
    unit: 'records',
    default: () => 64,
    min: 0,
    max: () => U32_MAX,
    zeroIsUnlimited: true,
    choices: [],
    description:
      'Records that may wait for the daemon before audited tasks have to wait, or records are dropped.',
  },
  backlogWaitTime: {
    name: 'backlogWaitTime',
    kernelName: 'backlog_wait_time',
    label: 'Backlog wait time',
    unit: 'jiffies',
    default: (hz) => WAIT_SECONDS * hz,
    min: 0,
    max: (hz) => 10 * WAIT_SECONDS * hz,
    zeroIsUnlimited: false,
    choices: [],
    description:
      'How long a task waits, for each record, while the backlog is full; 0 drops at once and nobody waits.',
  },
}

/** Converts jiffies to ms; `hz` is the kernel's ticks per second. */
export function jiffiesToMs(jiffies: number, hz: number): number {
  return (jiffies * 1000) / hz
}

/** Converts ms to jiffies, rounded to the nearest. */
export function msToJiffies(ms: number, hz: number): number {
  return Math.round((ms * hz) / 1000)
}
