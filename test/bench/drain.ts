/**
 * `npm run bench drain`: the helper against the reference drain in C and against auditd, on this machine's kernel, with
 * the same generator, in turn. JSON lines; medians of the rounds; ratios are within this run.
 *
 *     npm run bench drain [-- --rounds N --calls N --call getppid|unlink]
 */
import { Guard, whyNot } from '../kernel/kernel-guard'
import { Generator } from '../kernel/programs'
import { auditd, helper, reference, type StartConsumer } from './lib/consumers'
import { enableAudit, prepareKernel, settleKernel } from './lib/kernel'
import { median, numberOption, option, report, rounded } from './lib/report'

/** Default of auditd's own rule files, and what the published figures were measured with. */
const BACKLOG_LIMIT = 8192
const call = option('call', 'getppid') === 'unlink' ? 'unlink' : 'getppid'

interface Figures {
  eventsPerSecond: number
  recordsPerSecond: number | null
  longestCallMs: number
  lost: number
  /** Records received but not delivered. */
  missing: number | null
  cpuMicrosecondsPerRecord: number | null
  readerCpuMicrosecondsPerRecord: number | null
}

/** One run: consumer up, generator through, every record taken. */
async function measure(start: StartConsumer, calls: number): Promise<Figures> {
  prepareKernel(call, BACKLOG_LIMIT)
  const consumer = await start()
  enableAudit()
  const generated = await new Generator(call, calls).report()
  const { records, delivered, cpuSeconds, readerCpuSeconds } = await consumer.end()
  const lost = await settleKernel()
  return {
    eventsPerSecond: generated.calls / generated.seconds,
    recordsPerSecond: delivered === null ? null : delivered / generated.seconds,
    longestCallMs: generated.longestMs,
    lost,
    missing: records === null ? null : records - delivered!,
    cpuMicrosecondsPerRecord: records === null ? null : (cpuSeconds * 1e6) / records,
    readerCpuMicrosecondsPerRecord: records === null ? null : (readerCpuSeconds * 1e6) / records,
  }
}

const FIGURES = [
  'eventsPerSecond',
  'recordsPerSecond',
  'longestCallMs',
  'lost',
  'missing',
  'cpuMicrosecondsPerRecord',
  'readerCpuMicrosecondsPerRecord',
] as const satisfies readonly (keyof Figures)[]

/** The median of each figure, null where the consumer does not say. */
function medians(runs: readonly Figures[]): Figures {
  const entries = FIGURES.map((name) => {
    const values = runs.flatMap((run) => run[name] ?? [])
    return [name, values.length === 0 ? null : rounded(median(values), 4)]
  })
  return Object.fromEntries(entries) as Figures
}

/**
 * The median of the rounds' ratios: what one round's two runs, seconds apart, say about each other.
 *
 * In the mode best effort events count that were made, whether their records were lost or not: it is what the machine feels.
 * The longest call under a client that keeps up is the time in which the kernel empties a full backlog, so that with the
 * same limit for all it differs as the rates do.
 */
function ratio(ours: readonly Figures[], theirs: readonly Figures[], name: keyof Figures): number {
  return rounded(median(ours.map((run, round) => run[name]! / theirs[round]![name]!)))
}

async function main(): Promise<void> {
  const why = whyNot(true)
  if (why !== null) return report({ bench: 'drain', skipped: why })
  const consumers: Record<string, StartConsumer> = {
    c: reference,
    helper: helper('never-lose', BACKLOG_LIMIT),
    'helper, best effort': helper('best-effort', BACKLOG_LIMIT),
    auditd,
  }
  const runs: Record<string, Figures[]> = {}
  const guard = await Guard.take()
  for (let round = 0; round < numberOption('rounds', 5); round++) {
    for (const [name, start] of Object.entries(consumers)) {
      ;(runs[name] ??= []).push(await measure(start, numberOption('calls', 100_000)))
    }
  }
  await guard.release()
  const result = Object.fromEntries(
    Object.entries(runs).map(([name, each]) => [name, medians(each)]),
  )
  for (const [consumer, figures] of Object.entries(result)) {
    report({ bench: 'drain', call, consumer, ...figures })
  }
  const { c, helper: ours, auditd: theirs } = runs as Record<'c' | 'helper' | 'auditd', Figures[]>
  const bestEffort = runs['helper, best effort']!
  report({
    bench: 'drain',
    call,
    recordsPerSecondAgainstC: ratio(ours, c, 'recordsPerSecond'),
    eventsPerSecondAgainstC: ratio(ours, c, 'eventsPerSecond'),
    cpuPerRecordAgainstC: ratio(ours, c, 'cpuMicrosecondsPerRecord'),
    eventsPerSecondAgainstAuditd: ratio(ours, theirs, 'eventsPerSecond'),
    longestCallAgainstAuditd: ratio(ours, theirs, 'longestCallMs'),
    bestEffortEventsPerSecondAgainstAuditd: ratio(bestEffort, theirs, 'eventsPerSecond'),
    bestEffortLongestCallAgainstAuditd: ratio(bestEffort, theirs, 'longestCallMs'),
  })
}

void main()
