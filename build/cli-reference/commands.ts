/** The command table of `auditscope` as a flat list, for the manual and the completions that are made from it. */
import { isGroup, type Command, type CommandGroup } from '@native/cli/command'

export interface CommandAt {
  /** The words after `auditscope`, e.g. `['rules', 'add']`. */
  path: string[]
  command: Command
}

/** Every command that runs, in the table's order. */
export function flatten(group: CommandGroup, path: readonly string[] = []): CommandAt[] {
  return group.commands.flatMap((entry) => {
    const here = [...path, entry.name]
    return isGroup(entry) ? flatten(entry, here) : [{ path: here, command: entry }]
  })
}

/** Every group with its path, the root (an empty path) first. */
export function groups(
  group: CommandGroup,
  path: readonly string[] = [],
): { path: string[]; group: CommandGroup }[] {
  const below = group.commands
    .filter(isGroup)
    .flatMap((entry) => groups(entry, [...path, entry.name]))
  return [{ path: [...path], group }, ...below]
}

/** The words of every command and group but the root, one text each. */
export function allPaths(root: CommandGroup): string[] {
  const all = [...groups(root), ...flatten(root)].map(({ path }) => path.join(' '))
  return all.filter((path) => path !== '')
}

/** A shell word; names in the table are plain, so anything else is a mistake in the table. */
export function word(text: string): string {
  if (!/^[\w,.-]+$/.test(text))
    throw new Error(`"${text}" cannot be completed: it is not one plain word`)
  return text
}
