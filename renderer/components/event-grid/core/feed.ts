/** A source of rows with its cache and its loader. */
import type { Failure, Result } from '@native/audit/result'
import { PageCache, type Positioned } from './page-cache'
import { RowLoader, type FetchRows, type RowsReply } from './row-loader'
import type { RowRange } from './viewport'

/** Where rows come from: a session, or the result of a query. */
export interface GridSource<Row> {
  /** Tells sources apart. */
  id: string
  /** New rows may come at the end, and the user may follow them. */
  live: boolean
  range: RowRange
  /** False while a query still runs: more rows may appear before long. */
  done: boolean
  fetch: FetchRows<Row>
  /** Position of the first row whose event is `seq` or later; null when there is none (yet). */
  locate: (seq: number) => Promise<number | null>
}

export interface FeedEvents<Row> {
  loaded: (reply: RowsReply<Row>) => void
  /** A request failed, and will be repeated; null when one succeeds again. */
  failed: (failure: Failure | null) => void
}

/** Rows asked for at once when a range is wanted whole; the contract's limit. */
const WHOLE_ROWS = 1000

export class Feed<Row extends Positioned> {
  source: GridSource<Row>
  readonly cache = new PageCache<Row>()
  readonly loader: RowLoader<Row>
  #broken = false

  constructor(source: GridSource<Row>, events: FeedEvents<Row>) {
    this.source = source
    this.loader = new RowLoader<Row>(source.fetch, this.cache, {
      loaded: (reply) => {
        if (this.#broken) events.failed(null)
        this.#broken = false
        events.loaded(reply)
      },
      failed: (failure) => {
        this.#broken = true
        events.failed(failure)
      },
    })
  }

  /** The source grew, lost its oldest rows, or is complete. */
  update(range: RowRange, done: boolean): void {
    this.source = { ...this.source, range, done }
    this.cache.dropBefore(range.first)
  }

  /** Whether all rows of a range are here. */
  holds(range: RowRange): boolean {
    return this.cache.missing(range, Infinity).length === 0
  }

  /** The rows of a range, from the cache where they are, else from the source; those that are gone are left out. */
  async rowsOf(range: RowRange): Promise<Result<Row[]>> {
    const wanted = {
      first: Math.max(range.first, this.source.range.first),
      next: Math.min(range.next, this.source.range.next),
    }
    const rows = new Map<number, Row>()
    for (let position = wanted.first; position < wanted.next; position++) {
      const row = this.cache.get(position)
      if (row !== undefined) rows.set(position, row)
    }
    for (const span of this.cache.missing(wanted, WHOLE_ROWS)) {
      const reply = await this.source.fetch(span.first, span.next - span.first)
      if (!reply.ok) return reply
      for (const row of reply.value.rows) rows.set(row.position, row)
    }
    const value = [...rows.values()].sort((a, b) => a.position - b.position)
    return { ok: true, value }
  }
}
