/**
 * What the interned values of a session say in a few fields. Most differ in other fields only, and a session has several
 * vocabularies; so the few fields are cut out of each value once, and equal cuts get one number, which says it all to
 * whoever counts. A cut is itself a record's text and read like one.
 */
import type { Resolver } from '@native/audit/interpret'
import type { FieldValue } from '@native/audit/query'
import { RecordReader } from '@native/audit/query-event'
import { fieldId, FieldScan, type FieldName } from '@native/audit/record'
import { TYPE } from '@native/audit/tables'
import { ByteTable } from '../columns/byte-table'
import type { Vocabulary } from '../columns/vocabulary'
import { MALFORMED_NOTE, NODE_NOTE, NOTE_TYPE_BYTES } from '../ingest/scan'

/** The set of values that say nothing in these fields. */
export const NO_VALUES = 0
/** More bytes of different cuts than this are not told apart any more: who is audited chooses what they say. */
const MOST_BYTES = 64 * 2 ** 20

const SPACE = 0x20
/** A cut's record is preceded by its type and the length of its text. */
const HEADER_BYTES = 6

/** The values of a field that a set has, in the order of the records. */
export type ReadField = (field: FieldName) => FieldValue[]

interface Known {
  call: Uint32Array
  actor: Uint32Array
  notes: Uint32Array
  noteTexts: Uint32Array
}

export class ValueSets {
  readonly #scan = new FieldScan()
  readonly #reader: RecordReader
  readonly #wanted: ReadonlySet<number>
  readonly #cuts = new ByteTable()
  readonly #known = new WeakMap<Vocabulary, Known>()
  #scratch = new Uint8Array(4096)

  constructor(fields: readonly FieldName[], resolver: Resolver) {
    this.#wanted = new Set(fields.map(fieldId))
    this.#reader = new RecordReader(resolver)
    // Number 0 is the empty one.
    this.#cuts.intern(this.#scratch, 0, 0)
  }

  /** Memory held, bytes, without what is kept by vocabulary. */
  get bytes(): number {
    return this.#cuts.bytes
  }

  /** The set of a value of a column; {@link NO_VALUES} when it says nothing. */
  of(vocabulary: Vocabulary, column: 'call' | 'actor' | 'notes', id: number): number {
    if (id === 0) return NO_VALUES
    const known = this.#knownOf(vocabulary)
    const kept = known[column][id] ?? 0
    if (kept !== 0) return kept - 1
    const set =
      column === 'notes' ? this.#ofNotes(vocabulary, id) : this.#ofCall(vocabulary[column], id)
    known[column] = remember(known[column], id, set)
    return set
  }

  /** The sets of some values of a column; of all below `count` when `ids` is null. */
  ofAll(
    vocabulary: Vocabulary,
    column: 'call' | 'actor' | 'notes',
    ids: Uint32Array | null,
    count: number,
  ): Uint32Array {
    const sets = new Uint32Array(ids?.length ?? count)
    let known = this.#knownOf(vocabulary)[column]
    for (let index = 0; index < sets.length; index++) {
      const id = ids === null ? index : ids[index]!
      const kept = id < known.length ? known[id]! : 0
      if (kept !== 0) {
        sets[index] = kept - 1
        continue
      }
      sets[index] = this.of(vocabulary, column, id)
      known = this.#knownOf(vocabulary)[column]
    }
    return sets
  }

  /** What a set says in a field. */
  values(set: number, field: FieldName): FieldValue[] {
    const values: FieldValue[] = []
    const bytes = this.#cuts.get(set)
    for (let at = 0; at < bytes.length;) {
      const type = bytes[at]! | (bytes[at + 1]! << 8)
      const length = new DataView(bytes.buffer, bytes.byteOffset + at + 2).getUint32(0, true)
      at += HEADER_BYTES
      this.#reader.open(type, bytes, at, at + length)
      this.#reader.values(field, '', values)
      at += length
    }
    return values
  }

  #knownOf(vocabulary: Vocabulary): Known {
    let known = this.#known.get(vocabulary)
    if (known === undefined) {
      const none = (): Uint32Array => new Uint32Array(256)
      known = { call: none(), actor: none(), notes: none(), noteTexts: none() }
      this.#known.set(vocabulary, known)
    }
    return known
  }

  #ofCall(table: ByteTable, id: number): number {
    const bytes = table.get(id)
    return this.#intern(this.#cut(TYPE.SYSCALL, bytes, 0, 0))
  }

  #ofNotes(vocabulary: Vocabulary, id: number): number {
    const sets = [...vocabulary.tuple(vocabulary.notes, id)]
      .map((note) => this.#ofNote(vocabulary, note))
      .filter((set) => set !== NO_VALUES)
    if (sets.length <= 1) return sets[0] ?? NO_VALUES
    let length = 0
    for (const set of sets) {
      const bytes = this.#cuts.get(set)
      this.#reserve(length + bytes.length)
      this.#scratch.set(bytes, length)
      length += bytes.length
    }
    return this.#intern(length)
  }

  #ofNote(vocabulary: Vocabulary, note: number): number {
    const known = this.#knownOf(vocabulary)
    const kept = known.noteTexts[note] ?? 0
    if (kept !== 0) return kept - 1
    const bytes = vocabulary.noteTexts.get(note)
    const type = bytes[0]! | (bytes[1]! << 8)
    const isRecord = type !== MALFORMED_NOTE && type !== NODE_NOTE
    const set = isRecord ? this.#intern(this.#cut(type, bytes, NOTE_TYPE_BYTES, 0)) : NO_VALUES
    known.noteTexts = remember(known.noteTexts, note, set)
    return set
  }

  /** Writes the wanted fields of a record's text to the scratch at `to`; returns where they end: at `to` without any. */
  #cut(type: number, bytes: Uint8Array, from: number, to: number): number {
    const scan = this.#scan
    scan.scan(bytes, from, bytes.length)
    this.#reserve(to + HEADER_BYTES + bytes.length + 1)
    const scratch = this.#scratch
    const start = to + HEADER_BYTES
    let at = start
    for (let index = 0; index < scan.count; index++) {
      if (!this.#wanted.has(scan.ids[index]!)) continue
      if (at > start) scratch[at++] = SPACE
      const end = scan.valueEnd[index]!
      for (let byte = scan.nameStart[index]!; byte < end; byte++) scratch[at++] = bytes[byte]!
    }
    if (at === start) return to
    // What auditd resolved says who the numbers are.
    if (scan.enriched >= 0)
      for (let byte = scan.enriched - 1; byte < bytes.length; byte++) scratch[at++] = bytes[byte]!
    scratch[to] = type & 0xff
    scratch[to + 1] = type >>> 8
    new DataView(scratch.buffer).setUint32(to + 2, at - start, true)
    return at
  }

  #intern(length: number): number {
    const scratch = this.#scratch
    if (this.#cuts.bytes < MOST_BYTES) return this.#cuts.intern(scratch, 0, length)
    return Math.max(NO_VALUES, this.#cuts.find(scratch, 0, length))
  }

  #reserve(length: number): void {
    if (length <= this.#scratch.length) return
    const larger = new Uint8Array(length * 2)
    larger.set(this.#scratch)
    this.#scratch = larger
  }
}

/** Notes `set + 1` at `id`, where 0 means not known; returns the array, which may be a larger one. */
export function remember(kept: Uint32Array, id: number, set: number): Uint32Array {
  let into = kept
  if (id >= kept.length) {
    into = new Uint32Array(Math.max(id + 1, kept.length * 2))
    into.set(kept)
  }
  into[id] = set + 1
  return into
}
