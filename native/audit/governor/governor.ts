/**
 * Keeps the helper within its budget, by a control loop over what it uses: first it takes fewer records itself, and no
 * task waits for that (wait time 0); when that is not enough, the kernel's rate limit; and back, when all that comes fits
 * again. Pure: it is given samples and says what should be in force.
 *
 * Where it cannot oscillate more than the load does: shedding needs a second over the budget, going back needs two
 * seconds in which nothing was missed and what came would have fitted well within the budget.
 */
import { grouped } from '../numbers'
import { jiffiesText } from '../settings/words'
import type { Budget, Decision, GovernorSample, KernelState, Step } from './budget'
import { CostModel } from './cost'

/** What is averaged before a verdict, ms. */
const WINDOW_MS = 1000
/** Above the budget by so much counts: the clock of CPU time is coarse. */
const OVER = 1.05
/** The pace aims at this share of the budget. */
const AIM = 0.85
/** A pace is changed only when it is off by so much. */
const DEADBAND = 0.15
/** Nothing below this pace would still show what goes on, records per second. */
const SLOWEST = 50
/** Calm is this share of the pace or less, nothing missed, for so long. */
const CALM_SHARE = 0.8
const CALM_MS = 2000
/** With the slowest pace and still over the budget for so long, the kernel's rate limit is used. */
const HELPLESS_MS = 2000
/** A call makes so many records, and a task can wait for each of them. */
const RECORDS_PER_CALL = 8

export class Governor {
  readonly #budget: Budget
  readonly #cost = new CostModel()
  readonly #samples: GovernorSample[] = []
  #pace: number | null = null
  #waitTime: number | null = null
  /** The kernel's wait time before it was bounded. */
  #foundWaitTime: number | null = null
  #rateLimit: number | null = null
  #calmSince: number | null = null
  #helplessSince: number | null = null
  #cannotTold = false

  constructor(budget: Budget) {
    this.#budget = budget
  }

