/** Adds up groups over chunks: events, failures by error, first and last event. */
import { forEachBit } from '../columns/bits'
import type { Chunk } from '../columns/chunk'
import { numberAt } from '../columns/numbers'
import type { Matches } from '../query/scan-bits'
import type { FactReader } from '../facts'
import type { Grouper } from './grouper'
import { errnoOf, FAILED, outcomesOf } from './outcomes'
import { PairTable } from './pair-table'

/** Different errors of groups that are counted one by one. */
const MOST_ERRORS = 1_000_000
/** What is kept of one group: events, failures, first time, last time, last seq. */
const NUMBERS = 5

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

/** What the events of one chunk add up to, by key; used again for every chunk. */
class ChunkCounts {
  events = new Uint32Array(0)
  failures = new Uint32Array(0)
  first = new Uint32Array(0)
  last = new Uint32Array(0)
  /** Keys that occurred. */
  used: number[] = []

  begin(keyCount: number): void {
    for (const key of this.used) this.events[key] = this.failures[key] = 0
    this.used.length = 0
    if (this.events.length >= keyCount) return
    const size = keyCount + (keyCount >> 1)
    this.events = new Uint32Array(size)
    this.failures = new Uint32Array(size)
    this.first = new Uint32Array(size)
    this.last = new Uint32Array(size)
  }
}
const chunkCounts = new ChunkCounts()

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
    const counts = chunkCounts
    counts.begin(grouper.keyCount)
    const { events, failures, first, last, used } = counts
    const failed: number[] = []
    const visit = (index: number): void => {
      const key = keys[index]!
      if (events[key]!++ === 0) {
        first[key] = index
        used.push(key)
      }
      last[key] = index
      if (outcomes[index] !== FAILED) return
      failures[key]!++
      failed.push(index)
    }
    if (matches === 'all') for (let index = 0; index < count; index++) visit(index)
    else forEachBit(matches, visit)
    const times = chunk.numbers('time')
    for (const key of used) {
      this.events += events[key]!
      const add = (group: number): void => {
        const from = numberAt(times, first[key]!)
        const to = numberAt(times, last[key]!)
        this.#add(group, events[key]!, failures[key]!, chunk.first + last[key]!, from, to)
      }
      if (!grouper.direct) for (const group of grouper.groupsOf(key)) add(group)
      else if (key > 0) add(key - 1)
    }
    const exits = chunk.numbers('exit')
    for (const index of failed) {
      const errno = errnoOf(numberAt(exits, index))
      for (const group of grouper.groupsOf(keys[index]!)) this.#addError(group, errno, 1)
    }
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

  /** The groups with events, most first; groups that came first go first among equals. */
  list(): GroupCounts[] {
    const numbers = this.#numbers
    const groups: number[] = []
    for (let at = 0; at < numbers.length; at += NUMBERS) if (numbers[at] !== 0) groups.push(at)
    groups.sort((a, b) => numbers[b]! - numbers[a]! || a - b)
    return groups.map((at) => ({
      group: at / NUMBERS,
      events: numbers[at]!,
      failures: numbers[at + 1]!,
      firstSeen: numbers[at + 2]!,
      lastSeen: numbers[at + 3]!,
      lastSeq: numbers[at + 4]!,
    }))
  }

  /** Failures by error number of some groups; 0 for those without one. */
  errorsOf(groups: readonly number[]): Map<number, Map<number, number>> {
    const wanted = new Map(groups.map((group) => [group, new Map<number, number>()]))
    for (let key = 1; key <= this.#errors.count; key++)
      wanted.get(this.#errors.first(key))?.set(this.#errors.second(key), this.#errorCounts[key]!)
    return wanted
  }

  #add(
    group: number,
    events: number,
    failures: number,
    lastSeq: number,
    firstSeen: number,
    lastSeen: number,
  ): void {
    const at = group * NUMBERS
    if (at >= this.#numbers.length) this.#numbers = grown(this.#numbers, at + NUMBERS)
    const numbers = this.#numbers
    const isNew = numbers[at] === 0
    if (isNew) numbers[at + 2] = firstSeen
    // Keys of one chunk can mean the same group; the newest event counts.
    if (isNew || lastSeq > numbers[at + 4]!) {
      numbers[at + 3] = lastSeen
      numbers[at + 4] = lastSeq
    }
    numbers[at]! += events
    numbers[at + 1]! += failures
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
