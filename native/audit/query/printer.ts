/** Tree to text, so that chips, recent filters and clicks on values write what the parser reads back the same. */
import type { Node, Value } from './ast'
import { fieldByName, type Operator } from './fields'

/** A value that needs no quotes: nothing in it that ends it, opens a quote, or means something else than itself. */
const PLAIN_VALUE = /^(?![=<>~])[^\s(),"'*\u0000-\u001f\u007f]+$/
const PLAIN_WORD = /^[^\s()=!<>~,"'*|&\u0000-\u001f\u007f]+$/
const JOINING = /^(?:and|or|not|in)$/i
// Surrogates that stand alone survive no encoding; control and format characters would not be seen.
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu

/** Quotes text so that it stands for itself. */
export function quote(text: string): string {
  const escaped = text
    .replace(/[\\"]/g, '\\$&')
    .replace(UNPRINTABLE, (char) => `\\u{${char.codePointAt(0)!.toString(16)}}`)
  return `"${escaped}"`
}

/** A value for after an operator: bare where that means the same. */
export function printValue(text: string): string {
  return PLAIN_VALUE.test(text) && text.search(UNPRINTABLE) < 0 ? text : quote(text)
}

/** `field op value` where the value stands for itself (no wildcard). */
export function printCondition(field: string, operator: Operator, value: string): string {
  return `${fieldByName(field)?.name ?? field}${operator}${printValue(value)}`
}

/** A free word that stands for itself. */
export function printWords(text: string): string {
  const plain = PLAIN_WORD.test(text) && !JOINING.test(text) && text.search(UNPRINTABLE) < 0
  return plain ? text : quote(text)
}

function written(value: Value): string {
  return value.quoted ? printValue(value.text) : value.text
}

/** Prints a tree. Aliases become the field's name; parentheses appear only where they are needed. */
export function printQuery(node: Node): string {
  switch (node.kind) {
    case 'everything':
      return ''
    case 'compare':
      return `${fieldByName(node.field)?.name ?? node.field}${node.operator}${written(node.value)}`
    case 'in':
      return `${fieldByName(node.field)?.name ?? node.field} in (${node.values.map(written).join(', ')})`
    case 'words':
      return node.value.quoted ? printWords(node.value.text) : node.value.text
    case 'not':
      return `not ${printOperand(node.item, node.item.kind === 'and' || node.item.kind === 'or')}`
    case 'and':
      return node.items.map((item) => printOperand(item, item.kind === 'or')).join(' and ')
    case 'or':
      return node.items.map((item) => printOperand(item, false)).join(' or ')
  }
}

function printOperand(node: Node, parentheses: boolean): string {
  return parentheses ? `(${printQuery(node)})` : printQuery(node)
}
