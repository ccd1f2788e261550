/** Gestures that select rows. A row that is not here yet is fetched first: what is selected is an event, not a place. */
import type { Failure, Result } from '@native/audit/result'
import type { Positioned } from './page-cache'
import { MAX_SELECTED, type Selection } from './selection'
import type { Reveal, RowRange, Viewport } from './viewport'

export interface ChooserHost<Row> {
  rowsOf: (range: RowRange) => Promise<Result<Row[]>>
  /** Brings a row onto the screen. */
  reveal: (position: number, how?: Reveal) => void
  /** The selection changed. */
  selected: () => void
  failed: (failure: Failure) => void
}

export class Chooser<Row extends Positioned> {
  readonly #selection: Selection
  readonly #viewport: Viewport
  readonly #host: ChooserHost<Row>

  constructor(selection: Selection, viewport: Viewport, host: ChooserHost<Row>) {
    this.#selection = selection
    this.#viewport = viewport
    this.#host = host
  }

  /** Selects the row at a position alone; false when there is none. */
  async select(position: number, how: Reveal = 'nearest'): Promise<boolean> {
    const [row] = await this.#rows({ first: position, next: position + 1 })
    if (row === undefined) return false
    this.#selection.select(row)
    this.#done(row, how)
    return true
  }

  /** Adds or removes the row at a position; false when that would be one too many. */
  async toggle(position: number): Promise<boolean> {
    const [row] = await this.#rows({ first: position, next: position + 1 })
    if (row === undefined || !this.#selection.toggle(row)) return false
    this.#done(row)
    return true
  }

  /** Selects from the anchor to a position; false when the range was cut at {@link MAX_SELECTED}. */
  async extend(position: number): Promise<boolean> {
    const rows = await this.#rows(this.#selection.rangeTo(position))
    const first = rows[0]
    const last = rows.at(-1)
    if (first === undefined || last === undefined) return false
    const focus =
      Math.abs(first.position - position) < Math.abs(last.position - position) ? first : last
    this.#selection.extend(rows, focus)
    this.#done(focus)
    return focus.position === position
  }

  /** Selects every row; false, with nothing changed, when there are more than {@link MAX_SELECTED}. */
  async selectAll(): Promise<boolean> {
    const range = this.#viewport.range
    if (range.next - range.first > MAX_SELECTED) return false
    const rows = await this.#rows(range)
    const focus = this.#selection.focus ?? rows.at(-1)
    if (focus === undefined) return false
    this.#viewport.unfollow()
    this.#selection.extend(rows, focus)
    this.#host.selected()
    return true
  }

  /** Moves the focus by rows; without a focus it starts at the edge of the screen. */
  async move(by: number, extend: boolean): Promise<void> {
    const { first, next } = this.#viewport.range
    if (next <= first) return
    const visible = this.#viewport.visible
    const from = this.#selection.focus?.position ?? (by > 0 ? visible.first - 1 : visible.next)
    const target = Math.min(next - 1, Math.max(first, from + by))
    if (extend) await this.extend(target)
    else await this.select(target)
  }

  clear(): void {
    if (this.#selection.size === 0 && this.#selection.focus === null) return
    this.#selection.clear()
    this.#host.selected()
  }

  #done(focus: Row, how: Reveal = 'nearest'): void {
    this.#host.reveal(focus.position, how)
    this.#host.selected()
  }

  async #rows(range: RowRange): Promise<Row[]> {
    const result = await this.#host.rowsOf(range)
    if (result.ok) return result.value
    this.#host.failed(result)
    return []
  }
}
