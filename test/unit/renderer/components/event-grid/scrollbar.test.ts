import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  MIN_THUMB,
  ThumbDrag,
  thumbOf,
  topOfThumb,
  type Scale,
} from '@renderer/components/event-grid/core/scrollbar'

const scale: fc.Arbitrary<Scale> = fc
  .record({
    track: fc.integer({ min: 60, max: 2000 }),
    height: fc.integer({ min: 60, max: 2000 }),
    minTop: fc.nat(1e9),
    travel: fc.integer({ min: 1, max: 1e12 }),
  })
  .map(({ track, height, minTop, travel }) => ({ track, height, minTop, maxTop: minTop + travel }))
const share = fc.double({ min: 0, max: 1, noNaN: true })

describe('scrollbar', () => {
  it('keeps the thumb inside its track and large enough to grab', () => {
    fc.assert(
      fc.property(scale, share, (bar, at) => {
        const thumb = thumbOf(bar, bar.minTop + at * (bar.maxTop - bar.minTop))
        expect(thumb).not.toBeNull()
        expect(thumb!.size).toBeGreaterThanOrEqual(MIN_THUMB)
        expect(thumb!.offset).toBeGreaterThanOrEqual(0)
        expect(thumb!.offset + thumb!.size).toBeLessThanOrEqual(bar.track + 1e-6)
      }),
    )
  })

  it('maps both ends of the track exactly, and the middle back to itself', () => {
    fc.assert(
      fc.property(scale, share, (bar, at) => {
        const travel = bar.track - thumbOf(bar, bar.minTop)!.size
        expect(topOfThumb(bar, 0)).toBe(bar.minTop)
        expect(topOfThumb(bar, travel)).toBe(bar.maxTop)
        if (travel < 1) return
        const top = bar.minTop + at * (bar.maxTop - bar.minTop)
        const back = topOfThumb(bar, thumbOf(bar, top)!.offset)
        expect(Math.abs(back - top)).toBeLessThan((bar.maxTop - bar.minTop) * 1e-6 + 1)
      }),
    )
  })

  it('needs no thumb when everything fits', () => {
    expect(thumbOf({ track: 400, height: 400, minTop: 0, maxTop: 0 }, 0)).toBeNull()
  })

  it('follows the pointer of a drag, finer on request, in the scale of its start', () => {
    const bar: Scale = { track: 424, height: 480, minTop: 0, maxTop: 4_000_000 }
    const drag = new ThumbDrag(bar, 0, 10)
    expect(drag.move(210, false)).toBe(2_000_000)
    expect(drag.move(220, true)).toBeCloseTo(2_010_000, 0)
    drag.move(10_000, false)
    expect(drag.atEnd).toBe(true)
  })
})
