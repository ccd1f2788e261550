/** What tables and series of counts can be made by: the groups that an event is in. */
import { printCondition } from '@native/audit/query'
import type { FieldName } from '@native/audit/record'
import type { ReadField } from './value-sets'

/** A group: what is shown, and what selects exactly its events. */
export interface Group {
  /** Tells it from the others of its kind; two users can have one name. */
  id: string
  name: string
  terms: readonly Term[]
}
/** A condition; `not = *` says that the event has no value of the field. */
type Term = readonly [field: string, operator: '=' | 'not <' | 'not =', value: string]

/** The query that selects a group. Made only for those that are shown. */
export function filterOf({ terms }: Group): string {
  return terms
    .map(([field, operator, value]) => {
      if (operator === '=') return printCondition(field, '=', value)
      return `not ${field}${operator.slice('not '.length)}${value}`
    })
    .join(' and ')
}

/** The fields of two sets of values: those of the system call's record, and those of the event's other records. */
export interface TwoSets {
  call: ReadField
  notes: ReadField
}

/** Groups that follow from the values of a few fields. */
export interface Grouping {
  /** The column of the system call's part. */
  column: 'call' | 'actor'
  fields: readonly FieldName[]
  /** What gives the groups of the events that have these values; an event can be in several, or in none. */
  groups(sets: TwoSets): (pid: number | null) => Group[]
}

/** The different values of a field, by their raw text. */
function valuesOf({ call, notes }: TwoSets, field: FieldName): Map<string, string> {
  const values = new Map<string, string>()
  for (const { raw, value } of call(field)) values.set(raw, value)
  for (const { raw, value } of notes(field)) values.set(raw, value)
  return values
}

/** As a record writes a login user that is not set. */
const UNSET = '4294967295'

/** The login users of an event; where none is set, the users. */
function userGroups(sets: TwoSets): Group[] {
  const logins = [...valuesOf(sets, 'auid')].filter(([raw]) => raw !== UNSET)
  if (logins.length > 0) {
    return logins.map(([raw, name]) => ({ id: raw, name, terms: [['auid', '=', raw]] }))
  }
  return [...valuesOf(sets, 'uid')].map(([raw, name]) => ({
    id: `${raw} without login`,
    name: `${name} (no login)`,
    terms: [
      ['auid', 'not <', UNSET],
      ['uid', '=', raw],
    ],
  }))
}

/** A group that is all events that have a value of a field. */
export function valueGroup(field: string, value: string): Group {
  return { id: value, name: value, terms: [[field, '=', value]] }
}

/** The group of events without a value of a field. */
function withoutGroup(field: string, name: string): Group {
  return { id: '', name, terms: [[field, 'not =', '*']] }
}

function keyGroups({ call, notes }: TwoSets): Group[] {
  const keys = new Set([...call('key'), ...notes('key')].map(({ value }) => value))
  if (keys.size === 0) return [withoutGroup('key', '(no key)')]
  return [...keys].map((key) => valueGroup('key', key))
}

function callGroups({ call, notes }: TwoSets): Group[] {
  const groups = new Map<string, Group>()
  for (const values of [call, notes]) {
    const [arch] = values('arch')
    for (const { raw, value: name } of values('syscall')) {
      const group = name === raw ? unknownCall(raw, arch?.value ?? '') : valueGroup('syscall', name)
      groups.set(group.id, group)
    }
  }
  return [...groups.values()]
}

/** A system call without a name: its number means something else on every architecture. */
function unknownCall(number: string, arch: string): Group {
  const name = `syscall ${number} (${arch})`
  return {
    id: name,
    name,
    terms: [['syscall', '=', number], arch === '' ? ['arch', 'not =', '*'] : ['arch', '=', arch]],
  }
}

/** The group of events with a result, and of those without. */
export function resultGroup(word: string): Group {
  return word === '' ? withoutGroup('result', '(none)') : valueGroup('result', word)
}

/** The processes of an event: by number and program, since numbers are used again. */
function processGroups(sets: TwoSets): (pid: number | null) => Group[] {
  const others = sets.notes('pid').map(({ raw }) => raw)
  const found = new Set(valuesOf(sets, 'exe').values())
  const programs = found.size === 0 ? [null] : [...found]
  return (pid) => {
    const pids = new Set(pid === null ? others : [...others, String(pid)])
    return [...pids].flatMap((each) => programs.map((exe) => processGroup(each, exe)))
  }
}

function processGroup(pid: string, exe: string | null): Group {
  const name = `${pid} ${exe ?? ''}`
  const program: Term = exe === null ? ['exe', 'not =', '*'] : ['exe', '=', exe]
  return { id: name, name, terms: [['pid', '=', pid], program] }
}

/** Groups that the process has no part in. */
function whatever(groups: (sets: TwoSets) => Group[]): Grouping['groups'] {
  return (sets) => {
    const made = groups(sets)
    return () => made
  }
}

/** The groupings that follow from fields; the others are read off a column as it is. */
export const GROUPINGS: Readonly<Record<'process' | 'syscall' | 'user' | 'key', Grouping>> = {
  process: { column: 'actor', fields: ['pid', 'exe'], groups: processGroups },
  syscall: { column: 'call', fields: ['arch', 'syscall'], groups: whatever(callGroups) },
  user: { column: 'actor', fields: ['auid', 'uid'], groups: whatever(userGroups) },
  key: { column: 'actor', fields: ['key'], groups: whatever(keyGroups) },
}
