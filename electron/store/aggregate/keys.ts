/**
 * Counts are made by small numbers that stand for groups, chunk by chunk: a key for each event, and the groups that a
 * key means. So the inner loops touch numbers only, and names are looked at once a chunk.
 */
import { printCondition } from '@native/audit/query'
import { resultWord } from '@native/audit/query-event'
import type { SeriesKind, SummaryKind } from '@contract/store'
import type { Chunk } from '../columns/chunk'
import { idAt, type CodeColumn } from '../columns/codes'
import { numberAt } from '../columns/numbers'
import type { FactReader, VocabularyFacts } from '../facts'
import { GROUPINGS, type Group, type Grouping } from './groups'

export interface ChunkKeys {
  /** Keys are below this. */
  count: number
  at(index: number): number
  groups(key: number): Group[]
}

/** The keys of a chunk's events for a kind of groups. */
export function chunkKeys(
  kind: SummaryKind | SeriesKind,
  chunk: Chunk,
  facts: FactReader,
): ChunkKeys {
  if (kind === 'process') return processKeys(chunk, facts.of(chunk.vocabulary))
  if (kind === 'result') return resultKeys(chunk, facts)
  return columnKeys(GROUPINGS[kind], chunk, facts.of(chunk.vocabulary))
}

/** Codes of a column: small numbers already in a sealed chunk. */
function codeSource(
  column: CodeColumn,
  vocabularyCount: number,
): { count: number; at(index: number): number; id(code: number): number } {
  const { ids, codes } = column
  const count = ids?.length ?? vocabularyCount
  return {
    count,
    at: codes === null ? () => 0 : (index) => codes[index]!,
    id: ids === null ? (code) => code : (code) => ids[code]!,
  }
}

function columnKeys(grouping: Grouping, chunk: Chunk, facts: VocabularyFacts): ChunkKeys {
  const { vocabulary } = chunk
  const main = codeSource(chunk.codes(grouping.column), vocabulary[grouping.column].count)
  if (!grouping.fallback) {
    return { count: main.count, at: main.at, groups: (key) => grouping.groups(facts, main.id(key)) }
  }
  const notes = codeSource(chunk.codes('notes'), vocabulary.notes.count)
  const absent = new Uint8Array(main.count)
  for (let code = 0; code < main.count; code++) if (main.id(code) === 0) absent[code] = 1
  return {
    count: main.count + notes.count,
    at: (index) => {
      const code = main.at(index)
      return absent[code] === 1 ? main.count + notes.at(index) : code
    },
    groups: (key) =>
      key < main.count
        ? grouping.groups(facts, main.id(key))
        : grouping.noteGroups(facts, notes.id(key - main.count)),
  }
}

/** A process: its number and program. Numbers are used again, so the program is part of it. */
function processKeys(chunk: Chunk, facts: VocabularyFacts): ChunkKeys {
  const pids = chunk.numbers('pid')
  const actors = chunk.codes('actor')
  const notes = chunk.codes('notes')
  const keys = new Map<number, number>()
  const meaning: { pid: number; actor: number; notes: number }[] = []
  const at = (index: number): number => {
    const pid = numberAt(pids, index)
    const actor = idAt(actors, index)
    const note = actor === 0 ? idAt(notes, index) : 0
    // pid below 2^22 (PID_MAX_LIMIT); a larger one of a forged record shares a key with another.
    const name =
      (Number.isNaN(pid) ? 0 : (pid % 4_194_304) + 1) * 4_294_967_296 +
      (actor === 0 ? note : actor + 0x8000_0000)
    let key = keys.get(name)
    if (key === undefined) {
      key = meaning.push({ pid, actor, notes: note }) - 1
      keys.set(name, key)
    }
    return key
  }
  return {
    count: chunk.count,
    at,
    groups: (key) => {
      const { pid, actor, notes: note } = meaning[key]!
      return Number.isNaN(pid) ? [] : [processGroup(pid, facts.actor(actor, note).exe)]
    },
  }
}

function processGroup(pid: number, exe: string): Group {
  const program = exe === '' ? 'not exe=*' : printCondition('exe', '=', exe)
  return {
    name: `${pid} ${exe}`,
    filter: `${printCondition('pid', '=', String(pid))} and ${program}`,
  }
}

const OK = 0
const NOT_KNOWN = 1
const FIRST_ERROR = 2
/** Errors of system calls are below this (MAX_ERRNO); what is beyond is a failure without one. */
const MAX_ERRNO = 4095

function resultKeys(chunk: Chunk, facts: FactReader): ChunkKeys {
  const success = successOf(chunk, facts)
  const exits = chunk.numbers('exit')
  return {
    count: FIRST_ERROR + MAX_ERRNO + 1,
    at: (index) => {
      const known = success(index)
      if (known < 0) return NOT_KNOWN
      return known === 1 ? OK : FIRST_ERROR + errnoOf(numberAt(exits, index))
    },
    groups: (key) => {
      if (key === NOT_KNOWN) return [{ name: '(none)', filter: 'not result=*' }]
      const word = key === OK ? 'ok' : resultWord(false, FIRST_ERROR - key)
      return [{ name: word, filter: printCondition('result', '=', word) }]
    },
  }
}

/** The number of an error that a call returned, positive; 0 when it returned none. */
export function errnoOf(exit: number): number {
  return exit < 0 && exit >= -MAX_ERRNO ? -exit : 0
}

/** Whether the events of a chunk succeeded: 1 yes, 0 no, -1 not known. */
export function successOf(chunk: Chunk, facts: FactReader): (index: number) => number {
  const known = facts.of(chunk.vocabulary)
  const calls = codeSource(chunk.codes('call'), chunk.vocabulary.call.count)
  const notes = chunk.codes('notes')
  const byCall = new Int8Array(calls.count).fill(NOT_ASKED)
  const byNote = new Map<number, number>()
  return (index) => {
    const code = calls.at(index)
    let success = byCall[code]!
    if (success === NOT_ASKED) success = byCall[code] = known.call(calls.id(code)).success
    if (success >= 0) return success
    const note = idAt(notes, index)
    let found = byNote.get(note)
    if (found === undefined) byNote.set(note, (found = known.notes(note).success))
    return found
  }
}
const NOT_ASKED = -2
