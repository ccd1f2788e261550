// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest'
import { nextTick } from 'vue'
import { useAttention } from '@renderer/stores/attention'
import { STALE_AFTER_MS, useConnection } from '@renderer/stores/connection'
import { useRates } from '@renderer/stores/rates'
import { useRules } from '@renderer/stores/rules'
import { remembered, useSettings } from '@renderer/stores/settings'
import { makeStores, ready, settle } from '../harness'

describe('the connection', () => {
  it('asks nothing of a helper that is not there', async () => {
    const platform = await makeStores({ scenario: 'disconnected' })
    const result = await useConnection().command('rules.list', {})
    expect(result).toMatchObject({ ok: false, code: 'not-connected' })
    expect(platform.asked.some(({ name }) => name === 'helper.command')).toBe(false)
  })

  it('is stale when samples stop, and forgets them when the helper ends', async () => {
    const platform = await makeStores()
    const connection = useConnection()
    await ready(platform)
    expect(connection.sample).not.toBe(null)
    connection.tickClock(connection.sampleAt + STALE_AFTER_MS)
    expect(connection.stale).toBe(false)
    connection.tickClock(connection.sampleAt + STALE_AFTER_MS + 1)
    expect(connection.stale).toBe(true)
    platform.setConnection({ state: 'lost', mode: null })
    expect(connection.sample).toBe(null)
    expect(connection.stale).toBe(false)
  })

  it('lists the rules when it is made, and knows none without control', async () => {
    const platform = await makeStores()
    const rules = useRules()
    await ready(platform)
    expect(rules.list).toEqual(platform.kernel.rules)
    platform.setConnection({ control: 'read-only' })
    await settle()
    expect(rules.list).toBe(null)
  })
})

describe('rates', () => {
  it('come from the difference of two samples, and a reset counts as nothing', async () => {
    const platform = await makeStores()
    const rates = useRates()
    await ready(platform)
    const base = platform.kernel.sample(1000)
    const next = (at: number, records: number, lost: number, waitedMs: number) => ({
      ...base,
      at,
      waitedMs,
      drain: { ...base.drain, records },
      kernel: { ...base.kernel!, lost },
    })
    for (const sample of [next(2000, 100, 5, 10), next(2500, 600, 25, 60)]) {
      platform.emit('status', sample)
      await nextTick()
    }
    expect([rates.recordsPerSecond, rates.lostPerSecond, rates.waitedMsPerSecond]).toEqual([
      1000, 40, 100,
    ])
    expect(rates.lastLossAt).toBe(2500)
    platform.emit('status', next(3000, 600, 0, 0))
    await nextTick()
    expect([rates.lostPerSecond, rates.waitedMsPerSecond]).toEqual([0, 0])
    expect(rates.lastLossAt).toBe(2500)
  })
})

describe('what needs attention', () => {
  it.each([
    [{ backlog: 10, backlogLimit: 100, failure: 1, rateLimit: 0 }, null],
    [{ backlog: 80, backlogLimit: 100, failure: 1, rateLimit: 0 }, 'warning'],
    [{ backlog: 80, backlogLimit: 0, failure: 1, rateLimit: 0 }, null],
    [{ backlog: 0, backlogLimit: 100, failure: 1, rateLimit: 50 }, 'warning'],
    [{ backlog: 0, backlogLimit: 100, failure: 2, rateLimit: 50 }, 'danger'],
    [{ backlog: 99, backlogLimit: 100, failure: 2, rateLimit: 0 }, 'danger'],
  ])('%o is %s', async (kernel, kind) => {
    const platform = await makeStores()
    const attention = useAttention()
    await ready(platform)
    const sample = platform.kernel.sample(1)
    platform.emit('status', { ...sample, kernel: { ...sample.kernel!, ...kernel } })
    expect(attention.limits?.kind ?? null).toBe(kind)
  })
})

describe('what the window remembers', () => {
  it('is written once after a burst of changes, and read back', async () => {
    const platform = await makeStores()
    const width = remembered<number>('test.width', 320)
    expect(width.value).toBe(320)
    for (const value of [330, 340, 350]) width.value = value
    expect(width.value).toBe(350)
    await new Promise((resolve) => setTimeout(resolve, 600))
    const writes = platform.asked.filter(({ name }) => name === 'settings.set')
    expect(writes.map(({ args }) => args)).toEqual([{ ui: { 'test.width': 350 } }])
  })

  it('ignores what another version remembered with another type', async () => {
    await makeStores({ settings: { ui: { 'test.width': 'wide', 'test.list': { a: 1 } } } })
    expect(remembered<number>('test.width', 320).value).toBe(320)
    expect(remembered<string[]>('test.list', ['x']).value).toEqual(['x'])
  })

  it('keeps a setting as it was when main refuses', async () => {
    const platform = await makeStores()
    platform.answer('settings.set', { ok: false, code: 'usage', message: 'No.', hint: '' })
    const settings = useSettings()
    expect((await settings.set({ theme: 'dark' })).ok).toBe(false)
    expect(settings.current?.theme).toBe('system')
  })
})
