import { describe, expect, it } from 'vitest'
import { Yielding } from '../../../electron/store/yielding'

/** Records arrive every 10 ms for a second; returns the time after. */
function load(yielding: Yielding, recordsPerSecond: number, from = 0): number {
  for (let now = from; now < from + 1000; now += 10) yielding.arrived(recordsPerSecond / 100, now)
  return from + 1000
}

describe('stepping back from indexing', () => {
  it('happens under a fast load on a machine without time to spare', () => {
    const yielding = new Yielding()
    const now = load(yielding, 500_000)
    expect(yielding.rest(8, 4, now)).toBe(72)
  })

  it('does not happen while the machine has time to spare, or the load is slow', () => {
    const fast = new Yielding()
    expect(fast.rest(8, 7.9, load(fast, 500_000))).toBe(0)
    const slow = new Yielding()
    expect(slow.rest(8, 2, load(slow, 50_000))).toBe(0)
  })

  it('ends soon after the load does', () => {
    const yielding = new Yielding()
    const end = load(yielding, 500_000)
    expect(yielding.rest(8, 4, end + 500)).toBe(0)
    yielding.arrived(10, end + 5000)
    expect(yielding.rest(8, 4, end + 5001)).toBe(0)
  })
})
