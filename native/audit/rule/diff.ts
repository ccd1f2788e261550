/** What differs between two rule sets, in the kernel's own sense of "the same rule" and of order. */
import { LIST_NAMES, type ListName, type Rule } from './model'
import { ruleIdentity } from './struct'

/** One row of a diff. `moved` rules are in both, in another order. */
export interface RuleChange {
  kind: 'same' | 'added' | 'removed' | 'moved'
  list: ListName
  rule: Rule
  /** Index in the old set and in the new one; null where it is not. */
  before: number | null
  after: number | null
}

export interface RuleDiff {
  /** All rows, list by list in the kernel's order; what is removed stands where it was. */
  changes: RuleChange[]
  added: number
  removed: number
  moved: number
}

interface Entry {
  rule: Rule
  index: number
  identity: string
}

/** Rules in the order in which the kernel has them once all are added: prepended ones first, the newest in front. */
export function inKernelOrder(rules: readonly Rule[]): Rule[] {
  const ordered: Rule[] = []
  for (const rule of rules) {
    if (rule.prepend) ordered.unshift(rule)
    else ordered.push(rule)
  }
  return LIST_NAMES.flatMap((list) => ordered.filter((rule) => rule.list === list))
}

/** Compares two rule sets, each in the kernel's order (see {@link inKernelOrder}). */
export function diffRules(before: readonly Rule[], after: readonly Rule[]): RuleDiff {
  const changes = LIST_NAMES.flatMap((list) =>
    diffList(entries(before, list), entries(after, list), list),
  )
  const count = (kind: RuleChange['kind']): number =>
    changes.filter((change) => change.kind === kind).length
  return { changes, added: count('added'), removed: count('removed'), moved: count('moved') }
}

/** Whether nothing would change. */
export function isSameSet({ added, removed, moved }: RuleDiff): boolean {
  return added + removed + moved === 0
}

function entries(rules: readonly Rule[], list: ListName): Entry[] {
  return rules.flatMap((rule, index) =>
    rule.list === list ? [{ rule, index, identity: ruleIdentity(rule) }] : [],
  )
}

function diffList(before: readonly Entry[], after: readonly Entry[], list: ListName): RuleChange[] {
  const pairs = pairUp(before, after)
  const stay = longestRising(after.map((_, index) => pairs.get(index) ?? null))
  const staying = new Set(stay)
  const paired = new Set(pairs.values())
  const changes: RuleChange[] = []
  let next = 0
  const removedUpTo = (end: number): void => {
    for (; next < end; next++) {
      const entry = before[next]!
      if (!paired.has(next)) changes.push(change('removed', list, entry, entry.index, null))
    }
  }
  after.forEach((entry, index) => {
    const old = pairs.get(index)
    if (old === undefined) changes.push(change('added', list, entry, null, entry.index))
    else {
      if (staying.has(index)) removedUpTo(old)
      const kind = staying.has(index) ? 'same' : 'moved'
      changes.push(change(kind, list, entry, before[old]!.index, entry.index))
    }
  })
  removedUpTo(before.length)
  return changes
}

function change(
  kind: RuleChange['kind'],
  list: ListName,
  { rule }: Entry,
  before: number | null,
  after: number | null,
): RuleChange {
  return { kind, list, rule, before, after }
}

/** Index in `after` → index in `before` of the same rule, each used once. */
function pairUp(before: readonly Entry[], after: readonly Entry[]): Map<number, number> {
  const places = new Map<string, number[]>()
  before.forEach(({ identity }, index) => {
    const known = places.get(identity)
    if (known === undefined) places.set(identity, [index])
    else known.push(index)
  })
  const pairs = new Map<number, number>()
  after.forEach(({ identity }, index) => {
    const old = places.get(identity)?.shift()
    if (old !== undefined) pairs.set(index, old)
  })
  return pairs
}

/** Indices of the longest rising subsequence of the numbers; nulls are passed over. */
function longestRising(numbers: readonly (number | null)[]): number[] {
  const tails: number[] = []
  const previous = new Map<number, number>()
  numbers.forEach((value, index) => {
    if (value === null) return
    let low = 0
    let high = tails.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (numbers[tails[middle]!]! < value) low = middle + 1
      else high = middle
    }
    if (low > 0) previous.set(index, tails[low - 1]!)
    tails[low] = index
  })
  const result: number[] = []
  for (let at = tails.at(-1); at !== undefined; at = previous.get(at)) result.push(at)
  return result.reverse()
}
