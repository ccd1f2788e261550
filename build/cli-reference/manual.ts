/** The COMMANDS section of auditscope(1), in man(7) macros, from the command table itself. */
import type { CommandGroup, Flag } from '@native/cli/command'
import { usageLine } from '@native/cli/help'
import { flatten, type CommandAt } from './commands'

/** Makes text safe for roff: no escapes, no hyphens that a reader cannot copy, no line that is taken for a macro. */
export function roff(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .split('\n')
    .map((line) => (/^[.']/.test(line) ? `\\&${line}` : line))
    .join('\n')
}

/** A macro's argument: one line, quoted. */
const quoted = (text: string) => `"${roff(text).replaceAll('"', '\\(dq')}"`

const paragraphs = (text: string) =>
  text
    .split(/\n{2,}/)
    .map(roff)
    .join('\n.PP\n')

function flagTitle(name: string, flag: Flag): string {
  const value =
    flag.kind === 'switch'
      ? ''
      : ` ${flag.kind === 'choice' ? flag.choices.join('|') : flag.placeholder}`
  return `${flag.short ? `-${flag.short}, ` : ''}--${name}${value}`
}

function section({ path, command }: CommandAt): string {
  const flags = Object.entries(command.flags).map(
    ([name, flag]) => `.TP\n.B ${quoted(flagTitle(name, flag))}\n${roff(flag.help)}`,
  )
  const text = [command.summary, command.details]
    .filter((part) => part !== undefined)
    .map(paragraphs)
  return [
    `.SS ${quoted(usageLine(['auditscope', ...path].join(' '), command))}`,
    text.join('\n.PP\n'),
    ...flags,
  ].join('\n')
}

/** One subsection a command, ending in a newline. */
export function manual(root: CommandGroup): string {
  return `${flatten(root).map(section).join('\n')}\n`
}
