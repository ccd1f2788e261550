import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  applyEdits,
  compileRule,
  contextOf,
  decompileRule,
  kernelForm,
  netlinkPayload,
  parseLine,
  parseRule,
  parseRuleFile,
  printRule,
  ruleIdentity,
  ruleKeys,
  ruleText,
  type Rule,
} from '@native/audit/rule'
import { RULE_HEADER_BYTES } from '@native/audit/rule/struct'
import { anyLine, goodLine } from './arbitraries'

const context = contextOf({
  machine: 'x86_64',
  users: { root: 0, daemon: 1 },
  groups: { root: 0, daemon: 1 },
  directories: ['/etc'],
  features: null,
})

function rule(text: string): Rule {
  const parsed = parseRule(text, context)
  if (!parsed.ok) throw new Error(`${text}: ${parsed.message} ${parsed.hint}`)
  return parsed.value.rule
}

/** Rules from lines that auditctl takes. */
const anyRule = goodLine
  .map((line) => parseLine(line, context).statements[0])
  .filter((statement) => statement?.kind === 'rule')
  .map((statement) => (statement?.kind === 'rule' ? statement.rule : rule('')))

/** Text and what `auditctl -l` (3.0.9) prints for it. */
const PRINTED: readonly (readonly [string, string])[] = [
  [
    '-a always,exit -F arch=b64 -S unlink -F exe=/x -F key=k',
    '-a always,exit -F arch=b64 -S unlink -F exe=/x -F key=k',
  ],
  ['-w /etc/passwd -p wa -k id', '-w /etc/passwd -p wa -k id'],
  ['-w /etc -p wa', '-w /etc -p wa'],
  ['-a exit,never -F auid=unset', '-a never,exit -S all -F auid=-1'],
  [
    '-a always,exit -F arch=b32 -S unlink,open -F exit=-EACCES -F a1&=0x40',
    '-a always,exit -F arch=b32 -S open,unlink -F exit=-EACCES -F a1&=0x40',
  ],
  ['-A exclude,always -F msgtype=CWD', '-a always,exclude -F msgtype=CWD'],
  [
    '-a always,exit -F arch=b64 -S open -C uid!=euid -k a -k b',
    '-a always,exit -F arch=b64 -S open -C uid!=euid -F key=a -F key=b',
  ],
  // What the listing loses: the operator of exe, the names of file types.
  [
    '-a never,exit -S open -F exe!=/x -F filetype=file',
    '-a never,exit -S open -F exe=/x -F filetype=32768',
  ],
  ['-a always,exit -F arch=b64 -S pread64', '-a always,exit -F arch=b64 -S pread'],
]

describe('a rule through bytes', () => {
  it.each(PRINTED)('%s is printed as auditctl prints it', (text, printed) => {
    const back = decompileRule(compileRule(rule(text)))
    expect(back.ok && printRule(back.value, context)).toBe(printed)
  })

  it('comes back the same, whatever it is', () => {
    fc.assert(
      fc.property(anyRule, (original) => {
        expect(decompileRule(compileRule(original))).toEqual({ ok: true, value: original })
      }),
    )
  })

  it('keeps bytes that are no UTF-8', () => {
    const bytes = compileRule(rule('-w /xyz -p w'))
    bytes.set([0xff, 0xc3, 0x28], RULE_HEADER_BYTES + 1)
    const back = decompileRule(bytes)
    expect(back.ok && compileRule(back.value)).toEqual(bytes)
    expect(back.ok && rule(ruleText(back.value, context))).toEqual(back.ok && back.value)
  })

  it('is filled up to words of 4 bytes on the wire', () => {
    fc.assert(
      fc.property(anyRule, (original) => {
        const bytes = compileRule(original)
        const payload = netlinkPayload(bytes)
        expect(payload.length % 4).toBe(0)
        expect(payload.length - bytes.length).toBeLessThan(4)
        expect(payload.subarray(0, bytes.length)).toEqual(bytes)
      }),
    )
  })

  it('is refused when the bytes are none, and never thrown at', () => {
    const bytes = compileRule(rule('-w /etc/passwd -p wa -k id'))
    expect(decompileRule(bytes.subarray(0, RULE_HEADER_BYTES - 1))).toMatchObject({
      code: 'malformed',
    })
    expect(decompileRule(bytes.subarray(0, bytes.length - 1))).toMatchObject({ code: 'malformed' })
    const listed = bytes.slice()
    listed[0] = 9
    expect(decompileRule(listed)).toMatchObject({ code: 'unknown' })
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(255), (at, value) => {
        const damaged = bytes.slice()
        damaged[at] = value
        const back = decompileRule(damaged)
        if (back.ok) expect(compileRule(back.value).length).toBe(damaged.length)
        else expect(['malformed', 'unknown']).toContain(back.code)
      }),
    )
  })
})

describe('a rule through text', () => {
  it('is read back the same from what is written for a file', () => {
    fc.assert(
      fc.property(anyRule, (original) => {
        const text = ruleText(original, context)
        // A file on whose machine nothing is a directory has other watches.
        const expected = { ...original, prepend: original.prepend && !text.startsWith('-w') }
        expect(ruleIdentity(rule(text)), text).toBe(ruleIdentity(expected))
      }),
      { numRuns: 1000 },
    )
  })

  it('is written once and for all: writing what was read changes nothing', () => {
    fc.assert(
      fc.property(anyRule, (original) => {
        const text = ruleText(original, context)
        expect(ruleText(rule(text), context)).toBe(text)
      }),
    )
  })

  it('has the same keys', () => {
    expect(ruleKeys(rule('-w /x -k a -k b\\ c'))).toEqual(['a', 'b c'])
  })

  it('is the same rule to the kernel whatever its flags and the order of names', () => {
    const a = rule('-a always,exit -F arch=b64 -S open,close')
    const b = rule('-A exit,always -F arch=x86_64 -S close -S open')
    expect(ruleIdentity(a)).toBe(ruleIdentity(b))
    expect(compileRule(kernelForm(a))).toEqual(compileRule(kernelForm(b)))
    expect(ruleIdentity(rule('-w /x'))).not.toBe(ruleIdentity(rule('-w /y')))
  })
})

describe('any text', () => {
  const noise = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.string({ unit: fc.constantFrom(...'-aFSkwCe= ,!<>&\\\t\r\n#"x0b6'), maxLength: 80 }),
    anyLine,
  )

  it('is read without a fault, with complaints inside of it', () => {
    fc.assert(
      fc.property(fc.array(noise, { maxLength: 5 }), (lines) => {
        const text = lines.join('\n')
        const file = parseRuleFile(text, context)
        expect(file.lines.map(({ start, end }) => text.slice(start, end)).join('\n')).toBe(text)
        for (const { start, end, message, fixes } of file.diagnostics) {
          expect(start).toBeGreaterThanOrEqual(0)
          expect(end).toBeGreaterThanOrEqual(start)
          expect(end).toBeLessThanOrEqual(text.length)
          expect(message).not.toBe('')
          for (const { edits } of fixes) expect(typeof applyEdits(text, edits)).toBe('string')
        }
      }),
      { numRuns: 1000 },
    )
  })
})
