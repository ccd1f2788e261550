/**
 * What the user chose, by sequence number: new rows, evictions, filters and sorting do not change it. One row has the
 * focus; a range grows from the anchor.
 */
import type { Positioned } from './page-cache'
import type { RowRange } from './viewport'

/** Events that can be selected at once: what `copy` of the store accepts. */
export const MAX_SELECTED = 10_000

/** A row by its event and its place in the current source. */
export interface RowRef extends Positioned {
  position: number
  seq: number
}

export class Selection {
  #seqs = new Set<number>()
  #focus: RowRef | null = null
  #anchor: RowRef | null = null

  get focus(): RowRef | null {
    return this.#focus
  }
  get size(): number {
    return this.#seqs.size
  }
  /** Ascending, which is the order of arrival. */
  get seqs(): number[] {
    return [...this.#seqs].sort((a, b) => a - b)
  }
  has(seq: number): boolean {
    return this.#seqs.has(seq)
  }

  /** This row alone. */
  select(row: RowRef): void {
    this.#seqs = new Set([row.seq])
    this.#focus = { position: row.position, seq: row.seq }
    this.#anchor = this.#focus
  }

  /** Adds or removes one row; false when it would be one too many. */
  toggle(row: RowRef): boolean {
    if (!this.#seqs.has(row.seq) && this.#seqs.size >= MAX_SELECTED) return false
    if (!this.#seqs.delete(row.seq)) this.#seqs.add(row.seq)
    this.#focus = { position: row.position, seq: row.seq }
    this.#anchor = this.#focus
    return true
  }

  /**
   * Positions from the anchor to a target, both included, cut at {@link MAX_SELECTED} on the target's side. Without an
   * anchor the target alone.
   */
  rangeTo(position: number): RowRange {
    const anchor = this.#anchor?.position ?? position
    if (position >= anchor) {
      return { first: anchor, next: Math.min(position + 1, anchor + MAX_SELECTED) }
    }
    return { first: Math.max(position, anchor + 1 - MAX_SELECTED), next: anchor + 1 }
  }

  /** Selects these rows; the anchor stays where it was so that the range can grow and shrink. */
  extend(rows: readonly RowRef[], focus: RowRef): void {
    this.#seqs = new Set(rows.map((row) => row.seq))
    this.#focus = { position: focus.position, seq: focus.seq }
    this.#anchor ??= this.#focus
  }

  /** The source changed: where the focus is now, or null when its event is not among the rows. */
  rebase(position: number | null): void {
    const focus = this.#focus
    this.#focus = focus === null || position === null ? null : { position, seq: focus.seq }
    this.#anchor = this.#focus
  }

  /** Forgets evicted events; true when the selection changed. */
  dropBefore(seq: number): boolean {
    const before = this.#seqs.size
    for (const chosen of this.#seqs) if (chosen < seq) this.#seqs.delete(chosen)
    if (this.#focus !== null && this.#focus.seq < seq) this.#focus = null
    if (this.#anchor !== null && this.#anchor.seq < seq) this.#anchor = this.#focus
    return this.#seqs.size !== before
  }

  clear(): void {
    this.#seqs = new Set()
    this.#focus = null
    this.#anchor = null
  }
}
