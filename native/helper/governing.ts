/** The budget in force: feeds the governor with samples and does what it decides. */
import type { Budget, Decision, GovernorSample, KernelState } from '../audit/governor/budget'
import { Governor } from '../audit/governor/governor'
import { fail, ok, type Result } from '../audit/result'
import type { AuditStatus, SettingName } from '../audit/status/status'
import { resizeReceiveBuffer } from '../kernel/netlink-socket'
import type { DrainThread } from './drain-thread'
import type { GovernorStatus, Notice } from './messages'
import type { Sampler } from './sampler'
import type { SettingSession } from './setting-session'
import type { Subscription } from './subscription'

/** Time between two looks, ms. */
const GOVERNOR_INTERVAL = 250
/** One queued record takes about so much of a receive buffer, bytes. */
const RECORD_BYTES = 770
/** While records are shed the buffer holds half a second's worth, so that what is shown is not old. */
const BUFFER_SECONDS = 0.5
/** Never less than this, bytes. */
const SMALLEST_BUFFER = 256 * 1024

export interface GoverningContext {
  hz: number
  drain: DrainThread
  subscription: Subscription
  sampler: Sampler
  settings: SettingSession
  notify(notice: Notice): void
  /** Runs a task that changes something when no command does. */
  inTurn(task: () => Promise<unknown>): void
}

type Governed = Extract<SettingName, 'backlogWaitTime' | 'rateLimit'>

export class Governing {
  readonly #context: GoverningContext
  #budget: Budget | null = null
  #governor: Governor | null = null
  #pace: number | null = null
  #socketFd = -1
  /** What each setting was before the governor changed it. */
  readonly #found = new Map<Governed, number>()
  #wanted: Record<Governed, number | null> = { backlogWaitTime: null, rateLimit: null }
  #changing = false
  /** Runs only while a budget is in force: an idle helper is not woken for nothing. */
  #timer: ReturnType<typeof setInterval> | null = null

  constructor(context: GoverningContext) {
    this.#context = context
  }

  /** Puts a budget in force, or takes it away and puts back what it changed. Not while a command changes something. */
  async set(budget: Budget | null): Promise<Result<GovernorStatus | null>> {
    this.#budget = budget
    this.#governor = budget === null ? null : new Governor(budget)
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#timer =
      budget === null ? null : setInterval(() => this.#tick(performance.now()), GOVERNOR_INTERVAL)
    this.#context.drain.ring.setLimit(budget?.memoryBytes ?? null)
    this.#setPace(null)
    this.#wanted = { backlogWaitTime: null, rateLimit: null }
    await this.#applySettings()
    return ok(this.status)
  }

  /** Reads slowly on purpose, for the lab; a budget in force sets its own pace. */
  slowDown(pauseMicroseconds: number | null): Result<null> {
    if (this.#governor !== null)
      return fail('usage', 'A budget is in force, and sets the pace.', 'Take it away first.')
    this.#context.drain.setSlow(pauseMicroseconds)
    return ok(null)
  }

  /** For the status sample; null without a budget. */
  get status(): GovernorStatus | null {
    if (this.#budget === null || this.#governor === null) return null
    return {
      budget: this.#budget,
      cpuPercent: this.#governor.cpuPercent,
      pace: this.#pace,
      waitTime: this.#wanted.backlogWaitTime,
      rateLimit: this.#wanted.rateLimit,
    }
  }

  /** Takes a look. `now`: monotonic time, ms. */
  #tick(now: number): void {
    if (this.#governor === null) return
    const decision = this.#governor.step(this.#sample(now))
    this.#setPace(decision.pace)
    this.#wanted = { backlogWaitTime: decision.waitTime, rateLimit: decision.rateLimit }
    if (this.#differs() && !this.#changing) {
      this.#changing = true
      this.#context.inTurn(async () => {
        await this.#applySettings()
        this.#changing = false
      })
    }
    this.#tell(decision)
  }

  #sample(now: number): GovernorSample {
    const { drain, sampler, subscription, hz } = this.#context
    const { user, system } = process.cpuUsage()
    const { kernel } = sampler
    const mode = subscription.mode
    return {
      at: now,
      cpuMs: (user + system) / 1000,
      received: drain.counters.records,
      missed: mode === 'observe' ? sampler.socketDrops : (kernel?.lost ?? 0),
      mode,
      kernel: kernel === null ? null : this.#kernelState(kernel),
      hz,
    }
  }

  #kernelState(kernel: AuditStatus): KernelState {
    const { isDaemon } = this.#context.subscription
    return {
      owner: isDaemon ? 'us' : kernel.pid === 0 ? 'nobody' : 'other',
      waitTime: kernel.backlogWaitTime,
      // Its own limit is not one that the user has set.
      rateLimit: this.#found.get('rateLimit') ?? kernel.rateLimit,
      failure: kernel.failure,
      enabled: kernel.enabled,
    }
  }

  #setPace(pace: number | null): void {
    const { drain, subscription } = this.#context
    const socket = subscription.socket
    if (pace === this.#pace && (socket?.fd ?? -1) === this.#socketFd) return
    this.#pace = pace
    this.#socketFd = socket?.fd ?? -1
    drain.setPace(pace ?? 0)
    if (socket === null) return
    const bytes =
      pace === null
        ? socket.receiveBuffer
        : Math.max(SMALLEST_BUFFER, BUFFER_SECONDS * pace * RECORD_BYTES)
    // The kernel takes twice what it is asked for.
    resizeReceiveBuffer(socket.fd, Math.min(bytes, socket.receiveBuffer) / 2)
  }

  #differs(): boolean {
    return (['backlogWaitTime', 'rateLimit'] as const).some((name) => {
      const value = this.#wanted[name] ?? this.#found.get(name)
      return value !== undefined && this.#context.sampler.kernel?.[name] !== value
    })
  }

  /** Makes the settings what the decision wants; where it wants nothing, what they were. */
  async #applySettings(): Promise<void> {
    const { sampler, settings } = this.#context
    const { kernel } = sampler
    if (kernel === null) return
    for (const name of ['backlogWaitTime', 'rateLimit'] as const) {
      const wanted = this.#wanted[name]
      const found = this.#found.get(name)
      const value = wanted ?? found
      if (value === undefined) continue
      const set = await settings.set([[name, value]], kernel, 'session')
      if (!set.ok) continue
      if (wanted === null) this.#found.delete(name)
      else if (found === undefined) this.#found.set(name, kernel[name] ?? value)
    }
    await sampler.poll()
  }

  #tell({ steps }: Decision): void {
    for (const { action, text } of steps)
      this.#context.notify({ type: 'governor', at: Date.now(), message: text, action })
  }
}
