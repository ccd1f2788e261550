import { describe, expect, it } from 'vitest'
import { Forgotten } from '@native/helper/forgotten'

const LIMIT = 100

/** Feeds counts of records per interval; returns the intervals at which a look was wanted. */
function looks(forgotten: Forgotten, came: readonly number[], waits = true, limit = LIMIT) {
  let records = 0
  return came.flatMap((each, interval) => {
    records += each
    return forgotten.check({ records, backlogLimit: limit, waits }) ? [interval] : []
  })
}

describe('tasks that the kernel forgot', () => {
  it('are looked for when a backlog’s worth of records came and then nothing does', () => {
    expect(looks(new Forgotten(), [0, 60, 60, 0])).toEqual([3])
  })

  it('are not looked for while records come, or after a trickle', () => {
    expect(looks(new Forgotten(), [500, 500, 1, 1])).toEqual([])
    expect(looks(new Forgotten(), [20, 20, 20, 20, 20, 20, 0])).toEqual([])
  })

  it('are not there when nobody is made to wait', () => {
    expect(looks(new Forgotten(), [500, 0, 0], false)).toEqual([])
    expect(looks(new Forgotten(), [500, 0, 0], true, 0)).toEqual([])
  })

  it('are looked for after any request that was made to wait', () => {
    const forgotten = new Forgotten()
    forgotten.suspect()
    expect(looks(forgotten, [0])).toEqual([0])
  })

  it('are looked for until none is found', () => {
    const forgotten = new Forgotten()
    looks(forgotten, [LIMIT])
    const quiet = { records: LIMIT, backlogLimit: LIMIT, waits: true }
    for (let i = 0; i < 3; i++) {
      expect(forgotten.check(quiet)).toBe(true)
      expect(forgotten.found(1)).toBe(true)
    }
    expect(forgotten.check(quiet)).toBe(true)
    expect(forgotten.found(0)).toBe(false)
    expect(forgotten.check(quiet)).toBe(false)
  })

  it('are woken one after the other, however many there are', () => {
    const forgotten = new Forgotten()
    looks(forgotten, [LIMIT])
    for (let waiting = 20; waiting > 0; waiting--) expect(forgotten.found(waiting)).toBe(true)
    expect(forgotten.found(0)).toBe(false)
  })

  it('are given up when records wake nobody, until there is a new reason', () => {
    const forgotten = new Forgotten()
    looks(forgotten, [LIMIT])
    const tries = Array.from({ length: 10 }, () => forgotten.found(1)).filter(Boolean)
    expect(tries.length).toBeLessThan(10)
    forgotten.suspect()
    expect(forgotten.found(1)).toBe(true)
  })
})
