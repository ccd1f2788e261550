import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { applied, refusals, settingDiff } from '@native/audit/settings/changes'
import { SETTINGS, type SettingValues } from '@native/audit/settings/settings'
import { choice, hz, KEYS, openValues } from './arbitrary'

const BOOT: SettingValues = {
  enabled: 0,
  failure: 1,
  rateLimit: 0,
  backlogLimit: 64,
  backlogWaitTime: 15000,
}

describe('settingDiff', () => {
  it('names only what changes, in words, what locks last', () => {
    const diff = settingDiff(
      BOOT,
      { enabled: 2, failure: 1, backlogLimit: 8192, backlogWaitTime: 0, rateLimit: 200 },
      250,
    )
    expect(diff.map(({ kernelName, fromText, toText }) => [kernelName, fromText, toText])).toEqual([
      ['backlog_limit', '64 records', '8,192 records'],
      ['backlog_wait_time', '60 s (15,000 jiffies)', 'no wait'],
      ['rate_limit', 'no limit', '200 records/s'],
      ['enabled', 'off', 'on and locked'],
    ])
  })

  it('leads from the current values to the applied ones, and is empty there', () => {
    fc.assert(
      fc.property(openValues, choice, hz, (current, wanted, ticks) => {
        const after = applied(current, wanted)
        const patched: Record<string, number | null> = { ...current }
        for (const { key, to } of settingDiff(current, wanted, ticks)) patched[key] = to
        expect(patched).toEqual(after)
        expect(settingDiff(after, wanted, ticks)).toEqual([])
        for (const key of KEYS) expect(after[key]).toBe(wanted[key] ?? current[key])
      }),
    )
  })

  it('leaves out what the kernel does not have', () => {
    const old = { ...BOOT, backlogWaitTime: null }
    expect(settingDiff(old, { backlogWaitTime: 0 }, 250)).toEqual([])
    expect(applied(old, { backlogWaitTime: 0 })).toEqual(old)
  })
})

describe('refusals', () => {
  it('grants every value at and within the bounds, and none beyond them', () => {
    fc.assert(
      fc.property(fc.constantFrom(...SETTINGS), hz, ({ key, min, max }, ticks) => {
        const refused = (value: number): boolean =>
          refusals({ ...BOOT, [key]: value === 0 ? 1 : 0 }, { [key]: value }, ticks).length > 0
        expect([min, max(ticks)].map(refused)).toEqual([false, false])
        expect([min - 1, max(ticks) + 1, 0.5, NaN, Infinity].map(refused)).not.toContain(false)
      }),
    )
  })

  it.each([
    [
      { backlogWaitTime: 150_001 },
      'Wait time is a whole number from 0 to 150,000, which is 600 s.',
    ],
    [{ failure: 3 }, 'When a record is lost is a whole number from 0 to 2.'],
    [{ rateLimit: 2 ** 32 }, 'Rate limit is a whole number from 0 to 4,294,967,295.'],
  ])('%j: says the bounds', (wanted, text) => {
    expect(refusals(BOOT, wanted, 250).map((refusal) => refusal.text)).toEqual([text])
  })

  it('says that a locked configuration stays as it is, and only when something would change', () => {
    const locked = { ...BOOT, enabled: 2 }
    expect(refusals(locked, { rateLimit: 5, failure: 1 }, 250)).toEqual([
      { key: 'rateLimit', text: expect.stringContaining('locked (enabled=2)') },
    ])
    expect(refusals(locked, { enabled: 0 }, 250)).toHaveLength(1)
  })

  it('says when the kernel is too old for the wait time', () => {
    const [refusal] = refusals({ ...BOOT, backlogWaitTime: null }, { backlogWaitTime: 0 }, 250)
    expect(refusal?.text).toContain('Linux 3.14')
  })
})
