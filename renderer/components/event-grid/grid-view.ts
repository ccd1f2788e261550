/**
 * The event grid on the page: model, rows, scrollbar and hands put together, drawn at most once a frame and only when
 * something changed. Vue gives it elements and inputs and hears what changed; no component exists per row.
 */
import type { EventRow } from '@contract/store'
import type { Failure } from '@native/audit/result'
import type { IconName } from '../base/icons'
import type { CellContext, Column } from './columns'
import type { GridSource } from './core/feed'
import { GridModel } from './core/grid-model'
import type { RowRange } from './core/viewport'
import { GridInput } from './input'
import { RowPool, type RowLook } from './row-pool'
import { ScrollbarView, type ScrollMark } from './scrollbar-view'

export interface GridElements {
  /** Has role grid and the focus. */
  root: HTMLElement
  /** Clips the rows. */
  body: HTMLElement
  /** Holds the rows, and moves. */
  rows: HTMLElement
  track: HTMLElement
  thumb: HTMLElement
}

/** What the frame around the grid shows of it. */
export interface GridState {
  range: RowRange
  live: boolean
  following: boolean
  held: boolean
  unseen: number
  stale: boolean
  /** While the thumb is dragged: the row at the upper edge, if it is here. */
  passing: EventRow | null
  dragging: boolean
}

export interface GridViewEvents {
  state: (state: GridState) => void
  selected: () => void
  failed: (failure: Failure | null) => void
  pick: (column: Column, row: EventRow, how: 'include' | 'exclude') => void
  activate: () => void
  tooMany: () => void
  copy: () => void
}

/** How a row is highlighted, and whether records are missing before it. */
export interface Decoration {
  highlight: (row: EventRow) => { colour: string; icon: IconName } | null
  gapBefore: (before: EventRow, row: EventRow) => boolean
}

/** Rows of the place before stay this long while those of a new place are fetched, ms. */
const PATIENCE_MS = 200

export class GridView {
  readonly model: GridModel<EventRow>
  readonly #elements: GridElements
  readonly #events: GridViewEvents
  readonly #pool: RowPool
  readonly #bar: ScrollbarView
  readonly #input: GridInput
  readonly #sizes: ResizeObserver
  #columns: readonly Column[] = []
  #context: CellContext = { timeFormat: 'local', now: Date.now() }
  #decoration: Decoration = { highlight: () => null, gapBefore: () => false }
  /** Highlights of rows, as long as the rules stay the same. */
  #highlights = new WeakMap<EventRow, RowLook['highlight']>()
  #bookmarks: readonly number[] = []
  #version = 0
  #frame: number | null = null
  #waitingSince: number | null = null
  #state = ''

