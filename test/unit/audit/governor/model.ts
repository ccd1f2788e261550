/** A helper and a kernel of plain numbers, with a clock: what the governor is tried on. */
import type {
  Budget,
  Decision,
  GovernorSample,
  KernelState,
  Step,
} from '@native/audit/governor/budget'
import { Governor } from '@native/audit/governor/governor'

export const TICK_MS = 250
/** Records that a receive buffer holds while nothing is shed; with a pace it holds a second's worth. */
const BUFFER = 40_000

export interface MachineOptions {
  budget: Budget
  /** CPU time that a record costs the helper, ms. */
  cost: number
  /** CPU time that the helper uses anyway, ms per second. */
  idle: number
  mode?: GovernorSample['mode']
  kernel?: Partial<KernelState>
  /** Factor on the cost of each tick, around 1. */
  noise?: () => number
}

export class SimulatedMachine {
  readonly governor: Governor
  decision: Decision = { pace: null, waitTime: null, rateLimit: null, steps: [] }
  readonly steps: Step[] = []
  /** CPU use of each tick, percent. */
  readonly cpu: number[] = []
  kernel: KernelState
  #at = 0
  #cpuMs = 0
  #received = 0
  #missed = 0
  #queued = 0

  constructor(readonly options: MachineOptions) {
    this.governor = new Governor(options.budget)
    this.kernel = {
      owner: options.mode === 'observe' ? 'nobody' : 'us',
      waitTime: 15_000,
      rateLimit: 0,
      failure: 1,
      enabled: 1,
      ...options.kernel,
    }
  }

  get mode(): GovernorSample['mode'] {
    return this.options.mode ?? 'best-effort'
  }

  /** Lets time pass while so many records per second are made. */
  run(ms: number, offered: number): void {
    for (let elapsed = 0; elapsed < ms; elapsed += TICK_MS) this.#tick(offered)
  }

  /** CPU use over `seconds`, as the mean of each full second from `from` (s) on, percent. */
  cpuBySecond(from: number): number[] {
    const perSecond = 1000 / TICK_MS
    const seconds: number[] = []
    for (let i = from * perSecond; i + perSecond <= this.cpu.length; i += perSecond)
      seconds.push(this.cpu.slice(i, i + perSecond).reduce((sum, use) => sum + use, 0) / perSecond)
    return seconds
  }

  #tick(offered: number): void {
    const seconds = TICK_MS / 1000
    const { cost, idle, noise = () => 1 } = this.options
    const tickCost = cost * noise()
    const rate = Math.min(offered, this.decision.rateLimit ?? Infinity)
    const fastest = (1000 - idle) / tickCost
    const pace = Math.min(this.decision.pace ?? Infinity, fastest)
    const waiting = this.#queued + rate * seconds
    const taken = Math.min(waiting, pace * seconds)
    const buffer = this.decision.pace ?? BUFFER
    this.#queued = Math.min(buffer, waiting - taken)
    this.#missed += Math.round(waiting - taken - this.#queued)
    this.#received += Math.round(taken)
    const cpu = idle * seconds + taken * tickCost
    this.#cpuMs += cpu
    this.cpu.push(cpu / TICK_MS / 0.01)
    this.#at += TICK_MS
    this.decision = this.governor.step({
      at: this.#at,
      cpuMs: this.#cpuMs,
      received: this.#received,
      missed: this.#missed,
      mode: this.mode,
      kernel: this.kernel,
      hz: 250,
    })
    this.steps.push(...this.decision.steps)
  }
}
