/** `auditscope lab`: what overload does to audited programs, tried on a load of its own. */
import { join } from 'node:path'
import type { LabResult } from '@native/audit/lab/result'
import {
  BOUNDS,
  CALL_NAMES,
  CONSUMERS,
  DEFAULTS,
  type LabSettings,
} from '@native/audit/lab/settings'
import { grouped } from '@native/audit/numbers'
import { ok, type Result } from '@native/audit/result'
import { command } from '../command'
import type { Io } from '../io'
import type { LabContext } from '../lab/run'

const number = (name: keyof typeof BOUNDS, placeholder: string, help: string) =>
  ({
    kind: 'number',
    placeholder,
    ...BOUNDS[name],
    help: `${help} ${DEFAULTS[name]} when not given.`,
  }) as const

export const lab = command({
  name: 'lab',
  summary: 'Try out what overload does, on a load of its own.',
  details:
    'Starts processes that make audited calls, and rules that match only them; refuses where anybody else uses audit, and puts everything back. Needs root.',
  flags: {
    consumer: {
      kind: 'choice',
      choices: CONSUMERS,
      help: 'Who takes the records: a client as first written, or the helper in a mode; naive when not given.',
    },
    'delay-ms': {
      ...number('delayMs', 'MS', 'Pause of the consumer after each record, with naive;'),
      fraction: true,
    },
    'backlog-limit': number('backlogLimit', 'N', 'Records that may wait in the kernel;'),
    'wait-seconds': {
      ...number(
        'waitSeconds',
        'S',
        'How long a task may wait for each record; best-effort always has 0;',
      ),
      fraction: true,
    },
    'rate-limit': number(
      'rateLimit',
      'N',
      'Records per second that the kernel makes at most, 0 for no limit;',
    ),
    call: {
      kind: 'choice',
      choices: CALL_NAMES,
      help: 'The call that is made; unlink when not given.',
    },
    processes: number('processes', 'N', 'Processes that make it;'),
    calls: number('calls', 'N', 'Calls of each;'),
    suite: {
      kind: 'switch',
      help: 'Run the experiments that this project began with, side by side, and answer its questions.',
    },
    json: { kind: 'switch', help: 'Print one JSON object for each experiment.' },
  },
  async run({ flags, io }) {
    const context = await labContext(io)
    if (!context.ok) return context
    if (flags.suite) return runSuite(context.value, flags.json, io)
    const consumer = flags.consumer ?? DEFAULTS.consumer
    const settings: LabSettings = {
      consumer,
      delayMs: flags['delay-ms'] ?? (consumer === 'naive' ? DEFAULTS.delayMs : 0),
      backlogLimit: flags['backlog-limit'] ?? DEFAULTS.backlogLimit,
      waitSeconds: flags['wait-seconds'] ?? DEFAULTS.waitSeconds,
      rateLimit: flags['rate-limit'] ?? DEFAULTS.rateLimit,
      call: flags.call ?? DEFAULTS.call,
      processes: flags.processes ?? DEFAULTS.processes,
      calls: flags.calls ?? DEFAULTS.calls,
    }
    const { runExperiment } = await import('../lab/run')
    const result = await runExperiment(settings, context.value)
    if (!result.ok) return result
    await io.out.write(flags.json ? JSON.stringify(result.value) + '\n' : report(result.value))
    return ok(null)
  },
})

async function labContext(io: Io): Promise<Result<LabContext>> {
  const launch = await io.machine.helper()
  if (!launch.ok) return launch
  const { systemContext } = await import('./rules/context')
  return ok({
    launch: launch.value,
    loadScript: join(__dirname, 'lab-load.cjs'),
    rules: systemContext(),
    signal: io.signal,
  })
}

async function runSuite(context: LabContext, json: boolean, io: Io): Promise<Result<null>> {
  const { runSuite: run } = await import('../lab/suite')
  if (!json) await io.out.write(row(HEADINGS))
  const answered = await run(context, (result) =>
    io.out.write(json ? JSON.stringify(result) + '\n' : row(cells(result))),
  )
  if (!answered.ok) return answered
  const { answers } = answered.value
  await io.out.write(
    json
      ? JSON.stringify(answered.value) + '\n'
      : '\n' + answers.map(({ question, answer }) => `${question}\n  ${answer}\n`).join('\n'),
  )
  return ok(null)
}

/** One experiment, in words. */
function report(result: LabResult): string {
  return (
    row(HEADINGS) +
    row(cells(result)) +
    '\n' +
    result.explanation.map((each) => `${each}\n`).join('')
  )
}

const WIDTHS = [12, 7, 7, 7, 10, 9, 10, 10, 10, 10]
const HEADINGS = [
  'consumer',
  'limit',
  'wait s',
  'rate',
  'load s',
  'p99 ms',
  'longest ms',
  'recorded',
  'lost',
  'waited ms',
]

function cells(result: LabResult): string[] {
  const { settings, latencyMs, events, records } = result
  const lost = records.lostByKernel + records.lostAtSocket + records.droppedByHelper
  return [
    settings.consumer,
    grouped(settings.backlogLimit),
    grouped(settings.consumer === 'best-effort' ? 0 : settings.waitSeconds),
    settings.rateLimit === 0 ? 'none' : grouped(settings.rateLimit),
    grouped(result.seconds),
    grouped(latencyMs.p99),
    grouped(latencyMs.longest),
    `${grouped(events.recorded)}/${grouped(events.made)}`,
    grouped(lost),
    result.waitedMs === null ? '?' : grouped(result.waitedMs),
  ]
}

function row(columns: readonly string[]): string {
  const padded = columns.map((text, i) =>
    i === 0 ? text.padEnd(WIDTHS[i]!) : text.padStart(WIDTHS[i]!),
  )
  return `${padded.join(' ')}\n`
}
