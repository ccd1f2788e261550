/** The same query as chips: the conditions that must all hold, each of which can be edited, negated or removed alone. */
import type { Node } from './ast'
import { fieldByName, type Operator } from './fields'
import { parseQuery } from './parser'
import { printCondition, printQuery, printWords } from './printer'

export interface Chip {
  /** The condition without a leading `not`, as text that parses. */
  text: string
  negated: boolean
  /** Set when the chip is one comparison that a form can edit. `value` is the bare text; null for presence and wildcards. */
  compare: { field: string; operator: Operator; value: string | null } | null
}

/** The chips of a query; null when the text does not parse (the text is then the only way to edit it). */
export function toChips(text: string): Chip[] | null {
  const parsed = parseQuery(text)
  if (!parsed.ok) return null
  const { query } = parsed
  if (query.kind === 'everything') return []
  return (query.kind === 'and' ? query.items : [query]).map(chipOf)
}

function chipOf(node: Node): Chip {
  const negated = node.kind === 'not'
  const inner = negated ? node.item : node
  return { text: printQuery(inner), negated, compare: compareOf(inner) }
}

function compareOf(node: Node): Chip['compare'] {
  if (node.kind !== 'compare') return null
  const wildcard =
    !node.value.quoted && node.value.text.includes('*') && !node.operator.endsWith('~')
  return {
    field: fieldByName(node.field)?.name ?? node.field,
    operator: node.operator,
    value: wildcard ? null : node.value.text,
  }
}

/** The text of chips; chips with nothing in them are left out. */
export function fromChips(chips: readonly Chip[]): string {
  return chips
    .filter(({ text }) => text.trim() !== '')
    .map(({ text, negated }) => {
      const parsed = parseQuery(text)
      const kind = parsed.ok ? parsed.query.kind : 'and'
      const compound = kind === 'or' || (negated && kind === 'and')
      const operand = compound ? `(${text})` : text
      return negated ? `not ${operand}` : operand
    })
    .join(' and ')
}

/** The chip of one value of a field. An empty value asks that the field is there at all. */
export function valueChip(field: string, value: string, negated = false): Chip {
  const name = fieldByName(field)?.name ?? field
  const text = value === '' ? `${name}=*` : printCondition(name, '=', value)
  return {
    text,
    negated,
    compare: { field: name, operator: '=', value: value === '' ? null : value },
  }
}

/** The chip of free words. */
export function wordsChip(words: string, negated = false): Chip {
  return { text: printWords(words), negated, compare: null }
}

/**
 * Adds a chip to a query's text. One that is there already is not doubled, and its opposite is replaced, so that
 * include after exclude does what it says. A text that does not parse stays as it is, in front.
 */
export function addChip(text: string, chip: Chip): string {
  const chips = toChips(text)
  if (chips === null) return text
  const others = chips.filter((other) => other.text !== chip.text)
  if (others.length < chips.length && chips.some((other) => same(other, chip)))
    return fromChips(chips)
  return fromChips([...others, chip])
}

/** Takes a chip out of a query's text. */
export function removeChip(text: string, chip: Chip): string {
  const chips = toChips(text)
  return chips === null ? text : fromChips(chips.filter((other) => !same(other, chip)))
}

function same(a: Chip, b: Chip): boolean {
  return a.text === b.text && a.negated === b.negated
}
