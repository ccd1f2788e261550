import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { applied, refusals, settingDiff } from '@native/audit/settings/changes'
import { PROFILES, profileInForce, type ProfileId } from '@native/audit/settings/profiles'
import type { SettingValues } from '@native/audit/settings/settings'
import { hz, openValues } from './arbitrary'

const BOOT: SettingValues = {
  enabled: 0,
  failure: 1,
  rateLimit: 0,
  backlogLimit: 64,
  backlogWaitTime: 15000,
}
const diffOf = (id: ProfileId): string[] => {
  const profile = PROFILES.find((candidate) => candidate.id === id)!
  return settingDiff(BOOT, profile.settings(BOOT, 250), 250).map(
    ({ kernelName, fromText, toText }) => `${kernelName}: ${fromText} → ${toText}`,
  )
}

describe('profiles', () => {
  it('differ from the settings at boot by exactly this', () => {
    expect(Object.fromEntries(PROFILES.map(({ id }) => [id, diffOf(id)]))).toEqual({
      observe: [],
      'never-stall': [
        'backlog_limit: 64 records → 8,192 records',
        'backlog_wait_time: 60 s (15,000 jiffies) → no wait',
        'enabled: off → on',
      ],
      balanced: [
        'backlog_limit: 64 records → 32,768 records',
        'backlog_wait_time: 60 s (15,000 jiffies) → 100 ms (25 jiffies)',
        'enabled: off → on',
      ],
      'never-lose': ['backlog_limit: 64 records → 32,768 records', 'enabled: off → on'],
      compliance: [
        'backlog_limit: 64 records → 32,768 records',
        'failure: print → panic',
        'enabled: off → on and locked',
      ],
    })
  })

  it('are granted by every unlocked kernel and never make the backlog smaller', () => {
    fc.assert(
      fc.property(openValues, hz, fc.constantFrom(...PROFILES), (values, ticks, profile) => {
        const current = {
          ...values,
          backlogWaitTime: Math.min(values.backlogWaitTime!, 600 * ticks),
        }
        const wanted = profile.settings(current, ticks)
        expect(refusals(current, wanted, ticks)).toEqual([])
        const room = (limit: number): number => (limit === 0 ? Infinity : limit)
        expect(room(applied(current, wanted).backlogLimit)).toBeGreaterThanOrEqual(
          room(current.backlogLimit),
        )
      }),
    )
  })

  it('are recognised once applied', () => {
    fc.assert(
      fc.property(openValues, hz, fc.constantFrom(...PROFILES), (values, ticks, profile) => {
        const after = applied(values, profile.settings(values, ticks))
        expect(profileInForce(after, profile.mode, ticks)).toBe(profile.id)
      }),
    )
  })

  it('are not recognised in a mix of the user', () => {
    expect(profileInForce({ ...BOOT, enabled: 1, rateLimit: 7 }, 'never-lose', 250)).toBeNull()
    expect(profileInForce(BOOT, 'none', 250)).toBeNull()
  })
})
