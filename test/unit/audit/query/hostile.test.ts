import { describe, expect, it } from 'vitest'
import { compileQuery } from '@native/audit/query'
import { complete } from '@native/audit/query/complete'
import { compilePattern } from '@native/audit/query/pattern'
import { boundBacktracking } from '@native/system/regular-expressions'
import { queryNames } from '@native/audit/query/table-names'

// As the store's process and the command line do it.
boundBacktracking()

const context = { now: 1_790_000_000_000, names: queryNames }
const compiled = (text: string) => compileQuery(text, context)

describe('a query that is meant to hurt', () => {
  it.each([
    ['10,000 brackets', `${'('.repeat(10_000)}pid=1${')'.repeat(10_000)}`],
    ['100,000 times not', `${'not '.repeat(100_000)}pid=1`],
    ['open brackets only', '('.repeat(100_000)],
    ['closed brackets only', ')'.repeat(100_000)],
  ])('is refused, with a place: %s', (_, text) => {
    const { plan, problems } = compiled(text)
    expect(plan).toBeNull()
    const problem = problems.find(({ severity }) => severity === 'error')!
    expect(problem.span.from).toBeGreaterThanOrEqual(0)
    expect(problem.span.to).toBeLessThanOrEqual(text.length)
    expect(problem.message.length).toBeLessThan(300)
  })

  it.each([
    ['a word of a megabyte', 'x'.repeat(2 ** 20)],
    ['a quoted megabyte', `comm="${'y'.repeat(2 ** 20)}"`],
    ['50,000 conditions', Array.from({ length: 50_000 }, (_, pid) => `pid=${pid}`).join(' or ')],
    ['50,000 conditions without a word between', 'pid=1 '.repeat(50_000)],
  ])('is compiled: %s', (_, text) => {
    expect(compiled(text).plan).not.toBeNull()
  })

  it.each([
    '"',
    "comm='",
    'comm="\\',
    'comm~"("',
    'comm~',
    'pid=',
    '=1',
    'and',
    'pid=1 and',
    'not',
    'time=25:99',
    'addr=300.1.1.1/40',
    'pid=1e999',
    'pid=99999999999999999999999999',
    '\0',
    '\ud800',
    'pid in (',
    'pid in ()',
    '😀=1',
    '__proto__=1',
    'constructor=1',
    'hasOwnProperty="x"',
  ])('has no way but a plan or a problem with a place: %j', (text) => {
    const { plan, problems } = compiled(text)
    for (const { span, message } of problems) {
      expect(message).not.toBe('')
      expect(span.from).toBeGreaterThanOrEqual(0)
      expect(span.from).toBeLessThanOrEqual(span.to)
      expect(span.to).toBeLessThanOrEqual(text.length)
    }
    expect(plan === null).toBe(problems.some(({ severity }) => severity === 'error'))
    for (let at = 0; at <= text.length; at++)
      expect(() => complete(text, at, queryNames)).not.toThrow()
  })

  it.each([
    ['(a+)+$', `${'a'.repeat(5000)}!`],
    ['^(a|a)*$', `${'a'.repeat(5000)}!`],
    ['(a|aa)+$', `${'a'.repeat(5000)}!`],
    ['(.*a){12}$', `${'a'.repeat(3000)}!`],
    ['^(([a-z])+.)+[A-Z]([a-z])+$', 'a'.repeat(5000)],
    ['(x+x+)+y', 'x'.repeat(5000)],
    ['(?i)(A+)+$', `${'a'.repeat(5000)}!`],
  ])('has a pattern that would take for ever elsewhere: %s', (pattern, value) => {
    const made = compilePattern(pattern)
    expect(made.ok && made.value.test(value)).toBe(false)
  })
})
