import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { GapList } from '@native/audit/ledger/gaps'
import type { CauseId } from '@native/audit/ledger/types'

const cause = fc.constantFrom<CauseId>('backlog', 'ring', 'socket')

describe('GapList', () => {
  it('joins what follows closely from the same cause, and keeps causes apart', () => {
    const gaps = new GapList()
    gaps.add('backlog', 0, 500, 1)
    gaps.add('ring', 400, 600, 5)
    gaps.add('backlog', 500, 1000, 2)
    gaps.add('backlog', 9000, 9500, 4)
    expect(gaps.after(-Infinity)).toEqual([
      { from: 0, to: 1000, records: 3, cause: 'backlog' },
      { from: 400, to: 600, records: 5, cause: 'ring' },
      { from: 9000, to: 9500, records: 4, cause: 'backlog' },
    ])
    expect(gaps.after(1000)).toHaveLength(1)
  })

  it('never loses a record nor a moment, however many gaps there are, and stays bounded', () => {
    const addition = fc.tuple(cause, fc.integer({ min: 0, max: 60_000 }), fc.nat(3000), fc.nat(9))
    fc.assert(
      fc.property(fc.array(addition, { minLength: 1200, maxLength: 1500 }), (additions) => {
        const gaps = new GapList()
        let now = 0
        let records = 0
        const moments: number[] = []
        for (const [id, pause, length, count] of additions) {
          now += pause
          gaps.add(id, now, now + length, count)
          records += count
          moments.push(now, now + length)
        }
        const all = gaps.after(-Infinity)
        expect(all.length).toBeLessThanOrEqual(1000)
        expect(all.reduce((sum, gap) => sum + gap.records, 0)).toBe(records)
        for (const moment of moments)
          expect(all.some((gap) => gap.from <= moment && moment <= gap.to)).toBe(true)
      }),
      { numRuns: 20 },
    )
  })
})
