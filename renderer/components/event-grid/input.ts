/** The hands on the grid: wheel, pointer and keys, turned into gestures of the model. */
import type { EventRow } from '@contract/store'
import type { GridModel } from './core/grid-model'
import type { Column } from './columns'
import type { RowPool } from './row-pool'

export interface GridInputHost {
  /** A value was picked by shift-click, or by + and - on the cell cursor. */
  pick: (column: Column, row: EventRow, how: 'include' | 'exclude') => void
  /** A row was opened: double click. */
  activate: () => void
  /** The selection was not made as asked, because it would have been too large. */
  tooMany: () => void
  /** Ctrl+C. */
  copy: () => void
  /** Number of columns, for the cell cursor. */
  columns: () => readonly Column[]
}

/** Following stands still this long after the pointer moved over the rows, so that a row can be hit, ms. */
const HOLD_MS = 700
/** Lines that one notch of a wheel counts as, where the browser reports lines. */
const LINES = 3
/** While rows are being selected by dragging, the edge scrolls this often, ms. */
const EDGE_MS = 40

export class GridInput {
  readonly #root: HTMLElement
  readonly #body: HTMLElement
  readonly #model: GridModel<EventRow>
  readonly #pool: RowPool
  readonly #host: GridInputHost
  readonly #listeners = new AbortController()
  #holdTimer: ReturnType<typeof setTimeout> | null = null
  #edgeTimer: ReturnType<typeof setInterval> | null = null
  #selecting = false
  /** Column of the cell cursor; -1 when whole rows have the focus. */
  cell = -1

  constructor(
    root: HTMLElement,
    body: HTMLElement,
    model: GridModel<EventRow>,
    pool: RowPool,
    host: GridInputHost,
  ) {
    this.#root = root
    this.#body = body
    this.#model = model
    this.#pool = pool
    this.#host = host
    const { signal } = this.#listeners
    body.addEventListener('wheel', this.#wheel, { signal, passive: false })
    body.addEventListener('pointerdown', this.#down, { signal })
    body.addEventListener('pointermove', this.#move, { signal })
    body.addEventListener('pointerleave', this.#leave, { signal })
    body.addEventListener('lostpointercapture', this.#up, { signal })
    body.addEventListener('dblclick', this.#double, { signal })
    root.addEventListener('keydown', this.#key, { signal })
  }

  destroy(): void {
    this.#listeners.abort()
    this.#release()
    this.#stopEdge()
  }

  // --- wheel ------------------------------------------------------------------------------------------------------

  #wheel = (event: WheelEvent): void => {
    if (event.ctrlKey || event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) return
    event.preventDefault()
    const { rowHeight, height } = this.#model.viewport
    const unit = [1, rowHeight * LINES, height][event.deltaMode] ?? 1
    this.#model.scrollBy(event.deltaY * unit)
  }

  // --- pointer ----------------------------------------------------------------------------------------------------

  #down = (event: PointerEvent): void => {
    const hit = event.target instanceof Element ? this.#pool.cellOf(event.target) : null
    if (hit === null) return
    const row = this.#model.row(hit.position)
    if (event.button === 2) {
      if (row !== undefined && !this.#model.selection.has(row.seq)) void this.#select(hit.position)
      this.#model.unfollow()
      return
    }
    if (event.button !== 0) return
    this.cell = -1
    const control = event.ctrlKey || event.metaKey
    if (event.shiftKey && !control) {
      event.preventDefault()
      if (row !== undefined && hit.column !== null) {
        this.#host.pick(hit.column, row, event.altKey ? 'exclude' : 'include')
      }
      return
    }
    if (control && event.shiftKey) void this.#extend(hit.position)
    else if (control) void this.#toggle(hit.position)
    else {
      void this.#select(hit.position)
      this.#selecting = true
      this.#body.setPointerCapture(event.pointerId)
    }
  }

  #move = (event: PointerEvent): void => {
    if (this.#selecting) {
      this.#dragTo(event.clientY)
      return
    }
    if (!this.#model.viewport.following) return
    this.#model.hold(true)
    if (this.#holdTimer !== null) clearTimeout(this.#holdTimer)
    this.#holdTimer = setTimeout(this.#release, HOLD_MS)
  }

  #leave = (): void => this.#release()

  #release = (): void => {
    if (this.#holdTimer !== null) clearTimeout(this.#holdTimer)
    this.#holdTimer = null
    this.#model.hold(false)
  }

  #up = (): void => {
    this.#selecting = false
    this.#stopEdge()
  }

  #double = (event: MouseEvent): void => {
    if (event.target instanceof Element && this.#pool.cellOf(event.target) !== null) {
      this.#host.activate()
    }
  }

  /** Selects up to the row under the pointer; beyond the edge rows come in by themselves. */
  #dragTo(clientY: number): void {
    const box = this.#body.getBoundingClientRect()
    const { viewport } = this.#model
    const y = Math.min(box.height - 1, Math.max(0, clientY - box.top))
    const position = Math.floor((viewport.top + y) / viewport.rowHeight)
    const beyond = clientY < box.top ? -1 : clientY > box.bottom ? 1 : 0
    this.#stopEdge()
    if (beyond !== 0) {
      this.#edgeTimer = setInterval(() => void this.#model.choose.move(beyond, true), EDGE_MS)
    }
    const inside = position >= viewport.range.first && position < viewport.range.next
    const moved = position !== this.#model.selection.focus?.position
    if (inside && moved && beyond === 0) void this.#extend(position)
  }

  #stopEdge(): void {
    if (this.#edgeTimer !== null) clearInterval(this.#edgeTimer)
    this.#edgeTimer = null
  }

  // --- keys -------------------------------------------------------------------------------------------------------

  #key = (event: KeyboardEvent): void => {
    if (event.target !== this.#root || event.altKey) return
    const control = event.ctrlKey || event.metaKey
    const action = control ? this.#controlKeys[event.key.toLowerCase()] : this.#keys[event.key]
    if (action === undefined || action(event) === false) return
    event.preventDefault()
    event.stopPropagation()
  }

  /** Plain keys, with Shift extending; false leaves the key to others. */
  readonly #keys: Record<string, (event: KeyboardEvent) => boolean | undefined> = {
    ArrowDown: (event) => this.#step(1, event.shiftKey),
    ArrowUp: (event) => this.#step(-1, event.shiftKey),
    PageDown: (event) => this.#page(1, event.shiftKey),
    PageUp: (event) => this.#page(-1, event.shiftKey),
    Home: (event) => this.#edge(-1, event.shiftKey),
    End: (event) => this.#edge(1, event.shiftKey),
    ArrowRight: () => this.#column(1),
    ArrowLeft: () => this.#column(-1),
    '+': () => this.#pickCell('include'),
    '-': () => this.#pickCell('exclude'),
    ContextMenu: () => this.#menu(),
    F10: (event) => (event.shiftKey ? this.#menu() : false),
  }

  readonly #controlKeys: Record<string, (event: KeyboardEvent) => boolean | undefined> = {
    a: () => {
      void this.#model.choose.selectAll().then((all) => {
        if (!all) this.#host.tooMany()
      })
      return true
    },
    c: () => {
      if (this.#model.selection.size === 0) return false
      this.#host.copy()
      return true
    },
    home: (event) => this.#edge(-1, event.shiftKey),
    end: (event) => this.#edge(1, event.shiftKey),
    arrowdown: () => this.#scroll(this.#model.viewport.rowHeight),
    arrowup: () => this.#scroll(-this.#model.viewport.rowHeight),
    ' ': () => {
      const focus = this.#model.selection.focus
      if (focus === null) return false
      void this.#toggle(focus.position)
      return true
    },
  }

  #step(by: number, extend: boolean): true {
    void this.#model.choose.move(by, extend)
    return true
  }

  #scroll(pixels: number): true {
    this.#model.scrollBy(pixels)
    return true
  }

