import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Pacer } from '@native/kernel/pacer'

/** Receives batches of at most 64 for `ms`, as the drain does; returns the number of records. */
function receive(pacer: Pacer, ms: number, pace: number, offered: number): number {
  let taken = 0
  let waiting = 0
  let now = 0
  const pass = (time: number): void => {
    now += time
    waiting += (offered * time) / 1000
  }
  while (now < ms) {
    const rest = pacer.rest(now, pace)
    if (rest > 0) {
      pass(rest)
      continue
    }
    const count = Math.min(64, Math.floor(waiting))
    waiting -= count
    taken += count
    pacer.took(count)
    pass(count === 0 ? 1 : 0.01)
  }
  return taken
}

describe('Pacer', () => {
  it('lets no more through than its pace, and hardly less when there is more', () => {
    fc.assert(
      fc.property(fc.integer({ min: 50, max: 100_000 }), (pace) => {
        const taken = receive(new Pacer(), 10_000, pace, 2_000_000)
        expect(taken).toBeLessThanOrEqual(10.1 * pace + 128)
        expect(taken).toBeGreaterThan(9 * pace - 128)
      }),
      { numRuns: 30 },
    )
  })

  it('holds nobody up who stays below it', () => {
    expect(receive(new Pacer(), 10_000, 10_000, 5000)).toBeGreaterThan(49_900)
  })

  it('is not there without a pace', () => {
    const pacer = new Pacer()
    for (let now = 0; now < 1000; now++) {
      expect(pacer.rest(now, 0)).toBe(0)
      pacer.took(64)
    }
  })

  it('saves nothing up while little comes, and forgives nothing when it is called late', () => {
    const pacer = new Pacer()
    for (let now = 0; now < 10_000; now += 100) pacer.rest(now, 1000)
    pacer.took(64)
    expect(pacer.rest(10_000, 1000)).toBe(0)
    pacer.took(64)
    // 78 records are owed: two slices of 50 ms.
    expect(pacer.rest(10_001, 1000)).toBeGreaterThan(0)
    expect(pacer.rest(10_049, 1000)).toBeGreaterThan(0)
  })
})
