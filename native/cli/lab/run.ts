/**
 * Runs an experiment: the helper takes records as the settings say, a load of our own makes them, and rules match only that
 * load's pids. The helper puts the kernel back at the end and when whoever runs this is killed, its guard when the helper
 * itself is.
 */
import { setTimeout as pause } from 'node:timers/promises'
import type { LabProgress, LabResult, LabStage } from '@native/audit/lab/result'
import { LatencyHistogram } from '@native/audit/lab/latency'
import { CALLS, LONGEST_MS, playing, type LabSettings } from '@native/audit/lab/settings'
import { counterDelta } from '@native/audit/ledger/ledger'
import { recordCount } from '@native/audit/netlink/records-frame'
import { fail, ok, type Result } from '@native/audit/result'
import type { RuleContext } from '@native/audit/rule'
import { syscallsOf } from '@native/audit/rule/names'
import { HelperClient } from '@native/helper/client'
import type { Launch } from '@native/helper/launch'
import type { Hello, StatusSample } from '@native/helper/protocol'
import { inUse } from './in-use'
import { keyCounter } from './keys'
import { startLoad, type Load } from './load-process'
import { encodedRule } from './rule'
import { summary } from './summary'

const KEY = 'auditscope-lab'
const countKeys = keyCounter(KEY)

export interface LabContext {
  launch: Launch
  /** The bundled load (load.ts). */
  loadScript: string
  rules: RuleContext
  signal: AbortSignal
  /** Hears how far the experiment is; `experiment` and `of` are the caller's to fill in. */
  onProgress?: (progress: Omit<LabProgress, 'experiment' | 'of'>) => void
}

/** Runs one experiment. Codes of failure: `in-use`, `cancelled`, `timeout`, and those of the helper. */
export async function runExperiment(
  settings: LabSettings,
  context: LabContext,
): Promise<Result<LabResult>> {
  const client = new HelperClient()
  const loads: Load[] = []
  const { launch } = context
  const hello = await client.spawn(launch.command, launch.args, { env: launch.env })
  if (!hello.ok) return hello
  const experiment = new Experiment(settings, context, client, loads)
  try {
    const allowed = await client.command('authorize', {})
    if (!allowed.ok) return allowed
    const used = await inUse(client, hello.value)
    if (used !== null) return used
    return await experiment.run(hello.value)
  } finally {
    experiment.enter('restoring')
    // First the helper: a process that waits for its reader cannot be killed before.
    await client.end()
    for (const load of loads) load.kill()
  }
}

class Experiment {
  readonly #settings: LabSettings
  readonly #context: LabContext
  readonly #client: HelperClient
  readonly #loads: Load[]
  readonly #samples: StatusSample[] = []
  #stage: LabStage = 'preparing'
  #began = 0
  #before: StatusSample | null = null
  /** Settles when it is cancelled, or the helper has gone. */
  readonly #ended: Promise<Result<never>>
  #events = 0
  #arrived = 0

  constructor(settings: LabSettings, context: LabContext, client: HelperClient, loads: Load[]) {
    this.#settings = settings
    this.#context = context
    this.#client = client
    this.#loads = loads
    client.on('status', (sample) => {
      this.#samples.push(sample)
      this.#report()
    })
    this.#ended = Promise.race([aborted(context.signal).then(() => CANCELLED), gone(client)])
    client.on('records', (payload) => {
      this.#events += countKeys(payload)
      this.#arrived += recordCount(payload)
    })
  }

  async run(hello: Hello): Promise<Result<LabResult>> {
    this.enter('preparing')
    const prepared = await this.#prepare(hello.hz)
    if (!prepared.ok) return prepared
    const started = await this.#startLoads()
    if (!started.ok) return started
    const before = await this.#client.command('status', {})
    if (!before.ok) return before
    this.#before = before.value
    this.#began = Date.now()
    this.enter('running')
    const finished = await this.#letRun()
    if (!finished.ok) return finished
    const ended = Date.now()
    this.enter('draining')
    const after = await this.#settled()
    if (!after.ok) return after
    const result = summary({
      settings: this.#settings,
      hello,
      began: this.#began,
      ...finished.value,
      unaudited: started.value,
      before: before.value,
      after: after.value,
      samples: this.#samples.filter(({ at }) => at >= this.#began && at <= ended),
      events: this.#events,
    })
    return ok(result)
  }

  /** Notes and tells what is done now. */
  enter(stage: LabStage): void {
    this.#stage = stage
    this.#report()
  }

