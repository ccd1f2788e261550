/** Generators of settings for property tests. */
import fc from 'fast-check'
import { SETTINGS, type SettingChoice, type SettingValues } from '@native/audit/settings/settings'

export const hz = fc.constantFrom(100, 250, 300, 1000)
const u32 = fc.oneof(
  fc.constantFrom(0, 1, 64, 320, 8192, 32768, 0xffffffff),
  fc.integer({ min: 0, max: 0xffffffff }),
)
/** Values that an unlocked kernel can have. */
export const openValues: fc.Arbitrary<SettingValues> = fc.record({
  enabled: fc.constantFrom(0, 1),
  failure: fc.constantFrom(0, 1, 2),
  rateLimit: u32,
  backlogLimit: u32,
  backlogWaitTime: fc.oneof(fc.constantFrom(0, 25, 15000), fc.integer({ min: 0, max: 60000 })),
})
/** Wishes within the bounds that hold for every HZ. */
export const choice: fc.Arbitrary<SettingChoice> = fc.record(
  {
    enabled: fc.constantFrom(0, 1, 2),
    failure: fc.constantFrom(0, 1, 2),
    rateLimit: u32,
    backlogLimit: u32,
    backlogWaitTime: fc.integer({ min: 0, max: 60000 }),
  },
  { requiredKeys: [] },
)
export const KEYS = SETTINGS.map(({ key }) => key)
