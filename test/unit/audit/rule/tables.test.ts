/** The language's own constants against the tables that are generated from the kernel's headers. */
import { expect, it } from 'vitest'
import { COMPARISONS } from '@native/audit/rule/fields'
import { ACTIONS, LISTS, OPERATORS, PERMISSIONS } from '@native/audit/rule/model'
import { MACHINE_NAMES, archOf, is64Bit, twinOf } from '@native/audit/rule/names'
import {
  archByToken,
  perms,
  ruleActions,
  ruleComparisons,
  ruleLists,
  ruleOperators,
} from '@native/audit/tables'

const sorted = (entries: readonly (readonly [string, number])[]) =>
  [...entries].sort(([a], [b]) => (a < b ? -1 : 1))

it('has every operator of the kernel, with its number', () => {
  expect(sorted(Object.entries(OPERATORS))).toEqual(sorted(ruleOperators.entries))
})

it('has every list and action but those that kernels refuse', () => {
  const gone = ['entry', 'watch', 'possible']
  const kept = (entries: readonly (readonly [string, number])[]) =>
    sorted(entries.filter(([name]) => !gone.includes(name)))
  expect(sorted(Object.entries(LISTS))).toEqual(kept(ruleLists.entries))
  expect(sorted(Object.entries(ACTIONS))).toEqual(kept(ruleActions.entries))
})

it('has the permissions by their first letters', () => {
  const letters = { read: 'r', write: 'w', exec: 'x', attr: 'a' } as const
  expect(perms.entries).toHaveLength(4)
  for (const [name, number] of perms.entries)
    expect(PERMISSIONS[letters[name as keyof typeof letters]]).toBe(number)
})

it('has every comparison, by the names of its two fields', () => {
  const names = COMPARISONS.flatMap((pair, number) =>
    pair === null ? [] : [[`${pair[0]}_to_${pair[1]}`, number] as const],
  )
  expect(sorted(names)).toEqual(sorted(ruleComparisons.entries))
})

it('has the machines with their arch, and 32-bit machines as twins of 64-bit ones', () => {
  for (const machine of MACHINE_NAMES) {
    expect(archOf(machine)).toBe(archByToken(machine)?.number)
    const twin = twinOf(machine)
    if (twin !== null) expect([is64Bit(machine), is64Bit(twin)]).toEqual([true, false])
  }
})
