// @vitest-environment happy-dom
import { effectScope } from 'vue'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { everyNews } from '@renderer/composables/every'
import { useConnection } from '@renderer/stores/connection'
import { makeStores } from '../harness'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] })
})
afterEach(() => {
  vi.useRealTimers()
})

it('asks an idle machine seldom, and every second when something happens again', async () => {
  await makeStores()
  const connection = useConnection()
  let asked = 0
  const scope = effectScope()
  scope.run(() =>
    everyNews(1000, async () => {
      asked++
      return true
    }),
  )
  const askedWithin = async (ms: number): Promise<number> => {
    const before = asked
    await vi.advanceTimersByTimeAsync(ms)
    return asked - before
  }
  await askedWithin(10_000)
  expect(await askedWithin(60_000)).toBeLessThanOrEqual(4)
  connection.current = { ...connection.current, state: 'connecting' }
  expect(await askedWithin(4000)).toBeGreaterThanOrEqual(3)
  await askedWithin(10_000)
  expect(await askedWithin(60_000)).toBeLessThanOrEqual(4)
  scope.stop()
  expect(await askedWithin(60_000)).toBe(0)
})
