/**
 * Counts are made by numbers: each event of a chunk gets a key, a key stands for one or more groups, and groups are
 * numbered across all chunks of a session. So the loops over events touch numbers only, whatever the number of events,
 * and names are made for the groups that are shown.
 */
import { OBJECT_KINDS, type ObjectKind } from '@native/audit/event'
import { resultWord } from '@native/audit/query-event'
import { decodeUtf8 } from '@native/audit/text'
import type { SeriesKind, SummaryKind } from '@contract/store'
import { ByteTable } from '../columns/byte-table'
import { CHUNK_EVENTS, type Chunk } from '../columns/chunk'
import { decodeCodes, type CodeColumn } from '../columns/codes'
import { decodeNumbers, numberAt } from '../columns/numbers'
import type { Vocabulary } from '../columns/vocabulary'
import type { FactReader } from '../facts'
import { GROUPINGS, resultGroup, valueGroup, type Group, type Grouping } from './groups'
import { errnoOf, ERROR_NUMBERS, FAILED, outcomesOf, SUCCEEDED } from './outcomes'
import { NO_PAIR, PairTable } from './pair-table'
import { NO_VALUES, remember, ValueSets } from './value-sets'

/** More keys than this are not told apart: who is audited can make any number of them. */
const MOST_KEYS = 500_000
/** More bytes of names than this neither. */
const MOST_NAME_BYTES = 64 * 2 ** 20
/** What a group's strings and its entry in a map take, bytes; measured with short names. */
const GROUP_BYTES = 400

export type GroupKind = SummaryKind | SeriesKind

/** Gives the events of chunks their keys, and knows what groups keys stand for. */
export interface Grouper {
  /** The keys of a chunk's first `count` events; valid until the next call of any grouper. 0: in no group that is told apart. */
  keys(chunk: Chunk, count: number): Uint32Array
  /** Keys given so far are below this. */
  readonly keyCount: number
  /** Every key but 0 stands for the group one below it, and 0 for none. */
  readonly direct: boolean
  /** The numbers of the groups that a key stands for. */
  groupsOf(key: number): readonly number[]
  /** Groups so far are below this. */
  readonly groupCount: number
  group(number: number): Group
  /** Memory held, bytes. */
  readonly bytes: number
}

export function createGrouper(kind: GroupKind, facts: FactReader): Grouper {
  switch (kind) {
    case 'result':
      return new ResultGrouper(facts)
    case 'file':
      return new ColumnGrouper('object', objectReader('file'))
    case 'connection':
      return new ColumnGrouper('object', objectReader('socket'))
    case 'type':
      return new TypeGrouper(facts)
    default:
      return new FieldGrouper(GROUPINGS[kind], kind === 'process', facts)
  }
}

// Used again for every chunk: nothing keeps it beyond the loop over one.
const scratch = new Uint32Array(CHUNK_EVENTS)
const mainScratch = new Uint32Array(CHUNK_EVENTS)
const noteScratch = new Uint32Array(CHUNK_EVENTS)
const numberScratch = new Float64Array(CHUNK_EVENTS)

/** What `keyOf` says of each code of a column, or of the one value that all have. */
function codeKeys(
  column: CodeColumn,
  vocabularyCount: number,
  keyOf: (id: number) => number,
): Uint32Array {
  const { ids } = column
  const keys = new Uint32Array(ids?.length ?? vocabularyCount)
  for (let code = 0; code < keys.length; code++)
    keys[code] = keyOf(ids === null ? code : ids[code]!)
  return keys
}

function fillKeys(column: CodeColumn, table: Uint32Array, count: number): Uint32Array {
  if (column.codes === null) return scratch.fill(table[0]!, 0, count)
  decodeCodes(column, count, scratch)
  for (let index = 0; index < count; index++) scratch[index] = table[scratch[index]!]!
  return scratch
}

/** Numbers groups by their id. */
class GroupList {
  readonly groups: Group[] = []
  readonly #numbers = new Map<string, number>()

  numberOf(group: Group): number {
    let number = this.#numbers.get(group.id)
    if (number === undefined) {
      number = this.groups.push(group) - 1
      this.#numbers.set(group.id, number)
    }
    return number
  }

  get bytes(): number {
    return this.groups.length * GROUP_BYTES
  }
}

/** Groups that follow from fields of the call's record and of others; for processes from the number as well. */
class FieldGrouper implements Grouper {
  readonly #sets: ValueSets
  /** Set of the call's record and set of the others → a number. */
  readonly #pairs = new PairTable(MOST_KEYS)
  /** Keys + 1 of the sets of calls' records without another, which most events have. */
  #alone: Uint32Array = new Uint32Array(256)
  /** Process and number of the pair → key; only for processes. */
  readonly #processes: PairTable | null
  readonly #list = new GroupList()
  readonly #groupsOf: (readonly number[] | undefined)[] = []
  /** What gives the groups, by pair. */
  readonly #prepared: (((pid: number | null) => Group[]) | undefined)[] = []
  readonly direct = false