  #report(): void {
    const { processes, calls, call } = this.#settings
    const before = this.#before
    const newest = before === null ? undefined : this.#samples.at(-1)
    this.#context.onProgress?.({
      settings: this.#settings,
      stage: this.#stage,
      seconds: this.#began === 0 ? 0 : (Date.now() - this.#began) / 1000,
      expected: processes * calls * CALLS[call].records,
      received: Math.max(0, (newest?.drain.records ?? 0) - (before?.drain.records ?? 0)),
      lost: counterDelta(
        before?.kernel?.lost ?? 0,
        newest?.kernel?.lost ?? before?.kernel?.lost ?? 0,
      ),
      backlog: newest?.kernel?.backlog ?? 0,
    })
  }

  /** The guard and the mode first, then the settings, which win over what the mode sets; auditing last. */
  async #prepare(hz: number): Promise<Result<unknown>> {
    const { backlogLimit, waitSeconds, rateLimit } = this.#settings
    const { mode, receiveBuffer, pauseMicroseconds } = playing(this.#settings)
    const client = this.#client
    const guarded = await client.command('guard', {})
    if (!guarded.ok) return guarded
    const naive = this.#settings.consumer === 'naive' ? { priorityBoost: 0, watchdog: 0 } : {}
    const subscribed = await client.command('subscribe', {
      mode,
      receiveBuffer,
      backlogLimit,
      ...naive,
    })
    if (!subscribed.ok) return subscribed
    const slow = await client.command('lab.slow', { pauseMicroseconds })
    if (!slow.ok) return slow
    const backlogWaitTime = Math.round(waitSeconds * hz)
    const wait = mode === 'best-effort' ? {} : { backlogWaitTime }
    return client.command('set', { backlogLimit, rateLimit, ...wait, enabled: 1 })
  }

  /**
   * Starts the load's processes, which wait for their sign, and rules that match only them. Returns what a call takes
   * without a rule, us.
   */
  async #startLoads(): Promise<Result<number>> {
    const { processes, call, calls } = this.#settings
    const { loadScript, rules } = this.#context
    // Not every architecture has every call: its C library uses another one there.
    const known = syscallsOf(rules.machine)
    const names = CALLS[call].syscalls.filter((name) => known.number(name) !== null).join(',')
    const unaudited: number[] = []
    for (let i = 0; i < processes; i++) {
      const load = startLoad(loadScript, call, calls)
      this.#loads.push(load)
      const ready = await this.#orCancelled(load.ready)
      if (!ready.ok) return ready
      if (ready.value === null) return fail('internal', 'The load could not be started.')
      unaudited.push(ready.value)
      const text = `-a always,exit -F arch=b64 -S ${names} -F pid=${load.pid} -F key=${KEY}`
      const rule = encodedRule(text, rules)
      if (!rule.ok) return rule
      const added = await this.#client.command('rules.add', { rule: rule.value })
      if (!added.ok) return added
    }
    return ok(unaudited.sort((a, b) => a - b)[unaudited.length >> 1]!)
  }

  /** Gives the sign and waits for the end, or for the time-out. */
  async #letRun(): Promise<Result<{ latency: LatencyHistogram; seconds: number }>> {
    for (const load of this.#loads) load.begin()
    const ended = await this.#orCancelled(Promise.all(this.#loads.map(({ report }) => report)))
    if (!ended.ok) return ended
    const latency = new LatencyHistogram()
    let seconds = 0
    for (const report of ended.value) {
      if (report === null) return fail('internal', 'The load ended without a report.')
      latency.merge(report.histogram)
      seconds = Math.max(seconds, report.seconds)
    }
    return ok({ latency, seconds })
  }

  /** Waits, but not longer than until it is cancelled, the helper has ended, or the longest time is over. */
  async #orCancelled<T>(work: Promise<T>): Promise<Result<T>> {
    const over = new AbortController()
    const waiting: Promise<Result<T>>[] = [
      work.then((value) => ok(value)),
      this.#ended,
      pause(LONGEST_MS, TIMEOUT, { signal: over.signal }).catch(() => TIMEOUT),
    ]
    const first = await Promise.race(waiting)
    over.abort()
    return first
  }

  /** Waits until all that the kernel and the helper hold has arrived. A consumer that pauses is let go for that. */
  async #settled(): Promise<Result<StatusSample>> {
    await this.#client.command('lab.slow', { pauseMicroseconds: null })
    let quiet = 0
    let last = -1
    for (;;) {
      if (this.#context.signal.aborted) return CANCELLED
      const sample = await this.#client.command('status', {})
      if (!sample.ok) return sample
      const { kernel, drain, ring } = sample.value
      const delivered = this.#arrived + ring.droppedRecords === drain.records
      quiet = delivered && drain.records === last && kernel?.backlog === 0 ? quiet + 1 : 0
      last = drain.records
      if (quiet === 3) return sample
      await pause(50)
    }
  }
}

const CANCELLED = fail('cancelled', 'The experiment was ended before its time.')
const TIMEOUT = fail(
  'timeout',
  `The load had not finished after ${LONGEST_MS / 1000} s; whoever waited was freed.`,
  'Make fewer calls, or let the consumer pause for less.',
)

/** Resolves with why the helper ended, when it does. */
function gone(client: HelperClient): Promise<Result<never>> {
  return new Promise((resolve) =>
    client.once('exit', ({ reason, message, hint }) =>
      resolve(fail(reason, `The experiment was cut off: ${message}`, hint)),
    ),
  )
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
}
