/**
 * Reads the query's text piece by piece, driven by the parser: what a character means depends on whether a field, an
 * operator or a value is due (`path=/a=b` has one operator).
 */
import type { Problem, Span, Value } from './ast'
import { OPERATORS, type Operator } from './fields'

/** Thrown inside the parser, and caught by it. */
export class QuerySyntaxError extends Error {
  constructor(readonly problem: Problem) {
    super(problem.message)
  }
}

export function syntaxError(span: Span, message: string, fix: string | null = null): never {
  throw new QuerySyntaxError({ severity: 'error', span, message, fix })
}

/** Ends a bare word where a field or a free word is due. */
const WORD_END = /[\s()=!<>~,"']/
/** Ends an unquoted value. */
const VALUE_END = /[\s(),"']/
/** Begins no unquoted value. */
const OPERATOR_START = /[=<>~]/
const SPACE = /\s/
const ESCAPES: Record<string, string> = { n: '\n', t: '\t', r: '\r', '"': '"', '\\': '\\' }
/** Longest first, so that `<=` is not read as `<`. */
const BY_LENGTH = [...OPERATORS].sort((a, b) => b.length - a.length)

export class Lexer {
  at = 0

  constructor(readonly text: string) {}

  skipSpace(): void {
    while (this.at < this.text.length && SPACE.test(this.text[this.at]!)) this.at++
  }

  get done(): boolean {
    this.skipSpace()
    return this.at >= this.text.length
  }

  /** The next character that is not space; empty at the end. */
  peek(): string {
    this.skipSpace()
    return this.text[this.at] ?? ''
  }

  /** Takes `expected` when it comes next. */
  take(expected: string): boolean {
    this.skipSpace()
    if (!this.text.startsWith(expected, this.at)) return false
    this.at += expected.length
    return true
  }

  /** The bare word that comes next, without taking it. */
  peekWord(): { text: string; span: Span } {
    this.skipSpace()
    let end = this.at
    while (end < this.text.length && !WORD_END.test(this.text[end]!)) end++
    return { text: this.text.slice(this.at, end), span: { from: this.at, to: end } }
  }

  /** Takes a keyword, ignoring case. */
  takeKeyword(...keywords: string[]): boolean {
    const word = this.peekWord()
    if (!keywords.includes(word.text.toLowerCase())) return false
    this.at = word.span.to
    return true
  }

  /** Takes an operator; `==` is understood as `=`, `=~` as `~`. */
  takeOperator(): { operator: Operator; span: Span } | null {
    this.skipSpace()
    const from = this.at
    const operator = BY_LENGTH.find((candidate) => this.text.startsWith(candidate, from))
    if (operator === undefined) return null
    this.at += operator.length
    const second = operator === '=' ? this.text[this.at] : undefined
    if (second === '=' || second === '~') this.at++
    return { operator: second === '~' ? '~' : operator, span: { from, to: this.at } }
  }

  /** Takes a value: quoted either way, or bare up to space, parenthesis or comma. Null when none comes. */
  takeValue(end: RegExp = VALUE_END): Value | null {
    this.skipSpace()
    const from = this.at
    const first = this.text[from]
    if (first === '"') return this.#doubleQuoted(from)
    if (first === "'") return this.#singleQuoted(from)
    // Otherwise `a=>b` would be read in a way that nobody can foresee.
    if (first !== undefined && OPERATOR_START.test(first)) return null
    while (this.at < this.text.length && !end.test(this.text[this.at]!)) this.at++
    if (this.at === from) return null
    return {
      text: this.text.slice(from, this.at),
      quoted: false,
      span: { from, to: this.at },
    }
  }

  /** A free word, which ends at operators too. */
  takeFreeWord(): Value | null {
    return this.takeValue(WORD_END)
  }

  #doubleQuoted(from: number): Value {
    let text = ''
    this.at++
    while (this.at < this.text.length) {
      const char = this.text[this.at]!
      if (char === '"') {
        this.at++
        return { text, quoted: true, span: { from, to: this.at } }
      }
      text += char === '\\' ? this.#escape() : char
      this.at++
    }
    return syntaxError(
      { from, to: this.at },
      'The quoted text does not end.',
      `${this.text.slice(from)}"`,
    )
  }

  /**
   * The character that an escape stands for. Escapes that are not ours stay as they are, so that patterns such as
   * "\.so$" need no second backslash.
   */
  #escape(): string {
    const next = this.text[this.at + 1] ?? ''
    const simple = ESCAPES[next]
    if (simple !== undefined) {
      this.at++
      return simple
    }
    const code = /^u\{([0-9a-f]{1,6})\}/i.exec(this.text.slice(this.at + 1, this.at + 10))
    if (code === null || Number.parseInt(code[1]!, 16) > 0x10ffff) return '\\'
    this.at += code[0].length
    return String.fromCodePoint(Number.parseInt(code[1]!, 16))
  }

  #singleQuoted(from: number): Value {
    const end = this.text.indexOf("'", from + 1)
    if (end < 0) {
      this.at = this.text.length
      return syntaxError(
        { from, to: this.at },
        'The quoted text does not end.',
        `${this.text.slice(from)}'`,
      )
    }
    this.at = end + 1
    return { text: this.text.slice(from + 1, end), quoted: true, span: { from, to: this.at } }
  }
}