  constructor(
    private readonly grouping: Grouping,
    byProcess: boolean,
    facts: FactReader,
  ) {
    this.#sets = new ValueSets(grouping.fields, facts.resolver)
    this.#processes = byProcess ? new PairTable(MOST_KEYS) : null
  }

  keys(chunk: Chunk, count: number): Uint32Array {
    const { vocabulary } = chunk
    const main = chunk.codes(this.grouping.column)
    const mainSets = this.#setsOf(vocabulary, this.grouping.column, main)
    const keys = fillKeys(
      main,
      mainSets.map((set) => this.#keyAlone(set)),
      count,
    )
    this.#addNotes(chunk, count, main, mainSets)
    return this.#processes === null ? keys : this.#addProcesses(this.#processes, chunk, count)
  }

  get keyCount(): number {
    return (this.#processes ?? this.#pairs).count + 1
  }

  groupsOf(key: number): readonly number[] {
    return (this.#groupsOf[key] ??= this.#makeGroups(key))
  }

  get groupCount(): number {
    return this.#list.groups.length
  }

  group(number: number): Group {
    return this.#list.groups[number]!
  }

  get bytes(): number {
    const pairs = this.#pairs.bytes + (this.#processes?.bytes ?? 0)
    return this.#sets.bytes + this.#alone.byteLength + pairs + this.#list.bytes
  }

  /** Events whose other records say something get the key of both. */
  #addNotes(chunk: Chunk, count: number, main: CodeColumn, mainSets: Uint32Array): void {
    const notes = chunk.codes('notes')
    const noteSets = this.#setsOf(chunk.vocabulary, 'notes', notes)
    if (noteSets.every((set) => set === NO_VALUES)) return
    decodeCodes(notes, count, noteScratch)
    decodeCodes(main, count, mainScratch)
    // Notes that say something are few, and mostly of one actor.
    let [lastMain, lastNote, lastKey] = [-1, -1, NO_PAIR]
    for (let index = 0; index < count; index++) {
      const note = noteScratch[index]!
      const set = noteSets[note]!
      if (set === NO_VALUES) continue
      const code = mainScratch[index]!
      if (code !== lastMain || note !== lastNote) {
        lastMain = code
        lastNote = note
        lastKey = this.#pairs.key(mainSets[code]!, set)
      }
      scratch[index] = lastKey
    }
  }

  /** Processes besides: the keys so far become those of process and key together. */
  #addProcesses(processes: PairTable, chunk: Chunk, count: number): Uint32Array {
    const column = chunk.codes(this.grouping.column)
    const { codes, ids } = column
    decodeCodes(column, count, mainScratch)
    const pids = numberScratch
    decodeNumbers(chunk.numbers('pid'), count, pids)
    // An actor is mostly one process: what was found for it last saves looking it up.
    const size = codes === null ? 1 : (ids?.length ?? chunk.vocabulary[this.grouping.column].count)
    const lastPid = new Float64Array(size).fill(Number.NaN)
    const lastPair = new Uint32Array(size)
    const lastKey = new Uint32Array(size)
    for (let index = 0; index < count; index++) {
      const code = mainScratch[index]!
      const given = pids[index]!
      const pid = given === given ? given : NO_PID
      const pair = scratch[index]!
      if (lastPid[code] !== pid || lastPair[code] !== pair) {
        lastPid[code] = pid
        lastPair[code] = pair
        lastKey[code] = processes.key(pid, pair)
      }
      scratch[index] = lastKey[code]!
    }
    return scratch
  }

  #setsOf(
    vocabulary: Vocabulary,
    column: 'call' | 'actor' | 'notes',
    { ids }: CodeColumn,
  ): Uint32Array {
    return this.#sets.ofAll(vocabulary, column, ids, vocabulary[column].count)
  }

  /** The key of a set of the call's record without another. */
  #keyAlone(set: number): number {
    const kept = this.#alone[set] ?? 0
    if (kept !== 0) return kept - 1
    const key = this.#pairs.key(set, NO_VALUES)
    this.#alone = remember(this.#alone, set, key)
    return key
  }

  #prepare(pair: number): (pid: number | null) => Group[] {
    const call = this.#pairs.first(pair)
    const notes = this.#pairs.second(pair)
    return this.grouping.groups({
      call: (field) => this.#sets.values(call, field),
      notes: (field) => this.#sets.values(notes, field),
    })
  }

  #makeGroups(key: number): readonly number[] {
    const pid = this.#processes?.first(key) ?? NO_PID
    const pair = this.#processes?.second(key) ?? key
    if (key === NO_PAIR || pair === NO_PAIR) return []
    const groups = (this.#prepared[pair] ??= this.#prepare(pair))(pid === NO_PID ? null : pid)
    return groups.map((group) => this.#list.numberOf(group))
  }
}
const NO_PID = -1

/** Reads a group off a column's value, of those that begin with a code. */
interface ColumnReader {
  readonly code: number
  group(bytes: Uint8Array): Group
}

