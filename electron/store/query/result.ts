/**
 * The rows of a query: a bit set a chunk. Positions count matches from the start of the session, those evicted since
 * included, so that a row keeps its position while others come and go.
 */
import { countBits, rankBits, selectBit, type Bits } from '../columns/bits'
import type { Matches } from './scan-bits'

interface Part {
  /** Seqs that this part speaks of: [first, first + count). */
  first: number
  count: number
  matches: Matches
  rows: number
  /** Rows of the parts before, evicted ones included. */
  before: number
}

export class QueryResult {
  #parts: Part[] = []
  #evictedRows = 0
  /** Seqs in the order asked for; null in the order of the events. */
  #sorted: Float64Array | null = null

  /** Events looked at so far: up to this seq. */
  get scannedTo(): number {
    const last = this.#parts.at(-1)
    return last === undefined ? 0 : last.first + last.count
  }

  /** The positions held: [first, next). */
  get first(): number {
    return this.#sorted === null ? this.#evictedRows : 0
  }
  get next(): number {
    if (this.#sorted !== null) return this.#sorted.length
    const last = this.#parts.at(-1)
    return last === undefined ? this.#evictedRows : last.before + last.rows
  }

  get sorted(): boolean {
    return this.#sorted !== null
  }

  /** Memory held, bytes. */
  get bytes(): number {
    let bytes = this.#sorted?.byteLength ?? 0
    for (const { matches } of this.#parts)
      if (typeof matches !== 'string') bytes += matches.byteLength
    return bytes
  }

  /** Sets what matches among the events [first, first + count): a new chunk, or the last one again, grown. */
  set(first: number, count: number, matches: Matches): void {
    const last = this.#parts.at(-1)
    if (last?.first === first) this.#parts.pop()
    const before = this.next
    const rows = matches === 'none' ? 0 : matches === 'all' ? count : countBits(matches)
    this.#parts.push({ first, count, matches, rows, before })
  }

  /** What matches in the part that begins at a seq; null when it has not been looked at. */
  matchesAt(first: number): { count: number; matches: Matches } | null {
    const part = this.#parts[this.#partOfSeq(first)]
    return part?.first === first ? part : null
  }

  /** Puts the rows in an order of their own; from then on it does not grow. */
  order(seqs: Float64Array): void {
    this.#sorted = seqs
  }

  /** Forgets events before a seq. */
  evictBefore(seq: number): void {
    let gone = 0
    while (gone < this.#parts.length && this.#parts[gone]!.first + this.#parts[gone]!.count <= seq)
      gone++
    if (gone === 0) return
    const last = this.#parts[gone - 1]!
    this.#evictedRows = last.before + last.rows
    this.#parts.splice(0, gone)
  }

  /** The seqs at positions [from, from + count), as far as there are. */
  seqs(from: number, count: number): number[] {
    if (this.#sorted !== null) return [...this.#sorted.subarray(from, from + count)]
    const seqs: number[] = []
    let position = Math.max(from, this.first)
    const end = Math.min(from + count, this.next)
    for (let index = this.#partOfPosition(position); position < end; index++) {
      const part = this.#parts[index]!
      const upTo = Math.min(end, part.before + part.rows)
      for (let at = nth(part, position - part.before); position < upTo; at = following(part, at)) {
        seqs.push(part.first + at)
        position++
      }
    }
    return seqs
  }

  /** The position of the first row whose seq is `seq` or later; null when there is none. */
  positionOf(seq: number): number | null {
    if (this.#sorted !== null) {
      const found = this.#sorted.indexOf(seq)
      return found < 0 ? null : found
    }
    for (let index = this.#partOfSeq(seq); index < this.#parts.length; index++) {
      const { first, before, rows, matches, count } = this.#parts[index]!
      const inside = Math.max(0, Math.min(seq - first, count))
      const skipped =
        matches === 'none' ? 0 : matches === 'all' ? inside : rankBits(matches, inside)
      if (skipped < rows) return before + skipped
    }
    return null
  }

  /** The last part that begins at or before a seq; 0 when it lies before all. */
  #partOfSeq(seq: number): number {
    return Math.max(
      0,
      lastIndex(this.#parts, (part) => part.first <= seq),
    )
  }

  #partOfPosition(position: number): number {
    return Math.max(
      0,
      lastIndex(this.#parts, (part) => part.before <= position),
    )
  }
}

/** The index in a part's events of its row `rank`. */
function nth({ matches }: Part, rank: number): number {
  return typeof matches === 'string' ? rank : selectBit(matches, rank)
}

/** The index of the row behind the one at `index`. */
function following({ matches }: Part, index: number): number {
  return typeof matches === 'string' ? index + 1 : nextBit(matches, index + 1)
}

function nextBit(bits: Bits, from: number): number {
  let word = from >>> 5
  let rest = word < bits.length ? bits[word]! & (0xffffffff << (from & 31)) : 0
  while (rest === 0 && ++word < bits.length) rest = bits[word]!
  return word * 32 + 31 - Math.clz32(rest & -rest)
}

/** The last index whose item passes a test that holds for a leading run of items; -1 when none does. */
function lastIndex<T>(items: readonly T[], test: (item: T) => boolean): number {
  let low = -1
  let high = items.length - 1
  while (low < high) {
    const middle = (low + high + 1) >>> 1
    if (test(items[middle]!)) low = middle
    else high = middle - 1
  }
  return low
}
