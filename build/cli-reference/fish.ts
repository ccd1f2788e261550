/** Completion for fish, from the command table itself: commands, options and the words that an option takes, with what they do. */
import type { CommandGroup, Flag } from '@native/cli/command'
import { allPaths, flatten, groups, word } from './commands'

/** Text between single quotes. */
const quoted = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`

const at = (path: readonly string[]) =>
  `complete -c auditscope -n ${quoted(`__auditscope_at ${quoted(path.join(' '))}`)}`

function option(name: string, flag: Flag): string {
  const short = flag.short ? ` -s ${flag.short}` : ''
  const value =
    flag.kind === 'switch'
      ? ''
      : flag.kind === 'choice'
        ? ` -x -a ${quoted(flag.choices.map(word).join(' '))}`
        : flag.kind === 'number'
          ? ' -x'
          : ' -r'
  return `-l ${word(name)}${short}${value} -d ${quoted(flag.help)}`
}

function lines(root: CommandGroup): string[] {
  const ofGroups = groups(root).flatMap(({ path, group }) => [
    `${at(path)} -f`,
    ...group.commands.map(
      ({ name, summary }) => `${at(path)} -a ${word(name)} -d ${quoted(summary)}`,
    ),
  ])
  const ofCommands = flatten(root).flatMap(({ path, command }) => {
    const takesFiles = command.positionals !== undefined || command.verbatim === true
    return [
      ...(takesFiles ? [] : [`${at(path)} -f`]),
      ...Object.entries(command.flags).map(([name, flag]) => `${at(path)} ${option(name, flag)}`),
    ]
  })
  return [...ofGroups, ...ofCommands]
}

/** The completion file. */
export function fishCompletion(root: CommandGroup): string {
  return `# fish completion for auditscope, made from its command table
function __auditscope_at --description 'Whether these are the words of the command so far'
    set -l so_far
    for each in (commandline -opc)[2..-1]
        switch "$so_far $each"
            case ${allPaths(root)
              .map((path) => quoted(` ${path}`))
              .join(' ')}
                set so_far "$so_far $each"
        end
    end
    test "$so_far" = (string length -q -- $argv[1]; and echo " $argv[1]"; or echo '')
end

complete -c auditscope -l help -d 'Say what it does.'
${at([])} -l version -d 'Print the version.'
${lines(root).join('\n')}
`
}
