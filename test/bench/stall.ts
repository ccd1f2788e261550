/**
 * `npm run bench stall`: what audited tasks feel. JSON lines, on this machine's kernel.
 *
 * First the experiment that this project began with: 2,000 unlink() while the consumer takes one record per millisecond,
 * beside the helper in its three modes. Then a reader that stops for 10 s under full load, beside the reference drain in
 * C under the same load: nobody may feel it, and the books must close.
 *
 *     npm run bench stall [-- --rounds N --seconds N]
 */
import { setTimeout as pause } from 'node:timers/promises'
import { HelperClient } from '@native/helper/client'
import { frameRecordCount } from '@native/helper/protocol'
import { HELPER, value } from '../kernel/helper'
import { Guard, whyNot } from '../kernel/kernel-guard'
import { Generator } from '../kernel/programs'
import { helper, naive, reference, type StartConsumer } from './lib/consumers'
import { enableAudit, prepareKernel, settleKernel } from './lib/kernel'
import { median, numberOption, report, rounded } from './lib/report'

const BACKLOG_LIMIT = 8192
/** The pause of the naive client after each record, µs. */
const NAIVE_PAUSE = 1000
const UNLINKS = 2000

/** The original experiment: how long the load takes, and how long one call took at worst. */
async function experiment(name: string, start: StartConsumer): Promise<void> {
  const walls: number[] = []
  const longest: number[] = []
  const losses: number[] = []
  for (let round = 0; round < numberOption('rounds', 5); round++) {
    prepareKernel('unlink', BACKLOG_LIMIT)
    const consumer = await start()
    enableAudit()
    const generated = await new Generator('unlink', UNLINKS).report()
    await consumer.end()
    losses.push(await settleKernel())
    walls.push(generated.seconds)
    longest.push(generated.longestMs)
  }
  report({
    bench: 'stall',
    experiment: 'unlink',
    calls: UNLINKS,
    consumer: name,
    seconds: rounded(median(walls)),
    longestCallMs: rounded(median(longest)),
    lost: median(losses),
  })
}

/** The load that the stopped reader's is compared with: the same, under the reference drain. */
async function underReference(seconds: number): Promise<number> {
  prepareKernel('getppid', BACKLOG_LIMIT)
  const consumer = await reference()
  enableAudit()
  const generator = new Generator('getppid', 0)
  await pause(seconds * 1000)
  const { longestMs } = await generator.end()
  await consumer.end()
  await settleKernel()
  return longestMs
}

/** Full load while nobody reads from the helper; then everything is read, and the books are checked. */
async function withStoppedReader(seconds: number) {
  prepareKernel('getppid', BACKLOG_LIMIT)
  const client = new HelperClient()
  let delivered = 0
  client.on('records', (payload) => {
    delivered += frameRecordCount(payload)
  })
  value(await client.spawn(process.execPath, [HELPER]))
  value(await client.command('subscribe', { mode: 'never-lose', backlogLimit: BACKLOG_LIMIT }))
  enableAudit()
  client.pause()
  const generator = new Generator('getppid', 0)
  await pause(seconds * 1000)
  const { longestMs, calls } = await generator.end()
  client.resume()
  let sample = value(await client.command('status', {}))
  const taken = () => delivered + sample.ring.droppedRecords
  for (let i = 0; i < 500 && taken() < sample.drain.records; i++) {
    await pause(20)
    sample = value(await client.command('status', {}))
  }
  await client.end()
  const lost = await settleKernel()
  return {
    longestMs,
    calls,
    received: sample.drain.records,
    delivered,
    dropped: sample.ring.droppedRecords,
    lost,
  }
}

async function stoppedReader(): Promise<void> {
  const seconds = numberOption('seconds', 10)
  const ratios: number[] = []
  for (let round = 0; round < numberOption('rounds', 5); round++) {
    const referenceMs = await underReference(seconds)
    const { longestMs, ...books } = await withStoppedReader(seconds)
    ratios.push(longestMs / referenceMs)
    report({
      bench: 'stall',
      experiment: 'stopped reader',
      seconds,
      ...books,
      unaccounted: books.received - books.delivered - books.dropped,
      longestCallMs: longestMs,
      longestCallOfReferenceMs: referenceMs,
    })
  }
  report({
    bench: 'stall',
    experiment: 'stopped reader',
    longestCallAgainstC: rounded(median(ratios)),
  })
}

async function main(): Promise<void> {
  const why = whyNot(true)
  if (why !== null) return report({ bench: 'stall', skipped: why })
  const guard = await Guard.take()
  await experiment('naive', naive(NAIVE_PAUSE))
  await experiment('c', reference)
  for (const mode of ['observe', 'best-effort', 'never-lose'] as const) {
    await experiment(mode, helper(mode, BACKLOG_LIMIT))
  }
  await stoppedReader()
  await guard.release()
}

void main()
