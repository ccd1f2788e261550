import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { complete, valueOption } from '@native/audit/query'
import { awkwardText } from './arbitraries'
import { testNames } from './names'

/** Completes at the bar. */
function at(text: string) {
  const cursor = text.indexOf('|')
  return complete(text.replace('|', ''), cursor, testNames)
}

describe('completion', () => {
  it.each([
    ['|', 'field', '', null],
    ['sys|', 'field', 'sys', null],
    ['key=a and sys|', 'field', 'sys', null],
    ['key=a |', 'joint', '', null],
    ['(key=a or |', 'field', '', null],
    ['syscall=|', 'value', '', 'syscall'],
    ['syscall = op|', 'value', 'op', 'syscall'],
    ['name~"^/e|', 'value', '^/e', 'path'],
    ['syscall in (open, un|', 'value', 'un', 'syscall'],
    ['syscall |', 'operator', '', null],
    ['comm="a=|', 'value', 'a=', 'comm'],
  ])('%s: %s %j', (text, kind, prefix, field) => {
    expect(at(text)).toMatchObject({ kind, prefix, field })
  })

  it('offers what fits the prefix', () => {
    expect(at('syscall=op|').options.map(({ insert }) => insert)).toEqual(['openat', 'open'])
    expect(at('sysc|').options[0]).toMatchObject({ label: 'syscall', insert: 'syscall=' })
    expect(at('naz|').options).toEqual([])
    expect(at('name|').options.map(({ insert }) => insert)).toEqual(['path=', 'nametype='])
    expect(at('pid |').options.map(({ label }) => label)).toEqual(['=', '!=', '<', '<=', '>', '>='])
  })

  it('replaces the whole value that the cursor is in', () => {
    expect(at('key="ab|cd" and x=1')).toMatchObject({ from: 4, to: 10 })
    expect(at('key=ab|cd and x=1')).toMatchObject({ from: 4, to: 8 })
  })

  it('quotes values that need it', () => {
    expect(valueOption('a b', '').insert).toBe('"a b"')
  })

  it('never fails, and its span holds the cursor', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(awkwardText, fc.constantFrom('key', '=', ' and ', ' in (', '"'))),
        fc.nat(),
        (parts, where) => {
          const text = parts.join('')
          const cursor = text === '' ? 0 : where % (text.length + 1)
          const { from, to } = complete(text, cursor, testNames)
          expect(from).toBeLessThanOrEqual(cursor)
          expect(to).toBeGreaterThanOrEqual(cursor)
        },
      ),
      { numRuns: 1000 },
    )
  })
})
