/**
 * The grid without its looks: the rows of a source through a viewport, with a selection. It owns no DOM and draws
 * nothing; `changed` asks for the next frame.
 */
import type { Failure } from '@native/audit/result'
import { Arrival, type Anchor } from './arrival'
import { Chooser } from './chooser'
import { Feed, type GridSource } from './feed'
import type { Positioned } from './page-cache'
import { Selection } from './selection'
import { Tail } from './tail'
import { Viewport, type Reveal, type RowRange } from './viewport'

export interface GridModelEvents {
  /** There is something to draw. */
  changed: () => void
  selected: () => void
  /** Rows could not be read; null when they can be again. */
  failed: (failure: Failure | null) => void
}

export class GridModel<Row extends Positioned> {
  readonly viewport: Viewport
  readonly selection = new Selection()
  readonly choose: Chooser<Row>
  readonly #events: GridModelEvents
  readonly #now: () => number
  readonly #tail: Tail<Row>
  #feed: Feed<Row> | null = null
  #arrival: Arrival<Row> | null = null
  #direction: 1 | -1 = 1

  /** `rowHeight` and `height` in CSS pixels; `now` in ms. */
  constructor(
    options: { rowHeight: number; height: number },
    events: GridModelEvents,
    now: () => number = Date.now,
  ) {
    this.viewport = new Viewport({ ...options, live: false })
    this.#events = events
    this.#now = now
    this.#tail = new Tail(this.viewport, now)
    this.choose = new Chooser(this.selection, this.viewport, {
      rowsOf: async (range) => (await this.#feed?.rowsOf(range)) ?? { ok: true, value: [] },
      reveal: (position, how) => this.reveal(position, how),
      selected: () => {
        events.selected()
        events.changed()
      },
      failed: events.failed,
    })
  }

  /** The rows on the screen belong to the source before. */
  get stale(): boolean {
    return this.#arrival !== null
  }
  /** The source on the screen, or the one that is about to be. */
  get source(): GridSource<Row> | null {
    return (this.#arrival?.feed ?? this.#feed)?.source ?? null
  }
  /** The row at a position of the source on the screen; undefined while it is not here. */
  row(position: number): Row | undefined {
    return this.#feed?.cache.get(position)
  }
  /** All rows on the screen are here. */
  get complete(): boolean {
    return this.#feed === null || this.#feed.holds(this.viewport.visible)
  }
  /** The selected rows that are in memory, in order. */
  selectedRows(): Row[] {
    return this.#feed?.cache.rowsWhere((row) => this.selection.has(row.seq)) ?? []
  }
  /** Rows held in memory. */
  get cachedRows(): number {
    return this.#feed?.cache.size ?? 0
  }

  /** Changes the source; the focused row, else the top one, keeps its place. */
  setSource(source: GridSource<Row>): void {
    this.#arrival?.feed.loader.close()
    const feed = new Feed(source, {
      loaded: (reply) => this.#loaded(feed, reply.rows.at(-1)?.position ?? -1),
      failed: this.#events.failed,
    })
    this.#tail.commit()
    this.#arrival = new Arrival(feed, this.#startOf(source), this.#now)
    void this.#arrive()
    this.#events.changed()
  }

  /** The source grew, lost its oldest rows, or is complete. */
  update(id: string, range: RowRange, done: boolean): void {
    if (this.#arrival?.feed.source.id === id) {
      this.#arrival.feed.update(range, done)
      void this.#arrive()
      return
    }
    if (this.#arrival !== null || this.#feed?.source.id !== id) return
    this.#feed.update(range, done)
    const flowing = this.viewport.following && !this.viewport.held
    if (flowing && range.next !== this.viewport.range.next) {
      this.#tail.grow(range, this.#feed)
      this.demand()
    } else {
      this.#tail.forget()
      this.viewport.setRange(range)
    }
    this.#events.changed()
  }

  /** Asks for the rows that the screen needs now; call it in every frame that moved something. */
  demand(): void {
    const feed = this.#feed
    if (feed === null) return
    const pending = this.#tail.pending
    const visible = pending === null ? this.viewport.visible : this.#tail.screen
    feed.cache.touch(visible)
    const range = pending ?? this.viewport.range
    feed.loader.want({ visible, range, direction: this.#direction })
  }

  scrollBy(pixels: number): void {
    this.#move(() => this.viewport.scrollBy(pixels))
  }
  scrollTo(top: number): void {
    this.#move(() => this.viewport.scrollTo(top))
  }
  follow(): void {
    this.#move(() => {
      this.#tail.commit()
      this.viewport.follow()
    })
  }
  unfollow(): void {
    this.#move(() => this.viewport.unfollow())
  }
  hold(on: boolean): void {
    if (on !== this.viewport.held) this.#move(() => this.viewport.hold(on))
  }
  reveal(position: number, how: Reveal = 'nearest'): void {
    this.#move(() => this.viewport.reveal(position, how))
  }
  setHeight(height: number): void {
    this.#move(() => this.viewport.setHeight(height))
  }
  setRowHeight(rowHeight: number): void {
    this.#move(() => this.viewport.setRowHeight(rowHeight))
  }

  /** Changes the rows of one event, for a bookmark set or removed. */
  patch(seq: number, change: (row: Row) => Row): void {
    this.#feed?.cache.update(seq, change)
    this.#events.changed()
  }

  /** Events before this number were evicted. */
  evict(seq: number): void {
    if (this.selection.dropBefore(seq)) this.#events.selected()
  }

  close(): void {
    this.#feed?.loader.close()
    this.#arrival?.feed.loader.close()
  }

  #move(gesture: () => void): void {
    const top = this.viewport.top
    gesture()
    const flowing = this.viewport.following && !this.viewport.held
    if (!flowing) this.#tail.commit()
    if (this.viewport.top !== top) this.#direction = this.viewport.top < top ? -1 : 1
    this.#events.changed()
  }

  #loaded(feed: Feed<Row>, last: number): void {
    if (this.#arrival?.feed === feed) void this.#arrive()
    else this.#tail.arrived(feed, last + 1)
    this.#events.changed()
  }

  #startOf(source: GridSource<Row>): Anchor | 'start' | 'end' {
    if (this.#feed === null || (source.live && this.viewport.following)) {
      return source.live ? 'end' : 'start'
    }
    const { visible, rowHeight, top } = this.viewport
    const focus = this.selection.focus
    const focusShown =
      focus !== null && focus.position >= visible.first && focus.position < visible.next
    const anchor = focusShown ? focus : this.row(visible.first)
    if (anchor === undefined) return 'start'
    return { seq: anchor.seq, offset: anchor.position * rowHeight - top }
  }

  async #arrive(): Promise<void> {
    const arrival = this.#arrival
    if (arrival === null || !(await arrival.ready(this.viewport)) || this.#arrival !== arrival)
      return
    this.#feed?.loader.close()
    this.#feed = arrival.feed
    this.#arrival = null
    this.#tail.forget()
    arrival.takeOver(this.viewport)
    this.#events.changed()
    await this.#refocus(arrival.feed)
  }

  /** The focused event has another position in the new source, or none. */
  async #refocus(feed: Feed<Row>): Promise<void> {
    const focus = this.selection.focus
    if (focus === null) return
    const position = await feed.source.locate(focus.seq)
    const rows =
      position === null ? null : await feed.rowsOf({ first: position, next: position + 1 })
    if (this.#feed !== feed || this.selection.focus !== focus) return
    const row = rows?.ok === true ? rows.value[0] : undefined
    this.selection.rebase(row?.seq === focus.seq ? row.position : null)
    this.#events.changed()
  }
}
