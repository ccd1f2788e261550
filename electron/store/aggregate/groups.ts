/** What tables and series of counts can be made by: how an event's groups follow from its interned values. */
import type { OBJECT_KINDS } from '@native/audit/event'
import { userText } from '@native/audit/interpret'
import { printCondition } from '@native/audit/query'
import type { SeriesKind, SummaryKind } from '@contract/store'
import type { CodeName } from '../columns/vocabulary'
import type { ActorFacts, VocabularyFacts } from '../facts'

/** A group: what is shown, and what selects exactly its events. Names are different within a kind. */
export interface Group {
  name: string
  /** Fields and the value that each has; null when the event must not have the field. */
  terms: readonly (readonly [field: string, value: string | null])[]
}

/** The query that selects a group. Made only for those that are shown. */
export function filterOf({ terms }: Group): string {
  return terms
    .map(([field, value]) =>
      value === null ? `not ${field}=*` : printCondition(field, '=', value),
    )
    .join(' and ')
}

/** Groups that follow from one column; where `fallback` says so, from the notes when the event has no value there. */
export interface Grouping {
  column: CodeName
  fallback: boolean
  /** The groups of an interned value; an event can be in several, or in none. */
  groups(facts: VocabularyFacts, id: number): Group[]
  /** The same from the notes. */
  noteGroups(facts: VocabularyFacts, id: number): Group[]
}

const NONE = (): Group[] => []

const NO_KEY: Group = { name: '(no key)', terms: [['key', null]] }
const UNSET = 0xffffffff

function userGroup({ auid, uid }: ActorFacts, facts: VocabularyFacts): Group[] {
  if (auid >= 0 && auid !== UNSET) {
    return [{ name: userText(auid, facts.resolver), terms: [['auid', String(auid)]] }]
  }
  if (uid < 0) return []
  const login = auid < 0 ? null : 'unset'
  const terms = [
    ['auid', login],
    ['uid', String(uid)],
  ] as const
  return [{ name: `${userText(uid, facts.resolver)} (no login)`, terms }]
}

function keyGroups({ key }: ActorFacts): Group[] {
  if (key === '') return [NO_KEY]
  const keys = key.split('\u0001').filter((each) => each !== '')
  return [...new Set(keys)].map((each) => ({ name: each, terms: [['key', each]] }))
}

function objectGroups(kind: (typeof OBJECT_KINDS)[number]): Grouping {
  return {
    column: 'object',
    fallback: false,
    groups: (facts, id) => {
      if (facts.reader.objectKind(id) !== kind) return []
      const name = facts.reader.object(id)
      return [{ name, terms: [['object', name]] }]
    },
    noteGroups: NONE,
  }
}

/** The groupings that follow from one column. `process` and `result` need more than that. */
export const GROUPINGS: Readonly<
  Record<Exclude<SummaryKind | SeriesKind, 'process' | 'result'>, Grouping>
> = {
  syscall: {
    column: 'call',
    fallback: false,
    groups: (facts, id) => {
      const { name } = facts.call(id)
      return name === '' ? [] : [{ name, terms: [['syscall', name]] }]
    },
    noteGroups: NONE,
  },
  user: {
    column: 'actor',
    fallback: true,
    groups: (facts, id) => userGroup(facts.actor(id, 0), facts),
    noteGroups: (facts, id) => userGroup(facts.notes(id).actor, facts),
  },
  key: {
    column: 'actor',
    fallback: true,
    groups: (facts, id) => keyGroups(facts.actor(id, 0)),
    noteGroups: (facts, id) => keyGroups(facts.notes(id).actor),
  },
  file: objectGroups('file'),
  connection: objectGroups('socket'),
  type: {
    column: 'shape',
    fallback: false,
    groups: (facts, id) => {
      const names = new Set(facts.reader.values('shape', id, 'type').map(({ value }) => value))
      return [...names].map((name) => ({ name, terms: [['type', name]] }))
    },
    noteGroups: NONE,
  },
}
