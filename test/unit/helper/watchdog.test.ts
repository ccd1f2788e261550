import { describe, expect, it } from 'vitest'
import { Watchdog, WATCHDOG_INTERVAL } from '@native/helper/watchdog'

/** Looks at a drain whose last heartbeat was at `beat`, at each of the times; returns when it let go. */
function letsGoAt(times: readonly number[], beat: (now: number) => number, limit: number) {
  const watchdog = new Watchdog()
  const at = times.find((now) => watchdog.check(now - beat(now), now, limit))
  return { at: at ?? null, stuck: watchdog.stuck, letGo: watchdog.letGo }
}

const everyInterval = (from: number, to: number) =>
  Array.from({ length: (to - from) / WATCHDOG_INTERVAL }, (_, i) => from + i * WATCHDOG_INTERVAL)

describe('watchdog', () => {
  it('lets go once the drain has been stuck for the limit, not before', () => {
    const { at, letGo } = letsGoAt(everyInterval(0, 20_000), (now) => Math.min(now, 1000), 5000)
    expect(at).toBeGreaterThanOrEqual(6000)
    expect(at).toBeLessThanOrEqual(7000)
    expect(letGo).toBe(1)
  })

  it('tells once, and again only when the drain is still stuck after the limit', () => {
    const watchdog = new Watchdog()
    const told = everyInterval(0, 12_000).filter((now) => watchdog.check(now, now, 5000))
    expect(told).toHaveLength(2)
    expect(told[1]! - told[0]!).toBe(5000)
    expect(watchdog.letGo).toBe(2)
    // Given up, and registered anew with the same drain: its limit has long passed.
    expect(watchdog.check(12_250, 12_250, 0)).toBe(false)
    expect(watchdog.check(12_500, 12_500, 5000)).toBe(true)
  })

  it('leaves a drain alone that goes round its loop, however slowly the clock is read', () => {
    expect(letsGoAt(everyInterval(0, 20_000), (now) => now - 400, 1000)).toMatchObject({
      at: null,
      stuck: 0,
    })
  })

  it('never lets go without a limit', () => {
    expect(letsGoAt(everyInterval(0, 100_000), () => 0, 0).at).toBeNull()
  })

  it('gives the drain its chance after the whole helper was stopped', () => {
    const watchdog = new Watchdog()
    watchdog.check(0, 1000, 5000)
    // Stopped for a minute: the drain could not beat, and this thread could not look.
    expect(watchdog.check(60_000, 61_000, 5000)).toBe(false)
    expect(watchdog.check(10, 61_250, 5000)).toBe(false)
    expect(watchdog.stuck).toBe(0)
  })
})
