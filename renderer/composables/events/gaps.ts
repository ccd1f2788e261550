/** Gaps of the ledger as the rows see them: are records missing between two neighbours? */
import type { EventRow, Gap } from '@contract/store'

/** Gaps in order of their end, so that a row finds its own by halving. */
export function gapFinder(gaps: readonly Gap[]): (before: EventRow, row: EventRow) => boolean {
  const ends = gaps.map(({ to }) => to).sort((a, b) => a - b)
  return (before, row) => {
    if (ends.length === 0 || row.time < before.time) return false
    const at = firstAbove(ends, before.time)
    return at < ends.length && ends[at]! <= row.time
  }
}

/** Index of the first number above `value`. */
function firstAbove(sorted: readonly number[], value: number): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (sorted[middle]! <= value) low = middle + 1
    else high = middle
  }
  return low
}
