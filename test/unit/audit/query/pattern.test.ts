import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compilePattern } from '@native/audit/query/pattern'

const atom = fc.constantFrom(
  'a',
  'B',
  '.',
  '[a-c]',
  '[^xY]',
  '[A-z]',
  '\\d',
  '\\.',
  '\\x41',
  '(?:ab)',
  '(b)',
  '[\\]a]',
  '$',
)
const source = fc
  .array(fc.tuple(atom, fc.constantFrom('', '', '*', '+', '?', '{1,3}', '+?')), { maxLength: 6 })
  .map((parts) => parts.map(([one, times]) => (one === '$' ? one : one + times)).join(''))
const subject = fc.string({ unit: fc.constantFrom(...'abcABCxyXY1.]\n'), maxLength: 12 })

describe('a pattern', () => {
  it('says what the same regular expression says', () => {
    fc.assert(
      fc.property(source, subject, (pattern, text) => {
        const compiled = compilePattern(pattern)
        expect(compiled.ok && compiled.value.test(text)).toBe(new RegExp(pattern, 's').test(text))
      }),
      { numRuns: 2000 },
    )
  })

  it('ignores case after (?i) without the flag', () => {
    const plain = source.filter((text) => !text.includes('\\x41'))
    fc.assert(
      fc.property(plain, subject, (pattern, text) => {
        const compiled = compilePattern(`(?i)${pattern}`)
        expect(compiled.ok && compiled.value.test(text)).toBe(new RegExp(pattern, 'si').test(text))
      }),
      { numRuns: 2000 },
    )
  })

  it.each([
    '(?<!a)b',
    '(a)\\1',
    '(?<n>a)\\k<n>',
    '(a+){17}',
    '((a|b*)c){2,40}',
    'a{2,1}',
    '[',
    '(?i)(',
  ])('refuses %s with a reason', (text) => {
    expect(compilePattern(text)).toMatchObject({ ok: false, code: 'usage' })
  })

  it.each(['(?:a+)+', '[0-9]{40}', '(abc){40}', '\\(\\1?'.slice(0, 2), '(?<name>a)'])(
    'takes %s',
    (text) => {
      expect(compilePattern(text)).toMatchObject({ ok: true })
    },
  )
})
