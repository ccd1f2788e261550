/**
 * `npm run bench governor`: a budget under a load that is many times what fits. JSON lines, on this machine's kernel.
 *
 * For each mode: how many times the load is of what fits, the helper's CPU in each second from the third on against the
 * budget, the generator's longest call, and how long after the load every record is taken again.
 *
 *     npm run bench governor [-- --cpu PERCENT --seconds N]
 */
import { setTimeout as pause } from 'node:timers/promises'
import { HelperClient } from '@native/helper/client'
import type { Notice, StatusSample } from '@native/helper/protocol'
import { HELPER, value } from '../kernel/helper'
import { Guard, whyNot } from '../kernel/kernel-guard'
import { Generator } from '../kernel/programs'
import { enableAudit, prepareKernel, settleKernel } from './lib/kernel'
import { numberOption, report, rounded } from './lib/report'

const BACKLOG_LIMIT = 8192
const WAIT_MS = 20
/**
 * The helper has run for so long when the load begins, ms: its runtime collects what its start left over once, 8 s after
 * the start (V8's memory reducer), and that is 60 ms of CPU in one second whatever the load.
 */
const SETTLED = 12_000
const LONGEST_RECOVERY = 20_000
/** Records of one getppid event. */
const RECORDS_PER_CALL = 3

async function underBudget(mode: 'observe' | 'best-effort', cpuPercent: number): Promise<void> {
  const seconds = numberOption('seconds', 10)
  const client = new HelperClient()
  const samples: StatusSample[] = []
  const notices: Notice[] = []
  client.on('status', (sample) => samples.push(sample))
  client.on('notice', (notice) => notices.push(notice))
  prepareKernel('getppid', BACKLOG_LIMIT)
  value(await client.spawn(process.execPath, [HELPER]))
  value(await client.command('subscribe', { mode }))
  const budget = { cpuPercent, memoryBytes: 64 * 2 ** 20, waitMs: WAIT_MS }
  value(await client.command('governor', { budget }))
  enableAudit()
  await pause(SETTLED)
  const began = Date.now()
  const generator = new Generator('getppid', 0)
  await pause(seconds * 1000)
  const generated = await generator.end()
  const ended = Date.now()
  const full = () => notices.find((each) => each.type === 'governor' && each.action === 'full')
  while (full() === undefined && Date.now() < ended + LONGEST_RECOVERY) await pause(20)
  const cpu = cpuBySecond(samples, began + 2000, ended)
  const pace = samples.filter(({ at }) => at < ended).at(-1)?.governor?.pace ?? null
  await client.end()
  const lost = await settleKernel()
  report({
    bench: 'governor',
    mode,
    budgetCpuPercent: cpuPercent,
    loadOverPace:
      pace == null
        ? null
        : rounded((generated.calls * RECORDS_PER_CALL) / generated.seconds / pace),
    cpuPercentBySecond: cpu.map((use) => rounded(use)),
    worstCpuOverBudget: rounded(Math.max(...cpu) / cpuPercent),
    callsPerSecond: rounded(generated.calls / generated.seconds),
    longestCallMs: rounded(generated.longestMs),
    p99CallMs: rounded(generated.p99Ms),
    recoverySeconds: full() === undefined ? null : rounded((full()!.at - ended) / 1000),
    missed: mode === 'observe' ? (samples.at(-1)?.socket?.drops ?? 0) : lost,
  })
}

/** The helper's CPU within each second of a span, percent of one CPU. */
function cpuBySecond(samples: readonly StatusSample[], from: number, to: number): number[] {
  const used = ({ cpu }: StatusSample): number => cpu.user + cpu.system
  const span = samples.filter(({ at }) => at >= from && at <= to)
  const values: number[] = []
  // Two samples a second.
  for (let i = 2; i < span.length; i += 2)
    values.push(((used(span[i]!) - used(span[i - 2]!)) / (span[i]!.at - span[i - 2]!.at)) * 100)
  return values
}

async function main(): Promise<void> {
  const why = whyNot(true)
  if (why !== null) return report({ bench: 'governor', skipped: why })
  const guard = await Guard.take()
  for (const mode of ['observe', 'best-effort'] as const)
    await underBudget(mode, numberOption('cpu', 5))
  await guard.release()
}

void main()
