/** The budget that a user gives the helper, and what the governor sees and decides. */

/** What the helper may take, at most. */
export interface Budget {
  /** Share of one CPU, percent. */
  cpuPercent: number
  /** Bytes of records that may wait in the helper; beside that there is the program itself. */
  memoryBytes: number
  /** How long any audited task may be made to wait for one call, ms. */
  waitMs: number
}

/** Smallest and largest values that make sense. */
export const BUDGET_BOUNDS = {
  cpuPercent: { min: 1, max: 100 },
  memoryBytes: { min: 1024 * 1024, max: 1024 * 1024 * 1024 },
  waitMs: { min: 0, max: 600_000 },
} as const

export const DEFAULT_BUDGET: Budget = {
  cpuPercent: 5,
  memoryBytes: 64 * 1024 * 1024,
  waitMs: 20,
}

/** What the governor looks at, one to four times a second. Counters only grow. */
export interface GovernorSample {
  /** Monotonic time, ms. */
  at: number
  /** CPU time of the helper, ms. */
  cpuMs: number
  /** Records received from the kernel. */
  received: number
  /** Records that did not reach the helper: its socket's drops when it observes, the kernel's lost when it is the daemon. */
  missed: number
  mode: 'none' | 'observe' | 'best-effort' | 'never-lose'
  kernel: KernelState | null
  /** Jiffies per second. */
  hz: number
}

export interface KernelState {
  /** Who is registered as the audit daemon: a kernel that another one owns is not touched. */
  owner: 'us' | 'nobody' | 'other'
  /** Settings in force, as the kernel has them. `waitTime` null: this kernel has none. */
  waitTime: number | null
  rateLimit: number
  failure: number
  /** 2 when nothing can be changed. */
  enabled: number
}

/** What should be in force from now on. */
export interface Decision {
  /** Records per second that the helper takes at most; null for as many as come. */
  pace: number | null
  /** The kernel's wait time in jiffies; null to leave it, or put it back, as it was. */
  waitTime: number | null
  /** The kernel's rate limit in records per second; null likewise. */
  rateLimit: number | null
  /** What changed with this decision, and why. */
  steps: Step[]
}

/** One change, for the log and as a mark on the charts. */
export interface Step {
  action: 'bound-wait' | 'shed' | 'pace' | 'full' | 'rate-limit' | 'restore' | 'cannot'
  /** What was done and why, one sentence. */
  text: string
}
