import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseQuery, printQuery, type Node, type Span } from '@native/audit/query'
import { awkwardText, shape, tree } from './arbitraries'

function parsed(text: string): Node {
  const result = parseQuery(text)
  if (!result.ok) throw new Error(`${text}: ${result.problem.message}`)
  return result.query
}

describe('a query that was printed', () => {
  it('reads back as the same tree', () => {
    fc.assert(
      fc.property(tree, (node) => {
        expect(shape(parsed(printQuery(node)))).toEqual(shape(node))
      }),
      { numRuns: 2000 },
    )
  })

  it('prints the same again', () => {
    fc.assert(
      fc.property(tree, (node) => {
        const text = printQuery(node)
        expect(printQuery(parsed(text))).toBe(text)
      }),
    )
  })
})

describe('any text', () => {
  it('parses or has a problem that points into it', () => {
    fc.assert(
      fc.property(fc.oneof(awkwardText, fc.string()), (text) => {
        const result = parseQuery(text)
        const spans: Span[] = result.ok ? [result.query.span] : [result.problem.span]
        for (const { from, to } of spans) {
          expect(from).toBeGreaterThanOrEqual(0)
          expect(from).toBeLessThanOrEqual(to)
          expect(to).toBeLessThanOrEqual(text.length + 1)
        }
        if (!result.ok) expect(result.problem.message).toMatch(/\.$/)
      }),
      { numRuns: 2000 },
    )
  })
})

describe('the grammar', () => {
  it.each([
    ['', []],
    ['  ', []],
    ['a=1 b=2', ['and', ['a', '=', ['1', false]], ['b', '=', ['2', false]]]],
    ['a=1 && b=2', ['and', ['a', '=', ['1', false]], ['b', '=', ['2', false]]]],
    [
      'a=1 or b=2 and c=3',
      ['or', ['a', '=', ['1', false]], ['and', ['b', '=', ['2', false]], ['c', '=', ['3', false]]]],
    ],
    [
      '(a=1 or b=2) and c=3',
      ['and', ['or', ['a', '=', ['1', false]], ['b', '=', ['2', false]]], ['c', '=', ['3', false]]],
    ],
    ['not a=1', ['not', ['a', '=', ['1', false]]]],
    ['!a=1', ['not', ['a', '=', ['1', false]]]],
    ['a==1', ['a', '=', ['1', false]]],
    ['path=/a=b', ['path', '=', ['/a=b', false]]],
    ['exe ~ "^/usr/bin/"', ['exe', '~', ['^/usr/bin/', false]]],
    ["exe~'\\.so$'", ['exe', '~', ['\\.so$', false]]],
    ['exe~"\\.so$"', ['exe', '~', ['\\.so$', false]]],
    ['comm="a\\"b\\\\c\\u{1b}"', ['comm', '=', ['a"b\\c\u001b', false]]],
    [
      'syscall in (open, "x y",3)',
      ['syscall', 'in', ['open', false], ['x y', false], ['3', false]],
    ],
    ['shadow', ['words', 'shadow']],
    ['AND=1', null],
    ['in', null],
    ['a=1 or', null],
    ['(a=1', null],
    ['a=1)', null],
    ['a=', null],
    ['a="x', null],
    ['=1', null],
    ['a in ()', null],
    ['a in (1', null],
    ['"x y"=1', null],
    ['/etc=1', null],
  ])('reads %j', (text, expected) => {
    const result = parseQuery(text)
    expect(result.ok ? shape(result.query) : null).toEqual(expected)
  })

  it('refuses nesting that would overflow the stack', () => {
    expect(parseQuery('('.repeat(100_000))).toMatchObject({ ok: false })
    expect(parseQuery('not '.repeat(1000) + 'a')).toMatchObject({ ok: false })
  })

  it('names what is missing and where', () => {
    expect(parseQuery('user=alice and key=')).toEqual({
      ok: false,
      problem: {
        severity: 'error',
        span: { from: 15, to: 19 },
        message: 'A value is missing after key=.',
        fix: null,
      },
    })
    expect(parseQuery('comm="a')).toMatchObject({ ok: false, problem: { fix: '"a"' } })
  })
})
