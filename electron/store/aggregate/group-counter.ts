/** Adds up groups over chunks: events, failures by error, first and last event. */
import { forEachBit } from '../columns/bits'
import { CHUNK_EVENTS, type Chunk } from '../columns/chunk'
import { decodeNumbers } from '../columns/numbers'
import type { Matches } from '../query/scan-bits'
import type { FactReader } from '../facts'
import type { Grouper } from './grouper'
import { errnoOf, FAILED, outcomesOf } from './outcomes'
import { PairTable } from './pair-table'

/** Different errors of groups that are counted one by one. */
const MOST_ERRORS = 1_000_000
/** What is kept of one group, in one line of the processor's cache: events, failures, first time, last time, last seq. */
const NUMBERS = 8

export interface GroupCounts {
  /** The group's number with the {@link Grouper}. */
  group: number
  events: number
  failures: number
  /** Times of the first and the last event, in the order in which they were complete. */
  firstSeen: number
  lastSeen: number
  lastSeq: number
}

/** What is kept of one key while a chunk is looked at, side by side: events, failures, first index, last index. */
const KEY_NUMBERS = 4
const FAILURES = 1
const FIRST = 2
const LAST = 3

/** What the events of one chunk add up to, by key; used again for every chunk. */
class ChunkCounts {
  numbers = new Uint32Array(0)
  /** Keys that occurred. */
  readonly used: number[] = []

  begin(keyCount: number): void {
    for (const key of this.used)
      this.numbers[key * KEY_NUMBERS] = this.numbers[key * KEY_NUMBERS + FAILURES] = 0
    this.used.length = 0
    if (this.numbers.length < keyCount * KEY_NUMBERS)
      this.numbers = new Uint32Array((keyCount + (keyCount >> 1)) * KEY_NUMBERS)
  }
}
const chunkCounts = new ChunkCounts()
const times = new Float64Array(CHUNK_EVENTS)
/** Indices of the events that failed. */
const failed = new Uint32Array(CHUNK_EVENTS)
/** By key: the error of its last failures, and how many these were in a row; 0 between two chunks. */
let lastErrors = new Uint16Array(0)
let inRow = new Uint32Array(0)

export class GroupCounter {
  /** Events in all groups together. */
  events = 0
  #numbers = new Float64Array(256 * NUMBERS)
  /** Group and error number → count. */
  readonly #errors = new PairTable(MOST_ERRORS)
  #errorCounts = new Float64Array(256)

  constructor(
    private readonly grouper: Grouper,
    private readonly facts: FactReader,
  ) {}

  /** Memory held, bytes. */
  get bytes(): number {
    return this.#numbers.byteLength + this.#errors.bytes + this.#errorCounts.byteLength
  }

  /** Adds what matches among a chunk's first `count` events. Chunks come in their order. */
  add(chunk: Chunk, count: number, matches: Matches): void {
    if (matches === 'none') return
    const { grouper } = this
    const keys = grouper.keys(chunk, count)
    const outcomes = outcomesOf(chunk, count, this.facts)
    chunkCounts.begin(grouper.keyCount)
    const { numbers, used } = chunkCounts
    let failures = 0
    const visit = (index: number): void => {
      const key = keys[index]!
      const at = key * KEY_NUMBERS
      if (numbers[at]!++ === 0) {
        numbers[at + FIRST] = index
        used.push(key)
      }
      numbers[at + LAST] = index
      if (outcomes[index] !== FAILED) return
      numbers[at + FAILURES]!++
      failed[failures++] = index
    }
    if (matches === 'all') for (let index = 0; index < count; index++) visit(index)
    else forEachBit(matches, visit)
    decodeNumbers(chunk.numbers('time'), count, times)
    for (const key of used) {
      this.events += numbers[key * KEY_NUMBERS]!
      if (!grouper.direct)
        for (const group of grouper.groupsOf(key)) this.#addKey(group, key, chunk.first)
      else if (key > 0) this.#addKey(key - 1, key, chunk.first)
    }
    if (failures > 0) this.#addErrors(chunk, count, keys, failures)
  }

