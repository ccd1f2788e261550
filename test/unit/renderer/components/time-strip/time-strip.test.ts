import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Brush, holdAt, timeAt, xOf, type Scale } from '@renderer/components/time-strip/brush'
import { peakRate } from '@renderer/components/time-strip/paint'
import {
  align,
  MAX_SPAN,
  MIN_SPAN,
  pan,
  spanOf,
  stepFor,
  ticks,
  zoom,
  type TimeWindow,
} from '@renderer/components/time-strip/time-window'

const NOW = 1_700_000_000_000
const span = fc
  .tuple(
    fc.integer({ min: 1_500_000_000_000, max: NOW }),
    fc.integer({ min: MIN_SPAN, max: MAX_SPAN }),
  )
  .map(([from, length]) => ({ from, to: from + length }))
const window = fc.oneof(
  span.map((each): TimeWindow => ({ kind: 'fixed', ...each })),
  fc
    .integer({ min: MIN_SPAN, max: MAX_SPAN })
    .map((length): TimeWindow => ({ kind: 'live', span: length })),
)

describe('the window of the time strip', () => {
  it('keeps the point under the pointer where it is while it zooms', () => {
    fc.assert(
      fc.property(
        span,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.constantFrom(0.5, 0.8, 1.25, 2),
        (at, share, factor) => {
          const around = at.from + share * (at.to - at.from)
          const zoomed = spanOf(zoom({ kind: 'fixed', ...at }, NOW, factor, around), NOW)
          const after = (around - zoomed.from) / (zoomed.to - zoomed.from)
          expect(after).toBeCloseTo(share, 3)
        },
      ),
    )
  })

  it('is never shorter or longer than makes sense, and live stays live until it is moved', () => {
    fc.assert(
      fc.property(
        window,
        fc.array(fc.constantFrom(0.1, 0.8, 1.25, 10), { maxLength: 30 }),
        (start, factors) => {
          const end = factors.reduce((now, factor) => zoom(now, NOW, factor, NOW - 1000), start)
          const { from, to } = spanOf(end, NOW)
          expect(to - from).toBeGreaterThanOrEqual(MIN_SPAN - 1)
          expect(to - from).toBeLessThanOrEqual(MAX_SPAN + 1)
          expect(end.kind).toBe(start.kind)
          expect(pan(end, NOW, 0.1).kind).toBe('fixed')
        },
      ),
    )
  })

  it('asks for whole bars that cover it, no more than fit', () => {
    fc.assert(
      fc.property(span, fc.integer({ min: 1, max: 2000 }), (at, most) => {
        const step = stepFor(at.to - at.from, most)
        const whole = align(at, step)
        expect(whole.from).toBeLessThanOrEqual(at.from)
        expect(whole.to).toBeGreaterThanOrEqual(at.to)
        expect(Math.abs(whole.from % step)).toBe(0)
        expect((at.to - at.from) / step).toBeLessThanOrEqual(most + 1)
      }),
    )
  })

  it('labels a few round times inside of it', () => {
    fc.assert(
      fc.property(span, fc.integer({ min: 2, max: 12 }), (at, most) => {
        const { times } = ticks(at, most, 3_600_000)
        expect(times.length).toBeLessThanOrEqual(most + 1)
        for (const time of times) {
          expect(time).toBeGreaterThanOrEqual(at.from)
          expect(time).toBeLessThan(at.to)
        }
      }),
    )
    const day = { from: Date.UTC(2026, 10, 22, 22), to: Date.UTC(2026, 10, 25, 12) }
    const midnights = ticks(day, 4, 3_600_000)
    expect(midnights.unit).toBe('day')
    expect(midnights.times[0]).toBe(Date.UTC(2026, 10, 22, 23))
  })
})

describe('the brush', () => {
  const scale: Scale = { from: 1000, to: 2000, width: 500 }

  it('makes a range in either direction, kept inside of the strip', () => {
    const brush = new Brush(scale, 100, {})
    expect(brush.move(300)).toEqual({ from: 1200, to: 1600 })
    expect(brush.move(-50)).toEqual({ from: 1000, to: 1200 })
    expect(brush.move(9999)).toEqual({ from: 1200, to: 2000 })
  })

  it('takes hold of edges and of the whole range', () => {
    const range = { from: 1200, to: 1600 }
    expect(holdAt(scale, 101, range)).toBe('from')
    expect(holdAt(scale, 298, range)).toBe('to')
    expect(holdAt(scale, 200, range)).toBe('move')
    expect(holdAt(scale, 400, range)).toBe('new')
    expect(new Brush(scale, 101, range).move(150)).toEqual({ from: 1300, to: 1600 })
    expect(new Brush(scale, 299, range).move(50)).toEqual({ from: 1100, to: 1200 })
    expect(new Brush(scale, 200, range).move(250)).toEqual({ from: 1300, to: 1700 })
  })

  it('tells a click from a drag', () => {
    const brush = new Brush(scale, 100, {})
    brush.move(101)
    expect(brush.moved).toBe(false)
    brush.move(110)
    expect(brush.moved).toBe(true)
  })

  it('maps pixels and times onto each other', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 500, noNaN: true }), (x) => {
        expect(xOf(scale, timeAt(scale, x))).toBeCloseTo(x, 6)
      }),
    )
  })
})

describe('the highest rate', () => {
  it('is the highest stack in events a second', () => {
    const series = {
      from: 0,
      stepMs: 500,
      groups: ['a', 'b'],
      counts: [
        [1, 4],
        [2, 3],
      ],
      gaps: [],
    }
    expect(peakRate(series)).toBe(14)
  })
})
