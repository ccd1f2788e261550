/** What tables and series of counts can be made by: how an event's groups follow from its interned values. */
import type { ObjectKind } from '@native/audit/event'
import { printCondition } from '@native/audit/query'
import type { SeriesKind, SummaryKind } from '@contract/store'
import type { CodeName } from '../columns/vocabulary'
import type { VocabularyFacts } from '../facts'

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

/** Groups that follow from interned values: from one column alone, or from one and the notes together. */
export interface Grouping {
  column: CodeName
  /** Whether records other than the system call's can add to it. */
  withNotes: boolean
  /** The groups of an event; it can be in several, or in none. `notes` is 0 when the event has none. */
  groups(facts: VocabularyFacts, id: number, notes: number): Group[]
}

/** The different values of a field, from a column and the notes. */
function valuesOf(
  facts: VocabularyFacts,
  column: CodeName,
  id: number,
  notes: number,
  field: string,
): Map<string, string> {
  const values = new Map<string, string>()
  const { reader } = facts
  for (const { raw, value } of reader.values(column, id, field)) values.set(raw, value)
  for (const { raw, value } of reader.values('notes', notes, field)) values.set(raw, value)
  return values
}

/** As a record writes a login user that is not set. */
const UNSET = '4294967295'

/** The login users of an event; where none is set, the users. */
function userGroups(facts: VocabularyFacts, id: number, notes: number): Group[] {
  const logins = [...valuesOf(facts, 'actor', id, notes, 'auid')].filter(([raw]) => raw !== UNSET)
  if (logins.length > 0) {
    return logins.map(([raw, name]) => ({ id: raw, name, terms: [['auid', '=', raw]] }))
  }
  return [...valuesOf(facts, 'actor', id, notes, 'uid')].map(([raw, name]) => ({
    id: `${raw} without login`,
    name: `${name} (no login)`,
    terms: [
      ['auid', 'not <', UNSET],
      ['uid', '=', raw],
    ],
  }))
}

/** A group that is all events that have a value of a field. */
function valueGroup(field: string, value: string): Group {
  return { id: value, name: value, terms: [[field, '=', value]] }
}

/** The group of events without a value of a field. */
function withoutGroup(field: string, name: string): Group {
  return { id: '', name, terms: [[field, 'not =', '*']] }
}

function keyGroups(facts: VocabularyFacts, id: number, notes: number): Group[] {
  const keys = new Set<string>()
  for (const { value } of facts.reader.values('actor', id, 'key')) keys.add(value)
  for (const { value } of facts.reader.values('notes', notes, 'key')) keys.add(value)
  if (keys.size === 0) return [withoutGroup('key', '(no key)')]
  return [...keys].map((key) => valueGroup('key', key))
}

function callGroups(facts: VocabularyFacts, id: number, notes: number): Group[] {
  const groups = new Map<string, Group>()
  for (const column of ['call', 'notes'] as const) {
    const value = column === 'call' ? id : notes
    const [arch] = facts.reader.values(column, value, 'arch')
    for (const { raw, value: name } of facts.reader.values(column, value, 'syscall')) {
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

function objectGroups(kind: ObjectKind): Grouping {
  return {
    column: 'object',
    withNotes: false,
    groups: (facts, id) => {
      if (facts.reader.objectKind(id) !== kind) return []
      return [valueGroup('object', facts.reader.object(id))]
    },
  }
}

/** The group of events with a result, and of those without. */
export function resultGroup(word: string): Group {
  return word === '' ? withoutGroup('result', '(none)') : valueGroup('result', word)
}

/** The groupings that follow from interned values. `process` and `result` need more than that. */
export const GROUPINGS: Readonly<
  Record<Exclude<SummaryKind | SeriesKind, 'process' | 'result'>, Grouping>
> = {
  syscall: { column: 'call', withNotes: true, groups: callGroups },
  user: { column: 'actor', withNotes: true, groups: userGroups },
  key: { column: 'actor', withNotes: true, groups: keyGroups },
  file: objectGroups('file'),
  connection: objectGroups('socket'),
  type: {
    column: 'shape',
    withNotes: false,
    groups: (facts, id) => {
      const names = new Set(facts.reader.values('shape', id, 'type').map(({ value }) => value))
      return [...names].map((name) => valueGroup('type', name))
    },
  },
}

/** The processes of an event: by number and program, since numbers are used again. */
export function processGroups(
  facts: VocabularyFacts,
  pid: number | null,
  actor: number,
  notes: number,
): Group[] {
  const pids = new Set(facts.reader.values('notes', notes, 'pid').map(({ raw }) => raw))
  if (pid !== null) pids.add(String(pid))
  const programs = [...valuesOf(facts, 'actor', actor, notes, 'exe').values()]
  return [...pids].flatMap((each) =>
    (programs.length === 0 ? [null] : [...new Set(programs)]).map((exe) => ({
      id: `${each} ${exe ?? ''}`,
      name: `${each} ${exe ?? ''}`,
      terms: [
        ['pid', '=', each],
        exe === null ? ['exe', 'not =', '*'] : ['exe', '=', exe],
      ] as const,
    })),
  )
}
