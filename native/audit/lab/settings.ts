/** What an experiment of the overload lab consists of. Pure. */

/** Who takes the records: a client as people first write it, or the helper in one of its modes. */
export const CONSUMERS = ['naive', 'observe', 'best-effort', 'never-lose'] as const
export type Consumer = (typeof CONSUMERS)[number]

/** Calls that the load makes; each makes so many records. */
export const CALLS = {
  /** SYSCALL, PROCTITLE, EOE. */
  getppid: { syscalls: ['getppid'], records: 3 },
  /** Of a file that is not there: SYSCALL, CWD, PATH, PROCTITLE, EOE. */
  unlink: { syscalls: ['unlink', 'unlinkat'], records: 5 },
} as const
export type CallName = keyof typeof CALLS
export const CALL_NAMES = Object.keys(CALLS) as CallName[]

export interface LabSettings {
  consumer: Consumer
  /**
   * Pause of the consumer after each record, ms. The naive one takes them one by one also without a pause, the helper
   * only with one.
   */
  delayMs: number
  /** The kernel's settings while the experiment runs; `waitSeconds` for each record. */
  backlogLimit: number
  waitSeconds: number
  rateLimit: number
  call: CallName
  processes: number
  /** Calls of each process. */
  calls: number
}

/** The experiment that this project began with. */
export const DEFAULTS: LabSettings = {
  consumer: 'naive',
  delayMs: 1,
  backlogLimit: 8192,
  waitSeconds: 60,
  rateLimit: 0,
  call: 'unlink',
  processes: 1,
  calls: 2000,
}

export const BOUNDS = {
  delayMs: { min: 0, max: 1000 },
  // A record takes about 1 KB of the kernel’s memory.
  backlogLimit: { min: 1, max: 131_072 },
  waitSeconds: { min: 0, max: 600 },
  rateLimit: { min: 0, max: 1_000_000 },
  processes: { min: 1, max: 32 },
  calls: { min: 1, max: 1_000_000 },
} as const

/** What receiving costs beside the pause, ms: with 1 ms the naive client takes about 880 records per second. */
const RECEIVE_MS = 0.13
/** An experiment may take so long; then it is cut off, and whoever waits is freed. */
export const LONGEST_MS = 120_000

/** About how long the load will be held up by its consumer, ms; 0 when nothing makes it wait. */
export function expectedMs(settings: LabSettings): number {
  const { consumer, delayMs, waitSeconds, backlogLimit, rateLimit, call, calls, processes } =
    settings
  const waits = consumer === 'naive' || consumer === 'never-lose'
  if (!waits || delayMs === 0 || waitSeconds === 0) return 0
  const records = calls * processes * CALLS[call].records
  const perRecord = delayMs + RECEIVE_MS
  // Up to the limit nobody waits, nor for records that come no faster than they are taken.
  if (records <= backlogLimit || (rateLimit > 0 && rateLimit * perRecord < 1000)) return 0
  return Math.round(records * perRecord)
}

/** The default receive buffer of a socket, bytes: what a client has that asks for nothing. */
const DEFAULT_BUFFER = 212_992
/** The helper's own. */
const LARGE_BUFFER = 32 * 1024 * 1024

/** How the helper plays this consumer. */
export interface Playing {
  mode: 'observe' | 'best-effort' | 'never-lose'
  /** Bytes to ask for; the kernel takes twice as many. */
  receiveBuffer: number
  /** Pause after each single record, us; null: as many as come, at once. */
  pauseMicroseconds: number | null
}

export function playing({ consumer, delayMs }: LabSettings): Playing {
  const pauseMicroseconds = Math.round(delayMs * 1000)
  if (consumer === 'naive')
    return { mode: 'never-lose', receiveBuffer: DEFAULT_BUFFER / 2, pauseMicroseconds }
  return {
    mode: consumer,
    receiveBuffer: LARGE_BUFFER,
    pauseMicroseconds: pauseMicroseconds === 0 ? null : pauseMicroseconds,
  }
}
