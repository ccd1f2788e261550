import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Viewport } from '@renderer/components/event-grid/core/viewport'

const ROW = 24

/** One thing that happens to a grid. */
type Step =
  | { kind: 'append'; rows: number }
  | { kind: 'evict'; rows: number }
  | { kind: 'scroll'; pixels: number }
  | { kind: 'drag'; share: number }
  | { kind: 'resize'; height: number }
  | { kind: 'density'; rowHeight: number }
  | { kind: 'reveal'; share: number }
  | { kind: 'hold'; on: boolean }
  | { kind: 'follow' }

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('append' as const), rows: fc.nat(20_000) }),
  fc.record({ kind: fc.constant('evict' as const), rows: fc.nat(20_000) }),
  fc.record({
    kind: fc.constant('scroll' as const),
    pixels: fc.integer({ min: -5000, max: 5000 }),
  }),
  fc.record({
    kind: fc.constant('drag' as const),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
  }),
  fc.record({ kind: fc.constant('resize' as const), height: fc.integer({ min: 0, max: 2000 }) }),
  fc.record({ kind: fc.constant('density' as const), rowHeight: fc.constantFrom(20, 24, 28) }),
  fc.record({
    kind: fc.constant('reveal' as const),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
  }),
  fc.record({ kind: fc.constant('hold' as const), on: fc.boolean() }),
  fc.constant({ kind: 'follow' as const }),
)

function apply(viewport: Viewport, event: Step): void {
  const { first, next } = viewport.range
  const at = (share: number): number => first + Math.floor(share * Math.max(0, next - first - 1))
  switch (event.kind) {
    case 'append':
      viewport.setRange({ first, next: next + event.rows })
      break
    case 'evict':
      viewport.setRange({ first: Math.min(next, first + event.rows), next })
      break
    case 'scroll':
      viewport.scrollBy(event.pixels)
      break
    case 'drag':
      viewport.scrollTo(viewport.minTop + event.share * (viewport.maxTop - viewport.minTop))
      break
    case 'resize':
      viewport.setHeight(event.height)
      break
    case 'density':
      viewport.setRowHeight(event.rowHeight)
      break
    case 'reveal':
      if (next > first) viewport.reveal(at(event.share))
      break
    case 'hold':
      viewport.hold(event.on)
      break
    case 'follow':
      viewport.follow()
  }
}

/** Pixels from the screen's upper edge to a row. */
const placeOf = (viewport: Viewport, position: number): number =>
  position * viewport.rowHeight - viewport.top

const make = (live = true, rows = 1000): Viewport => {
  const viewport = new Viewport({ rowHeight: ROW, height: 480, live })
  viewport.setRange({ first: 0, next: rows })
  return viewport
}

describe('viewport', () => {
  it('never moves a row that is still held while rows come and go and nobody follows', () => {
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 30 }),
        fc.array(fc.record({ append: fc.nat(50_000), evict: fc.nat(50_000) }), { maxLength: 20 }),
        (before, arrivals) => {
          const viewport = make()
          for (const event of before) apply(viewport, event)
          viewport.unfollow()
          const row = viewport.visible.first
          const place = placeOf(viewport, row)
          for (const { append, evict } of arrivals) {
            const { first, next } = viewport.range
            viewport.setRange({ first: Math.min(next, first + evict), next: next + append })
            if (viewport.range.first > row) return
            expect(placeOf(viewport, row)).toBe(place)
          }
        },
      ),
    )
  })

  it('stays inside its rows, and at their end while it follows, whatever happens', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.boolean(), (events, live) => {
        const viewport = make(live)
        for (const event of events) {
          apply(viewport, event)
          expect(viewport.top).toBeGreaterThanOrEqual(viewport.minTop)
          expect(viewport.top).toBeLessThanOrEqual(viewport.maxTop)
          if (viewport.following && !viewport.held) expect(viewport.top).toBe(viewport.maxTop)
          if (!live) expect(viewport.following).toBe(false)
          const { first, next } = viewport.visible
          expect(first).toBeGreaterThanOrEqual(viewport.range.first)
          expect(next).toBeLessThanOrEqual(viewport.range.next)
          expect(viewport.unseen).toBeLessThanOrEqual(viewport.range.next)
        }
      }),
    )
  })

  it('counts as new exactly what arrived after following ended and was not scrolled to', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 5000 }), { maxLength: 20 }), (arrivals) => {
        const viewport = make()
        viewport.scrollBy(-1000)
        let sum = 0
        for (const rows of arrivals) {
          viewport.setRange({ first: 0, next: viewport.range.next + rows })
          sum += rows
          expect(viewport.unseen).toBe(sum)
        }
        viewport.follow()
        expect(viewport.unseen).toBe(0)
      }),
    )
  })

  it('stays exact far beyond the height that an element may have', () => {
    const viewport = make(true, 10_000_000_000)
    viewport.reveal(9_876_543_210, 'start')
    expect(placeOf(viewport, 9_876_543_210)).toBe(0)
    viewport.setRange({ first: 5_000_000_000, next: 20_000_000_000 })
    expect(placeOf(viewport, 9_876_543_210)).toBe(0)
  })

  it('ends following on an upward gesture and on a chosen row, not on new rows or a downward gesture', () => {
    const up = make()
    up.scrollBy(-1)
    expect(up.following).toBe(false)
    const chosen = make()
    chosen.reveal(chosen.range.next - 1)
    expect(chosen.following).toBe(false)
    const down = make()
    down.scrollBy(100)
    down.setRange({ first: 0, next: 2000 })
    expect(down.following).toBe(true)
  })

  it('resumes following when a downward gesture reaches the end', () => {
    const viewport = make()
    viewport.scrollBy(-300)
    viewport.scrollBy(200)
    expect(viewport.following).toBe(false)
    viewport.scrollBy(200)
    expect(viewport.following).toBe(true)
  })

  it('does not resume when a row near the end is chosen', () => {
    const viewport = make()
    viewport.scrollBy(-300)
    viewport.reveal(viewport.range.next - 1)
    viewport.setRange({ first: 0, next: 1500 })
    expect(viewport.following).toBe(false)
    expect(viewport.unseen).toBe(500)
  })

  it('stands still while held, and catches up when let go', () => {
    const viewport = make()
    viewport.hold(true)
    const top = viewport.top
    viewport.setRange({ first: 0, next: 1200 })
    expect(viewport.top).toBe(top)
    expect(viewport.unseen).toBe(200)
    viewport.hold(false)
    expect(viewport.top).toBe(viewport.maxTop)
    expect(viewport.unseen).toBe(0)
  })

  it('keeps the row at the upper edge when the density changes', () => {
    const viewport = make()
    viewport.scrollTo(100 * ROW)
    viewport.setRowHeight(28)
    expect(viewport.visible.first).toBe(100)
    expect(placeOf(viewport, 100)).toBe(0)
  })

  it('puts a row where it was when the source changes', () => {
    const viewport = make()
    viewport.reset({ first: 0, next: 5000 }, true)
    viewport.place(2500, 120)
    expect(placeOf(viewport, 2500)).toBe(120)
  })

  it('shows a short list from the top', () => {
    const viewport = make(true, 3)
    expect(viewport.top).toBe(0)
    expect(viewport.visible).toEqual({ first: 0, next: 3 })
    viewport.scrollBy(-50)
    expect(viewport.following).toBe(true)
  })
})
