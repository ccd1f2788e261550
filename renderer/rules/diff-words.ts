/** A difference between two rule sets in words. */
import type { RuleDiff } from '@native/audit/rule/diff'
import { formatQuantity } from '@renderer/format/number'

/** What changes, e.g. `2 rules added, 1 rule moved`; empty when nothing does. */
export function diffWords({ added, removed, moved }: Omit<RuleDiff, 'changes'>): string {
  return [
    added > 0 ? `${formatQuantity(added, 'rule')} added` : '',
    removed > 0 ? `${formatQuantity(removed, 'rule')} removed` : '',
    moved > 0 ? `${formatQuantity(moved, 'rule')} moved` : '',
  ]
    .filter(Boolean)
    .join(', ')
}
