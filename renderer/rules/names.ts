/**
 * What names in rules mean on the machine. The language asks as it parses; what is not known yet is collected, looked up
 * through main, and the text is parsed again.
 */
import { askedName, type RuleContext } from '@native/audit/rule'
import type { Machine } from '@native/audit/rule/names'
import type { IpcArgs, IpcResults } from '@contract/ipc'
import type { Result } from '@native/audit/result'

type Names = IpcArgs<'rules.lookup'>
type Found = IpcResults['rules.lookup']
type PathKind = 'directory' | 'missing'

/** At most so many of a kind are asked for at once, as the request's schema allows. */
const MOST = { users: 64, groups: 64, paths: 256 } as const
/** Names kept; a text of this many different names is nonsense that must not fill the memory. */
const MAX_KNOWN = 20_000

/** A {@link RuleContext} that remembers what it was asked and did not know. */
export class LookupContext implements RuleContext {
  private readonly users = new Map<string, number | null>([['root', 0]])
  private readonly groups = new Map<string, number | null>([['root', 0]])
  private readonly paths = new Map<string, PathKind | null>()
  private readonly wanted = {
    users: new Set<string>(),
    groups: new Set<string>(),
    paths: new Set<string>(),
  }

  constructor(
    readonly machine: Machine,
    readonly features: number | null,
  ) {}

  userId(name: string): number | null {
    return this.ask(this.users, this.wanted.users, name)
  }

  groupId(name: string): number | null {
    return this.ask(this.groups, this.wanted.groups, name)
  }

  isDirectory(path: string): boolean | null {
    return this.ask(this.paths, this.wanted.paths, path) === 'directory' ? true : null
  }

  isMissing(path: string): boolean {
    return this.ask(this.paths, this.wanted.paths, path) === 'missing'
  }

  private ask<T>(known: Map<string, T | null>, wanted: Set<string>, name: string): T | null {
    const value = known.get(name)
    if (value !== undefined) return value
    if (known.size < MAX_KNOWN) wanted.add(name)
    return null
  }

  /**
   * Looks up all that was asked for and not known. Returns the names of which something is known now (see `askedName`), so
   * that the lines with these names are worth reading again.
   */
  async resolve(lookUp: (names: Names) => Promise<Result<Found>>): Promise<ReadonlySet<string>> {
    const learned = new Set<string>()
    for (let names = this.take(); names !== null; names = this.take()) {
      const found = await lookUp(names)
      if (!found.ok) break
      this.remember(names, found.value, learned)
    }
    return learned
  }

  /** The next names to look up, as many as may be asked for at once; null when there are none. */
  private take(): Names | null {
    const names: Names = {
      users: taken(this.wanted.users, MOST.users),
      groups: taken(this.wanted.groups, MOST.groups),
      paths: taken(this.wanted.paths, MOST.paths),
    }
    return names.users.length + names.groups.length + names.paths.length === 0 ? null : names
  }

  private remember(names: Names, found: Found, learned: Set<string>): void {
    const users = new Map(Object.entries(found.users))
    const groups = new Map(Object.entries(found.groups))
    const directories = new Set(found.directories)
    const missing = new Set(found.missing)
    for (const name of names.users) {
      this.users.set(name, users.get(name) ?? null)
      if (users.has(name)) learned.add(askedName('user', name))
    }
    for (const name of names.groups) {
      this.groups.set(name, groups.get(name) ?? null)
      if (groups.has(name)) learned.add(askedName('group', name))
    }
    for (const path of names.paths) {
      const kind = directories.has(path) ? 'directory' : missing.has(path) ? 'missing' : null
      this.paths.set(path, kind)
      if (kind !== null) learned.add(askedName('path', path))
    }
  }
}

/** Takes the first of a set out of it. */
function taken(wanted: Set<string>, most: number): string[] {
  const names = [...wanted].slice(0, most)
  for (const name of names) wanted.delete(name)
  return names
}
