import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  addChip,
  fromChips,
  parseQuery,
  printQuery,
  removeChip,
  toChips,
  valueChip,
  wordsChip,
} from '@native/audit/query'
import { awkwardText, shape, tree } from './arbitraries'

describe('chips', () => {
  it('are the same query as the text', () => {
    fc.assert(
      fc.property(tree, (node) => {
        const text = printQuery(node)
        const again = parseQuery(fromChips(toChips(text)!))
        expect(again.ok && shape(again.query)).toEqual(shape(node))
      }),
      { numRuns: 1000 },
    )
  })

  it('show conditions one by one', () => {
    expect(toChips('syscall=unlink and not (key=a or key=b) and path=/tmp/*')).toEqual([
      {
        text: 'syscall=unlink',
        negated: false,
        compare: { field: 'syscall', operator: '=', value: 'unlink' },
      },
      { text: 'key=a or key=b', negated: true, compare: null },
      {
        text: 'path=/tmp/*',
        negated: false,
        compare: { field: 'path', operator: '=', value: null },
      },
    ])
  })

  it('do not exist for a text that does not parse', () => {
    expect(toChips('a=')).toBeNull()
  })
})

describe('adding a value', () => {
  it('finds the value again, whatever it is', () => {
    fc.assert(
      fc.property(awkwardText, fc.boolean(), (value, negated) => {
        const chip = valueChip('comm', value, negated)
        const text = addChip('key=x or key=y', chip)
        expect(toChips(text)).toEqual([expect.anything(), chip])
      }),
    )
  })

  it('once is enough, and the opposite is replaced', () => {
    const chip = valueChip('key', 'x')
    const once = addChip('', chip)
    expect(addChip(once, chip)).toBe(once)
    expect(addChip(once, { ...chip, negated: true })).toBe('not key=x')
  })

  it('can be taken back', () => {
    fc.assert(
      fc.property(tree, awkwardText, (node, value) => {
        const text = printQuery(node)
        const chip = wordsChip(value)
        fc.pre(!toChips(text)!.some((other) => other.text === chip.text))
        expect(removeChip(addChip(text, chip), chip)).toBe(fromChips(toChips(text)!))
      }),
    )
  })
})
