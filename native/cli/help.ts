/** The text of --help, for the whole program, a group and a command. */
import { isGroup, type Command, type CommandEntry, type CommandGroup, type Flag } from './command'

const EXIT_CODES = 'Exit codes: 0 done, 1 refused or failed, 2 wrong usage.'

/** Help for a group: its commands, one a line. `path` is what was typed to get there, e.g. `auditscope rules`. */
export function groupHelp(path: string, group: CommandGroup): string {
  const rows = group.commands.map((entry): [string, string] => [synopsis(entry), entry.summary])
  return [
    `Usage: ${path} COMMAND`,
    '',
    group.summary,
    '',
    'Commands:',
    ...table(rows),
    '',
    `"${path} COMMAND --help" tells more. ${EXIT_CODES}`,
    '',
  ].join('\n')
}

/** Help for a command. */
export function commandHelp(path: string, command: Command): string {
  const rows = Object.entries(command.flags).map(([name, flag]): [string, string] => [
    flagUsage(name, flag),
    flag.help,
  ])
  rows.push(['--help, -h', 'Show this text.'])
  const parts = [`Usage: ${usageLine(path, command)}`, '', command.summary]
  if (command.details !== undefined) parts.push('', command.details)
  return [...parts, '', 'Options:', ...table(rows), '', EXIT_CODES, ''].join('\n')
}

/** `auditscope status [--json]`. */
export function usageLine(path: string, command: Command): string {
  const flags = Object.entries(command.flags).map(([name, flag]) => `[${longUsage(name, flag)}]`)
  return [path, ...flags, ...positionalUsage(command)].join(' ')
}

function synopsis(entry: CommandEntry): string {
  return isGroup(entry) ? `${entry.name} ...` : [entry.name, ...positionalUsage(entry)].join(' ')
}

function positionalUsage(command: Command): string[] {
  if (command.positionals === undefined) return []
  const { placeholder, min, max } = command.positionals
  const name = max > 1 ? `${placeholder}...` : placeholder
  return [min === 0 ? `[${name}]` : name]
}

function longUsage(name: string, flag: Flag): string {
  if (flag.kind === 'switch') return `--${name}`
  return `--${name} ${flag.kind === 'choice' ? flag.choices.join('|') : flag.placeholder}`
}

function flagUsage(name: string, flag: Flag): string {
  return flag.short === undefined
    ? longUsage(name, flag)
    : `${longUsage(name, flag)}, -${flag.short}`
}

const WIDEST_LEFT = 28

function table(rows: readonly [string, string][]): string[] {
  const width = Math.min(WIDEST_LEFT, Math.max(...rows.map(([left]) => left.length)))
  return rows.flatMap(([left, right]) =>
    left.length > width
      ? [`  ${left}`, `  ${' '.repeat(width)}  ${right}`]
      : [`  ${left.padEnd(width)}  ${right}`],
  )
}
