/** Conditions made ready to run: what a field's value must be. */
import { inNetwork, parseAddress, parseNetwork } from './address'
import type { Among, Compare, Problem, Span, Value } from './ast'
import { fieldOrPlain, KINDS, type Field, type FieldKind, type Operator } from './fields'
import { compilePattern } from './pattern'
import { parseTime } from './time'
import type { Names } from './names'

/** Whole numbers (and ms) from `from` on, below `to`. */
export type Span1 = readonly [from: number, to: number]

/** What a condition asks of one value of its field. An event fits when any of its values does, unless `negated`. */
export interface FieldTest {
  field: Field
  negated: boolean
  /** Any value at all will do (`field=*`). */
  present: boolean
  /** The numbers that fit, when the number alone decides; null when the text does. */
  ranges: readonly Span1[] | null
  /** `raw` as in the record, `value` what it means (equal to `raw` when it means nothing else). */
  matches(raw: string, value: string): boolean
}

/** What tests need to know of their surroundings. */
export interface TestContext {
  /** ms since the epoch, for relative times. */
  now: number
  names: Names
}

type Matcher = Pick<FieldTest, 'ranges' | 'matches'>
type Compiled = Matcher | { wrong: string; fix?: string }
type Compiler = (operator: Operator, value: Value, field: Field, context: TestContext) => Compiled

/** Makes a test of a comparison, or says what is wrong with it. */
export function compileCompare(node: Compare, context: TestContext): FieldTest | Problem {
  const field = fieldOrPlain(node.field)
  const { operators, written } = KINDS[field.kind]
  if (!operators.includes(node.operator)) {
    return problem(
      node.operatorSpan,
      `${field.name} takes ${operators.join(' ')}, not ${node.operator}.`,
    )
  }
  const negated = node.operator === '!=' || node.operator === '!~'
  const operator = node.operator === '!=' ? '=' : node.operator === '!~' ? '~' : node.operator
  if (operator === '=' && isPresence(node.value)) return presence(field, negated)
  const compiled = compileValue(operator, node.value, field, context)
  if ('wrong' in compiled) {
    const message = compiled.wrong === '' ? `${field.name} takes ${written}.` : compiled.wrong
    return problem(node.value.span, message, compiled.fix)
  }
  return { field, negated, present: false, ...compiled }
}

/** Makes a test of a list, or says what is wrong with it. */
export function compileAmong(node: Among, context: TestContext): FieldTest | Problem {
  const tests: FieldTest[] = []
  for (const value of node.values) {
    const operatorSpan = node.fieldSpan
    const test = compileCompare(
      { ...node, kind: 'compare', operator: '=', operatorSpan, value },
      context,
    )
    if ('severity' in test) return test
    tests.push(test)
  }
  const ranges = tests.flatMap((test) => test.ranges ?? [])
  return {
    field: tests[0]!.field,
    negated: false,
    present: tests.some((test) => test.present),
    ranges: tests.every((test) => test.ranges !== null) ? ranges : null,
    matches: (raw, value) => tests.some((test) => test.matches(raw, value)),
  }
}

function problem(span: Span, message: string, fix: string | null = null): Problem {
  return { severity: 'error', span, message, fix }
}

function isPresence(value: Value): boolean {
  return !value.quoted && value.text === '*'
}

function presence(field: Field, negated: boolean): FieldTest {
  return { field, negated, present: true, ranges: null, matches: () => true }
}

function compileValue(
  operator: Operator,
  value: Value,
  field: Field,
  context: TestContext,
): Compiled {
  if (operator === '~') return compileRegular(value, field)
  return COMPILERS[field.kind](operator, value, field, context)
}

function compileRegular(value: Value, field: Field): Compiled {
  const pattern = compilePattern(value.text)
  if (!pattern.ok) return { wrong: `${pattern.message} ${pattern.hint}`.trim() }
  const { test } = pattern.value
  // Text is quoted or hexadecimal in a record, so only what it means is looked at; names have two forms.
  const both = field.kind === 'name' || field.kind === 'account'
  return {
    ranges: null,
    matches: (raw, meaning) => test(meaning) || (both && raw !== meaning && test(raw)),
  }
}

/** Whether a text is the value, where an unquoted `*` stands for any text. */
function textTest(value: Value, ignoreCase: boolean): (text: string) => boolean {
  const fold = ignoreCase ? (text: string) => text.toLowerCase() : (text: string) => text
  const wanted = fold(value.text)
  if (value.quoted || !wanted.includes('*')) return (text) => fold(text) === wanted
  const parts = wanted.split('*')
  return (text) => fitsWildcard(fold(text), parts)
}

/** Whether `text` is the parts in order with anything between them. Leftmost fit of each part is enough. */
function fitsWildcard(text: string, parts: readonly string[]): boolean {
  const first = parts[0]!
  const last = parts.at(-1)!
  if (text.length < first.length + last.length) return false
  if (!text.startsWith(first) || !text.endsWith(last)) return false
  let at = first.length
  const end = text.length - last.length
  for (const part of parts.slice(1, -1)) {
    const found = text.indexOf(part, at)
    if (found < 0 || found + part.length > end) return false
    at = found + part.length
  }
  return true
}

/** A whole number as written in any of the usual ways; null for anything else. */
export function parseWhole(text: string): number | bigint | null {
  if (!/^-?(?:0x[0-9a-f]{1,16}|0o[0-7]{1,22}|\d{1,20})$/i.test(text)) return null
  const negative = text.startsWith('-')
  const magnitude = BigInt(negative ? text.slice(1) : text)
  return exact(negative ? -magnitude : magnitude)
}