  /** Takes a sample and decides. */
  step(sample: GovernorSample): Decision {
    const steps: Step[] = []
    const before = this.#samples.at(-1)
    this.#remember(sample)
    if (sample.mode === 'none' || sample.mode === 'never-lose') this.#standBack(sample, steps)
    else {
      if (before !== undefined) this.#learn(before, sample)
      this.#boundWaits(sample, steps)
      if (this.#pace === null) this.#shedIfOver(sample, steps)
      else if (!this.#backIfCalm(before!, sample, steps)) this.#adjust(sample, steps)
    }
    return { pace: this.#pace, waitTime: this.#waitTime, rateLimit: this.#rateLimit, steps }
  }

  /** CPU use over the last second, percent of one CPU; 0 before there are two samples. */
  get cpuPercent(): number {
    return this.#use()?.cpu ?? 0
  }

  /** Keeps the samples of the last second, and one before. */
  #remember(sample: GovernorSample): void {
    const samples = this.#samples
    const last = samples.at(-1)
    // A new helper, or another mode: what was counted before says nothing about now.
    if (last !== undefined && (last.mode !== sample.mode || sample.cpuMs < last.cpuMs)) {
      samples.length = 0
      this.#calmSince = null
    }
    samples.push(sample)
    while (samples.length > 2 && samples[1]!.at <= sample.at - WINDOW_MS) samples.shift()
  }

  /** Use over the window: CPU in percent, records per second; null before there is a window. */
  #use(): { cpu: number; rate: number; seconds: number } | null {
    const first = this.#samples[0]
    const last = this.#samples.at(-1)
    if (first === undefined || last === undefined || last.at <= first.at) return null
    const seconds = (last.at - first.at) / 1000
    return {
      cpu: (last.cpuMs - first.cpuMs) / seconds / 10,
      rate: (last.received - first.received) / seconds,
      seconds,
    }
  }

  #learn(before: GovernorSample, now: GovernorSample): void {
    const seconds = (now.at - before.at) / 1000
    if (seconds <= 0) return
    this.#cost.learn(
      (now.cpuMs - before.cpuMs) / seconds,
      (now.received - before.received) / seconds,
    )
  }

  /** The pace that fits into the budget. */
  #fittingPace(): number {
    const budget = this.#budget.cpuPercent * 10
    return Math.max(SLOWEST, Math.round(this.#cost.affordable(AIM * budget)))
  }

  #shedIfOver(sample: GovernorSample, steps: Step[]): void {
    const use = this.#use()
    if (use === null || use.seconds < (0.9 * WINDOW_MS) / 1000) return
    if (use.cpu <= OVER * this.#budget.cpuPercent) return
    const pace = this.#fittingPace()
    // What is used is not for records, so taking fewer of them would not help.
    if (use.rate <= pace) return
    this.#pace = pace
    this.#calmSince = null
    const dropped =
      sample.mode === 'observe'
        ? 'what does not fit is missing here only'
        : 'what does not fit is lost, and counted, and no task waits for it'
    steps.push({
      action: 'shed',
      text: `The helper used ${percent(use.cpu)} of a CPU and may use ${percent(this.#budget.cpuPercent)}: it takes ${grouped(this.#pace)} records/s at most; ${dropped}.`,
    })
    this.#boundWaits(sample, steps)
  }

  #adjust(sample: GovernorSample, steps: Step[]): void {
    const use = this.#use()
    if (use === null) return
    const wanted = this.#fittingPace()
    const off = Math.abs(wanted - this.#pace!) / this.#pace!
    if (off > DEADBAND) {
      steps.push({
        action: 'pace',
        text: `A record costs ${wanted > this.#pace! ? 'less' : 'more'} than was thought: the helper takes ${grouped(wanted)} records/s at most.`,
      })
      this.#pace = wanted
    }
    this.#limitRateIfHelpless(sample, use.cpu, steps)
  }

  /** The last resort: over the budget with the slowest pace, so that looking on costs too much already. */
  #limitRateIfHelpless(sample: GovernorSample, cpu: number, steps: Step[]): void {
    const helpless = this.#pace! <= SLOWEST && cpu > OVER * this.#budget.cpuPercent
    if (!helpless) this.#helplessSince = null
    else this.#helplessSince ??= sample.at
    if (this.#helplessSince === null || sample.at - this.#helplessSince < HELPLESS_MS) return
    const { kernel } = sample
    if (this.#rateLimit !== null || kernel === null || !isOurs(kernel)) return
    if (kernel.failure === 2 || kernel.rateLimit !== 0) {
      this.#tellOnce(
        kernel.failure === 2
          ? 'The kernel’s rate limit would help, but with failure=2 a record that it drops panics the machine.'
          : 'A rate limit is in force already, and is not the governor’s to change.',
        steps,
      )
      return
    }
    this.#rateLimit = SLOWEST
    steps.push({
      action: 'rate-limit',
      text: `Still ${percent(cpu)} of a CPU: the kernel makes ${SLOWEST} records/s at most, which cuts events apart.`,
    })
  }

  #backIfCalm(before: GovernorSample, now: GovernorSample, steps: Step[]): boolean {
    const seconds = (now.at - before.at) / 1000
    const rate = seconds > 0 ? (now.received - before.received) / seconds : Infinity
    const calm = now.missed === before.missed && rate <= CALM_SHARE * this.#pace!
    if (!calm) this.#calmSince = null
    else this.#calmSince ??= before.at
    if (this.#calmSince === null || now.at - this.#calmSince < CALM_MS) return false
    this.#pace = null
    this.#rateLimit = null
    this.#calmSince = null
    this.#helplessSince = null
    steps.push({
      action: 'full',
      text: 'All that comes fits into the budget again: every record is taken.',
    })
    this.#boundWaits(now, steps)
    return true
  }

  /**
   * Bounds the wait before anybody waits: a task that sleeps already is not woken by a new value. While records are shed
   * nobody waits for a reader that is slow on purpose.
   */
  #boundWaits({ kernel, hz }: GovernorSample, steps: Step[]): void {
    if (kernel === null || !isOurs(kernel) || kernel.waitTime === null) return
    const found = this.#foundWaitTime ?? kernel.waitTime
    const bound =
      this.#pace !== null ? 0 : Math.floor((this.#budget.waitMs * hz) / 1000 / RECORDS_PER_CALL)
    const wanted = found <= bound ? null : bound
    if (wanted === this.#waitTime) return
    this.#foundWaitTime = wanted === null ? null : found
    this.#waitTime = wanted
    steps.push({
      action: 'bound-wait',
      text:
        wanted === null
          ? 'The kernel’s own wait time is in force again.'
          : wanted === 0
            ? 'No task waits for room in the backlog.'
            : `A task waits for ${jiffiesText(wanted, hz)} at most for each record, so that a call of ${RECORDS_PER_CALL} records stays within ${this.#budget.waitMs} ms.`,
    })
  }

  /** In a mode that sheds nothing there is nothing to govern: everything goes back. */
  #standBack(sample: GovernorSample, steps: Step[]): void {
    if (sample.mode === 'never-lose')
      this.#tellOnce('A budget and never losing a record exclude each other: the mode wins.', steps)
    if (this.#pace === null && this.#waitTime === null && this.#rateLimit === null) return
    this.#pace = this.#rateLimit = this.#calmSince = this.#helplessSince = null
    this.#waitTime = this.#foundWaitTime = null
    steps.push({ action: 'restore', text: 'What the budget had changed is put back.' })
  }

  #tellOnce(text: string, steps: Step[]): void {
    if (this.#cannotTold) return
    this.#cannotTold = true
    steps.push({ action: 'cannot', text })
  }
}

/** Whether the kernel's settings may be touched: we are its daemon, and it is not locked. Observing changes nothing. */
function isOurs({ owner, enabled }: KernelState): boolean {
  return owner === 'us' && enabled !== 2
}

function percent(value: number): string {
  return `${value >= 10 ? Math.round(value) : value.toFixed(1)} %`
}
