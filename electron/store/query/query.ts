/** A running query: looks at a session's chunks one after the other, then at what is added to them. */
import { Digester } from '@native/audit/event'
import { matchesPlan, type Plan } from '@native/audit/query'
import { fullBits, hasBit, wordsFor, type Bits } from '../columns/bits'
import type { Chunk } from '../columns/chunk'
import { Slice } from '../schedule'
import type { Session } from '../session'
import { Evaluator } from './evaluate'
import { nextFront } from './front'
import { EventReader } from '@native/audit/query-event'
import { QueryResult } from './result'
import { bothMatch, noMatch, type Matches } from './scan-bits'

/** Events whose raw text is read at once. */
const RAW_BATCH = 512

export class Query {
  readonly result = new QueryResult()
  readonly #evaluator: Evaluator
  readonly #reader: EventReader
  readonly #digester = new Digester()
  readonly #slice = new Slice()
  #running: Promise<void> | null = null
  #evictions: number

  constructor(
    readonly session: Session,
    readonly plan: Plan,
  ) {
    this.#evaluator = new Evaluator(plan, session.facts)
    this.#reader = new EventReader(session.facts.resolver)
    this.#evictions = session.index.evictions
  }

  get cancelled(): boolean {
    return this.#slice.cancelled
  }

  /** Whether every event has been looked at. */
  get upToDate(): boolean {
    return this.result.scannedTo >= this.session.index.next
  }

  cancel(): void {
    this.#slice.cancel()
  }

  /** Looks at what has not been looked at yet, calling `progress` after each chunk. One run at a time. */
  advance(progress: () => void): Promise<void> {
    this.#running ??= this.#advance(progress).finally(() => {
      this.#running = null
    })
    return this.#running
  }

  async #advance(progress: () => void): Promise<void> {
    const { session, result } = this
    this.#evict()
    for (;;) {
      const next = nextChunk(session.chunks(), result.scannedTo)
      if (next === null || !(await this.#slice.pause()) || session.closed) return
      const chunk =
        result.next === result.first ? nextFront(next, result.scannedTo - next.first) : next
      // The count is taken now: more events may come while raw text is being read.
      const { first, count } = chunk
      const matches = await this.#matches(chunk, count)
      if (this.#slice.cancelled) return
      result.set(first, count, matches)
      this.#evict()
      progress()
    }
  }

  /** Forgets what the session has evicted. */
  #evict(): void {
    const { index } = this.session
    if (index.evictions === this.#evictions) return
    this.#evictions = index.evictions
    this.result.evictBefore(index.first)
  }

  async #matches(chunk: Chunk, count: number): Promise<Matches> {
    const { sure, maybe } = this.#evaluator.run(chunk)
    if (!this.#evaluator.needsRaw) return sure
    const open = bothMatch(maybe, noMatch(sure, count))
    if (open === 'none') return sure
    const before = this.result.matchesAt(chunk.first)
    const bits = toBits(sure, count)
    const candidates: number[] = []
    const openBits = toBits(open, count)
    for (let index = 0; index < count; index++) {
      if (!hasBit(openBits, index)) continue
      if (before === null || index >= before.count) candidates.push(index)
      else if (has(before.matches, index)) bits[index >>> 5]! |= 1 << (index & 31)
    }
    await this.#readRaw(chunk, candidates, bits)
    return bits
  }

  /** Decides by the raw text. */
  async #readRaw(chunk: Chunk, candidates: readonly number[], bits: Bits): Promise<void> {
    const { first } = chunk
    for (let at = 0; at < candidates.length; at += RAW_BATCH) {
      if (!(await this.#slice.pause())) return
      const batch = candidates.slice(at, at + RAW_BATCH)
      const events = await this.session.loader.load(batch.map((index) => first + index))
      for (const [place, event] of events.entries()) {
        if (event === null) continue
        const index = batch[place]!
        if (matchesPlan(this.plan, this.#reader.of(event, this.#digester.of(event)))) {
          bits[index >>> 5]! |= 1 << (index & 31)
        }
      }
    }
  }
}

/** The chunk that holds the next seq to look at; null when all have been. */
function nextChunk(chunks: readonly Chunk[], scannedTo: number): Chunk | null {
  // The last one is the likeliest: once a query has caught up, only that one grows.
  const last = chunks.at(-1)
  if (last === undefined || last.first + last.count <= scannedTo) return null
  if (last.first <= scannedTo) return last
  return chunks.find((chunk) => chunk.first + chunk.count > scannedTo) ?? null
}

function toBits(matches: Matches, count: number): Bits {
  if (matches === 'all') return fullBits(count)
  return matches === 'none' ? new Uint32Array(wordsFor(count)) : matches.slice()
}

function has(matches: Matches, index: number): boolean {
  return typeof matches === 'string' ? matches === 'all' : hasBit(matches, index)
}
