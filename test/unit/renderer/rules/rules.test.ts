import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Adviser, Problems } from '@native/audit/rule/advice'
import {
  askedName,
  onlyRule,
  parseLine,
  parseRuleFile,
  ruleIdentity,
  ruleText,
  statementsOf,
} from '@native/audit/rule'
import { RULE_SETS, rulesOfSet } from '@native/audit/rule/library'
import { decodeRule, encodeRule, kernelRule } from '@renderer/rules/codec'
import { formOfText, textOfForm } from '@renderer/rules/form'
import { LookupContext } from '@renderer/rules/names'
import { resultingRules } from '@renderer/rules/resulting'
import { rowsOf } from '@renderer/rules/rows'

const context = new LookupContext('x86_64', null)
const LINES = [
  ...RULE_SETS.flatMap((set) => rulesOfSet(set, context)),
  '-a always,exit -F arch=b64 -S execve -C uid!=euid -F euid=0 -k up',
  '-A never,exit -F exe=/usr/bin/with\\ space',
  '-a always,exclude -F msgtype=CRYPTO_KEY_USER',
  '-a always,exit -F arch=b64 -S openat -F a1&0x40 -F exit=-EACCES -k a -k b',
  '-a always,exit -S all -F pid>=1',
]

function ruleOf(line: string) {
  const parsed = onlyRule(parseLine(line, context))
  if (!parsed.ok) throw new Error(`${line}: ${parsed.message}`)
  return parsed.value.rule
}

describe('rules on the wire', () => {
  it.each(LINES)('survives base64: %s', (line) => {
    const rule = ruleOf(line)
    const decoded = decodeRule(encodeRule(rule))
    expect(decoded.ok && ruleIdentity(decoded.value)).toBe(ruleIdentity(rule))
  })

  it('says of bytes that are no rule what is wrong, and keeps them', () => {
    for (const encoded of ['', '!!!', 'AAAA']) {
      expect(decodeRule(encoded).ok).toBe(false)
      const shown = kernelRule(encoded, context)
      expect(shown).toMatchObject({ encoded, rule: null })
      expect(shown.text.startsWith('#')).toBe(true)
    }
  })
})

describe('the form', () => {
  it.each(LINES)('gives the same rule back: %s', (line) => {
    const rule = ruleOf(line)
    const form = formOfText(ruleText(rule, context))
    expect(form).not.toBeNull()
    expect(ruleIdentity(ruleOf(textOfForm(form!)))).toBe(ruleIdentity(rule))
  })

  it('escapes what was typed, so that a value cannot become an option', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 30 }), (value) => {
        fc.pre(!/[\0\u0007\u0004\n]/.test(value))
        const text = textOfForm({
          list: 'exit',
          action: 'always',
          first: false,
          arch: '',
          syscalls: 'unlink',
          conditions: [{ field: 'path', operator: '=', value: `/${value}`, compare: false }],
          keys: '',
        })
        const [, ...options] = text.split(/(?<=^|[^\\]) (?=-)/)
        expect(options.filter((option) => option.startsWith('-F')).length).toBeGreaterThanOrEqual(1)
        const parsed = onlyRule(parseLine(text, context))
        if (parsed.ok) expect(parsed.value.rule.fields.at(-1)?.text).toBe(`/${value}`)
      }),
    )
  })

  it('does not take what is no rule', () => {
    for (const text of ['', '-D', '-e 1', 'hello world']) {
      const form = formOfText(text)
      expect(form === null || form.conditions.length === 0).toBe(true)
    }
    expect(formOfText('-D -k x')).toBeNull()
  })
})

describe('what is loaded after a file has run', () => {
  const loaded = (text: string): string[] =>
    resultingRules(statementsOf(parseRuleFile(text, context))).map((rule) =>
      ruleText(rule, context),
    )

  const a = '-a always,exit -F arch=b64 -S unlink -F key=a'
  const b = '-a always,exit -F arch=b64 -S rename -F key=b'

  it('keeps the order, and puts -A first', () => {
    expect(loaded(`${a}\n${b}\n`)).toEqual([a, b])
    expect(loaded(`${a}\n${b.replace('-a', '-A')}\n`)[0]).toContain('rename')
  })

  it('takes away what is deleted below, by rule, by key and altogether', () => {
    expect(loaded(`${a}\n${b}\n${a.replace('-a', '-d')}\n`)).toEqual([b])
    expect(loaded(`${a}\n${b}\n-D -k a\n`)).toEqual([b])
    expect(loaded(`${a}\n-D\n${b}\n`)).toEqual([b])
  })

  it('leaves comments, and rules in comments, out', () => {
    expect(loaded(`# ${a}\n## words\n${b}\n`)).toEqual([b])
  })
})

describe('rows of the table', () => {
  it('has a row for each rule, also for a disabled one, with its problems', () => {
    const text = `## words\n-w /etc/passwd -p wa -k id\n#-a always,exit -F arch=b64 -S unlink -k off\n-a always,exit -F auuid=1\n`
    const file = parseRuleFile(text, context)
    const rows = rowsOf(file, new Problems(file, new Adviser(context).advise(file)), context)
    expect(rows.map(({ index, enabled, keys }) => [index, enabled, keys])).toEqual([
      [1, true, ['id']],
      [2, false, ['off']],
    ])
    expect(rows[1]!.text).toBe('-a always,exit -F arch=b64 -S unlink -k off')
  })
})

describe('names that must be looked up', () => {
  it('asks once for what it does not know, and knows it then', async () => {
    const names = new LookupContext('x86_64', null)
    expect(names.userId('alice')).toBe(null)
    expect(names.isDirectory('/etc')).toBe(null)
    const asked: unknown[] = []
    const lookUp = async (wanted: unknown) => {
      asked.push(wanted)
      return {
        ok: true as const,
        value: { users: { alice: 1000 }, groups: {}, directories: ['/etc'], missing: [] },
      }
    }
    expect(await names.resolve(lookUp)).toEqual(
      new Set([askedName('user', 'alice'), askedName('path', '/etc')]),
    )
    expect(names.userId('alice')).toBe(1000)
    expect(names.isDirectory('/etc')).toBe(true)
    expect(await names.resolve(lookUp)).toEqual(new Set())
    expect(asked).toHaveLength(1)
  })

  it('does not ask again for a name that does not exist', async () => {
    const names = new LookupContext('x86_64', null)
    names.userId('nobody-of-that-name')
    const nothing = async () => ({
      ok: true as const,
      value: { users: {}, groups: {}, directories: [], missing: [] },
    })
    await names.resolve(nothing)
    expect(names.userId('nobody-of-that-name')).toBe(null)
    expect(await names.resolve(nothing)).toEqual(new Set())
  })
})
