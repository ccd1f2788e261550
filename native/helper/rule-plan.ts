/**
 * Order matters in a filter list: the first match wins. The kernel can only delete a rule, put one first, or put one
 * last; these functions find the fewest such steps. Pure.
 */

/** A step towards the wanted list. */
export interface RuleStep<T> {
  kind: 'delete' | 'prepend' | 'append'
  rule: T
}

/**
 * The steps that turn `current` into `wanted`, for one filter list. Rules are told apart by `key`; equal keys within one
 * list do not occur (the kernel refuses duplicates).
 *
 * What stays must be a run of `wanted` that `current` has in that order; the longest is kept, what comes before it is
 * put first (the last one first), what comes after it last. Deletions come first.
 */
export function planRules<T>(
  current: readonly T[],
  wanted: readonly T[],
  key: (rule: T) => string,
): RuleStep<T>[] {
  const kept = longestRun(current.map(key), wanted.map(key))
  const keptKeys = new Set(wanted.slice(kept.start, kept.end).map(key))
  return [
    ...current
      .filter((rule) => !keptKeys.has(key(rule)))
      .map((rule) => ({ kind: 'delete' as const, rule })),
    ...wanted
      .slice(0, kept.start)
      .reverse()
      .map((rule) => ({ kind: 'prepend' as const, rule })),
    ...wanted.slice(kept.end).map((rule) => ({ kind: 'append' as const, rule })),
  ]
}

/** The longest run of `wanted` whose rules `current` has in the same order. */
function longestRun(
  current: readonly string[],
  wanted: readonly string[],
): { start: number; end: number } {
  const position = new Map(current.map((rule, index) => [rule, index]))
  let best = { start: 0, end: 0 }
  let start = 0
  let previous = -1
  wanted.forEach((rule, index) => {
    const at = position.get(rule) ?? -1
    if (at < 0) start = index + 1
    else if (at < previous) start = index
    previous = at
    if (index + 1 - start > best.end - best.start) best = { start, end: index + 1 }
  })
  return best
}

/** What a session did to the rules. */
export interface RuleChanges<T> {
  /** The list before the session's first change. */
  before: readonly T[]
  added: readonly T[]
  deleted: readonly T[]
}

/**
 * The list that undoes a session's changes and keeps everybody else's: without what the session added, with what it
 * deleted, and in the order of `before`. Rules that others added since keep their place behind the rule before them.
 */
export function undoRules<T>(
  current: readonly T[],
  changes: RuleChanges<T>,
  key: (rule: T) => string,
): T[] {
  const added = new Set(changes.added.map(key))
  const deleted = new Set(changes.deleted.map(key))
  const present = current.filter((rule) => !added.has(key(rule)))
  const presentKeys = new Set(present.map(key))
  const old = new Set(changes.before.map(key))
  const result = changes.before.filter(
    (rule) => presentKeys.has(key(rule)) || deleted.has(key(rule)),
  )
  present.forEach((rule, index) => {
    if (old.has(key(rule))) return
    const before = present[index - 1]
    const place = before === undefined ? -1 : result.findIndex((each) => key(each) === key(before))
    result.splice(place + 1, 0, rule)
  })
  return result
}
