/**
 * Text to tree.
 *
 *     query     = [ either ]
 *     either    = all { ("or" | "||") all }
 *     all       = unary { ["and" | "&&"] unary }
 *     unary     = ("not" | "!") unary | "(" either ")" | condition
 *     condition = field operator value | field "in" "(" value { "," value } ")" | word
 */
import type { Among, Compare, Node, Problem, Span, Value } from './ast'
import { Lexer, QuerySyntaxError, syntaxError } from './lexer'

/** Deeper nesting is refused: it would overflow the stack, and nobody writes it. */
const DEEPEST = 64
const FIELD_NAME = /^[A-Za-z_][A-Za-z0-9_.-]*$/
const JOINING_WORDS = ['and', 'or', 'not', 'in']

export type Parsed = { ok: true; query: Node } | { ok: false; problem: Problem }

/** Parses a query; the empty text is the query that everything matches. */
export function parseQuery(text: string): Parsed {
  const lexer = new Lexer(text)
  try {
    if (lexer.done)
      return { ok: true, query: { kind: 'everything', span: { from: 0, to: text.length } } }
    const query = either(lexer, 0)
    if (!lexer.done) unexpected(lexer)
    return { ok: true, query }
  } catch (error) {
    if (error instanceof QuerySyntaxError) return { ok: false, problem: error.problem }
    throw error
  }
}

function either(lexer: Lexer, depth: number): Node {
  const items = [all(lexer, depth)]
  while (lexer.takeKeyword('or') || lexer.take('||')) items.push(all(lexer, depth))
  return junction('or', items)
}

function all(lexer: Lexer, depth: number): Node {
  const items = [unary(lexer, depth)]
  for (;;) {
    if (lexer.takeKeyword('and') || lexer.take('&&')) items.push(unary(lexer, depth))
    else if (startsUnary(lexer)) items.push(unary(lexer, depth))
    else return junction('and', items)
  }
}

/** Whether another condition follows without a joining word. */
function startsUnary(lexer: Lexer): boolean {
  if (lexer.done) return false
  const next = lexer.peek()
  if (next === ')' || next === ',' || lexer.text.startsWith('||', lexer.at)) return false
  return lexer.peekWord().text.toLowerCase() !== 'or'
}

function junction(kind: 'and' | 'or', items: Node[]): Node {
  if (items.length === 1) return items[0]!
  const span = { from: items[0]!.span.from, to: items.at(-1)!.span.to }
  // `a and (b and c)` is the same query as `a and b and c`: one tree for both.
  return { kind, items: items.flatMap((item) => (item.kind === kind ? item.items : [item])), span }
}

function unary(lexer: Lexer, depth: number): Node {
  lexer.skipSpace()
  const from = lexer.at
  if (depth > DEEPEST)
    syntaxError({ from, to: lexer.text.length }, 'The query is nested too deeply.')
  if (takeNot(lexer)) {
    const item = unary(lexer, depth + 1)
    return { kind: 'not', item, span: { from, to: item.span.to } }
  }
  if (lexer.take('(')) {
    const inner = either(lexer, depth + 1)
    if (!lexer.take(')')) {
      if (!lexer.done) unexpected(lexer)
      syntaxError({ from, to: from + 1 }, 'This parenthesis is not closed.')
    }
    return { ...inner, span: { from, to: lexer.at } }
  }
  return condition(lexer)
}

function takeNot(lexer: Lexer): boolean {
  if (lexer.takeKeyword('not')) return true
  const next = lexer.text[lexer.at + 1] ?? ''
  // `!=` and `!~` are operators, and out of place here.
  if (lexer.peek() !== '!' || next === '=' || next === '~') return false
  lexer.at++
  return true
}

function condition(lexer: Lexer): Node {
  if (lexer.done) return missingCondition(lexer)
  const word = lexer.peekWord()
  if (JOINING_WORDS.includes(word.text.toLowerCase())) return missingCondition(lexer)
  const value = lexer.takeFreeWord()
  if (value === null) return unexpected(lexer)
  if (!value.quoted) {
    const found = lexer.takeOperator()
    if (found !== null) {
      checkFieldName(value)
      return compare(lexer, value, found)
    }
    if (FIELD_NAME.test(value.text) && takesIn(lexer)) return among(lexer, value)
  }
  return { kind: 'words', value, span: value.span }
}

function compare(
  lexer: Lexer,
  field: Value,
  found: { operator: Compare['operator']; span: Span },
): Compare {
  const value = lexer.takeValue()
  if (value === null) {
    const quotes = lexer.done ? '' : '; text with operators or parentheses in it needs quotes'
    const message = `A value is missing after ${field.text}${found.operator}${quotes}.`
    return syntaxError({ from: field.span.from, to: found.span.to }, message)
  }
  return {
    kind: 'compare',
    field: field.text.toLowerCase(),
    fieldSpan: field.span,
    operator: found.operator,
    operatorSpan: found.span,
    value,
    span: { from: field.span.from, to: value.span.to },
  }
}

/** Takes `in (`; a word `in` that no parenthesis follows is a free word. */
function takesIn(lexer: Lexer): boolean {
  const before = lexer.at
  if (lexer.takeKeyword('in') && lexer.take('(')) return true
  lexer.at = before
  return false
}

function among(lexer: Lexer, field: Value): Among {
  const values: Value[] = []
  do {
    const value = lexer.takeValue()
    if (value === null) {
      syntaxError(
        { from: field.span.from, to: lexer.at },
        `A value is missing in the list of ${field.text}.`,
      )
    }
    values.push(value)
  } while (lexer.take(','))
  if (!lexer.take(')'))
    syntaxError({ from: field.span.from, to: lexer.at }, 'The list is not closed.')
  return {
    kind: 'in',
    field: field.text.toLowerCase(),
    fieldSpan: field.span,
    values,
    span: { from: field.span.from, to: lexer.at },
  }
}

function checkFieldName(field: Value): void {
  if (FIELD_NAME.test(field.text)) return
  syntaxError(
    field.span,
    `${field.text} is not a field's name; text with operators in it needs quotes.`,
  )
}

function missingCondition(lexer: Lexer): never {
  const word = lexer.peekWord()
  const span = lexer.done ? { from: lexer.text.trimEnd().length, to: lexer.text.length } : word.span
  const message =
    lexer.done || word.text === ''
      ? 'A condition is missing at the end.'
      : `A condition is missing before ${word.text}; the word itself needs quotes.`
  return syntaxError(span, message)
}

function unexpected(lexer: Lexer): never {
  const next = lexer.peek()
  const span = { from: lexer.at, to: lexer.at + Math.max(1, next.length) }
  if (next === ')') return syntaxError(span, 'This parenthesis was not opened.')
  return syntaxError(span, `${next} is not expected here; text with operators in it needs quotes.`)
}
