import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PAGE_ROWS, PageCache } from '@renderer/components/event-grid/core/page-cache'

interface Row {
  position: number
  seq: number
  mark: boolean
}
const rows = (first: number, next: number): Row[] =>
  Array.from({ length: next - first }, (_, i) => ({
    position: first + i,
    seq: (first + i) * 2,
    mark: false,
  }))
const span = fc
  .tuple(fc.nat(2000), fc.integer({ min: 1, max: 600 }))
  .map(([first, count]) => ({ first, next: first + count }))

describe('page cache', () => {
  it('reports exactly the rows that it does not hold', () => {
    fc.assert(
      fc.property(
        fc.array(span, { maxLength: 8 }),
        span,
        fc.integer({ min: 1, max: 400 }),
        (puts, asked, limit) => {
          const cache = new PageCache<Row>()
          const held = new Set<number>()
          for (const { first, next } of puts) {
            cache.put(rows(first, next))
            for (let p = first; p < next; p++) held.add(p)
          }
          const missing = cache.missing(asked, limit)
          const listed = missing.flatMap(({ first, next }) =>
            rows(first, next).map((r) => r.position),
          )
          const expected = rows(asked.first, asked.next)
            .map((r) => r.position)
            .filter((p) => !held.has(p))
          expect(listed).toEqual(expected)
          for (const { first, next } of missing) expect(next - first).toBeLessThanOrEqual(limit)
        },
      ),
    )
  })

  it('never holds more pages than allowed and keeps those used last', () => {
    const cache = new PageCache<Row>(3)
    for (let page = 0; page < 3; page++) cache.put(rows(page * PAGE_ROWS, (page + 1) * PAGE_ROWS))
    cache.touch({ first: 0, next: 1 })
    cache.put(rows(10 * PAGE_ROWS, 11 * PAGE_ROWS))
    expect(cache.size).toBe(3 * PAGE_ROWS)
    expect(cache.get(0)).toBeDefined()
    expect(cache.get(PAGE_ROWS)).toBeUndefined()
  })

  it('frees evicted pages and changes rows by event', () => {
    const cache = new PageCache<Row>()
    cache.put(rows(0, 4 * PAGE_ROWS))
    cache.dropBefore(2 * PAGE_ROWS + 5)
    expect(cache.size).toBe(2 * PAGE_ROWS)
    cache.update(2 * (3 * PAGE_ROWS), (row) => ({ ...row, mark: true }))
    expect(cache.get(3 * PAGE_ROWS)?.mark).toBe(true)
    expect(cache.get(3 * PAGE_ROWS + 1)?.mark).toBe(false)
  })
})
