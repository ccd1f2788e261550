/**
 * `npm run bench soak`: a minute of 5,000 events a second through the helper. What it holds at the end is what it held
 * after the first quarter, nothing is lost, and the books close. JSON lines.
 *
 *     npm run bench soak [-- --seconds N --rate EVENTS]
 */
import { readdirSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { HelperClient } from '@native/helper/client'
import { frameRecordCount } from '@native/helper/protocol'
import { HELPER, value } from '../kernel/helper'
import { Guard, whyNot } from '../kernel/kernel-guard'
import { Generator } from '../kernel/programs'
import { enableAudit, prepareKernel, settleKernel } from './lib/kernel'
import { numberOption, report, rounded } from './lib/report'

const BACKLOG_LIMIT = 8192
/** The part of the time after which caches are warm. */
const WARM = 0.25

async function main(): Promise<void> {
  const why = whyNot(true)
  if (why !== null) return report({ bench: 'soak', skipped: why })
  const seconds = numberOption('seconds', 60)
  const rate = numberOption('rate', 5000)
  const guard = await Guard.take()
  prepareKernel('getppid', BACKLOG_LIMIT)
  const client = new HelperClient()
  let delivered = 0
  client.on('records', (payload) => {
    delivered += frameRecordCount(payload)
  })
  const { pid } = value(await client.spawn(process.execPath, [HELPER]))
  value(await client.command('subscribe', { mode: 'never-lose', backlogLimit: BACKLOG_LIMIT }))
  enableAudit()
  const generator = new Generator('getppid', 0, rate)
  const held = async () => {
    const { memory } = value(await client.command('status', {}))
    return { memory, descriptors: readdirSync(`/proc/${pid}/fd`).length }
  }
  await pause(seconds * WARM * 1000)
  const early = await held()
  await pause(seconds * (1 - WARM) * 1000)
  const late = await held()
  const { calls, longestMs } = await generator.end()
  let sample = value(await client.command('status', {}))
  while (delivered + sample.ring.droppedRecords < sample.drain.records) {
    await pause(20)
    sample = value(await client.command('status', {}))
  }
  await client.end()
  const lost = await settleKernel()
  await guard.release()
  report({
    bench: 'soak',
    seconds,
    calls,
    longestCallMs: longestMs,
    lost,
    dropped: sample.ring.droppedRecords,
    unaccounted: sample.drain.records - delivered - sample.ring.droppedRecords,
    memoryEarly: early.memory,
    memoryLate: late.memory,
    growth: rounded(late.memory / early.memory),
    descriptorsEarly: early.descriptors,
    descriptorsLate: late.descriptors,
  })
}

void main()
