import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { PUSH_MS, Rounds } from '../../../electron/store/pushes'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
})
afterEach(() => {
  vi.useRealTimers()
})

describe('the rounds of pushes', () => {
  it('come at once after a pause, ten times a second while something changes, and then seldom', () => {
    let changes = false
    const at: number[] = []
    const rounds = new Rounds(() => {
      at.push(performance.now())
      return changes
    })
    const within = (ms: number): number => {
      const before = at.length
      vi.advanceTimersByTime(ms)
      return at.length - before
    }
    expect(within(10_000)).toBeLessThanOrEqual(10)
    vi.advanceTimersByTime(500)
    changes = true
    rounds.soon()
    expect(within(1)).toBe(1)
    // However often something comes, and also when nothing comes but a round had something to say.
    for (let i = 0; i < 100; i++) rounds.soon()
    expect(within(1000)).toBeGreaterThanOrEqual(9)
    for (let i = 1; i < at.length; i++) expect(at[i]! - at[i - 1]!).toBeGreaterThanOrEqual(PUSH_MS)
    changes = false
    within(PUSH_MS)
    expect(within(10_000)).toBeLessThanOrEqual(10)
    rounds.stop()
    expect(within(10_000)).toBe(0)
  })
})
