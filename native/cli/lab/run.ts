/**
 * Runs an experiment: the helper takes records as the settings say, a load of our own makes them, and rules match only that
 * load's pids. The helper puts the kernel back at the end, and when whoever runs this is killed.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { setTimeout as pause } from 'node:timers/promises'
import { recordCount } from '@native/audit/netlink/records-frame'
import { fail, ok, type Result } from '@native/audit/result'
import { parseRule, compileRule, type RuleContext } from '@native/audit/rule'
import { HelperClient } from '@native/helper/client'
import type { Launch } from '@native/helper/launch'
import type { Hello, StatusSample } from '@native/helper/protocol'
import { keyCounter } from './keys'
import { LatencyHistogram, type HistogramData } from './latency'
import { summary, type LabResult } from './result'
import { CALLS, playing, type LabSettings } from './settings'

/** An experiment may take so long; then the helper is ended, which frees whoever waits. */
const LONGEST_MS = 120_000
const KEY = 'auditscope-lab'
const countKeys = keyCounter(KEY)

const CANCELLED = fail('cancelled', 'The experiment was ended before its time.')

export interface LabContext {
  launch: Launch
  /** The bundled load (load.ts). */
  loadScript: string
  rules: RuleContext
  signal: AbortSignal
  /** Hears of each sample while the experiment runs. */
  onSample?: (sample: StatusSample) => void
}

/** Runs one experiment. */
export async function runExperiment(
  settings: LabSettings,
  context: LabContext,
): Promise<Result<LabResult>> {
  const client = new HelperClient()
  const children: ChildProcess[] = []
  const { launch } = context
  const hello = await client.spawn(launch.command, launch.args, { env: launch.env })
  if (!hello.ok) return hello
  try {
    const used = await inUse(client, hello.value)
    if (used !== null) return used
    const experiment = new Experiment(settings, context, client, children)
    return await experiment.run(hello.value)
  } finally {
    // First the helper: a process that waits for its reader cannot be killed before.
    await client.end()
    for (const child of children) child.kill('SIGKILL')
  }
}

/** Why the lab must not touch this kernel now, or null. */
async function inUse(client: HelperClient, hello: Hello): Promise<Result<never> | null> {
  if (hello.problem !== null) return hello.problem
  const { status } = hello
  const daemon = hello.daemon === null ? null : `${hello.daemon.comm} (${hello.daemon.pid})`
  const rules = await client.command('rules.list', {})
  if (!rules.ok) return rules
  const why =
    status === null
      ? 'the kernel’s status is not known'
      : daemon !== null
        ? `${daemon} is the audit daemon`
        : status.enabled === 2
          ? 'the configuration is locked'
          : status.failure === 2
            ? 'failure is 2, so that a lost record would panic the machine'
            : rules.value.length > 0
              ? `there are ${rules.value.length} rules`
              : null
  return why === null
    ? null
    : fail(
        'in-use',
        `Audit is in use on this machine: ${why}.`,
        'The lab runs only where nobody else uses audit.',
      )
}

class Experiment {
  readonly #settings: LabSettings
  readonly #context: LabContext
  readonly #client: HelperClient
  readonly #children: ChildProcess[]
  readonly #samples: StatusSample[] = []
  #events = 0
  #arrived = 0

  constructor(
    settings: LabSettings,
    context: LabContext,
    client: HelperClient,
    children: ChildProcess[],
  ) {
    this.#settings = settings
    this.#context = context
    this.#client = client
    this.#children = children
    client.on('status', (sample) => {
      this.#samples.push(sample)
      context.onSample?.(sample)
    })
    client.on('records', (payload) => {
      this.#events += countKeys(payload)
      this.#arrived += recordCount(payload)
    })
  }

  async run(hello: Hello): Promise<Result<LabResult>> {
    const prepared = await this.#prepare(hello.hz)
    if (!prepared.ok) return prepared
    const loads = await this.#startLoads()
    if (!loads.ok) return loads
    const before = await this.#client.command('status', {})
    if (!before.ok) return before
    const from = Date.now()
    const finished = await this.#letRun(loads.value)
    if (!finished.ok) return finished
    const seconds = (Date.now() - from) / 1000
    const after = await this.#settled()
    if (!after.ok) return after
    const result = summary({
      settings: this.#settings,
      hello,
      seconds,
      latency: finished.value,
      before: before.value,
      after: after.value,
      samples: this.#samples.filter(({ at }) => at >= from),
      events: this.#events,
    })
    return ok(result)
  }