function objectReader(kind: ObjectKind): ColumnReader {
  return {
    code: OBJECT_KINDS.indexOf(kind),
    group: (bytes) => {
      const group = valueGroup('object', decodeUtf8(bytes, 1))
      return kind === 'socket' ? { ...group, name: addressName(group.name) } : group
    },
  }
}

/** An address that stands by itself: what only its sentence says of it otherwise goes before it. */
function addressName(object: string): string {
  // The group that a reader of audit records joins (nl-mcgrp of EVENT_LISTENER).
  if (/^\d+$/.test(object)) return `audit multicast group ${object}`
  return /^interface -?\d+$/.test(object) ? `packet ${object}` : object
}

/** Groups that are values of a column. There can be very many, so they stay bytes until they are shown. */
class ColumnGrouper implements Grouper {
  readonly direct = true
  readonly #names = new ByteTable()
  /** Keys + 1 by the vocabulary's number. */
  readonly #known = new WeakMap<Vocabulary, Uint32Array>()

  constructor(
    private readonly column: 'object',
    private readonly reader: ColumnReader,
  ) {}

  keys(chunk: Chunk, count: number): Uint32Array {
    const column = chunk.codes(this.column)
    const table = chunk.vocabulary[this.column]
    let known = this.#known.get(chunk.vocabulary) ?? new Uint32Array(256)
    const keyOf = (id: number): number => {
      const kept = known[id] ?? 0
      if (kept !== 0) return kept - 1
      const key = this.#keyOf(table, id)
      known = remember(known, id, key)
      return key
    }
    const keys = codeKeys(column, table.count, keyOf)
    this.#known.set(chunk.vocabulary, known)
    return fillKeys(column, keys, count)
  }

  #keyOf(table: ByteTable, id: number): number {
    if (id === 0 || table.firstByte(id) !== this.reader.code) return 0
    const names = this.#names
    const full = names.bytes > MOST_NAME_BYTES || names.count >= MOST_KEYS
    return 1 + names.internFrom(table, id, full)
  }

  get keyCount(): number {
    return this.#names.count + 1
  }
  groupsOf(key: number): readonly number[] {
    return key === 0 ? [] : [key - 1]
  }
  get groupCount(): number {
    return this.#names.count
  }
  group(number: number): Group {
    return this.reader.group(this.#names.get(number))
  }
  get bytes(): number {
    return this.#names.bytes
  }
}

/** By the types of an event's records: an event is in one group for each. */
class TypeGrouper implements Grouper {
  readonly direct = false
  readonly #list = new GroupList()
  readonly #keys = new Map<string, number>()
  readonly #groupsOf: (readonly number[])[] = [[]]

  constructor(private readonly facts: FactReader) {}

  keys(chunk: Chunk, count: number): Uint32Array {
    const column = chunk.codes('shape')
    const { reader } = this.facts.of(chunk.vocabulary)
    const keyOf = (id: number): number => {
      const types = new Set(reader.values('shape', id, 'type').map(({ value }) => value))
      const name = [...types].join()
      let key = this.#keys.get(name)
      if (key === undefined) {
        if (this.#groupsOf.length > MOST_KEYS) return 0
        key =
          this.#groupsOf.push(
            [...types].map((type) => this.#list.numberOf(valueGroup('type', type))),
          ) - 1
        this.#keys.set(name, key)
      }
      return key
    }
    return fillKeys(column, codeKeys(column, chunk.vocabulary.shape.count, keyOf), count)
  }

  get keyCount(): number {
    return this.#groupsOf.length
  }
  groupsOf(key: number): readonly number[] {
    return this.#groupsOf[key]!
  }
  get groupCount(): number {
    return this.#list.groups.length
  }
  group(number: number): Group {
    return this.#list.groups[number]!
  }
  get bytes(): number {
    return this.#list.bytes + this.#keys.size * GROUP_BYTES
  }
}

const OK = 1
const NOT_KNOWN = 2
const FIRST_ERROR = 3

/** By how events ended; a key and a group are the same. */
class ResultGrouper implements Grouper {
  readonly direct = false
  readonly keyCount = FIRST_ERROR + ERROR_NUMBERS
  readonly groupCount = FIRST_ERROR + ERROR_NUMBERS
  readonly bytes = 0

  constructor(private readonly facts: FactReader) {}

  keys(chunk: Chunk, count: number): Uint32Array {
    const outcomes = outcomesOf(chunk, count, this.facts)
    const exits = chunk.numbers('exit')
    for (let index = 0; index < count; index++) {
      const outcome = outcomes[index]!
      if (outcome === FAILED) scratch[index] = FIRST_ERROR + errnoOf(numberAt(exits, index))
      else scratch[index] = outcome === SUCCEEDED ? OK : NOT_KNOWN
    }
    return scratch
  }

  groupsOf(key: number): readonly number[] {
    return [key]
  }

  group(number: number): Group {
    if (number === NOT_KNOWN) return resultGroup('')
    return resultGroup(number === OK ? 'ok' : resultWord(false, FIRST_ERROR - number))
  }
}
