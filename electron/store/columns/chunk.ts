/** Up to 65,536 events in columns. A chunk grows as an {@link OpenChunk}, is then sealed once, and goes as a whole. */
import { codeBytes, type CodeColumn, type CodeEncoder } from './codes'
import { encodeNumbers, numberBytes, openNumbers, type NumberColumn } from './numbers'
import { CODE_NAMES, type CodeName, type Vocabulary } from './vocabulary'

/** Events in a full chunk: what a 16-bit code can tell apart. */
export const CHUNK_EVENTS = 65_536

/** The columns of numbers. */
export const NUMBER_NAMES = [
  /** ms since the epoch. */
  'time',
  'serial',
  'pid',
  'ppid',
  'exit',
  /** Where the event's first record begins in the session's raw text, and how many bytes on its last one ends. */
  'offset',
  'span',
] as const
export type NumberName = (typeof NUMBER_NAMES)[number]

/** Events in columns, sealed or still growing. */
export interface Chunk {
  /** The seq of the first event. */
  readonly first: number
  readonly count: number
  /** Records of all events. */
  readonly records: number
  readonly vocabulary: Vocabulary
  numbers(name: NumberName): NumberColumn
  codes(name: CodeName): CodeColumn
}

export class SealedChunk implements Chunk {
  /** Memory held, bytes, without the vocabulary. */
  readonly bytes: number

  constructor(
    readonly first: number,
    readonly count: number,
    readonly records: number,
    readonly vocabulary: Vocabulary,
    private readonly numberColumns: Record<NumberName, NumberColumn>,
    private readonly codeColumns: Record<CodeName, CodeColumn>,
  ) {
    let bytes = 0
    for (const name of NUMBER_NAMES) bytes += numberBytes(numberColumns[name])
    for (const name of CODE_NAMES) bytes += codeBytes(codeColumns[name])
    this.bytes = bytes
  }

  numbers(name: NumberName): NumberColumn {
    return this.numberColumns[name]
  }

  codes(name: CodeName): CodeColumn {
    return this.codeColumns[name]
  }
}

/** The values of one event, as the assembler has them. */
export type EventValues = Record<NumberName, number> & Record<CodeName, number>

export class OpenChunk implements Chunk {
  count = 0
  records = 0
  readonly #numbers = record(NUMBER_NAMES, () => new Float64Array(CHUNK_EVENTS))
  readonly #codes = record(CODE_NAMES, () => new Uint32Array(CHUNK_EVENTS))
  /** Earliest and latest time so far; of the other columns only a sealed chunk knows the extremes. */
  #from = Number.POSITIVE_INFINITY
  #to = Number.NEGATIVE_INFINITY

  constructor(
    public first: number,
    public vocabulary: Vocabulary,
  ) {
    vocabulary.chunks++
  }

  get full(): boolean {
    return this.count === CHUNK_EVENTS
  }

  /** Memory held, bytes, without the vocabulary. */
  get bytes(): number {
    return CHUNK_EVENTS * (NUMBER_NAMES.length * 8 + CODE_NAMES.length * 4)
  }

  append(event: EventValues, records: number): void {
    const index = this.count
    const numbers = this.#numbers
    const codes = this.#codes
    // Written out: a loop over names would cost more than everything else that is done for an event.
    numbers.time[index] = event.time
    numbers.serial[index] = event.serial
    numbers.pid[index] = event.pid
    numbers.ppid[index] = event.ppid
    numbers.exit[index] = event.exit
    numbers.offset[index] = event.offset
    numbers.span[index] = event.span
    codes.call[index] = event.call
    codes.actor[index] = event.actor
    codes.title[index] = event.title
    codes.paths[index] = event.paths
    codes.notes[index] = event.notes
    codes.shape[index] = event.shape
    codes.object[index] = event.object
    if (event.time < this.#from) this.#from = event.time
    if (event.time > this.#to) this.#to = event.time
    this.records += records
    this.count = index + 1
  }

  numbers(name: NumberName): NumberColumn {
    const values = this.#numbers[name]
    if (name !== 'time')
      return openNumbers(values, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY)
    return openNumbers(values, this.#from, this.#to)
  }

  codes(name: CodeName): CodeColumn {
    return { ids: null, codes: this.#codes[name] }
  }

  /** The sealed chunk of the events so far; this one then starts over behind them. */
  seal(encoder: CodeEncoder, next: Vocabulary): SealedChunk {
    const { first, count, records, vocabulary } = this
    const sealed = new SealedChunk(
      first,
      count,
      records,
      vocabulary,
      record(NUMBER_NAMES, (name) => encodeNumbers(this.#numbers[name], count)),
      record(CODE_NAMES, (name) =>
        encoder.encode(this.#codes[name], count, vocabulary[name].count),
      ),
    )
    this.first = first + count
    this.count = 0
    this.records = 0
    this.vocabulary = next
    next.chunks++
    this.#from = Number.POSITIVE_INFINITY
    this.#to = Number.NEGATIVE_INFINITY
    return sealed
  }
}

function record<K extends string, V>(names: readonly K[], make: (name: K) => V): Record<K, V> {
  return Object.fromEntries(names.map((name) => [name, make(name)])) as Record<K, V>
}
