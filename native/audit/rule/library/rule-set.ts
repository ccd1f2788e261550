/** A rule set with a purpose, and its text for a machine. */
import type { RuleContext } from '../context'
import { is64Bit, syscallsOf, twinOf, type Machine } from '../names'

/** Lines of a rule set. A syscall rule becomes one line for each width of the machine. */
export type RuleTemplate =
  /** A line as it is; for watches and for rules without syscalls. */
  | { line: string }
  /** `-a ACTION,exit -F arch=... -S SYSCALLS REST`, for each width that has any of the syscalls. */
  | { action?: 'always' | 'never'; syscalls: string; rest: string }

/** A rule set of the library. */
export interface RuleSet {
  /** Short and stable; part of the key, `auditscope-ID`. */
  id: string
  title: string
  /** What question it answers, one sentence. */
  purpose: string
  /** What to expect of it: how many events, what it costs. */
  expect: string
  templates: readonly RuleTemplate[]
}

/** The key of the events that a set records. */
export function keyOfSet({ id }: RuleSet): string {
  return `auditscope-${id}`
}

/** The files and directories that a set names. */
export function placesOfSet(set: RuleSet): string[] {
  return set.templates.flatMap((template) => {
    const text = 'line' in template ? template.line : template.rest
    return [...text.matchAll(/(?:-w |-F (?:path|dir)=)(\S+)/g)].map(([, place = '']) => place)
  })
}

/**
 * The lines of a set for a machine: one a width, with the syscalls that exist there, and without places that are known not
 * to exist (the kernel refuses to watch below a directory that is not there).
 */
export function rulesOfSet(set: RuleSet, context: RuleContext): string[] {
  const key = keyOfSet(set)
  const missing = (place: string): boolean => context.isMissing?.(place) === true
  return set.templates.flatMap((template) => {
    const text = 'line' in template ? template.line : template.rest
    const [, place] = /(?:-w |-F (?:path|dir)=)(\S+)/.exec(text) ?? []
    if (place !== undefined && missing(place)) return []
    if ('line' in template) return [withKey(template.line, key)]
    const { action = 'always', syscalls, rest } = template
    return widths(context.machine).flatMap(([width, machine]) => {
      const names = syscalls.split(' ').filter((name) => syscallsOf(machine).number(name) !== null)
      if (names.length === 0) return []
      const parts = [`-a ${action},exit -F arch=${width} -S ${names.join(',')}`, rest]
      const line = parts.filter((part) => part !== '').join(' ')
      return [action === 'always' ? withKey(line, key) : line]
    })
  })
}

/** Watches and rules that record get the set's key; what drops or exempts has none. */
function withKey(line: string, key: string): string {
  return /^-w |^-a always,exit/.test(line) ? `${line} -k ${key}` : line
}

function widths(machine: Machine): [string, Machine][] {
  const twin = twinOf(machine)
  const own: [string, Machine] = [is64Bit(machine) ? 'b64' : 'b32', machine]
  return twin === null ? [own] : [own, ['b32', twin]]
}

/** The set as a piece of a rules file: its title and purpose as comments, then its rules. */
export function textOfSet(set: RuleSet, context: RuleContext): string {
  return [`# ${set.title}: ${set.purpose}`, ...rulesOfSet(set, context), ''].join('\n')
}
