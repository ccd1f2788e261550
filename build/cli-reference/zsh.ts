/** Completion for zsh, from the command table itself: commands, options and the words that an option takes, with what they do. */
import type { CommandGroup } from '@native/cli/command'
import { allPaths, flatten, groups, word } from './commands'

const HELP = ['--help', 'Say what it does.'] as const

/** Text between single quotes. */
const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`

/** A line of a `case`, for `path`. */
const offer = (path: readonly string[], offers: readonly (readonly [string, string])[]) =>
  `    (${quoted(path.join(' '))}) offers=(${offers.map(([name, what]) => quoted(`${word(name)}:${what}`)).join(' ')}) ;;`

function offers(root: CommandGroup): string[] {
  const ofGroups = groups(root).map(({ path, group }) => {
    const names = group.commands.map(({ name, summary }) => [name, summary] as const)
    return offer(
      path,
      path.length === 0 ? [...names, HELP, ['--version', 'Print the version.']] : [...names, HELP],
    )
  })
  const ofCommands = flatten(root).map(({ path, command }) => {
    const flags = Object.entries(command.flags).map(
      ([name, { help }]) => [`--${name}`, help] as const,
    )
    return offer(path, [...flags, HELP])
  })
  return [...ofGroups, ...ofCommands]
}

function values(root: CommandGroup): string[] {
  return flatten(root).flatMap(({ path, command }) =>
    Object.entries(command.flags).flatMap(([name, flag]) => {
      if (flag.kind === 'switch') return []
      const names = [`--${name}`, ...(flag.short ? [`-${flag.short}`] : [])]
      const patterns = names.map((option) => quoted(`${path.join(' ')}:${option}`)).join('|')
      const then =
        flag.kind === 'choice' ? `compadd -- ${flag.choices.map(word).join(' ')}` : '_message value'
      return `    (${patterns}) ${then}; return ;;`
    }),
  )
}

/** The completion file. Where no word fits, zsh completes file names. */
export function zshCompletion(root: CommandGroup): string {
  const takesFiles = flatten(root).filter(({ command }) => command.positionals || command.verbatim)
  return `#compdef auditscope
# zsh completion for auditscope, made from its command table
_auditscope() {
  local at='' each
  local -a offers
  for each in "\${(@)words[2,CURRENT-1]}"; do
    case "\${at:+$at }$each" in
    (${allPaths(root).map(quoted).join('|')}) at="\${at:+$at }$each" ;;
    esac
  done
  case "$at:$words[CURRENT-1]" in
${values(root).join('\n')}
  esac
  case "$at" in
${offers(root).join('\n')}
  esac
  _describe -t offers auditscope offers
  case "$at" in
    (${takesFiles.map(({ path }) => quoted(path.join(' '))).join('|') || "'-'"}) [[ $PREFIX == -* ]] || _files ;;
  esac
}

_auditscope "$@"
`
}
