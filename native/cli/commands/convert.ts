/** `auditscope convert`: logs of auditd as text that people, programs and spreadsheets can read. */
import { OUTPUT_FORMATS } from '@native/audit/format'
import { NO_NAMES } from '@native/audit/interpret'
import { counted } from '@native/audit/numbers'
import { compileQuery, type Plan } from '@native/audit/query'
import { queryNames } from '@native/audit/query/table-names'
import { fail, ok, type Failure, type Result } from '@native/audit/result'
import { escapeForDisplay } from '@native/audit/text'
import { logStreamOf, openLogFile, type LogStream } from '@native/system/log-stream'
import { MachineNames } from '@native/system/names'
import { usage } from '../args'
import { command } from '../command'
import { Converter, type Converted } from '../convert/converter'
import { Progress } from '../convert/progress'
import type { Io } from '../io'

const MAX_FILES = 10_000

export const convert = command({
  name: 'convert',
  summary: 'Turn audit logs into something readable.',
  details:
    'Reads files, plain or packed with gzip or xz, and the standard input (-). The formats: interpret, as ausearch -i ' +
    'writes it; json, one object an event; csv, one line an event; raw, the lines as they are; text, one sentence an ' +
    'event. Names come from the log where auditd put them there, else from this machine.',
  flags: {
    format: {
      kind: 'choice',
      choices: OUTPUT_FORMATS,
      short: 'f',
      help: 'What to write; interpret when not given.',
    },
    filter: {
      kind: 'text',
      placeholder: 'EXPR',
      help: 'Only events that fit, such as: success=no path~/etc/*',
    },
    'no-resolve': {
      kind: 'switch',
      help: 'Do not ask this machine for names: the log is from another one.',
    },
  },
  positionals: { placeholder: 'FILE|-', min: 0, max: MAX_FILES },
  async run({ flags, args, io }) {
    const plan = filterPlan(flags.filter)
    if (!plan.ok) return plan
    const sources = args.length === 0 ? ['-'] : args
    if (args.length === 0 && isTerminal(io)) {
      return usage('No file was given.', 'Give one or more logs, or - for the standard input.')
    }
    const converter = new Converter({
      format: flags.format ?? 'interpret',
      resolver: flags['no-resolve'] ? NO_NAMES : new MachineNames('now'),
      plan: plan.value,
    })
    const failure = await convertAll(sources, converter, io)
    for (const chunk of converter.end()) await io.out.write(chunk)
    await tell(converter.counts, io)
    return failure ?? ok(null)
  },
})

function isTerminal({ input }: Io): boolean {
  return (input as { isTTY?: boolean }).isTTY === true
}

function filterPlan(text: string | undefined): Result<Plan | null> {
  if (text === undefined) return ok(null)
  const compiled = compileQuery(text, { now: Date.now(), names: queryNames })
  if (compiled.plan !== null) return ok(compiled.plan)
  const problem = compiled.problems.find(({ severity }) => severity === 'error')
  const place = problem === undefined ? '' : ` (at character ${problem.span.from + 1})`
  return usage(`The filter is not right: ${problem?.message ?? 'it cannot be read.'}${place}`)
}

/**
 * Converts all sources. One that cannot be read is told of at once and does not keep the others from being read.
 * @returns the first failure
 */
async function convertAll(
  sources: readonly string[],
  converter: Converter,
  io: Io,
): Promise<Failure | null> {
  const progress = new Progress(io)
  let first: Failure | null = null
  for (const source of sources) {
    if (io.signal.aborted) break
    const failure = await convertOne(source, converter, progress, io)
    await progress.end()
    if (failure === null) continue
    // The framework reports the one that is returned.
    if (first === null) first = failure
    else await io.err.write(escapeForDisplay(failure.message) + '\n')
  }
  return first
}

async function convertOne(
  source: string,
  converter: Converter,
  progress: Progress,
  io: Io,
): Promise<Failure | null> {
  const opened: Result<LogStream> =
    source === '-' ? ok(logStreamOf(io.input)) : await openLogFile(source)
  if (!opened.ok) return opened
  const stream = opened.value
  const before = converter.counts
  const what = source === '-' ? 'The standard input' : source
  try {
    for await (const chunk of stream.chunks) {
      for (const part of converter.take(chunk)) await io.out.write(part)
      await progress.show(converter.counts, stream.taken(), stream.size)
      if (io.signal.aborted) return null
    }
  } catch (error) {
    return fail('unreadable', `${what} could not be read to its end: ${(error as Error).message}.`)
  } finally {
    for (const part of converter.endOfFile()) await io.out.write(part)
  }
  return noLog(what, before, converter.counts)
}

/** A file of which no line is a record is no audit log, whatever it is. */
function noLog(what: string, before: Converted, after: Converted): Failure | null {
  const lines = after.records - before.records
  if (lines === 0 || after.malformed - before.malformed < lines) return null
  return fail(
    'no-records',
    `${what} holds no audit records: ${lines === 1 ? 'its line is none' : `none of its ${counted(lines, 'line')} is one`}.`,
    'Give a log of auditd, or lines of the kernel log that begin with type=.',
  )
}

/** What a person should know in the end. Lines that are no records are worth a word in a script's log, too. */
async function tell(counts: Converted, io: Io): Promise<void> {
  if (counts.malformed > 0) {
    await io.err.write(
      `${counted(counts.malformed, 'line')} could not be read as records and were kept as they are.\n`,
    )
  }
  if (!io.err.terminal) return
  const written =
    counts.written === counts.events ? '' : `, ${counted(counts.written, 'event')} written`
  const missing =
    counts.missing === 0 ? '' : `; ${counted(counts.missing, 'serial')} missing in between`
  const unended = counts.unended === 0 ? '' : `; ${counted(counts.unended, 'event')} without an end`
  await io.err.write(
    `${counted(counts.records, 'record')}, ${counted(counts.events, 'event')}${written}${missing}${unended}.\n`,
  )
}
