/** Which columns are shown, in which order and how wide; kept over restarts as plain JSON. */
import { COLUMNS, columnOf, type Column, type ColumnId } from './columns'

export const MIN_COLUMN = 40
export const MAX_COLUMN = 2000
/** How much more of the room that is left goes to the column that has no bound. */
const REST_SHARE = 3
/** Width in px of the column of marks (bookmark, highlight) at the left edge. */
export const MARKS_WIDTH = 28

/** One column's place: its index in the list is its place in the grid. */
export interface PlacedColumn {
  id: ColumnId
  /** px as the user chose; before that as much as the column's own bounds and the room allow. */
  width: number | 'auto'
  shown: boolean
}
export type Layout = readonly PlacedColumn[]

export const INITIAL_LAYOUT: Layout = COLUMNS.map(({ id, initial }) => ({
  id,
  width: 'auto',
  shown: initial,
}))

function clampWidth(width: number): number {
  return Math.round(Math.min(MAX_COLUMN, Math.max(MIN_COLUMN, width)))
}

/** Makes a layout of what was saved, by whatever version: unknown columns go, new ones come hidden at their place. */
export function layoutFrom(saved: unknown): Layout {
  const placed: PlacedColumn[] = []
  for (const entry of Array.isArray(saved) ? (saved as unknown[]) : []) {
    const column = readPlaced(entry)
    if (column !== null && !placed.some(({ id }) => id === column.id)) placed.push(column)
  }
  if (!placed.some(({ shown }) => shown)) return INITIAL_LAYOUT
  for (const [index, { id }] of COLUMNS.entries()) {
    const missing = !placed.some((each) => each.id === id)
    if (missing) placed.splice(index, 0, { id, width: 'auto', shown: false })
  }
  return placed
}

function readPlaced(entry: unknown): PlacedColumn | null {
  if (typeof entry !== 'object' || entry === null) return null
  const { id, width, shown } = entry as Record<string, unknown>
  const column = typeof id === 'string' ? columnOf(id) : undefined
  if (column === undefined || typeof shown !== 'boolean') return null
  const chosen = typeof width === 'number' && Number.isFinite(width)
  return { id: column.id, width: chosen ? clampWidth(width) : 'auto', shown }
}

export function shownColumns(layout: Layout): Column[] {
  return layout.filter(({ shown }) => shown).map(({ id }) => columnOf(id)!)
}

export function resizeColumn(layout: Layout, id: ColumnId, width: number): Layout {
  return layout.map((each) => (each.id === id ? { ...each, width: clampWidth(width) } : each))
}

/** Shows or hides a column; the last one shown stays. */
export function toggleColumn(layout: Layout, id: ColumnId): Layout {
  const next = layout.map((each) => (each.id === id ? { ...each, shown: !each.shown } : each))
  return next.some(({ shown }) => shown) ? next : layout
}

/** Moves a column before another one, or to the end with null. */
export function moveColumn(layout: Layout, id: ColumnId, before: ColumnId | null): Layout {
  const moved = layout.find((each) => each.id === id)
  if (moved === undefined || id === before) return layout
  const rest = layout.filter((each) => each.id !== id)
  const at = before === null ? rest.length : rest.findIndex((each) => each.id === before)
  return at < 0 ? layout : [...rest.slice(0, at), moved, ...rest.slice(at)]
}

/** Moves a shown column by one place among those shown; for the keyboard. */
export function shiftColumn(layout: Layout, id: ColumnId, by: 1 | -1): Layout {
  const shown = layout.filter((each) => each.shown)
  const at = shown.findIndex((each) => each.id === id)
  if (at < 0) return layout
  if (by < 0) return at === 0 ? layout : moveColumn(layout, id, shown[at - 1]!.id)
  if (at === shown.length - 1) return layout
  return moveColumn(layout, id, shown[at + 2]?.id ?? null)
}

/** The custom properties of a column's size: heads and cells share them, so that a drag changes one style. */
export function sizeStyle(id: ColumnId): { flex: string; maxWidth: string } {
  return { flex: `var(--flex-${id})`, maxWidth: `var(--most-${id})` }
}

/** Values of those properties. Columns share the room that is left up to their bounds; if none can, the last takes it. */
export function sizeProperties(layout: Layout): Record<string, string> {
  const shown = layout.filter((each) => each.shown)
  const endless = shown.some(({ id, width }) => width === 'auto' && columnOf(id)!.most === Infinity)
  const properties: Record<string, string> = {}
  for (const [index, { id, width }] of shown.entries()) {
    const column = columnOf(id)!
    const takesRest = !endless && index === shown.length - 1
    const most = takesRest ? Infinity : width === 'auto' ? column.most : width
    const least = width === 'auto' ? column.width : width
    const grow = most === Infinity ? REST_SHARE : Number(most > least)
    properties[`--flex-${id}`] = `${grow} 0 ${least}px`
    properties[`--most-${id}`] = most === Infinity ? 'none' : `${most}px`
  }
  return properties
}

/** Width in px below which the grid scrolls sideways. */
export function leastWidth(layout: Layout): number {
  const widths = layout
    .filter(({ shown }) => shown)
    .map(({ id, width }) => (width === 'auto' ? columnOf(id)!.width : width))
  return widths.reduce((sum, width) => sum + width, MARKS_WIDTH)
}
