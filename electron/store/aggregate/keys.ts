/**
 * Counts are made by small numbers that stand for groups, chunk by chunk: a key for each event, and the groups that a
 * key means. So the inner loops touch numbers only, and names are looked at once a chunk.
 */
import { resultWord } from '@native/audit/query-event'
import type { SeriesKind, SummaryKind } from '@contract/store'
import { CHUNK_EVENTS, type Chunk } from '../columns/chunk'
import { idAt, type CodeColumn } from '../columns/codes'
import { numberAt } from '../columns/numbers'
import type { FactReader, VocabularyFacts } from '../facts'
import { GROUPINGS, type Group } from './groups'
import { PairTable } from './pair-table'

export interface ChunkKeys {
  /** Keys are below this. */
  count: number
  /** The key of each event of the chunk; valid until the next call of {@link chunkKeys}. */
  keys: Uint32Array
  groups(key: number): Group[]
}

// Used again for every chunk: nothing keeps it beyond the loop over one.
const scratch = new Uint32Array(CHUNK_EVENTS)

/** The keys of a chunk's first `count` events for a kind of groups. */
export function chunkKeys(
  kind: SummaryKind | SeriesKind,
  chunk: Chunk,
  count: number,
  facts: FactReader,
): ChunkKeys {
  if (kind === 'process') return processKeys(chunk, count, facts.of(chunk.vocabulary))
  if (kind === 'result') return resultKeys(chunk, count, facts)
  return columnKeys(kind, chunk, count, facts.of(chunk.vocabulary))
}

/** Fills `into` with a column's codes; `id` gives the vocabulary's number of a code, which is below `count`. */
function fillCodes(
  column: CodeColumn,
  vocabularyCount: number,
  events: number,
  into: Uint32Array,
): { count: number; id: (code: number) => number } {
  const { ids, codes } = column
  if (codes === null) into.fill(0, 0, events)
  else into.set(codes.subarray(0, events))
  return {
    count: ids?.length ?? vocabularyCount,
    id: ids === null ? (code) => code : (code) => ids[code]!,
  }
}

/** Groups that were made, by the interned value: the same few thousand come in every chunk of a vocabulary. */
const made = new WeakMap<VocabularyFacts, Map<string, (Group[] | undefined)[]>>()

function madeFor(facts: VocabularyFacts, name: string): (Group[] | undefined)[] {
  let byName = made.get(facts)
  if (byName === undefined) made.set(facts, (byName = new Map()))
  let groups = byName.get(name)
  if (groups === undefined) byName.set(name, (groups = []))
  return groups
}

function columnKeys(
  kind: keyof typeof GROUPINGS,
  chunk: Chunk,
  count: number,
  facts: VocabularyFacts,
): ChunkKeys {
  const grouping = GROUPINGS[kind]
  const { vocabulary } = chunk
  const keys = scratch
  const main = fillCodes(
    chunk.codes(grouping.column),
    vocabulary[grouping.column].count,
    count,
    keys,
  )
  const groups = madeFor(facts, kind)
  const mainGroups = (key: number): Group[] => {
    const id = main.id(key)
    return (groups[id] ??= grouping.groups(facts, id))
  }
  if (!grouping.fallback) return { count: main.count, keys, groups: mainGroups }
  const notes = chunk.codes('notes')
  const noteCount = notes.ids?.length ?? vocabulary.notes.count
  useNotes(keys, count, absentCode(main), main.count, notes)
  const noteGroups = madeFor(facts, `${kind} of notes`)
  return {
    count: main.count + noteCount,
    keys,
    groups: (key) => {
      if (key < main.count) return mainGroups(key)
      const code = key - main.count
      const id = notes.ids === null ? code : notes.ids[code]!
      return (noteGroups[id] ??= grouping.noteGroups(facts, id))
    },
  }
}

/** The code of events that have no value in a column; -1 when all have one. */
function absentCode({ count, id }: { count: number; id: (code: number) => number }): number {
  for (let code = 0; code < count; code++) if (id(code) === 0) return code
  return -1
}

/** Gives events without a value in the main column keys of their notes, above those of the column. */
function useNotes(
  keys: Uint32Array,
  count: number,
  absent: number,
  above: number,
  notes: CodeColumn,
): void {
  if (absent < 0) return
  const { codes } = notes
  for (let index = 0; index < count; index++) {
    if (keys[index] === absent) keys[index] = above + (codes === null ? 0 : codes[index]!)
  }
}

