/**
 * Following without blank rows: new rows are fetched first and shown once the last screen of them is here.
 */
import type { Feed } from './feed'
import type { Positioned } from './page-cache'
import type { RowRange, Viewport } from './viewport'

/** New rows are shown without their text after this long, rather than not at all, ms. */
const LATEST_MS = 250

export class Tail<Row extends Positioned> {
  readonly #viewport: Viewport
  readonly #now: () => number
  /** The range that exists, while the screen still shows an earlier one. */
  #pending: RowRange | null = null
  #since = 0

  constructor(viewport: Viewport, now: () => number) {
    this.#viewport = viewport
    this.#now = now
  }

  get pending(): RowRange | null {
    return this.#pending
  }

  /** The rows that will be on the screen when the pending range is shown. */
  get screen(): RowRange {
    return this.#lastRows(this.#pending ?? this.#viewport.range)
  }

  /** New rows exist. Shows them when that is possible now. */
  grow(range: RowRange, feed: Feed<Row>): void {
    if (this.#pending === null) this.#since = this.#now()
    this.#pending = range
    if (this.#now() - this.#since > LATEST_MS) this.commit()
    else this.arrived(feed, range.next)
  }

  /** Rows up to `next` arrived: shows as much as has its last screen here. */
  arrived(feed: Feed<Row>, next: number): void {
    if (this.#pending === null) return
    const range = { first: this.#pending.first, next: Math.min(this.#pending.next, next) }
    const nothingNew = range.next <= this.#viewport.range.next && range.next < this.#pending.next
    if (nothingNew || !feed.holds(this.#lastRows(range))) return
    if (range.next === this.#pending.next) this.#pending = null
    else this.#since = this.#now()
    this.#viewport.setRange(range)
  }

  /** Shows everything that exists, whether its text is here or not. */
  commit(): void {
    const pending = this.#pending
    this.#pending = null
    if (pending !== null) this.#viewport.setRange(pending)
  }

  forget(): void {
    this.#pending = null
  }

  #lastRows(range: RowRange): RowRange {
    const rows = Math.ceil(this.#viewport.height / this.#viewport.rowHeight) + 1
    return { first: Math.max(range.first, range.next - rows), next: range.next }
  }
}
