/**
 * Patterns for `~`: regular expressions without the parts that can take exponential time.
 *
 * Values are attacker-controlled and patterns come from people in a hurry, so a pattern must never hang the store. The
 * store runs V8 with its linear engine as the fall-back on excessive backtracking; that engine knows no look-around, no
 * back references, no case folding and no large repetition counts. So the first two are refused, `(?i)` is written out as
 * classes, and a large count on something that repeats itself is refused.
 */
import { fail, ok, type Result } from '../result'

/** Counts above this cannot run on V8's linear engine (kMaxReplicationFactor in experimental-compiler.cc). */
const LARGEST_REPEAT = 16
/** Values are compared up to this length, so that polynomial patterns stay cheap. */
const LONGEST_TESTED = 16_384

/** A pattern ready to test values. */
export interface Pattern {
  test(value: string): boolean
}

interface Piece {
  kind: 'escape' | 'class' | 'open' | 'close' | 'quantifier' | 'other'
  text: string
}

const PIECES: [Piece['kind'], RegExp][] = [
  ['escape', /\\(?:x[0-9a-f]{2}|u[0-9a-f]{4}|c[a-z]|k<[^>]*>|[\s\S])/iy],
  ['class', /\[(?:\\[\s\S]|[^\]\\])*\]/y],
  ['open', /\((?:\?(?:<?[=!]|<[A-Za-z_$][\w$]*>|:)?)?/y],
  ['close', /\)/y],
  ['quantifier', /(?:[*+?]|\{\d+(?:,\d*)?\})\??/y],
  ['other', /[\s\S]/y],
]

/** Compiles a pattern; a leading `(?i)` makes it ignore the case of ASCII letters. */
export function compilePattern(source: string): Result<Pattern> {
  const insensitive = source.startsWith('(?i)')
  const pieces = cut(insensitive ? source.slice(4) : source)
  const refusal = refuse(pieces)
  if (refusal !== null) return refusal
  const text = pieces.map((piece) => (insensitive ? foldCase(piece) : piece.text)).join('')
  try {
    const expression = new RegExp(text, 's')
    return ok({
      test: (value) =>
        expression.test(value.length > LONGEST_TESTED ? value.slice(0, LONGEST_TESTED) : value),
    })
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/^.*: /, '') : String(error)
    return fail('usage', `The pattern is not valid: ${reason}.`)
  }
}

function cut(source: string): Piece[] {
  const pieces: Piece[] = []
  let at = 0
  while (at < source.length) {
    for (const [kind, expression] of PIECES) {
      expression.lastIndex = at
      const text = expression.exec(source)?.[0]
      if (text === undefined) continue
      pieces.push({ kind, text })
      at += text.length
      break
    }
  }
  return pieces
}

function refuse(pieces: readonly Piece[]): Result<never> | null {
  /** Per open group: whether something in it repeats. */
  const repeats: boolean[] = [false]
  let closedRepeats = false
  for (const [index, { kind, text }] of pieces.entries()) {
    if (kind === 'open') {
      if (/[=!]$/.test(text)) return refusal('Look-ahead and look-behind', text)
      repeats.push(false)
    } else if (kind === 'close') {
      closedRepeats = repeats.pop() ?? false
      if (repeats.length === 0) repeats.push(false)
      if (closedRepeats) repeats[repeats.length - 1] = true
    } else if (kind === 'escape' && /^\\(?:[1-9]|k<)/.test(text)) {
      return refusal('References back to a group', text)
    } else if (kind === 'quantifier') {
      const nested = pieces[index - 1]?.kind === 'close' && closedRepeats
      if (nested && largestCount(text) > LARGEST_REPEAT) {
        return fail(
          'usage',
          `The pattern can take forever: ${text} repeats something that repeats itself.`,
          `Use a count of at most ${LARGEST_REPEAT}, or * or +.`,
        )
      }
      repeats[repeats.length - 1] = true
    }
  }
  return null
}

function refusal(what: string, text: string): Result<never> {
  return fail('usage', `${what} (${text}) are not supported: such patterns can take forever.`)
}

function largestCount(quantifier: string): number {
  return Math.max(0, ...(quantifier.match(/\d+/g) ?? []).map(Number))
}

const LOWER = /[a-z]/g
const UPPER = /[A-Z]/g

function otherCase(char: string): string {
  return char === char.toLowerCase() ? char.toUpperCase() : char.toLowerCase()
}

/** The same piece for both cases of ASCII letters. */
function foldCase({ kind, text }: Piece): string {
  if (kind === 'other' && /[a-zA-Z]/.test(text)) return `[${text}${otherCase(text)}]`
  if (kind !== 'class') return text
  const body = text.slice(1, -1)
  const folded = body.replace(
    /\\[\s\S]|([a-zA-Z])-([a-zA-Z])|([a-zA-Z])/g,
    (whole: string, from?: string, to?: string, single?: string) => {
      if (single !== undefined) return single + otherCase(single)
      if (from === undefined || to === undefined) return whole
      return whole + swappedRange(from, to, LOWER) + swappedRange(from, to, UPPER)
    },
  )
  return `[${folded}]`
}

/** The letters of one case inside a range, in the other case. */
function swappedRange(from: string, to: string, letters: RegExp): string {
  let within = ''
  for (let code = from.charCodeAt(0); code <= to.charCodeAt(0); code++)
    within += String.fromCharCode(code)
  const found = within.match(letters)
  if (found === null) return ''
  return `${otherCase(found[0])}-${otherCase(found.at(-1)!)}`
}
