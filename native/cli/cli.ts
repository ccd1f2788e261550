/** Finds the command, checks its arguments, runs it, and turns what it returns into output and an exit code. */
import type { Failure } from '@native/audit/result'
import { version } from '../../package.json'
import { didYouMean, parseFor, usage, USAGE } from './args'
import { isGroup, type Command, type CommandGroup, type FlagValues, type Flags } from './command'
import { commandHelp, groupHelp } from './help'
import { escapeForDisplay } from '@native/audit/text'
import type { Io } from './io'

/** 0 done, 1 refused or failed, 2 wrong usage. */
export type ExitCode = 0 | 1 | 2

/** Runs `auditscope` with the arguments after its name. Never throws. */
export async function runCli(
  root: CommandGroup,
  argv: readonly string[],
  io: Io,
): Promise<ExitCode> {
  if (argv[0] === '--version' || argv[0] === '-V') {
    await io.out.write(`auditscope ${version}\n`)
    return 0
  }
  return descend(root, root.name, argv, io)
}

async function descend(
  group: CommandGroup,
  path: string,
  argv: readonly string[],
  io: Io,
): Promise<ExitCode> {
  const [name, ...rest] = argv
  if (name === undefined || name === '--help' || name === '-h') {
    await (name === undefined ? io.err : io.out).write(groupHelp(path, group))
    return name === undefined ? 2 : 0
  }
  if (name === 'help') return descend(group, path, [...rest, '--help'], io)
  const entry = group.commands.find((candidate) => candidate.name === name)
  if (entry === undefined) {
    const what = name.startsWith('-') ? 'option' : 'command'
    const names = group.commands.map((candidate) => candidate.name)
    return report(path, usage(`There is no ${what} ${name}.`, didYouMean(name, names, '')), io)
  }
  const entryPath = `${path} ${name}`
  return isGroup(entry) ? descend(entry, entryPath, rest, io) : run(entry, entryPath, rest, io)
}

async function run(
  command: Command,
  path: string,
  argv: readonly string[],
  io: Io,
): Promise<ExitCode> {
  const parsed = parseFor(command, argv)
  if (!parsed.ok) return report(path, parsed, io)
  if (parsed.value.help) {
    await io.out.write(commandHelp(path, command))
    return 0
  }
  const flags = parsed.value.flags as FlagValues<Flags>
  try {
    const result = await command.run({ flags, args: parsed.value.args, io })
    return result.ok ? 0 : await report(path, result, io)
  } catch (error) {
    return report(path, internal(error), io)
  }
}

/** An exception is a bug: it is told as such, with what a report about it needs. */
function internal(error: unknown): Failure {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  return {
    ok: false,
    code: 'internal',
    message: `This is a bug in auditscope ${version}: ${text}.`,
    hint: 'Please report it with the command that was typed.',
  }
}

/** One line on stderr. */
async function report(path: string, failure: Failure, io: Io): Promise<ExitCode> {
  const wrongUsage = failure.code === USAGE
  const hint = failure.hint === '' && wrongUsage ? `See "${path} --help".` : failure.hint
  await io.err.write(
    escapeForDisplay(`${path}: ${failure.message}${hint === '' ? '' : ` ${hint}`}`) + '\n',
  )
  return wrongUsage ? 2 : 1
}
