import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { applyEdits, contextOf, parseRuleFile } from '@native/audit/rule'
import {
  deleteLine,
  disableLine,
  duplicateLine,
  enableLine,
  moveLine,
} from '@native/audit/rule/edit'
import { completeAt, helpAt } from '@native/audit/rule/editor'
import { goodLine } from './arbitraries'

const context = contextOf({
  machine: 'x86_64',
  users: { root: 0 },
  groups: { root: 0 },
  directories: [],
  features: null,
})

/** The suggestions at the bar in a text, and what the first one makes of it. */
function complete(marked: string): { labels: string[]; applied: string } {
  const offset = marked.indexOf('|')
  const text = marked.replace('|', '')
  const found = completeAt(text, offset, context, { users: ['alice'], keys: ['known'] })
  const labels = found?.suggestions.map(({ label }) => label) ?? []
  const first = labels[0]
  const applied =
    found === null || first === undefined
      ? text
      : applyEdits(text, [{ start: found.from, end: found.to, text: first }])
  return { labels, applied }
}

/** Text with the place as a bar, and the text after the first suggestion. */
const COMPLETIONS: readonly (readonly [string, string])[] = [
  ['|', '-a'],
  ['-|', '-a'],
  ['-a al|', '-a always,exit'],
  ['-a |', '-a always,exit'],
  ['-a never,exc|', '-a never,exclude'],
  ['-a always,exit -F aui|', '-a always,exit -F auid'],
  ['-a always,exit -F auid|', '-a always,exit -F auid='],
  ['-a always,exit -F auid>|', '-a always,exit -F auid>'],
  ['-a always,exit -F auid!=un|', '-a always,exit -F auid!=unset'],
  ['-a always,exit -F uid=al|', '-a always,exit -F uid=alice'],
  ['-a always,exit -F arch=|', '-a always,exit -F arch=b64'],
  ['-a always,exit -F arch=b64 -S unl|', '-a always,exit -F arch=b64 -S unlink'],
  [
    '-a always,exit -F arch=b64 -S unlink,renamea|',
    '-a always,exit -F arch=b64 -S unlink,renameat',
  ],
  ['-a always,exit -F arch=b32 -S socketc|', '-a always,exit -F arch=b32 -S socketcall'],
  ['-a always,io_uring -S nop|', '-a always,io_uring -S nop'],
  ['-a always,exit -S open -F exit=-EACC|', '-a always,exit -S open -F exit=-EACCES'],
  ['-a never,exclude -F msgtype=CW|', '-a never,exclude -F msgtype=CWD'],
  ['-a always,exit -S open -C uid!=eu|', '-a always,exit -S open -C uid!=euid'],
  ['-w /etc -p |', '-w /etc -p r'],
  ['-w /etc -k kn|', '-w /etc -k known'],
  ['-w /a -k mine\n-w /etc -k mi|', '-w /a -k mine\n-w /etc -k mine'],
  ['-w /etc|', '-w /etc'],
]

describe('completion', () => {
  it.each(COMPLETIONS)('%s', (marked, applied) => {
    expect(complete(marked).applied).toBe(applied)
  })

  it('offers the fields of the list only', () => {
    expect(complete('-a never,filesystem -F |').labels).toEqual(['fstype', 'key'])
    expect(complete('-a never,exclude -F |').labels).not.toContain('path')
  })

  it('offers the syscalls of the arch that stands before', () => {
    expect(complete('-a always,exit -F arch=b64 -S socketcal|').labels).toEqual([])
    expect(complete('-a always,exit -F arch=b32 -S socketcal|').labels).toEqual(['socketcall'])
  })

  it('offers the operators that auditctl and the kernel both take', () => {
    expect(complete('-a always,exit -F path|').labels).toEqual(['='])
    expect(complete('-a always,exit -F a0|').labels).toHaveLength(8)
  })

  it('is silent in comments', () => {
    expect(completeAt('# -a al', 7, context)).toBeNull()
  })

  it('offers only what replaces the text around the place, anywhere in any line', () => {
    fc.assert(
      fc.property(goodLine, fc.nat(), (line, seed) => {
        const offset = seed % (line.length + 1)
        const found = completeAt(line, offset, context)
        if (found === null) return
        expect(found.from).toBeLessThanOrEqual(offset)
        expect(found.to).toBeGreaterThanOrEqual(offset)
        expect(found.to).toBeLessThanOrEqual(line.length)
      }),
    )
  })
})

