/** Plans that requests add to what the user wrote. */
import { fieldOrPlain, type Plan } from '@native/audit/query'

/** Events in a half-open time range, ms; either end may be missing. */
export function timeRange(from: number | undefined, to: number | undefined): Plan {
  if (from === undefined && to === undefined) return { kind: 'everything' }
  const range = [from ?? Number.NEGATIVE_INFINITY, to ?? Number.POSITIVE_INFINITY] as const
  return {
    kind: 'test',
    test: {
      field: fieldOrPlain('time'),
      negated: false,
      present: false,
      ranges: [range],
      matches: (raw) => Number(raw) >= range[0] && Number(raw) < range[1],
    },
  }
}

/** Both plans; what matches everything is left out. */
export function and(left: Plan, right: Plan): Plan {
  if (left.kind === 'everything') return right
  if (right.kind === 'everything') return left
  return { kind: 'and', items: [left, right] }
}

/** All time ranges of a plan, as text: infinities survive. */
export function timesOf(plan: Plan): string[] {
  if (plan.kind === 'and' || plan.kind === 'or') return plan.items.flatMap(timesOf)
  if (plan.kind === 'not') return timesOf(plan.item)
  if (plan.kind !== 'test' || plan.test.field.name !== 'time') return []
  return (plan.test.ranges ?? []).map((range) => range.join())
}
