/**
 * The metrics of `auditscope exporter` in Prometheus' text format 0.0.4, named by its conventions: base units, `_total` for
 * counters. No label holds anything that a process of the machine chose. Pure.
 */
import { CAUSES } from '@native/audit/ledger/causes'
import type { LedgerView } from '@native/audit/ledger/types'
import type { StatusSample } from '@native/helper/protocol'

export interface MetricsState {
  version: string
  /** The helper's newest sample; null before one and after its end. */
  sample: StatusSample | null
  ledger: LedgerView
  /** ms since the epoch. */
  now: number
}

type Labels = Readonly<Record<string, string>>
/** Values of one metric; null where nothing is known, which is then left out. */
type Values = readonly (readonly [Labels, number | null])[]

interface Metric {
  name: string
  type: 'counter' | 'gauge'
  help: string
  values(state: MetricsState): Values
}

const one = (value: number | null | undefined): Values => [[{}, value ?? null]]
const kernel =
  (read: (status: NonNullable<StatusSample['kernel']>, sample: StatusSample) => number | null) =>
  ({ sample }: MetricsState): Values =>
    one(sample?.kernel == null ? null : read(sample.kernel, sample))
const helper =
  (read: (sample: StatusSample) => number | null | undefined) =>
  ({ sample }: MetricsState): Values =>
    one(sample === null ? null : read(sample))

/** Jiffies to seconds. */
const seconds = (jiffies: number | null, hz: number): number | null =>
  jiffies === null ? null : jiffies / hz
const MODES = ['none', 'observe', 'best-effort', 'never-lose'] as const

export const METRICS: readonly Metric[] = [
  {
    name: 'auditscope_build_info',
    type: 'gauge',
    help: 'Version of the exporter; always 1.',
    values: ({ version }) => [[{ version }, 1]],
  },
  {
    name: 'auditscope_up',
    type: 'gauge',
    help: 'Whether the helper runs and the kernel answers it.',
    values: ({ sample }) => one(sample?.kernel == null ? 0 : 1),
  },
  {
    name: 'auditscope_kernel_answer_age_seconds',
    type: 'gauge',
    help: 'Age of the newest answer of the kernel: it holds questions back while its backlog is full.',
    values: ({ sample, now }) =>
      one(sample?.kernel == null ? null : Math.max(0, now - sample.kernelAt) / 1000),
  },
  {
    name: 'auditscope_enabled',
    type: 'gauge',
    help: 'Auditing: 0 off, 1 on, 2 on and locked until the next boot.',
    values: kernel(({ enabled }) => enabled),
  },
  {
    name: 'auditscope_failure',
    type: 'gauge',
    help: 'What the kernel does when it loses a record: 0 nothing, 1 prints, 2 panics.',
    values: kernel(({ failure }) => failure),
  },
  {
    name: 'auditscope_daemon_registered',
    type: 'gauge',
    help: 'Whether a process is registered as the audit daemon.',
    values: kernel(({ pid }) => (pid === 0 ? 0 : 1)),
  },
  {
    name: 'auditscope_rate_limit_records_per_second',
    type: 'gauge',
    help: 'Records per second that the kernel makes at most; 0 for no limit.',
    values: kernel(({ rateLimit }) => rateLimit),
  },
  {
    name: 'auditscope_backlog_limit_records',
    type: 'gauge',
    help: 'Records that may wait in the kernel; 0 for no limit.',
    values: kernel(({ backlogLimit }) => backlogLimit),
  },
  {
    name: 'auditscope_backlog_records',
    type: 'gauge',
    help: 'Records that wait in the kernel now.',
    values: kernel(({ backlog }) => backlog),
  },
  {
    name: 'auditscope_backlog_wait_limit_seconds',
    type: 'gauge',
    help: 'How long a task may be made to wait for a record while the backlog is full.',
    values: kernel(({ backlogWaitTime }, { hz }) => seconds(backlogWaitTime, hz)),
  },
  {
    name: 'auditscope_backlog_waited_seconds_total',
    type: 'counter',
    help: 'Time that tasks have waited for room in the backlog, all together.',
    values: kernel(({ backlogWaitTimeActual }, { hz }) => seconds(backlogWaitTimeActual, hz)),
  },
  {
    name: 'auditscope_kernel_lost_records_total',
    type: 'counter',
    help: 'Records that the kernel counts as lost since boot or since its counter was reset.',
    values: kernel(({ lost }) => lost),
  },
  {
    name: 'auditscope_mode',
    type: 'gauge',
    help: 'How the helper listens: 1 for the mode in force, 0 for the others.',
    values: ({ sample }) =>
      MODES.map((mode) => [{ mode }, sample === null ? null : Number(sample.mode === mode)]),
  },
  {
    name: 'auditscope_received_records_total',
    type: 'counter',
    help: 'Records that the helper received from the kernel.',
    values: helper(({ drain }) => drain.records),
  },
  {
    name: 'auditscope_received_bytes_total',
    type: 'counter',
    help: 'Bytes of text of these records.',
    values: helper(({ drain }) => drain.bytes),
  },
  {
    name: 'auditscope_missing_total',
    type: 'counter',
    help: 'What is known to be missing since the exporter started, by cause: records, or events where the unit says so.',
    values: ({ ledger }) =>
      CAUSES.map(({ id, unit, by }) => [
        { cause: id, unit, by },
        ledger.causes.find((cause) => cause.id === id)?.records ?? null,
      ]),
  },
  {
    name: 'auditscope_complete',
    type: 'gauge',
    help: 'Whether nothing is known to be missing since the exporter started: 1 yes, 0 no; absent while that cannot be known.',
    values: ({ ledger }) =>
      one(ledger.verdict === 'unknown' ? null : Number(ledger.verdict === 'complete')),
  },
  {
    name: 'auditscope_complete_since_timestamp_seconds',
    type: 'gauge',
    help: 'Since when nothing is known to be missing.',
    values: ({ ledger }) => one(ledger.since === null ? null : ledger.since / 1000),
  },
  {
    name: 'auditscope_helper_cpu_seconds_total',
    type: 'counter',
    help: 'CPU time of the helper.',
    values: helper(({ cpu }) => (cpu.user + cpu.system) / 1000),
  },
  {
    name: 'auditscope_helper_resident_memory_bytes',
    type: 'gauge',
    help: 'Resident memory of the helper.',
    values: helper(({ memory }) => memory),
  },
  {
    name: 'auditscope_helper_pace_records_per_second',
    type: 'gauge',
    help: 'Records per second that the helper takes at most to keep its budget; absent while it takes all.',
    values: helper(({ governor }) => governor?.pace),
  },
]

/** The text that a scrape gets. */
export function metricsText(state: MetricsState): string {
  return METRICS.map((metric) => block(metric, metric.values(state))).join('')
}

function block({ name, type, help }: Metric, values: Values): string {
  const known = values.filter(([, value]) => value !== null)
  if (known.length === 0) return ''
  const lines = known.map(([labels, value]) => `${name}${labelText(labels)} ${String(value)}\n`)
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`
}

function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([key, value]) => `${key}="${escaped(value)}"`)
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}

function escaped(value: string): string {
  return value.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n')
}
