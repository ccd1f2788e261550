/**
 * What names in rules mean on the machine. The language asks as it parses; what is not known yet is collected, looked up
 * through main, and the text is parsed again.
 */
import type { RuleContext } from '@native/audit/rule'
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
  private wanted = { users: new Set<string>(), groups: new Set<string>(), paths: new Set<string>() }

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

  /** Looks up what was asked for and not known; true when something was, so that parsing again may give more. */
  async resolve(lookUp: (names: Names) => Promise<Result<Found>>): Promise<boolean> {
    const names: Names = {
      users: [...this.wanted.users].slice(0, MOST.users),
      groups: [...this.wanted.groups].slice(0, MOST.groups),
      paths: [...this.wanted.paths].slice(0, MOST.paths),
    }
    this.wanted = { users: new Set(), groups: new Set(), paths: new Set() }
    if (names.users.length + names.groups.length + names.paths.length === 0) return false
    const found = await lookUp(names)
    if (!found.ok) return false
    const users = new Map(Object.entries(found.value.users))
    const groups = new Map(Object.entries(found.value.groups))
    const directories = new Set(found.value.directories)
    const missing = new Set(found.value.missing)
    for (const name of names.users) this.users.set(name, users.get(name) ?? null)
    for (const name of names.groups) this.groups.set(name, groups.get(name) ?? null)
    for (const path of names.paths) {
      this.paths.set(
        path,
        directories.has(path) ? 'directory' : missing.has(path) ? 'missing' : null,
      )
    }
    return true
  }
}