describe('help', () => {
  const help = (marked: string) => helpAt(marked.replace('|', ''), marked.indexOf('|'), context)

  it.each([
    ['-|a always,exit -S open', '-a ACTION,LIST', 'Adds a rule'],
    ['-a always,e|xit', 'exit', 'syscall ends'],
    ['-a al|ways,exit', 'always', 'Records'],
    ['-a always,exit -F au|id>=1000', 'auid', 'Login user id'],
    ['-a always,exit -F auid|!=unset', 'auid', 'Login user id'],
    ['-a always,exit -F auid!=uns|et', 'unset', '4294967295'],
    ['-a always,exit -F exit=-EA|CCES', '-EACCES', '-13'],
    ['-a always,exit -F arch=b3|2', 'b32', 'i386'],
    ['-a always,exit -F arch=b32 -S op|en', 'open', 'Number 5'],
    ['-a always,exit -F uid=nob|ody-there', 'nobody-there', 'no user'],
  ])('%s', (marked, title, words) => {
    const found = help(marked)
    expect(found?.title).toBe(title)
    expect(found?.text.join(' ')).toContain(words)
  })

  it('says what the whole line does on its first option', () => {
    expect(help('-|w /etc/passwd -p w')?.text[1]).toBe('Records writing /etc/passwd.')
  })

  it('is silent in comments and between words', () => {
    expect(help('# -|a')).toBeNull()
    expect(help('-a always,exit  |  -S open')).toBeNull()
  })
})

describe('editing a file', () => {
  const file = (text: string) => parseRuleFile(text, context)
  const linesOf = (text: string): string[] => text.split('\n').sort()

  it('disables a rule as a comment and enables it again', () => {
    const text = '-w /a -p w\n  -w /b -p w\n'
    const disabled = applyEdits(text, [disableLine(file(text).lines[0]!)])
    expect(disabled).toBe('#-w /a -p w\n  -w /b -p w\n')
    const [line] = file(disabled).lines
    expect(line?.disabled?.rule.fields[0]?.text).toBe('/a')
    expect(applyEdits(disabled, [enableLine(line!)!])).toBe(text)
  })

  it('takes no comment for a disabled rule that is none', () => {
    const [line] = file('# -w is for watches').lines
    expect(line?.disabled).toBeNull()
    expect(enableLine(line!)).toBeNull()
  })

  it('copies a rule as a disabled one', () => {
    const text = '-w /a -p w'
    expect(applyEdits(text, [duplicateLine(text, file(text).lines[0]!)])).toBe(
      '-w /a -p w\n#-w /a -p w',
    )
  })

  it('moves a rule with the comments above it', () => {
    const text = '-w /a -p w\n# about b\n-w /b -p w\n-w /c -p w'
    const { lines } = file(text)
    expect(applyEdits(text, moveLine(text, lines, 2, 0))).toBe(
      '# about b\n-w /b -p w\n-w /a -p w\n-w /c -p w',
    )
    expect(applyEdits(text, moveLine(text, lines, 2, 3))).toBe(
      '-w /a -p w\n-w /c -p w\n# about b\n-w /b -p w',
    )
    expect(applyEdits(text, moveLine(text, lines, 0, 3))).toBe(
      '# about b\n-w /b -p w\n-w /c -p w\n-w /a -p w',
    )
  })

  it('never loses or doubles a line by moving, and deletes exactly one', () => {
    const anyText = fc
      .array(fc.oneof(goodLine, fc.constantFrom('', '# words', '#-w /x -p w')), {
        minLength: 1,
        maxLength: 6,
      })
      .map((lines) => lines.join('\n'))
    fc.assert(
      fc.property(anyText, fc.nat(), fc.nat(), (text, from, to) => {
        const { lines } = file(text)
        const moved = applyEdits(
          text,
          moveLine(text, lines, from % lines.length, to % lines.length),
        )
        expect(linesOf(moved)).toEqual(linesOf(text))
        const gone = from % lines.length
        const rest = text.split('\n').filter((_, index) => index !== gone)
        expect(applyEdits(text, [deleteLine(text, lines[gone]!)])).toBe(rest.join('\n'))
      }),
    )
  })
})
