import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { planRules, undoRules, type RuleStep } from '@native/helper/rule-plan'

const key = (rule: string) => rule
const list = fc.uniqueArray(fc.constantFrom(...'abcdefghijkl'), { maxLength: 12 })

/** What the kernel does with steps: duplicates and unknown rules are errors. */
function apply(current: readonly string[], steps: readonly RuleStep<string>[]): string[] {
  const rules = [...current]
  for (const { kind, rule } of steps) {
    if (kind === 'delete') {
      expect(rules).toContain(rule)
      rules.splice(rules.indexOf(rule), 1)
    } else {
      expect(rules).not.toContain(rule)
      if (kind === 'prepend') rules.unshift(rule)
      else rules.push(rule)
    }
  }
  return rules
}

/** The fewest steps, by trying every run of the wanted list. */
function fewestSteps(current: readonly string[], wanted: readonly string[]): number {
  let longest = 0
  for (let start = 0; start < wanted.length; start++) {
    for (let end = start + 1; end <= wanted.length; end++) {
      const run = wanted.slice(start, end)
      const places = run.map((rule) => current.indexOf(rule))
      const inOrder = places.every((at, i) => at >= 0 && (i === 0 || at > places[i - 1]!))
      if (inOrder) longest = Math.max(longest, run.length)
    }
  }
  return current.length + wanted.length - 2 * longest
}

describe('planRules', () => {
  it('reaches the wanted list with the fewest steps', () => {
    fc.assert(
      fc.property(list, list, (current, wanted) => {
        const steps = planRules(current, wanted, key)
        expect(apply(current, steps)).toEqual(wanted)
        expect(steps.length).toBe(fewestSteps(current, wanted))
      }),
    )
  })
})

describe('undoRules', () => {
  it('gives the list back exactly when nobody else changed it', () => {
    fc.assert(
      fc.property(list, list, (before, after) => {
        const added = after.filter((rule) => !before.includes(rule))
        const deleted = before.filter((rule) => !after.includes(rule))
        expect(undoRules(after, { before, added, deleted }, key)).toEqual(before)
      }),
    )
  })

  it('keeps what others added and leaves out what others deleted', () => {
    expect(
      undoRules(
        ['x', 'a', 'other', 'c'],
        { before: ['a', 'b', 'c', 'd'], added: ['x'], deleted: ['b'] },
        key,
      ),
    ).toEqual(['a', 'other', 'b', 'c'])
  })
})