  /** Adds the errors of the chunk's first `failures` events in {@link failed}. */
  #addErrors(chunk: Chunk, count: number, keys: Uint32Array, failures: number): void {
    const { grouper } = this
    // The times have been read.
    const exits = times
    decodeNumbers(chunk.numbers('exit'), count, exits)
    // A key's failures mostly have one error: those in a row are added at once.
    if (lastErrors.length < grouper.keyCount) lastErrors = new Uint16Array(grouper.keyCount * 2)
    if (inRow.length < grouper.keyCount) inRow = new Uint32Array(grouper.keyCount * 2)
    const add = (key: number): void => {
      const [errno, row] = [lastErrors[key]!, inRow[key]!]
      inRow[key] = 0
      if (!grouper.direct)
        for (const group of grouper.groupsOf(key)) this.#addError(group, errno, row)
      else if (key > 0) this.#addError(key - 1, errno, row)
    }
    for (let at = 0; at < failures; at++) {
      const index = failed[at]!
      const key = keys[index]!
      const errno = errnoOf(exits[index]!)
      if (inRow[key] !== 0 && lastErrors[key] !== errno) add(key)
      lastErrors[key] = errno
      inRow[key]!++
    }
    for (const key of chunkCounts.used) if (inRow[key] !== 0) add(key)
  }

  /** A copy, which counting on does not change. */
  copy(): GroupCounter {
    const copy = new GroupCounter(this.grouper, this.facts)
    copy.#numbers = this.#numbers.slice()
    copy.events = this.events
    for (let key = 1; key <= this.#errors.count; key++)
      copy.#addError(this.#errors.first(key), this.#errors.second(key), this.#errorCounts[key]!)
    return copy
  }

  /** The `limit` groups with most events, most first, and how many there are; those that came first go first among equals. */
  top(limit: number): { shown: GroupCounts[]; groups: number } {
    const numbers = this.#numbers
    const mostFirst = (a: number, b: number): number => numbers[b]! - numbers[a]! || a - b
    // Who is audited makes any number of groups: of those that cannot be shown nothing is made, nor are they sorted.
    let best: number[] = []
    let least = 0
    let groups = 0
    for (let at = 0; at < numbers.length; at += NUMBERS) {
      const events = numbers[at]!
      if (events === 0) continue
      groups++
      if (events <= least) continue
      best.push(at)
      if (best.length < 2 * limit) continue
      best = best.sort(mostFirst).slice(0, limit)
      least = best.length === 0 ? Number.POSITIVE_INFINITY : numbers[best.at(-1)!]!
    }
    const shown = best.sort(mostFirst).slice(0, limit)
    return { shown: shown.map((at) => this.#countsAt(at)), groups }
  }

  #countsAt(at: number): GroupCounts {
    const numbers = this.#numbers
    return {
      group: at / NUMBERS,
      events: numbers[at]!,
      failures: numbers[at + 1]!,
      firstSeen: numbers[at + 2]!,
      lastSeen: numbers[at + 3]!,
      lastSeq: numbers[at + 4]!,
    }
  }

  /** Failures by error number of some groups; 0 for those without one. */
  errorsOf(groups: readonly number[]): Map<number, Map<number, number>> {
    const wanted = new Map(groups.map((group) => [group, new Map<number, number>()]))
    for (let key = 1; key <= this.#errors.count; key++)
      wanted.get(this.#errors.first(key))?.set(this.#errors.second(key), this.#errorCounts[key]!)
    return wanted
  }

  /** Adds what the chunk that begins at `first` has of a key to a group. */
  #addKey(group: number, key: number, first: number): void {
    const from = chunkCounts.numbers
    const source = key * KEY_NUMBERS
    const at = group * NUMBERS
    if (at >= this.#numbers.length) this.#numbers = grown(this.#numbers, at + NUMBERS)
    const numbers = this.#numbers
    const isNew = numbers[at] === 0
    const last = from[source + LAST]!
    if (isNew) numbers[at + 2] = times[from[source + FIRST]!]!
    // Keys of one chunk can mean the same group; the newest event counts.
    if (isNew || first + last > numbers[at + 4]!) {
      numbers[at + 3] = times[last]!
      numbers[at + 4] = first + last
    }
    numbers[at]! += from[source]!
    numbers[at + 1]! += from[source + FAILURES]!
  }

  #addError(group: number, errno: number, times: number): void {
    const key = this.#errors.key(group, errno)
    if (key >= this.#errorCounts.length) this.#errorCounts = grown(this.#errorCounts, key + 1)
    this.#errorCounts[key]! += times
  }
}

function grown(array: Float64Array, needed: number): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(Math.max(needed, array.length * 2))
  larger.set(array)
  return larger
}
