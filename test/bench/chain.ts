/**
 * `npm run bench chain`: the whole chain into the store, beside the reference drain in C under the same generator, in turn.
 * Helper, the pump of the main process, and the store in a process of its own, as the app runs them. JSON lines; medians
 * of the rounds.
 *
 *     npm run bench chain [-- --rounds N --calls N --call getppid|unlink]
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { app } from 'electron'
import type { Connection } from '@contract/ipc'
import type { StorePushes } from '@contract/store'
import { HelperClient } from '@native/helper/client'
import type { Hello } from '@native/helper/protocol'
import { HELPER, value } from '../kernel/helper'
import { Guard, whyNot } from '../kernel/kernel-guard'
import { Generator } from '../kernel/programs'
import { reference } from './lib/consumers'
import { enableAudit, prepareKernel, settleKernel } from './lib/kernel'
import { median, numberOption, option, report, rounded } from './lib/report'
import { StoreUnderTest } from './lib/store-process'

const BACKLOG_LIMIT = 8192
const call = option('call', 'unlink') === 'getppid' ? 'getppid' : 'unlink'
const LIVE = 0
/** Tells the Electron process that is started for the measuring from the Node process that starts it. */
const INNER = '--in-electron'

/** Events per second of the generator under the reference drain. */
async function underReference(calls: number): Promise<number> {
  prepareKernel(call, BACKLOG_LIMIT)
  const consumer = await reference()
  enableAudit()
  const generated = await new Generator(call, calls).report()
  await consumer.end()
  await settleKernel()
  return generated.calls / generated.seconds
}

interface Figures {
  eventsPerSecond: number
  longestCallMs: number
  /** Received by the helper; lost by the kernel; dropped by stage; held and not yet handed on at the end. */
  received: number
  lost: number
  dropped: Record<string, number>
  held: number
  waiting: number
  /** What the books do not explain: 0. */
  unaccounted: number
  /** Events made, and those that a query finds at the end. */
  made: number
  found: number
  /** How far indexing was behind when the load ended, and how fast it caught up. */
  lagMs: number
  lagRecords: number
  catchUpRecordsPerSecond: number | null
}

function connected(hello: Hello): Connection {
  return {
    state: 'connected',
    mode: 'never-lose',
    problem: null,
    control: 'full',
    pid: hello.pid,
    since: Date.now(),
    leftovers: [],
    hello,
  }
}

async function throughChain(calls: number): Promise<Figures> {
  prepareKernel(call, BACKLOG_LIMIT)
  const store = new StoreUnderTest()
  const client = new HelperClient()
  client.on('records', (payload) => store.process.records(payload))
  client.on('status', (sample) => store.process.post({ kind: 'status', sample }))
  const env = { ...process.env, ELECTRON_RUN_AS_NODE: '1' }
  const hello = value(await client.spawn(process.execPath, [HELPER], { env }))
  store.process.post({ kind: 'connection', connection: connected(hello) })
  value(await client.command('subscribe', { mode: 'never-lose', backlogLimit: BACKLOG_LIMIT }))
  await pause(500)
  enableAudit()
  const generated = await new Generator(call, calls).report()
  const ended = performance.now()
  // What the next push says is of a tenth of a second at most after the end.
  await pause(100)
  const { lagMs, lagRecords } = store.tick!
  const { drain } = value(await client.command('status', {}))
  const arrived = (tick: StorePushes['tick']) => tick.records + tick.droppedByUs >= drain.records
  await Promise.race([store.until((tick) => arrived(tick) && tick.lagRecords === 0), pause(30_000)])
  const seconds = (performance.now() - ended) / 1000
  const sample = value(await client.command('status', {}))
  store.process.post({ kind: 'status', sample })
  const ledger = await store.ask('ledger', { session: LIVE })
  const { events } = await store.ask('count', {
    session: LIVE,
    query: 'key=auditscope-test',
    range: {},
  })
  await client.end()
  await store.end()
  const lost = await settleKernel()
  const sums = ledger.stages.filter(({ name }) => name !== 'memory')
  const dropped = Object.fromEntries(
    sums.filter((stage) => stage.dropped > 0).map((stage) => [stage.name, stage.dropped]),
  )
  const memory = ledger.stages.find(({ name }) => name === 'memory')!
  const waiting = ledger.stages.reduce((sum, stage) => sum + stage.waiting, 0)
  const held = memory.out + memory.dropped
  const ours = Object.entries(dropped).reduce(
    (sum, [name, n]) => sum + (name === 'kernel' ? 0 : n),
    0,
  )
  return {
    eventsPerSecond: Math.round(generated.calls / generated.seconds),
    longestCallMs: generated.longestMs,
    received: sample.drain.records,
    lost,
    dropped,
    held,
    waiting,
    unaccounted: sample.drain.records - ours - held - waiting,
    made: generated.calls,
    found: events,
    lagMs: Math.round(lagMs),
    lagRecords,
    catchUpRecordsPerSecond: lagRecords < 10_000 ? null : Math.round(lagRecords / seconds),
  }
}

async function measure(): Promise<void> {
  const calls = numberOption('calls', 200_000)
  const ratios: number[] = []
  const runs: Figures[] = []
  for (let round = 0; round < numberOption('rounds', 5); round++) {
    const reference = await underReference(calls)
    const figures = await throughChain(calls)
    ratios.push(figures.eventsPerSecond / reference)
    runs.push(figures)
    report({ bench: 'chain', call, referenceEventsPerSecond: Math.round(reference), ...figures })
  }
  const rates = runs.flatMap(({ catchUpRecordsPerSecond: rate }) => rate ?? [])
  const sum = (of: (run: Figures) => number) => runs.reduce((total, run) => total + of(run), 0)
  report({
    bench: 'chain',
    call,
    eventsPerSecondAgainstC: rounded(median(ratios)),
    lost: sum(({ lost }) => lost),
    dropped: sum(({ dropped }) => Object.values(dropped).reduce((all, each) => all + each, 0)),
    missing: sum(({ made, found }) => made - found),
    unaccounted: sum(({ unaccounted }) => unaccounted),
    lagMs: Math.round(median(runs.map(({ lagMs }) => lagMs))),
    catchUpRecordsPerSecond: rates.length === 0 ? null : Math.round(median(rates)),
  })
}

/** Holds the kernel while an Electron process measures: the store is a utility process of Electron's. */
async function main(): Promise<void> {
  const why = whyNot(true)
  if (why !== null) return report({ bench: 'chain', skipped: why })
  const guard = await Guard.take()
  const args = ['--no-sandbox', process.argv[1]!, INNER, ...process.argv.slice(2)]
  const child = spawn(process.env.ELECTRON_EXEC_PATH!, args, {
    stdio: ['ignore', 'inherit', 'ignore'],
  })
  const [code] = (await once(child, 'close')) as [number | null]
  await guard.release()
  process.exitCode = code ?? 1
}

if (process.argv.includes(INNER)) {
  void app
    .whenReady()
    .then(measure)
    .then(
      () => app.exit(0),
      (error: unknown) => {
        report({ bench: 'chain', problem: String(error) })
        app.exit(1)
      },
    )
} else void main()
