/** What tables and series of counts can be made by: how an event's groups follow from its interned values. */
import type { OBJECT_KINDS } from '@native/audit/event'
import { userText } from '@native/audit/interpret'
import { fieldOrPlain, printCondition } from '@native/audit/query'
import type { SeriesKind, SummaryKind } from '@contract/store'
import type { CodeName } from '../columns/vocabulary'
import type { ActorFacts, VocabularyFacts } from '../facts'

/** A group: what is shown, and the query that selects exactly its events. */
export interface Group {
  name: string
  filter: string
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

function condition(field: string, value: string): string {
  return printCondition(fieldOrPlain(field).name, '=', value)
}

function userGroup({ auid, uid }: ActorFacts, facts: VocabularyFacts): Group[] {
  const UNSET = 0xffffffff
  if (auid >= 0 && auid !== UNSET) {
    return [{ name: userText(auid, facts.resolver), filter: condition('auid', String(auid)) }]
  }
  if (uid < 0) return []
  const name = `${userText(uid, facts.resolver)} (no login)`
  const login = auid < 0 ? 'not auid=*' : 'auid=unset'
  return [{ name, filter: `${login} and ${condition('uid', String(uid))}` }]
}

function keyGroups({ key }: ActorFacts): Group[] {
  const keys = key.split('\u0001').filter((each) => each !== '')
  if (keys.length === 0) return [{ name: '(no key)', filter: 'not key=*' }]
  return [...new Set(keys)].map((each) => ({ name: each, filter: condition('key', each) }))
}

function objectGroups(kind: (typeof OBJECT_KINDS)[number]): Grouping {
  return {
    column: 'object',
    fallback: false,
    groups: (facts, id) => {
      if (facts.reader.objectKind(id) !== kind) return []
      const name = facts.reader.object(id)
      return [{ name, filter: condition('object', name) }]
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
      return name === '' ? [] : [{ name, filter: condition('syscall', name) }]
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
      return [...names].map((name) => ({ name, filter: condition('type', name) }))
    },
    noteGroups: NONE,
  },
}
