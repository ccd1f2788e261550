import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BARE_CONTEXT, parseRule, type Rule } from '@native/audit/rule'
import { ausearchCommand } from '@renderer/composables/events/copying'
import { causingRules } from '@renderer/composables/events/causing-rules'
import { proposeRule } from '@renderer/composables/events/rule-proposal'
import { anyRow, ROW } from '../../components/event-grid/rows'

const rule = (text: string): Rule => {
  const parsed = parseRule(text, BARE_CONTEXT)
  if (!parsed.ok) throw new Error(parsed.message)
  return parsed.value.rule
}

describe('the rules that can have caused an event', () => {
  const rules = [
    rule('-a always,exit -F arch=b64 -S unlink -F key=delete'),
    rule('-a always,exit -F arch=b64 -S unlinkat -F key=delete'),
    rule('-a always,exit -F arch=b64 -S openat -F key=files'),
    rule('-a never,exit -F arch=b64 -S all -F key=delete'),
    rule('-a always,exit -F arch=b64 -S execve'),
  ]

  it('have one of its keys and record something', () => {
    expect(causingRules(rules, ROW)).toHaveLength(2)
    expect(causingRules(rules, { ...ROW, key: 'files\u0001other' })).toHaveLength(1)
  })

  it('have no key when the event has none', () => {
    expect(causingRules(rules, { ...ROW, key: '' })).toEqual([
      '-a always,exit -F arch=b64 -S execve',
    ])
  })
})

describe('a rule made of an event', () => {
  it('names its call, path, user and key', () => {
    expect(proposeRule(ROW)).toBe(
      '-a always,exit -F arch=b64 -S unlink -F path=/tmp/x -F auid=1000 -F key=delete',
    )
    expect(proposeRule({ ...ROW, object: '10.0.0.1:22', auid: 0xffffffff, key: '' })).toBe(
      '-a always,exit -F arch=b64 -S unlink -F key=see-unlink',
    )
  })

  it('is a valid rule or none at all, whatever the event holds', () => {
    fc.assert(
      fc.property(anyRow, (row) => {
        const text = proposeRule({ ...row, object: `/${row.object}` })
        if (text === null) return
        expect(parseRule(text, BARE_CONTEXT).ok).toBe(true)
        expect(text).not.toContain('\n')
      }),
    )
  })

  it('is not made of what no rule records', () => {
    expect(proposeRule({ ...ROW, syscall: '' })).toBeNull()
  })
})

describe('the ausearch command', () => {
  it('finds each event by its serial number', () => {
    expect(ausearchCommand([{ serial: 7 }, { serial: 9 }])).toBe(
      'ausearch -a 7 --interpret\nausearch -a 9 --interpret',
    )
  })
})
