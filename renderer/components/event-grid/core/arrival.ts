/**
 * A source that is about to replace the one on the screen: the old rows stay until the first screen of the new ones is
 * here, and the row that the user looked at keeps its place.
 */
import type { Feed } from './feed'
import type { Positioned } from './page-cache'
import type { RowRange, Viewport } from './viewport'

/** A new source that has nothing to show by then takes over as it is, ms. */
export const SWAP_MS = 1000

/** Where to look first: at one end, or so that a row is `offset` px below the screen's upper edge. */
export type Place = 'start' | 'end' | { position: number; offset: number }

/** A row of the old source, and its distance in px from the screen's upper edge. */
export interface Anchor {
  seq: number
  offset: number
}

export class Arrival<Row extends Positioned> {
  readonly feed: Feed<Row>
  readonly #since: number
  readonly #now: () => number
  #anchor: Anchor | null
  #place: Place | null
  #locating = false

  /** With `anchor` the place is looked up in the new source; otherwise it is `place`. */
  constructor(feed: Feed<Row>, start: Anchor | 'start' | 'end', now: () => number) {
    this.feed = feed
    this.#now = now
    this.#since = now()
    this.#anchor = typeof start === 'object' ? start : null
    this.#place = typeof start === 'object' ? null : start
  }

  /** Asks for what is missing; true when the screen can change over. Call it again after every answer and growth. */
  async ready(viewport: Viewport): Promise<boolean> {
    const { range, done } = this.feed.source
    const late = this.#now() - this.#since > SWAP_MS
    if (range.next === range.first) return done || late
    if (this.#place === null) await this.#locate(late)
    if (this.#place === null) return false
    const screen = screenAt(this.#place, range, viewport)
    if (late || this.feed.holds(screen)) return true
    this.feed.loader.want({ visible: screen, range, direction: 1 })
    return false
  }

  /** Shows the new source in the viewport. */
  takeOver(viewport: Viewport): void {
    viewport.reset(this.feed.source.range, this.feed.source.live)
    const place = this.#place ?? 'start'
    if (typeof place === 'object') viewport.place(place.position, place.offset)
    else if (place === 'end') viewport.follow()
    else viewport.unfollow()
  }

  async #locate(late: boolean): Promise<void> {
    if (this.#locating || this.#anchor === null) return
    const { seq, offset } = this.#anchor
    this.#locating = true
    const position = late ? null : await this.feed.source.locate(seq)
    this.#locating = false
    // A query that still runs may find the row later.
    if (position !== null) this.#place = { position, offset }
    else if (late || this.feed.source.done) this.#place = 'end'
  }
}

/** The rows that will be on the screen. */
function screenAt(place: Place, range: RowRange, viewport: Viewport): RowRange {
  const rows = Math.ceil(viewport.height / viewport.rowHeight) + 1
  if (place === 'end') return { first: Math.max(range.first, range.next - rows), next: range.next }
  const above = place === 'start' ? 0 : Math.ceil(Math.max(0, place.offset) / viewport.rowHeight)
  const wanted = place === 'start' ? range.first : place.position - above
  const first = Math.max(range.first, Math.min(wanted, range.next - rows))
  return { first, next: Math.min(range.next, first + rows + 1) }
}
