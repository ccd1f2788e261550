import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { confirmWords, dangers, type DangerContext } from '@native/audit/settings/dangers'
import type { SettingChoice, SettingValues } from '@native/audit/settings/settings'
import { choice, openValues } from './arbitrary'

const CALM: SettingValues = {
  enabled: 1,
  failure: 1,
  rateLimit: 0,
  backlogLimit: 8192,
  backlogWaitTime: 15000,
}
const CONTEXT: DangerContext = {
  hz: 250,
  otherDaemon: null,
  daemonRegistered: true,
  backlog: 0,
  memoryBytes: 4 * 2 ** 30,
}
const found = (
  before: Partial<SettingValues>,
  wanted: SettingChoice,
  context: Partial<DangerContext> = {},
): string[] =>
  dangers({ ...CALM, ...before }, wanted, { ...CONTEXT, ...context }).map(({ id }) => id)

describe('dangers', () => {
  it.each<[string, Partial<SettingValues>, SettingChoice, Partial<DangerContext>, string[]]>([
    ['nothing changes', {}, {}, {}, []],
    ['failure=2', {}, { failure: 2 }, {}, ['panic']],
    ['failure=2 is in force and nothing else changes', { failure: 2 }, { enabled: 1 }, {}, []],
    [
      'a rate limit under failure=2',
      { failure: 2 },
      { rateLimit: 500 },
      {},
      ['panic-likelier', 'rate-limit'],
    ],
    [
      'a smaller backlog under failure=2',
      { failure: 2 },
      { backlogLimit: 4096 },
      {},
      ['panic-likelier'],
    ],
    ['a larger backlog under failure=2', { failure: 2 }, { backlogLimit: 9000 }, {}, []],
    [
      'a limit where there was none under failure=2',
      { failure: 2, backlogLimit: 0 },
      { backlogLimit: 9000 },
      {},
      ['panic-likelier'],
    ],
    [
      'no more waits under failure=2',
      { failure: 2 },
      { backlogWaitTime: 0 },
      {},
      ['panic-likelier', 'drops-at-once'],
    ],
    [
      'auditing turned on under failure=2',
      { failure: 2, enabled: 0 },
      { enabled: 1 },
      {},
      ['panic-likelier', 'stall'],
    ],
    ['locking', {}, { enabled: 2 }, {}, ['lock', 'stall']],
    ['no limit', {}, { backlogLimit: 0 }, {}, ['unlimited-backlog']],
    ['a backlog of gigabytes', {}, { backlogLimit: 4_000_000 }, {}, ['backlog-memory']],
    [
      'the same on a machine whose memory is not known',
      {},
      { backlogLimit: 4_000_000 },
      { memoryBytes: null },
      [],
    ],
    [
      'a limit below what waits',
      {},
      { backlogLimit: 2000 },
      { backlog: 5000 },
      ['backlog-below-waiting'],
    ],
    ['the default backlog', { backlogLimit: 64 }, {}, {}, ['small-backlog']],
    ['a longer wait', {}, { backlogWaitTime: 30_000 }, {}, ['stall']],
    ['a wait while auditing is off', { enabled: 0 }, { backlogWaitTime: 30_000 }, {}, []],
    ['a rate limit', {}, { rateLimit: 500 }, {}, ['rate-limit']],
    ['a rate limit taken away', { rateLimit: 500 }, { rateLimit: 0 }, {}, []],
    [
      'turned on with nobody registered',
      { enabled: 0, backlogWaitTime: 0 },
      { enabled: 1 },
      { daemonRegistered: false },
      ['kernel-log'],
    ],
    ['turned off', {}, { enabled: 0 }, {}, ['off']],
    [
      'a change while auditd runs',
      {},
      { failure: 0 },
      { otherDaemon: 'auditd (812)' },
      ['other-daemon'],
    ],
    ['auditd runs and nothing changes', {}, {}, { otherDaemon: 'auditd (812)' }, []],
  ])('%s', (_name, before, wanted, context, ids) => {
    expect(found(before, wanted, context)).toEqual(ids)
  })

  it('says what can make the machine panic', () => {
    const text = (wanted: SettingChoice): string | undefined =>
      dangers(CALM, wanted, CONTEXT)[0]?.text
    expect(text({ failure: 2 })).toBe('The machine will panic when a record is lost.')
    expect(text({ failure: 2, rateLimit: 1200 })).toBe(
      'The machine will panic when a record is lost, and that happens as soon as the rate limit of 1,200 records/s drops one.',
    )
    expect(text({ failure: 2, backlogWaitTime: 0 })).toContain(
      'the backlog of 8,192 records is full for a moment',
    )
    expect(text({ failure: 2, backlogLimit: 64 })).toContain(
      'the small backlog of 64 records stays full',
    )
  })

  it('never lets a change that sets failure=2 or enabled=2 go without its word', () => {
    fc.assert(
      fc.property(openValues, choice, (before, wanted) => {
        const words = confirmWords(dangers(before, wanted, CONTEXT))
        if (wanted.failure === 2 && before.failure !== 2) expect(words).toContain('panic')
        expect(words.includes('lock')).toBe(wanted.enabled === 2)
        expect(new Set(words).size).toBe(words.length)
      }),
    )
  })

  it('says the gravest first', () => {
    fc.assert(
      fc.property(openValues, choice, (before, wanted) => {
        const rank = { danger: 0, warning: 1, note: 2 }
        const ranks = dangers(before, wanted, CONTEXT).map(({ severity }) => rank[severity])
        expect(ranks).toEqual([...ranks].sort())
      }),
    )
  })
})