  #page(direction: 1 | -1, extend: boolean): true {
    const { viewport, selection } = this.#model
    if (selection.focus === null) return this.#scroll(direction * viewport.height)
    return this.#step(direction * Math.max(1, viewport.pageRows - 1), extend)
  }

  /** Home and End. End follows again when there is something to follow, so it does not select. */
  #edge(direction: 1 | -1, extend: boolean): boolean {
    const { viewport, selection } = this.#model
    const { first, next } = viewport.range
    if (next <= first) return true
    if (extend) return this.#extendTo(direction < 0 ? first : next - 1)
    if (direction > 0 && viewport.live) this.#model.follow()
    else if (selection.focus !== null) void this.#select(direction < 0 ? first : next - 1)
    else this.#model.scrollTo(direction < 0 ? viewport.minTop : viewport.maxTop)
    return true
  }

  #extendTo(position: number): true {
    void this.#extend(position)
    return true
  }

  #column(by: 1 | -1): boolean {
    if (this.#model.selection.focus === null) return false
    this.cell = Math.min(this.#host.columns().length - 1, Math.max(-1, this.cell + by))
    this.#model.reveal(this.#model.selection.focus.position)
    return true
  }

  #pickCell(how: 'include' | 'exclude'): boolean {
    const focus = this.#model.selection.focus
    const row = focus === null ? undefined : this.#model.row(focus.position)
    const column = this.#host.columns()[this.cell]
    if (row === undefined || column === undefined) return false
    this.#host.pick(column, row, how)
    return true
  }

  /** Opens the context menu at the focused cell. */
  #menu(): boolean {
    const focus = this.#model.selection.focus
    const box = focus === null ? null : this.#pool.boxOf(focus.position, this.cell)
    const id = focus === null ? null : this.#pool.idOf(focus.position, this.cell)
    const target = id === null ? null : document.getElementById(id)
    if (box === null || target === null) return false
    target.dispatchEvent(
      new MouseEvent('contextmenu', {
        bubbles: true,
        cancelable: true,
        clientX: Math.max(0, box.left) + 8,
        clientY: box.bottom - 4,
      }),
    )
    return true
  }

  async #select(position: number): Promise<void> {
    await this.#model.choose.select(position)
  }
  async #toggle(position: number): Promise<void> {
    if (!(await this.#model.choose.toggle(position))) this.#host.tooMany()
  }
  async #extend(position: number): Promise<void> {
    if (!(await this.#model.choose.extend(position))) this.#host.tooMany()
  }
}
