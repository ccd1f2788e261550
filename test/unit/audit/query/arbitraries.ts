/** Random queries for the property tests. */
import fc from 'fast-check'
import { FIELDS, OPERATORS } from '@native/audit/query'
import type { Node, Value } from '@native/audit/query'

const span = { from: 0, to: 0 }

/** Text with the characters that a query language trips over. */
export const awkwardText = fc.string({
  unit: fc.constantFrom(
    ...'ab1 "\'\\()=!<>~,*|&/.-_:@\n\t\u0000\u001b\u202e\u200bäß€😀'.match(/./gsu)!,
  ),
  minLength: 1,
  maxLength: 12,
})

const quoted: fc.Arbitrary<Value> = awkwardText.map((text) => ({ text, quoted: true, span }))
const bare: fc.Arbitrary<Value> = fc
  .stringMatching(/^[a-z0-9/*.-][a-z0-9/*.=~-]{0,9}$/)
  .map((text) => ({ text, quoted: false, span }))
const value = fc.oneof(quoted, bare)
const field = fc.constantFrom(...FIELDS.map(({ name }) => name), 'unknown-field')

const compare: fc.Arbitrary<Node> = fc
  .record({ field, operator: fc.constantFrom(...OPERATORS), value })
  .map((parts) => ({ kind: 'compare', ...parts, fieldSpan: span, operatorSpan: span, span }))
const among: fc.Arbitrary<Node> = fc
  .record({ field, values: fc.array(value, { minLength: 1, maxLength: 3 }) })
  .map((parts) => ({ kind: 'in', ...parts, fieldSpan: span, span }))
const words: fc.Arbitrary<Node> = fc
  .oneof(
    quoted,
    fc
      .stringMatching(/^[a-z0-9/.-]{1,8}$/)
      .filter((text) => !['and', 'or', 'not', 'in'].includes(text))
      .map((text) => ({ text, quoted: false, span })),
  )
  .map((part) => ({ kind: 'words', value: part, span }))

/** A tree as the parser makes them: no junction directly inside of one of its own kind. */
export const tree: fc.Arbitrary<Node> = fc.letrec<{ node: Node }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    compare,
    among,
    words,
    tie('node').map((item): Node => ({ kind: 'not', item, span })),
    fc
      .tuple(
        fc.constantFrom('and' as const, 'or' as const),
        fc.array(tie('node'), { minLength: 2, maxLength: 3 }),
      )
      .map(([kind, items]): Node => flat(kind, items)),
  ),
})).node

function flat(kind: 'and' | 'or', items: Node[]): Node {
  return { kind, span, items: items.flatMap((item) => (item.kind === kind ? item.items : [item])) }
}

/** The tree without its places in the text, and without the difference between ways to write the same value. */
export function shape(node: Node): unknown {
  switch (node.kind) {
    case 'compare':
      return [node.field, node.operator, valueShape(node.value)]
    case 'in':
      return [node.field, 'in', ...node.values.map(valueShape)]
    case 'words':
      return ['words', node.value.text]
    case 'not':
      return ['not', shape(node.item)]
    case 'everything':
      return []
    default:
      return [node.kind, ...node.items.map(shape)]
  }
}

function valueShape({ text, quoted: isQuoted }: Value): unknown {
  return [text, text.includes('*') && isQuoted]
}