  constructor(elements: GridElements, rowHeight: number, events: GridViewEvents) {
    this.#elements = elements
    this.#events = events
    this.model = new GridModel<EventRow>(
      { rowHeight, height: elements.body.clientHeight },
      {
        changed: () => this.#schedule(),
        selected: events.selected,
        failed: events.failed,
      },
    )
    this.#pool = new RowPool(elements.rows, `${elements.root.id}-row`)
    this.#bar = new ScrollbarView(elements.track, elements.thumb, {
      scale: () => {
        const { height, minTop, maxTop } = this.model.viewport
        return { height, minTop, maxTop }
      },
      top: () => this.model.viewport.top,
      scroll: (top, end) => (end ? this.model.follow() : this.model.scrollTo(top)),
      dragging: () => this.#schedule(),
    })
    this.#input = new GridInput(elements.root, elements.body, this.model, this.#pool, {
      pick: events.pick,
      activate: events.activate,
      tooMany: events.tooMany,
      copy: events.copy,
      columns: () => this.#columns,
    })
    this.#sizes = new ResizeObserver(() => this.#measure())
    this.#sizes.observe(elements.body)
    this.#measure()
  }

  setSource(source: GridSource<EventRow>): void {
    this.model.setSource(source)
  }
  setColumns(columns: readonly Column[]): void {
    this.#columns = columns
    this.#pool.setColumns(columns)
    this.#input.cell = -1
    this.#restyle()
  }
  setContext(context: CellContext): void {
    this.#context = context
    this.#restyle()
  }
  setDecoration(decoration: Decoration): void {
    this.#decoration = decoration
    this.#highlights = new WeakMap()
    this.#restyle()
  }
  /** Positions of bookmarked rows in the source, for the scrollbar. */
  setBookmarks(positions: readonly number[]): void {
    this.#bookmarks = positions
    this.#schedule()
  }

  /** Width in px that shows every text of a column on the screen whole. */
  idealWidth(index: number): number {
    return this.#pool.idealWidth(index)
  }

  /** The cell that an element of the page belongs to. */
  cellOf(element: Element): { column: Column | null; row: EventRow } | null {
    const hit = this.#pool.cellOf(element)
    const row = hit === null ? undefined : this.model.row(hit.position)
    return hit === null || row === undefined ? null : { column: hit.column, row }
  }

  destroy(): void {
    if (this.#frame !== null) cancelAnimationFrame(this.#frame)
    this.#sizes.disconnect()
    this.#input.destroy()
    this.#bar.destroy()
    this.model.close()
  }

  #measure(): void {
    const height = this.#elements.body.clientHeight
    this.#bar.setTrackHeight(this.#elements.track.clientHeight)
    this.model.setHeight(height)
  }

  #restyle(): void {
    this.#version++
    this.#schedule()
  }

  #schedule(): void {
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = null
      this.#draw()
    })
  }

  #draw(): void {
    this.model.demand()
    if (!this.#waits()) this.#drawRows()
    this.#bar.draw(this.#marks())
    this.#describe()
    this.#tell()
  }

  /**
   * Whether the rows that are drawn stay a little longer, because those of the new place are on their way: rows of the
   * place before are better than rows without text.
   */
  #waits(): boolean {
    if (this.model.complete) {
      this.#waitingSince = null
      return false
    }
    this.#waitingSince ??= performance.now()
    const waits = performance.now() - this.#waitingSince < PATIENCE_MS
    if (waits) this.#schedule()
    return waits
  }

  #drawRows(): void {
    const { viewport } = this.model
    this.#pool.draw({
      visible: viewport.visible,
      first: viewport.range.first,
      top: viewport.top,
      rowHeight: viewport.rowHeight,
      row: (position) => this.model.row(position),
      look: (row) => this.#look(row),
      context: this.#context,
      version: this.#version,
    })
  }

  #look(row: EventRow): RowLook {
    const { selection } = this.model
    const focused = selection.focus?.seq === row.seq
    const before = this.model.row(row.position - 1)
    return {
      selected: selection.has(row.seq),
      focused,
      cell: focused ? this.#input.cell : -1,
      highlight: this.#highlightOf(row),
      gap: before !== undefined && this.#decoration.gapBefore(before, row),
    }
  }

  #highlightOf(row: EventRow): RowLook['highlight'] {
    let highlight = this.#highlights.get(row)
    if (highlight === undefined) {
      highlight = this.#decoration.highlight(row)
      this.#highlights.set(row, highlight)
    }
    return highlight
  }

  #marks(): ScrollMark[] {
    const { rowHeight, range } = this.model.viewport
    const marks: ScrollMark[] = this.#bookmarks
      .filter((position) => position >= range.first)
      .map((position) => ({ rowTop: position * rowHeight, kind: 'bookmark' }))
    const focus = this.model.selection.focus
    if (focus !== null && focus.position >= range.first) {
      marks.unshift({ rowTop: focus.position * rowHeight, kind: 'focus' })
    }
    return marks
  }

  /** What a screen reader hears: how many rows there are and which has the focus. */
  #describe(): void {
    const { root } = this.#elements
    const { range } = this.model.viewport
    const rows = String(range.next - range.first + 1)
    if (root.getAttribute('aria-rowcount') !== rows) root.setAttribute('aria-rowcount', rows)
    const focus = this.model.selection.focus
    const id = focus === null ? null : this.#pool.idOf(focus.position, this.#input.cell)
    if (id === null) root.removeAttribute('aria-activedescendant')
    else if (root.getAttribute('aria-activedescendant') !== id) {
      root.setAttribute('aria-activedescendant', id)
    }
  }

  #tell(): void {
    const { viewport } = this.model
    const dragging = this.#bar.dragging
    const passing = dragging ? (this.model.row(viewport.visible.first) ?? null) : null
    const state: GridState = {
      range: viewport.range,
      live: viewport.live,
      following: viewport.following,
      held: viewport.held,
      unseen: viewport.unseen,
      stale: this.model.stale,
      passing,
      dragging,
    }
    const { first, next } = state.range
    const key = [first, next, state.live, state.following, state.held, state.unseen, state.stale]
    const text = [...key, dragging, passing?.seq].join()
    if (text === this.#state) return
    this.#state = text
    this.#events.state(state)
  }
}
