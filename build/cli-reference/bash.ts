/** Completion for bash, from the command table itself: commands, options, and the words that an option takes. */
import type { CommandGroup } from '@native/cli/command'
import { allPaths, flatten, groups, word } from './commands'

function wordsOfGroups(root: CommandGroup): string[] {
  return groups(root).map(({ path, group }) => {
    const names = group.commands.map(({ name }) => word(name))
    const extra = path.length === 0 ? ['--help', '--version'] : ['--help']
    return `    '${path.join(' ')}') words='${[...names, ...extra].join(' ')}' ;;`
  })
}

function wordsOfCommands(root: CommandGroup): string[] {
  return flatten(root).map(({ path, command }) => {
    const flags = Object.keys(command.flags).map((name) => `--${word(name)}`)
    return `    '${path.join(' ')}') words='${[...flags, '--help'].join(' ')}' ;;`
  })
}

function wordsOfChoices(root: CommandGroup): string[] {
  return flatten(root).flatMap(({ path, command }) =>
    Object.entries(command.flags).flatMap(([name, flag]) => {
      if (flag.kind === 'switch') return []
      const choices = flag.kind === 'choice' ? flag.choices.map(word).join(' ') : ''
      const patterns = [`--${name}`, ...(flag.short ? [`-${flag.short}`] : [])]
      return `    ${patterns.map((pattern) => `'${path.join(' ')}:${pattern}'`).join(' | ')}) words='${choices}' ;;`
    }),
  )
}

/** The completion file. Where no word fits, bash completes file names. */
export function bashCompletion(root: CommandGroup): string {
  return `# bash completion for auditscope, made from its command table
_auditscope() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD - 1]} path='' words='' word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "\${path:+$path }$word" in
    ${allPaths(root)
      .map((path) => `'${path}'`)
      .join(' | ')}) path="\${path:+$path }$word" ;;
    esac
  done
  case "$path" in
${[...wordsOfGroups(root), ...wordsOfCommands(root)].join('\n')}
  esac
  case "$path:$prev" in
${wordsOfChoices(root).join('\n')}
    *) ;;
  esac
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
} && complete -o bashdefault -o default -F _auditscope auditscope
`
}
