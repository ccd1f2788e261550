import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { COLUMNS, type ColumnId } from '@renderer/components/event-grid/columns'
import {
  INITIAL_LAYOUT,
  layoutFrom,
  leastWidth,
  MAX_COLUMN,
  MIN_COLUMN,
  moveColumn,
  resizeColumn,
  shiftColumn,
  shownColumns,
  sizeProperties,
  toggleColumn,
  type Layout,
} from '@renderer/components/event-grid/layout'

const id = fc.constantFrom(...COLUMNS.map((column) => column.id))
type Edit = (layout: Layout) => Layout
const edit: fc.Arbitrary<Edit> = fc.oneof(
  fc.tuple(id, fc.integer({ min: -50, max: 5000 })).map(
    ([column, width]): Edit =>
      (layout) =>
        resizeColumn(layout, column, width),
  ),
  id.map(
    (column): Edit =>
      (layout) =>
        toggleColumn(layout, column),
  ),
  fc.tuple(id, fc.option(id)).map(
    ([column, before]): Edit =>
      (layout) =>
        moveColumn(layout, column, before),
  ),
  fc.tuple(id, fc.constantFrom<1 | -1>(1, -1)).map(
    ([column, by]): Edit =>
      (layout) =>
        shiftColumn(layout, column, by),
  ),
)
const ids = (layout: Layout): ColumnId[] => shownColumns(layout).map((column) => column.id)

describe('column layout', () => {
  it('keeps every column once, at least one shown, and survives being saved, whatever is done to it', () => {
    fc.assert(
      fc.property(fc.array(edit, { maxLength: 40 }), (edits) => {
        const layout = edits.reduce((now, change) => change(now), INITIAL_LAYOUT)
        expect(layout.map((each) => each.id).sort()).toEqual(COLUMNS.map((each) => each.id).sort())
        expect(ids(layout).length).toBeGreaterThan(0)
        for (const { width } of layout) {
          if (width === 'auto') continue
          expect(width).toBeGreaterThanOrEqual(MIN_COLUMN)
          expect(width).toBeLessThanOrEqual(MAX_COLUMN)
        }
        expect(layoutFrom(JSON.parse(JSON.stringify(layout)))).toEqual(layout)
      }),
    )
  })

  it('makes something usable of whatever was saved', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (saved) => {
        expect(ids(layoutFrom(saved)).length).toBeGreaterThan(0)
      }),
    )
    expect(layoutFrom([{ id: 'gone', width: 1, shown: true }])).toBe(INITIAL_LAYOUT)
    const old = layoutFrom([
      { id: 'pid', width: 90, shown: true },
      { id: 'pid', width: 10, shown: false },
    ])
    expect(ids(old)).toEqual(['pid'])
    expect(old).toHaveLength(COLUMNS.length)
  })

  it('moves columns by place and by key', () => {
    expect(ids(moveColumn(INITIAL_LAYOUT, 'key', 'event')).slice(0, 3)).toEqual([
      'time',
      'key',
      'event',
    ])
    expect(ids(shiftColumn(INITIAL_LAYOUT, 'time', 1)).slice(0, 2)).toEqual(['event', 'time'])
    expect(shiftColumn(INITIAL_LAYOUT, 'time', -1)).toBe(INITIAL_LAYOUT)
  })

  it('lets exactly one column take whatever room is left', () => {
    fc.assert(
      fc.property(fc.array(edit, { maxLength: 40 }), (edits) => {
        const layout = edits.reduce((now, change) => change(now), INITIAL_LAYOUT)
        const sizes = sizeProperties(layout)
        const endless = ids(layout).filter((each) => sizes[`--most-${each}`] === 'none')
        expect(endless).toHaveLength(1)
        expect(sizes[`--flex-${endless[0]}`]).toMatch(/^[1-9]/)
        expect(leastWidth(layout)).toBeGreaterThan(0)
      }),
    )
  })
})
