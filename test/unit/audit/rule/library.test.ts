import { describe, expect, it } from 'vitest'
import { adviseFile } from '@native/audit/rule/advice'
import { contextOf, explainStatement, isLoadable, parseRuleFile } from '@native/audit/rule'
import { RULE_SETS, keyOfSet, placesOfSet, rulesOfSet, textOfSet } from '@native/audit/rule/library'
import { MACHINE_NAMES, type Machine } from '@native/audit/rule/names'

const contextFor = (machine: Machine) =>
  contextOf({
    machine,
    users: { root: 0 },
    groups: { root: 0 },
    directories: ['/etc/sudoers.d', '/etc/pam.d', '/etc/security', '/etc/audit', '/var/log/audit'],
    features: null,
  })
const context = contextFor('x86_64')

describe.each(RULE_SETS.map((set) => [set.id, set] as const))('the rule set %s', (_, set) => {
  it('has words and rules', () => {
    for (const words of [set.title, set.purpose, set.expect]) expect(words).toMatch(/\S{3}/)
    expect(rulesOfSet(set, context).length).toBeGreaterThan(0)
  })

  it.each(MACHINE_NAMES.filter((machine) => machine !== 's390'))(
    'can be loaded on %s',
    (machine) => {
      const file = parseRuleFile(textOfSet(set, contextFor(machine)), contextFor(machine))
      expect(file.diagnostics).toEqual([])
      expect(isLoadable(file)).toBe(true)
      for (const { statements } of file.lines)
        for (const statement of statements) expect(statement.kind).toBe('rule')
    },
  )

  it('can be told by its key, wherever it records', () => {
    for (const line of rulesOfSet(set, context))
      expect(line.includes(` -k ${keyOfSet(set)}`)).toBe(!/never,/.test(line))
  })

  it('hooks no width alone and is not shadowed by itself', () => {
    const text = textOfSet(set, context)
    const codes = adviseFile(parseRuleFile(text, context), context).map(({ code }) => code)
    for (const code of [
      'no-arch',
      'missing-twin',
      'shadowed',
      'all-syscalls',
      'unset-auid',
      'no-key',
    ])
      expect(codes).not.toContain(code)
  })

  it('leaves out places that do not exist', () => {
    const bare = { ...context, isMissing: () => true }
    const places = placesOfSet(set)
    const lines = rulesOfSet(set, bare).join('\n')
    for (const place of places) expect(lines).not.toContain(place)
  })
})

it('begins with the set for the first run: programs that people start', () => {
  const [starter] = RULE_SETS
  const { lines } = parseRuleFile(textOfSet(starter!, context), context)
  const [statement] = lines[1]?.statements ?? []
  expect(statement && explainStatement(statement, context)).toBe(
    'Records execve and execveat (64-bit) by people who logged in (login id 1000 or higher); key “auditscope-starter”.',
  )
})
