/** Which columns are shown, in which order and how wide; kept over restarts as plain JSON. */
import { COLUMNS, columnOf, type Column, type ColumnId } from './columns'

export const MIN_COLUMN = 40
export const MAX_COLUMN = 2000
/** Least width in px of the column that takes the room that is left. */
const LEAST_REST = 160
/** The column that takes the room that is left, until the user gives it a width. */
const REST: ColumnId = 'object'
/** Width in px of the column of marks (bookmark, highlight) at the left edge. */
export const MARKS_WIDTH = 36

/** One column's place: its index in the list is its place in the grid. */
export interface PlacedColumn {
  id: ColumnId
  /** px, or all the room that is left. */
  width: number | 'rest'
  shown: boolean
}
export type Layout = readonly PlacedColumn[]

export const INITIAL_LAYOUT: Layout = COLUMNS.map(({ id, width, initial }) => ({
  id,
  width: id === REST ? 'rest' : width,
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
  for (const [index, { id, width }] of COLUMNS.entries()) {
    if (!placed.some((each) => each.id === id)) placed.splice(index, 0, { id, width, shown: false })
  }
  return placed
}

function readPlaced(entry: unknown): PlacedColumn | null {
  if (typeof entry !== 'object' || entry === null) return null
  const { id, width, shown } = entry as Record<string, unknown>
  const column = typeof id === 'string' ? columnOf(id) : undefined
  if (column === undefined || typeof shown !== 'boolean') return null
  if (width === 'rest') return { id: column.id, width, shown }
  const wide = typeof width === 'number' && Number.isFinite(width) ? width : column.width
  return { id: column.id, width: clampWidth(wide), shown }
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

/** The custom property that holds a column's `flex`: heads and cells share it, so that a drag changes one style. */
export function flexProperty(id: ColumnId): string {
  return `--flex-${id}`
}

/** Values of those properties; when no column takes the room that is left, the last one does. */
export function flexStyle(layout: Layout): Record<string, string> {
  const shown = layout.filter((each) => each.shown)
  const resting = shown.some(({ width }) => width === 'rest')
  return Object.fromEntries(
    shown.map(({ id, width }, index) => {
      const least = width === 'rest' ? LEAST_REST : width
      const grows = width === 'rest' || (!resting && index === shown.length - 1)
      return [flexProperty(id), `${grows ? 1 : 0} 0 ${least}px`]
    }),
  )
}

/** Width in px below which the grid scrolls sideways. */
export function leastWidth(layout: Layout): number {
  const widths = layout
    .filter(({ shown }) => shown)
    .map(({ width }) => (width === 'rest' ? LEAST_REST : width))
  return widths.reduce((sum, width) => sum + width, MARKS_WIDTH)
}
