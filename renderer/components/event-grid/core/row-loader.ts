/**
 * Fetches what the screen needs, and a little more. Demand-driven: there is one wish at a time (the rows on the screen
 * and the way they move), and whenever a request returns, the next one is chosen for the wish of that moment. A drag
 * across millions of rows therefore asks for where it stands, never for where it has been.
 */
import { fail, type Failure, type Result } from '@native/audit/result'
import { PAGE_ROWS, type PageCache, type Positioned } from './page-cache'
import type { RowRange } from './viewport'

/** Rows by position, and the range held when they were read. */
export interface RowsReply<Row> extends RowRange {
  rows: Row[]
}
export type FetchRows<Row> = (from: number, count: number) => Promise<Result<RowsReply<Row>>>

export interface Wish {
  /** Rows on the screen. */
  visible: RowRange
  /** Rows that exist. */
  range: RowRange
  /** Which way the screen moved last; rows ahead are fetched first. */
  direction: 1 | -1
}

/** Rows asked for at once; the contract allows 1000. */
const REQUEST_ROWS = 4 * PAGE_ROWS
/** Requests on their way at the same time: one is served while the next is being chosen. */
const MAX_IN_FLIGHT = 2
/** Rows fetched ahead of and behind the screen, in screens. */
const AHEAD = 4
const BEHIND = 1
/** After a jump rows beside the screen are fetched once it has stood still this long, ms. */
const JUMP_REST_MS = 80
/** After a failure the next attempt waits, doubling up to the longest, ms. */
const RETRY_MS = 250
const LONGEST_RETRY_MS = 8000

export interface LoaderEvents<Row> {
  /** Rows arrived, or were found to be gone. */
  loaded: (reply: RowsReply<Row>) => void
  failed: (failure: Failure) => void
}

export class RowLoader<Row extends Positioned> {
  readonly #fetch: FetchRows<Row>
  readonly #cache: PageCache<Row>
  readonly #events: LoaderEvents<Row>
  readonly #inFlight = new Set<RowRange>()
  #wish: Wish | null = null
  #retryMs = RETRY_MS
  #retry: ReturnType<typeof setTimeout> | null = null
  #closed = false
  /** Until then the screen may be on its way to somewhere else. */
  #settling: ReturnType<typeof setTimeout> | null = null

  constructor(fetch: FetchRows<Row>, cache: PageCache<Row>, events: LoaderEvents<Row>) {
    this.#fetch = fetch
    this.#cache = cache
    this.#events = events
  }

  want(wish: Wish): void {
    const before = this.#wish?.visible
    const { first, next } = wish.visible
    const jumped = before !== undefined && (first >= before.next || next <= before.first)
    this.#wish = wish
    if (jumped) this.#settle()
    this.#pump()
  }

  /** Nothing arrives any more, not even what is on its way. */
  close(): void {
    this.#closed = true
    if (this.#retry !== null) clearTimeout(this.#retry)
    if (this.#settling !== null) clearTimeout(this.#settling)
    this.#retry = this.#settling = null
  }

  #settle(): void {
    if (this.#settling !== null) clearTimeout(this.#settling)
    this.#settling = setTimeout(() => {
      this.#settling = null
      this.#pump()
    }, JUMP_REST_MS)
  }

  #pump(): void {
    if (this.#retry !== null) return
    while (!this.#closed && this.#inFlight.size < MAX_IN_FLIGHT) {
      const span = this.#next()
      if (span === null) return
      void this.#request(span)
    }
  }

  /** The span to ask for next: first the screen, then ahead of it, then behind. */
  #next(): RowRange | null {
    const wish = this.#wish
    if (wish === null) return null
    const screen = Math.max(1, wish.visible.next - wish.visible.first)
    const before = (wish.direction < 0 ? AHEAD : BEHIND) * screen
    const after = (wish.direction < 0 ? BEHIND : AHEAD) * screen
    const above = { first: wish.visible.first - before, next: wish.visible.first }
    const below = { first: wish.visible.next, next: wish.visible.next + after }
    const inSight = this.#firstMissing(wish.visible, wish.range)
    if (inSight !== null || this.#settling !== null) return inSight
    for (const zone of wish.direction < 0 ? [above, below] : [below, above]) {
      const span = this.#firstMissing(zone, wish.range)
      if (span !== null) return this.#widen(span, wish.range)
    }
    return null
  }

  #firstMissing(zone: RowRange, range: RowRange): RowRange | null {
    const clipped = {
      first: Math.max(zone.first, range.first),
      next: Math.min(zone.next, range.next),
    }
    for (const span of this.#cache.missing(clipped, REQUEST_ROWS)) {
      if (!this.#onTheWay(span)) return span
    }
    return null
  }

  /** Beside the screen whole pages are fetched: they save the next request. What is in sight is fetched alone, at once. */
  #widen(span: RowRange, range: RowRange): RowRange {
    const first = Math.max(range.first, Math.floor(span.first / PAGE_ROWS) * PAGE_ROWS)
    const next = Math.min(range.next, Math.ceil(span.next / PAGE_ROWS) * PAGE_ROWS)
    const spans = this.#cache.missing({ first, next }, REQUEST_ROWS)
    return spans.find((wide) => wide.first <= span.first && span.first < wide.next) ?? span
  }

  #onTheWay(span: RowRange): boolean {
    for (const request of this.#inFlight) {
      if (request.first <= span.first && span.next <= request.next) return true
    }
    return false
  }

  async #request(span: RowRange): Promise<void> {
    this.#inFlight.add(span)
    const result = await this.#fetch(span.first, span.next - span.first)
    this.#inFlight.delete(span)
    if (this.#closed) return
    if (!result.ok) {
      this.#fail(result)
      return
    }
    const { rows, first, next } = result.value
    this.#cache.put(rows)
    // The reply knows best what exists: rows that are gone would be asked for again and again.
    if (this.#wish !== null) this.#wish = { ...this.#wish, range: { first, next } }
    const expected = Math.min(span.next, next) - Math.max(span.first, first)
    if (rows.length === 0 && expected > 0) {
      this.#fail(fail('internal', 'The store returned no rows for a range that it holds.'))
      return
    }
    this.#retryMs = RETRY_MS
    this.#events.loaded(result.value)
    this.#pump()
  }

  #fail(failure: Failure): void {
    this.#events.failed(failure)
    if (this.#retry !== null) return
    this.#retry = setTimeout(() => {
      this.#retry = null
      this.#pump()
    }, this.#retryMs)
    this.#retryMs = Math.min(LONGEST_RETRY_MS, this.#retryMs * 2)
  }
}