/** A process: its number and program. Numbers are used again, so the program is part of it. */
function processKeys(chunk: Chunk, count: number, facts: VocabularyFacts): ChunkKeys {
  const pids = chunk.numbers('pid')
  const actors = chunk.codes('actor')
  const notes = chunk.codes('notes')
  const keys = scratch
  const pairs = new PairTable(count)
  for (let index = 0; index < count; index++) {
    const actor = idAt(actors, index)
    const pid = numberAt(pids, index)
    // A note's number takes the upper half, so that it is never taken for an actor's.
    const who = actor === 0 ? idAt(notes, index) + NOTE : actor
    keys[index] = pairs.key(pid === pid ? pid + 1 : 0, who)
  }
  return {
    count: pairs.count,
    keys,
    groups: (key) => {
      const pid = pairs.first(key) - 1
      const who = pairs.second(key)
      const { exe } = who >= NOTE ? facts.notes(who - NOTE).actor : facts.actor(who, 0)
      return pid < 0 ? [] : [processGroup(pid, exe)]
    },
  }
}
const NOTE = 0x8000_0000

function processGroup(pid: number, exe: string): Group {
  const program = exe === '' ? null : exe
  return {
    name: `${pid} ${exe}`,
    terms: [
      ['pid', String(pid)],
      ['exe', program],
    ],
  }
}

const OK = 0
const NOT_KNOWN = 1
const FIRST_ERROR = 2
/** Errors of system calls are at most this (MAX_ERRNO); what is beyond is a failure without one. */
const MAX_ERRNO = 4095
/** Above every {@link errnoOf}. */
export const ERROR_NUMBERS = MAX_ERRNO + 1

function resultKeys(chunk: Chunk, count: number, facts: FactReader): ChunkKeys {
  const outcomes = outcomesOf(chunk, count, facts)
  const exits = chunk.numbers('exit')
  const keys = scratch
  for (let index = 0; index < count; index++) {
    const outcome = outcomes[index]!
    if (outcome === FAILED) keys[index] = FIRST_ERROR + errnoOf(numberAt(exits, index))
    else keys[index] = outcome === SUCCEEDED ? OK : NOT_KNOWN
  }
  return {
    count: FIRST_ERROR + ERROR_NUMBERS,
    keys,
    groups: (key) => {
      if (key === NOT_KNOWN) return [{ name: '(none)', terms: [['result', null]] }]
      const word = key === OK ? 'ok' : resultWord(false, FIRST_ERROR - key)
      return [{ name: word, terms: [['result', word]] }]
    },
  }
}

/** The number of an error that a call returned, positive; 0 when it returned none. */
export function errnoOf(exit: number): number {
  return exit < 0 && exit >= -MAX_ERRNO ? -exit : 0
}

/** Outcomes of {@link outcomesOf}. */
export const FAILED = 0
export const SUCCEEDED = 1
const UNKNOWN = 2
/** Of a call that does not say: the notes may. */
const ASK_NOTES = 3

const outcomeScratch = new Uint8Array(CHUNK_EVENTS)

/** How each event of a chunk ended; valid until the next call. */
export function outcomesOf(chunk: Chunk, count: number, facts: FactReader): Uint8Array {
  const known = facts.of(chunk.vocabulary)
  const { ids, codes } = chunk.codes('call')
  const outcomes = outcomeScratch
  const table = new Uint8Array(ids?.length ?? chunk.vocabulary.call.count)
  for (let code = 0; code < table.length; code++) {
    const { success } = known.call(ids === null ? code : ids[code]!)
    table[code] = success < 0 ? ASK_NOTES : success
  }
  if (codes === null) outcomes.fill(table[0]!, 0, count)
  else for (let index = 0; index < count; index++) outcomes[index] = table[codes[index]!]!
  if (!table.includes(ASK_NOTES)) return outcomes
  const notes = chunk.codes('notes')
  const byNote = new Map<number, number>()
  for (let index = 0; index < count; index++) {
    if (outcomes[index] !== ASK_NOTES) continue
    const note = idAt(notes, index)
    let outcome = byNote.get(note)
    if (outcome === undefined) {
      const { success } = known.notes(note)
      byNote.set(note, (outcome = success < 0 ? UNKNOWN : success))
    }
    outcomes[index] = outcome
  }
  return outcomes
}