/** As a number where that is exact. */
function exact(value: bigint): number | bigint {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value
}

/** The whole numbers that are `operator` `limit`. */
function rangesOf(operator: Operator, limit: number): Span1[] {
  const after = limit + 1
  if (operator === '=') return [[limit, after]]
  if (operator === '<') return [[Number.NEGATIVE_INFINITY, limit]]
  if (operator === '<=') return [[Number.NEGATIVE_INFINITY, after]]
  return [[operator === '>' ? after : limit, Number.POSITIVE_INFINITY]]
}

function holds(operator: Operator, left: number | bigint, right: number | bigint): boolean {
  if (operator === '<') return left < right
  if (operator === '<=') return left <= right
  if (operator === '>') return left > right
  if (operator === '>=') return left >= right
  return left >= right && left <= right
}

/** A test of numbers that records write in `parse`'s way. */
function numberTest(
  operator: Operator,
  limit: number | bigint,
  parse: (raw: string) => number | bigint | null,
): Matcher {
  return {
    ranges: typeof limit === 'number' ? rangesOf(operator, limit) : null,
    matches: (raw) => {
      const number = parse(raw)
      return number !== null && holds(operator, number, limit)
    },
  }
}

/** Numbers that records write in another base without saying so. */
function based(base: 'hex' | 'octal'): { parse: (raw: string) => number | bigint | null } {
  const [prefix, digits] = base === 'hex' ? ['0x', /^[0-9a-f]{1,16}$/i] : ['0o', /^[0-7]{1,22}$/]
  return { parse: (raw) => (digits.test(raw) ? exact(BigInt(prefix + raw)) : parseWhole(raw)) }
}
const HEX = based('hex')
const OCTAL = based('octal')

/** Words that say the same. */
const SAME: readonly (readonly string[])[] = [
  ['yes', 'true', 'success', 'ok', '1'],
  ['no', 'false', 'failed', 'fail', '0'],
]

/** The kernel's "no user": -1 as an unsigned number. */
const UNSET = 0xffffffff

const COMPILERS: Record<FieldKind, Compiler> = {
  text: (_operator, value) => {
    const test = textTest(value, false)
    return { ranges: null, matches: (_raw, meaning) => test(meaning) }
  },
  name: (_operator, value) => {
    const test = textTest(value, true)
    return { ranges: null, matches: (raw, meaning) => test(meaning) || test(raw) }
  },
  word: (_operator, value) => {
    const word = value.text.toLowerCase()
    const words = SAME.find((group) => group.includes(word)) ?? [word]
    return {
      ranges: null,
      matches: (raw, meaning) =>
        words.includes(raw.toLowerCase()) || words.includes(meaning.toLowerCase()),
    }
  },
  number: (operator, value) => {
    const limit = parseWhole(value.text)
    return limit === null ? { wrong: '' } : numberTest(operator, limit, parseWhole)
  },
  hex: (operator, value) => {
    const limit = HEX.parse(value.text)
    return limit === null
      ? { wrong: '' }
      : { ...numberTest(operator, limit, HEX.parse), ranges: null }
  },
  octal: (operator, value) => {
    const limit = OCTAL.parse(value.text)
    return limit === null
      ? { wrong: '' }
      : { ...numberTest(operator, limit, OCTAL.parse), ranges: null }
  },
  errno: (operator, value, _field, { names }) => {
    const name = value.text.toUpperCase().replace(/^-/, '')
    const limit = parseWhole(value.text) ?? negative(names.errno(name))
    if (limit !== null) return numberTest(operator, limit, parseWhole)
    return { wrong: /^E[A-Z0-9]+$/.test(name) ? `There is no error ${name}.` : '' }
  },
  account: (operator, value) => {
    const limit = /^unset$/i.test(value.text) ? UNSET : parseWhole(value.text)
    if (limit !== null) return numberTest(operator, limit === -1 ? UNSET : limit, parseWhole)
    if (operator !== '=') return { wrong: `Only numbers have an order: ${value.text} is a name.` }
    const test = textTest(value, false)
    return { ranges: null, matches: (raw, meaning) => meaning !== raw && test(meaning) }
  },
  address: (_operator, value) => {
    if (!value.text.includes('/')) {
      const address = parseAddress(value.text)
      const test = textTest(value, true)
      if (address === null) return { ranges: null, matches: (_raw, meaning) => test(meaning) }
    }
    const network = parseNetwork(value.text)
    // A path of a unix socket is an address too.
    if (network === null && value.text.startsWith('/')) {
      const test = textTest(value, false)
      return { ranges: null, matches: (_raw, meaning) => test(meaning) }
    }
    if (network === null) return { wrong: `${value.text} is not a network such as 10.0.0.0/8.` }
    return {
      ranges: null,
      matches: (_raw, meaning) => {
        const address = parseAddress(meaning)
        return address !== null && inNetwork(address, network)
      },
    }
  },
  time: (operator, value, _field, { now }) => {
    const span = parseTime(value.text, now)
    if (span === null) return { wrong: '' }
    const range = timeRange(operator, span)
    return {
      ranges: [range],
      matches: (raw) => Number(raw) >= range[0] && Number(raw) < range[1],
    }
  },
}

function negative(number: number | null): number | null {
  return number === null ? null : -number
}

function timeRange(operator: Operator, { from, to }: { from: number; to: number }): Span1 {
  if (operator === '=') return [from, to]
  if (operator === '<') return [Number.NEGATIVE_INFINITY, from]
  if (operator === '<=') return [Number.NEGATIVE_INFINITY, to]
  return [operator === '>' ? to : from, Number.POSITIVE_INFINITY]
}
