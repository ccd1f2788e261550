/** A lab made up: every experiment takes some ticks and ends as one on a real kernel did. */
import {
  afterMessage,
  IDLE_LAB,
  type LabMessage,
  type LabOrder,
  type LabState,
} from '@native/audit/lab/messages'
import { explain, type LabProgress, type LabResult } from '@native/audit/lab/result'
import { CALLS, expectedMs, type LabSettings } from '@native/audit/lab/settings'
import { answers, SUITE } from '@native/audit/lab/questions'
import { fail, ok, type Failure, type Result } from '@native/audit/result'

const TICKS = 4
const FACTS = { ownCallsRecorded: 0, copiedToKernelLog: 12 }

export class FakeLab {
  state: LabState = IDLE_LAB
  private queue: LabSettings[] = []
  private suite = false
  private ticks = 0
  private done = 0

  constructor(
    private readonly changed: (state: LabState) => void,
    /** Why it must not run now, or null. */
    private readonly inUse: () => Failure | null,
  ) {}

  start({ settings }: LabOrder): Result<null> {
    if (this.state.running) return fail('busy', 'The lab is running.', 'Wait, or cancel it.')
    this.suite = settings === null
    this.queue = settings === null ? [...SUITE] : [settings]
    this.ticks = this.done = 0
    this.update({ ...this.state, running: true, progress: null, failure: null })
    return ok(null)
  }

  cancel(): void {
    if (this.state.running)
      this.say(ended(fail('cancelled', 'The experiment was ended before its time.')))
  }

  /** Some time goes by. */
  tick(): void {
    const settings = this.queue[this.done]
    if (!this.state.running || settings === undefined) return
    const why = this.inUse()
    if (why !== null) return this.say(ended(why))
    this.ticks++
    this.say({ kind: 'progress', progress: this.progress(settings) })
    if (this.ticks < TICKS) return
    this.ticks = 0
    this.done++
    this.say({ kind: 'result', result: resultOf(settings) })
    if (this.done < this.queue.length) return
    const results = this.state.results.slice(-SUITE.length)
    const listening = { observe: { ...FACTS, ownCallsRecorded: 2140 }, daemon: FACTS }
    if (this.suite) this.say({ kind: 'answers', listening, answers: answers(results, listening) })
    this.say(ended(null))
  }

  private progress(settings: LabSettings): LabProgress {
    const expected = settings.calls * settings.processes * CALLS[settings.call].records
    const share = (this.ticks - 1) / TICKS
    return {
      experiment: this.done + 1,
      of: this.queue.length,
      settings,
      stage: this.ticks === 1 ? 'preparing' : 'running',
      seconds: share * 9.4,
      expected,
      received: Math.round(share * expected),
      lost: 0,
      backlog: Math.round((1 - share) * settings.backlogLimit),
    }
  }

  private say(message: LabMessage): void {
    this.update(afterMessage(this.state, message))
  }

  private update(state: LabState): void {
    this.state = state
    this.changed(state)
  }
}

function ended(failure: Failure | null): LabMessage {
  return { kind: 'ended', failure }
}

/** As measured: a consumer that pauses takes 880 records a second, and with no wait it loses what does not fit. */
function resultOf(settings: LabSettings): LabResult {
  const made = settings.calls * settings.processes
  const expected = made * CALLS[settings.call].records
  const heldMs = expectedMs(settings)
  const naive = settings.consumer === 'naive'
  const loses = naive && settings.waitSeconds === 0
  const kept = loses ? Math.min(expected, settings.backlogLimit + 276) : expected
  const received = settings.rateLimit > 0 ? Math.min(kept, settings.rateLimit) : kept
  const seconds = heldMs > 0 ? heldMs / 1000 : made * 9e-6
  const result = {
    settings,
    kernel: '6.18.0-demo',
    seconds,
    callsPerSecond: Number((made / seconds).toPrecision(3)),
    latencyMs: {
      p50: 0.0046,
      p90: 0.0081,
      p99: 0.021,
      p999: heldMs > 0 ? 74 : 0.4,
      longest: heldMs > 0 ? Math.round(Math.min(0.95, settings.backlogLimit / 9000) * heldMs) : 1.2,
    },
    unauditedMs: 0.0003,
    events: { made, recorded: Math.floor((made * received) / expected) },
    records: {
      expected,
      received,
      lostByKernel:
        settings.rateLimit > 0 ? expected - received : Math.round((expected - received) / 5),
      lostAtSocket: 0,
      droppedByHelper: 0,
    },
    waitedMs: heldMs > 0 ? heldMs - 40 : 0,
    mostBacklog: heldMs > 0 ? settings.backlogLimit - 31 : 212,
    series: [],
  }
  return { ...result, explanation: explain(result) }
}
