import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addChip, compileQuery, matchesPlan, type QueryEvent } from '@native/audit/query'
import { COLUMNS } from '@renderer/components/event-grid/columns'
import { queryNames } from '@renderer/composables/events/query-names'
import { rowAsEvent, termOf } from '@renderer/composables/events/row-terms'
import { anyRow, ROW } from '../../components/event-grid/rows'

const CONTEXT = { now: ROW.time, names: queryNames }
const runs = (query: string, event: QueryEvent): boolean => {
  const { plan, problems } = compileQuery(query, CONTEXT)
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([])
  return matchesPlan(plan!, event)
}
/** Columns whose text is not compared exactly in a row: the user is found by name or id, the time by its span. */
const COMPARED = COLUMNS.filter(({ id }) => id !== 'who')

describe('a value of the grid as a condition', () => {
  it('is always valid, finds its own row, and its opposite hides it', () => {
    fc.assert(
      fc.property(anyRow, fc.constantFrom(...COMPARED), (row, column) => {
        const term = termOf(column, row)
        if (term === null) return
        expect(runs(addChip('', term), rowAsEvent(row))).toBe(true)
        const opposite = termOf(column, row, true)!
        expect(runs(addChip('', opposite), rowAsEvent(row))).toBe(false)
      }),
    )
  })

  it('names the login user of `alice (as root)`', () => {
    const who = COLUMNS.find(({ id }) => id === 'who')!
    expect(termOf(who, ROW)?.text).toBe('user=alice')
    expect(runs('user=alice', rowAsEvent(ROW))).toBe(true)
  })

  it('does not exist where there is no value', () => {
    const key = COLUMNS.find(({ id }) => id === 'key')!
    const what = COLUMNS.find(({ id }) => id === 'what')!
    expect(termOf(key, { ...ROW, key: '' })).toBeNull()
    expect(termOf(what, ROW)).toBeNull()
  })

  it('finds words and numbers of a row', () => {
    expect(runs('/tmp', rowAsEvent(ROW))).toBe(true)
    expect(runs('100', rowAsEvent(ROW))).toBe(true)
    expect(runs('nothing', rowAsEvent(ROW))).toBe(false)
  })
})

describe('a cell', () => {
  it('shows no character that could reorder or hide text, whatever a record holds', () => {
    fc.assert(
      fc.property(anyRow, (row) => {
        for (const column of COLUMNS) {
          const text = column.text(row, { timeFormat: 'local', now: ROW.time })
          expect(text).not.toMatch(
            /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069]/,
          )
        }
      }),
    )
  })
})
