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
import { GROUPINGS, processGroups, resultGroup, type Group } from './groups'
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
  const column = chunk.codes(grouping.column)
  const main = fillCodes(column, vocabulary[grouping.column].count, count, keys)
  const known = madeFor(facts, kind)
  const mainGroups = (key: number): Group[] => {
    const id = main.id(key)
    return (known[id] ??= grouping.groups(facts, id, 0))
  }
  if (!grouping.withNotes) return { count: main.count, keys, groups: mainGroups }
  const pairs = addNotes(keys, count, main.count, chunk.codes('notes'))
  const ofPairs: (Group[] | undefined)[] = []
  return {
    count: main.count + pairs.count,
    keys,
    groups: (key) => {
      if (key < main.count) return mainGroups(key)
      const pair = key - main.count
      return (ofPairs[pair] ??= grouping.groups(
        facts,
        main.id(pairs.first(pair)),
        pairs.second(pair),
      ))
    },
  }
}

/** Gives events that have notes keys of their own, above those of the column: by the pair of code and notes. */
function addNotes(keys: Uint32Array, count: number, above: number, notes: CodeColumn): PairTable {
  const pairs = new PairTable(count)
  const { ids, codes } = notes
  if (codes === null && ids![0] === 0) return pairs
  for (let index = 0; index < count; index++) {
    const id = idAt(notes, index)
    if (id !== 0) keys[index] = above + pairs.key(keys[index]!, id)
  }
  return pairs
}

/** Processes: by number, program, and what other records add. */
function processKeys(chunk: Chunk, count: number, facts: VocabularyFacts): ChunkKeys {
  const pids = chunk.numbers('pid')
  const actors = chunk.codes('actor')
  const notes = chunk.codes('notes')
  const keys = scratch
  const who = new PairTable(count)
  const pairs = new PairTable(count)
  for (let index = 0; index < count; index++) {
    const pid = numberAt(pids, index)
    keys[index] = pairs.key(
      pid === pid ? pid : NO_PID,
      who.key(idAt(actors, index), idAt(notes, index)),
    )
  }
  return {
    count: pairs.count,
    keys,
    groups: (key) => {
      const pid = pairs.first(key)
      const pair = pairs.second(key)
      return processGroups(facts, pid === NO_PID ? null : pid, who.first(pair), who.second(pair))
    },
  }
}
const NO_PID = -1

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
      if (key === NOT_KNOWN) return [resultGroup('')]
      return [resultGroup(key === OK ? 'ok' : resultWord(false, FIRST_ERROR - key))]
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
