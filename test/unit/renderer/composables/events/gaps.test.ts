import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { gapFinder } from '@renderer/composables/events/gaps'
import { ROW } from '../../components/event-grid/rows'

const at = (time: number): typeof ROW => ({ ...ROW, time })
const gap = (from: number, to: number) => ({ from, to, records: 1, cause: 'backlog' })

describe('gaps between rows', () => {
  it('lie between the two rows around their end, as a walk over all gaps says', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(fc.nat(1000), fc.nat(50)).map(([from, length]) => gap(from, from + length)),
        ),
        fc.nat(1000),
        fc.nat(1000),
        (gaps, a, b) => {
          const expected = a <= b && gaps.some(({ to }) => to > a && to <= b)
          expect(gapFinder(gaps)(at(a), at(b))).toBe(expected)
        },
      ),
    )
  })
})