  /** The mode first, then the settings, which win over what the mode sets; auditing last. */
  async #prepare(hz: number): Promise<Result<unknown>> {
    const { backlogLimit, waitSeconds, rateLimit } = this.#settings
    const { mode, receiveBuffer, pace } = playing(this.#settings)
    const client = this.#client
    const naive = this.#settings.consumer === 'naive' ? { priorityBoost: 0, watchdog: 0 } : {}
    const subscribed = await client.command('subscribe', {
      mode,
      receiveBuffer,
      backlogLimit,
      ...naive,
    })
    if (!subscribed.ok) return subscribed
    const held = await client.command('lab.pace', { recordsPerSecond: pace })
    if (!held.ok) return held
    const backlogWaitTime = Math.round(waitSeconds * hz)
    const wait = mode === 'best-effort' ? {} : { backlogWaitTime }
    return client.command('set', { backlogLimit, rateLimit, ...wait, enabled: 1 })
  }

  /** Starts the load's processes, which wait for their sign, and rules that match only them. */
  async #startLoads(): Promise<Result<Load[]>> {
    const { processes, call, calls } = this.#settings
    const env = { ...process.env, ELECTRON_RUN_AS_NODE: '1' }
    const loads: Load[] = []
    for (let i = 0; i < processes; i++) {
      const child = spawn(process.execPath, [this.#context.loadScript, call, String(calls)], {
        stdio: ['pipe', 'pipe', 'inherit'],
        env,
      })
      this.#children.push(child)
      if (child.pid === undefined) return fail('internal', 'The load could not be started.')
      loads.push(watchLoad(child))
      const names = CALLS[call].syscalls.join(',')
      const text = `-a always,exit -F arch=b64 -S ${names} -F pid=${child.pid} -F key=${KEY}`
      const rule = parseRule(text, this.#context.rules)
      if (!rule.ok) return rule
      const bytes = Buffer.from(compileRule(rule.value.rule)).toString('base64')
      const added = await this.#client.command('rules.add', { rule: bytes })
      if (!added.ok) return added
    }
    return ok(loads)
  }

  /** Gives the sign and waits for the end, or for the time-out. */
  async #letRun(loads: readonly Load[]): Promise<Result<LatencyHistogram>> {
    for (const { child } of loads) child.stdin!.write('\n')
    const all = Promise.all(loads.map(({ report }) => report))
    const over = new AbortController()
    const end = Promise.race([
      all,
      pause(LONGEST_MS, null, { signal: over.signal }).catch(() => null),
      new Promise<null>((resolve) =>
        this.#context.signal.addEventListener('abort', () => resolve(null)),
      ),
    ])
    const reports = await end
    over.abort()
    if (reports === null)
      return this.#context.signal.aborted
        ? CANCELLED
        : fail(
            'timeout',
            `The load had not finished after ${LONGEST_MS / 1000} s; whoever waited was freed.`,
          )
    const merged = new LatencyHistogram()
    for (const report of reports) {
      if (report === null) return fail('internal', 'The load ended without a report.')
      merged.merge(report.histogram)
    }
    return ok(merged)
  }

  /** Waits until all that the kernel and the helper hold has arrived. A consumer that pauses is let go for that. */
  async #settled(): Promise<Result<StatusSample>> {
    await this.#client.command('lab.pace', { recordsPerSecond: 0 })
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

interface LoadReport {
  seconds: number
  histogram: HistogramData
}
interface Load {
  child: ChildProcess
  /** Null when it ended without one. */
  report: Promise<LoadReport | null>
}

function watchLoad(child: ChildProcess): Load {
  let output = ''
  child.stdout!.on('data', (chunk: Buffer) => {
    output += chunk.toString()
  })
  child.stdin!.on('error', () => undefined)
  const report = new Promise<LoadReport | null>((resolve) => {
    child.on('error', () => resolve(null))
    child.on('close', () => resolve(output === '' ? null : (JSON.parse(output) as LoadReport)))
  })
  return { child, report }
}
