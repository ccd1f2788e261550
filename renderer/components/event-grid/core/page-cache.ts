/**
 * Rows near the screen, in pages by position, least recently used first out: the renderer's memory does not grow with
 * the number of events.
 */
import type { RowRange } from './viewport'

/** A row as the cache sees it: it stands at a position of its source and has an event's sequence number. */
export interface Positioned {
  position: number
  seq: number
}

export const PAGE_ROWS = 128
const MAX_PAGES = 64

export class PageCache<Row extends Positioned> {
  readonly #pages = new Map<number, (Row | undefined)[]>()
  readonly #maxPages: number

  constructor(maxPages = MAX_PAGES) {
    this.#maxPages = maxPages
  }

  /** Rows held, for tests and the bench. */
  get size(): number {
    let rows = 0
    for (const page of this.#pages.values()) for (const row of page) if (row !== undefined) rows++
    return rows
  }

  get(position: number): Row | undefined {
    return this.#pages.get(Math.floor(position / PAGE_ROWS))?.[position % PAGE_ROWS]
  }

  /** Marks the pages of a range as just used. */
  touch(range: RowRange): void {
    for (let page = Math.floor(range.first / PAGE_ROWS); page * PAGE_ROWS < range.next; page++) {
      const rows = this.#pages.get(page)
      if (rows === undefined) continue
      this.#pages.delete(page)
      this.#pages.set(page, rows)
    }
  }

  put(rows: readonly Row[]): void {
    for (const row of rows) {
      const index = Math.floor(row.position / PAGE_ROWS)
      let page = this.#pages.get(index)
      if (page === undefined) {
        page = []
        this.#pages.set(index, page)
      }
      page[row.position % PAGE_ROWS] = row
    }
    for (const oldest of this.#pages.keys()) {
      if (this.#pages.size <= this.#maxPages) break
      this.#pages.delete(oldest)
    }
  }

  /** Spans of a range that are not held, in order, none longer than `limit` rows. */
  missing(range: RowRange, limit: number): RowRange[] {
    const spans: RowRange[] = []
    let start = -1
    for (let position = range.first; position <= range.next; position++) {
      const absent = position < range.next && this.get(position) === undefined
      if (absent && start < 0) start = position
      if (start >= 0 && (!absent || position - start === limit)) {
        spans.push({ first: start, next: position })
        start = absent ? position : -1
      }
    }
    return spans
  }

  /** The held rows that fit, by position. */
  rowsWhere(fits: (row: Row) => boolean): Row[] {
    const found: Row[] = []
    for (const page of this.#pages.values()) {
      for (const row of page) if (row !== undefined && fits(row)) found.push(row)
    }
    return found.sort((a, b) => a.position - b.position)
  }

  /** Replaces the rows of one event, for a bookmark set or removed. */
  update(seq: number, change: (row: Row) => Row): void {
    for (const page of this.#pages.values()) {
      for (const [index, row] of page.entries()) {
        if (row !== undefined && row.seq === seq) page[index] = change(row)
      }
    }
  }

  /** Frees the pages that lie wholly before a position: their rows were evicted. */
  dropBefore(first: number): void {
    for (const page of this.#pages.keys()) {
      if ((page + 1) * PAGE_ROWS <= first) this.#pages.delete(page)
    }
  }

  clear(): void {
    this.#pages.clear()
  }
}
