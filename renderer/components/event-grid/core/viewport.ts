/**
 * Where the grid looks: a window of pixels on an endless strip of rows, in absolute coordinates.
 *
 * A row's position never changes (a session's position is the event's sequence number; a result's counts from its first
 * match), so its place on the strip is `position * rowHeight` for ever: appending rows and evicting the oldest move
 * nothing that is still held. The strip has no element behind it, so Chromium's cap on an element's height
 * (33,554,428 px) does not apply; doubles are exact to 2^53, far beyond any session.
 */

/** Rows that exist, half open. */
export interface RowRange {
  first: number
  next: number
}

/** A place to put a revealed row. `nearest` moves as little as possible. */
export type Reveal = 'nearest' | 'centre' | 'start' | 'end'

export interface ViewportOptions {
  /** CSS pixels. */
  rowHeight: number
  /** CSS pixels of the area that shows rows. */
  height: number
  /** Whether new rows may appear at the end, so that following means something. */
  live: boolean
}

export class Viewport {
  #range: RowRange = { first: 0, next: 0 }
  #rowHeight: number
  #height: number
  #live: boolean
  #top = 0
  #following: boolean
  #held = false
  /** Rows below this position were on the screen, or existed, when following ended. */
  #seen = 0

  constructor(options: ViewportOptions) {
    this.#rowHeight = options.rowHeight
    this.#height = options.height
    this.#live = options.live
    this.#following = options.live
  }

  get range(): RowRange {
    return this.#range
  }
  get rowHeight(): number {
    return this.#rowHeight
  }
  get height(): number {
    return this.#height
  }
  get live(): boolean {
    return this.#live
  }
  /** Absolute pixel of the upper edge, on the strip. */
  get top(): number {
    return this.#top
  }
  /** The newest row is kept at the lower edge. */
  get following(): boolean {
    return this.#following
  }
  /** Following, but standing still while the user points at a row. */
  get held(): boolean {
    return this.#held && this.#following
  }
  get minTop(): number {
    return this.#range.first * this.#rowHeight
  }
  get maxTop(): number {
    return Math.max(this.minTop, this.#range.next * this.#rowHeight - this.#height)
  }
  get atEnd(): boolean {
    return this.#top >= this.maxTop
  }

  /** Positions on the screen, partly visible ones included, half open. */
  get visible(): RowRange {
    const first = Math.max(this.#range.first, Math.floor(this.#top / this.#rowHeight))
    const next = Math.min(this.#range.next, Math.ceil((this.#top + this.#height) / this.#rowHeight))
    return { first, next: Math.max(first, next) }
  }

  /** Whole rows that fit on the screen, at least one. */
  get pageRows(): number {
    return Math.max(1, Math.floor(this.#height / this.#rowHeight))
  }

  /** Rows that arrived below the screen since following ended. */
  get unseen(): number {
    if (this.#following && !this.#held) return 0
    return Math.max(0, this.#range.next - this.#seen)
  }

  /** Rows arrived or were evicted: `first` and `next` never go back within one source. */
  setRange(range: RowRange): void {
    this.#range = { first: range.first, next: Math.max(range.first, range.next) }
    this.#settle()
  }

  /** Another source of rows: looks at its end when it is live, else at its start. */
  reset(range: RowRange, live: boolean): void {
    this.#range = { first: range.first, next: Math.max(range.first, range.next) }
    this.#live = live
    this.#following = live
    this.#held = false
    this.#top = this.minTop
    this.#seen = this.#range.next
    this.#settle()
  }

  setHeight(height: number): void {
    this.#height = height
    this.#settle()
  }

  /** Density changed: the row at the upper edge stays there. */
  setRowHeight(rowHeight: number): void {
    this.#top = (this.#top / this.#rowHeight) * rowHeight
    this.#rowHeight = rowHeight
    this.#settle()
  }

  /**
   * A gesture by pixels. A real upward one ends following; a downward one that reaches the end resumes it.
   */
  scrollBy(pixels: number): void {
    this.scrollTo(this.#top + pixels)
  }

  /** A gesture to an absolute pixel, see {@link scrollBy}. */
  scrollTo(top: number): void {
    const target = Math.min(Math.max(top, this.minTop), this.maxTop)
    if (target < this.#top) this.unfollow()
    const down = top > this.#top
    this.#top = target
    if (down && this.#live && target >= this.maxTop) this.follow()
    else this.#see()
  }

  /** The user chose a row or asked to stand still. */
  unfollow(): void {
    if (!this.#following) return
    // Rows that came while held were not seen: keep counting from where the hold began.
    if (!this.#held) this.#seen = this.#range.next
    this.#following = false
    this.#held = false
  }

  /** End: resumes following when live, else shows the last row. */
  follow(): void {
    this.#held = false
    this.#following = this.#live
    this.#top = this.maxTop
    this.#seen = this.#range.next
  }

  /** While held, following stands still; letting go catches up at once. */
  hold(on: boolean): void {
    if (!this.#following || on === this.#held) return
    if (on) this.#seen = this.#range.next
    this.#held = on
    this.#settle()
  }

  /** Brings a row onto the screen. Ends following: somebody looks at that row. */
  reveal(position: number, how: Reveal = 'nearest'): void {
    this.unfollow()
    const row = position * this.#rowHeight
    const lowest = row + this.#rowHeight - this.#height
    const target: Record<Reveal, number> = {
      nearest: Math.max(lowest, Math.min(this.#top, row)),
      centre: row - Math.floor((this.#height - this.#rowHeight) / 2),
      start: row,
      end: lowest,
    }
    this.#top = this.#clamp(target[how])
    this.#see()
  }

  /** Puts a row so that its upper edge is `offset` px below the screen's: keeps a row in place when the source changes. */
  place(position: number, offset: number): void {
    this.unfollow()
    this.#top = this.#clamp(position * this.#rowHeight - offset)
    this.#see()
  }

  #clamp(top: number): number {
    return Math.min(Math.max(top, this.minTop), this.maxTop)
  }

  #settle(): void {
    this.#top = this.#following && !this.#held ? this.maxTop : this.#clamp(this.#top)
    if (this.#following && !this.#held) this.#seen = this.#range.next
    this.#see()
  }

  #see(): void {
    if (this.#held) return
    const shown = Math.floor((this.#top + this.#height) / this.#rowHeight)
    this.#seen = Math.max(this.#seen, Math.min(shown, this.#range.next))
  }
}
