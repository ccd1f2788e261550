// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest'
import type { LedgerView } from '@contract/store'
import { verdictOf, type Situation } from '@renderer/components/overview/verdict'
import { FakeKernel } from '@renderer/platform/fake/kernel'
import { Random } from '@renderer/platform/fake/random'

const NOW = 1_800_000_000_000
const base = new FakeKernel('quiet', new Random(1)).sample(NOW)
const ledger = (verdict: LedgerView['verdict'], sentence: string): LedgerView => ({
  verdict,
  sentence,
  since: null,
  stages: [],
  causes: [],
  gaps: [],
})

function situation(
  change: Partial<Situation>,
  kernel: Partial<typeof base.kernel> = {},
): Situation {
  return {
    sample: { ...base, kernel: { ...base.kernel!, ...kernel } },
    ledger: ledger('complete', 'complete since 12:04:10'),
    recordsPerSecond: 1830,
    lostPerSecond: 0,
    waitedMsPerSecond: 0,
    lastLossAt: null,
    watchedSince: NOW - 11_520_000,
    rules: 10,
    now: NOW,
    ...change,
  }
}

describe('the verdict', () => {
  it('says that all is well, with the numbers that show it', () => {
    expect(verdictOf(situation({}, { backlog: 164, backlogLimit: 8192 }))).toEqual({
      kind: 'ok',
      text: 'Auditing keeps up. 1,830 records/s, backlog 2 % of its limit, nothing lost for 3 h 12 min.',
    })
  })

  it.each<[string, Situation, string, RegExp]>([
    ['no numbers yet', situation({ sample: null }), 'note', /Waiting for the first numbers/],
    [
      'no right to see counters',
      situation({ sample: { ...base, kernel: null } }),
      'note',
      /cannot be seen without CAP_AUDIT_CONTROL/,
    ],
    [
      'tasks wait',
      situation({ waitedMsPerSecond: 412, lostPerSecond: 9 }),
      'danger',
      /Tasks are made to wait: 412 ms/,
    ],
    [
      'the kernel holds an answer back',
      situation({ sample: { ...base, kernelOverdue: 4300 } }),
      'danger',
      /held an answer back for 4.3 s/,
    ],
    [
      'losing to the backlog',
      situation({ lostPerSecond: 180 }),
      'danger',
      /180\/s.*backlog is full/,
    ],
    [
      'losing to the rate limit',
      situation({ lostPerSecond: 180 }, { rateLimit: 50 }),
      'danger',
      /rate limit of 50\/s/,
    ],
    ['auditing off', situation({}, { enabled: 0 }), 'note', /Auditing is off/],
    ['no rules', situation({ rules: 0 }), 'note', /No rules are loaded/],
    ['no rules, and locked', situation({ rules: 0 }, { enabled: 2 }), 'note', /locked until the/],
    [
      'backlog nearly full',
      situation({}, { backlog: 80, backlogLimit: 100 }),
      'warning',
      /nearly full. 80 of 100/,
    ],
    [
      'lost before',
      situation({
        ledger: ledger('incomplete', 'incomplete: 3,804 records lost'),
        lastLossAt: NOW - 720_000,
      }),
      'warning',
      /keeps up now.*3,804 records lost.*12 min ago/,
    ],
  ])('%s', (_name, given, kind, text) => {
    const verdict = verdictOf(given)
    expect(verdict.kind).toBe(kind)
    expect(verdict.text).toMatch(text)
  })

  it('counts the time without loss from the last loss', () => {
    const { text } = verdictOf(situation({ lastLossAt: NOW - 60_000 }))
    expect(text).toContain('nothing lost for 1 min')
  })

  it('has no share of a backlog without a limit', () => {
    const { text } = verdictOf(situation({}, { backlog: 7, backlogLimit: 0 }))
    expect(text).toContain('backlog 7 records without a limit')
  })
})
