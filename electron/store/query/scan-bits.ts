/** Scans of one column of a chunk into a bit set. The inner loops of every query. */
import { fullBits, wordsFor, type Bits } from '../columns/bits'
import type { CodeColumn, CodeData } from '../columns/codes'
import { codeSpan, numberAt, type NumberColumn } from '../columns/numbers'

/** Which events of a chunk fit: none, all, or those in the set. Most columns of most chunks decide without a scan. */
export type Matches = 'none' | 'all' | Bits

/** The events whose value is in a half-open range. */
export function numbersWithin(
  column: NumberColumn,
  count: number,
  from: number,
  to: number,
): Matches {
  if (column.data === null) return column.base >= from && column.base < to ? 'all' : 'none'
  const span = codeSpan(column, from, to)
  if (span === null) return 'none'
  if (!column.absent && column.min >= from && column.max < to) return 'all'
  const bits = new Uint32Array(wordsFor(count))
  const { data } = column
  const [low, high] = span
  for (let word = 0, index = 0; word < bits.length; word++) {
    const end = Math.min(count, index + 32)
    let set = 0
    for (let bit = 0; index < end; index++, bit++) {
      const code = data[index]!
      if (code >= low && code < high) set |= 1 << bit
    }
    bits[word] = set
  }
  return bits
}

/** The events whose value passes a test, which is asked once for each different value. */
export function numbersThat(
  column: NumberColumn,
  count: number,
  test: (value: number) => boolean,
): Matches {
  const { data } = column
  if (data === null) return test(column.base) ? 'all' : 'none'
  const bits = new Uint32Array(wordsFor(count))
  const fits = data.BYTES_PER_ELEMENT <= 2 ? byCode(column, test) : byValue(column, test)
  for (let index = 0; index < count; index++) {
    if (fits(index)) bits[index >>> 5]! |= 1 << (index & 31)
  }
  return bits
}

/** Narrow columns: the answers in a table by code. */
function byCode(
  column: NumberColumn,
  test: (value: number) => boolean,
): (index: number) => boolean {
  const data = column.data!
  const answers = new Uint8Array(1 << (8 * data.BYTES_PER_ELEMENT))
  return (index) => {
    const code = data[index]!
    if (answers[code] === 0) answers[code] = test(numberAt(column, index)) ? 2 : 1
    return answers[code] === 2
  }
}

/** Wide ones: in a map by value. */
function byValue(
  column: NumberColumn,
  test: (value: number) => boolean,
): (index: number) => boolean {
  const answers = new Map<number, boolean>()
  return (index) => {
    const value = numberAt(column, index)
    let fits = answers.get(value)
    if (fits === undefined) answers.set(value, (fits = test(value)))
    return fits
  }
}

/** The events whose interned value passes a test (by the vocabulary's number, asked once for each that occurs). */
export function codesThat(
  column: CodeColumn,
  count: number,
  test: (id: number) => boolean,
): Matches {
  const { ids, codes } = column
  if (codes === null) return test(ids![0]!) ? 'all' : 'none'
  if (ids === null) return openCodesThat(codes, count, test)
  // Of a few events at the front only the values that these have are asked about.
  if (count < codes.length) return fewCodesThat(ids, codes, count, test)
  const table = new Uint8Array(ids.length)
  let fitting = 0
  for (let code = 0; code < ids.length; code++) if (test(ids[code]!)) fitting += table[code] = 1
  if (fitting === 0) return 'none'
  if (fitting === ids.length) return 'all'
  const bits = new Uint32Array(wordsFor(count))
  for (let word = 0, index = 0; word < bits.length; word++) {
    const end = Math.min(count, index + 32)
    let set = 0
    for (let bit = 0; index < end; index++, bit++) set |= table[codes[index]!]! << bit
    bits[word] = set
  }
  return bits
}

function fewCodesThat(
  ids: Uint32Array,
  codes: CodeData,
  count: number,
  test: (id: number) => boolean,
): Matches {
  const bits = new Uint32Array(wordsFor(count))
  for (let index = 0; index < count; index++) {
    if (test(ids[codes[index]!]!)) bits[index >>> 5]! |= 1 << (index & 31)
  }
  return bits
}

function openCodesThat(
  codes: ArrayLike<number>,
  count: number,
  test: (id: number) => boolean,
): Matches {
  const bits = new Uint32Array(wordsFor(count))
  for (let index = 0; index < count; index++) {
    if (test(codes[index]!)) bits[index >>> 5]! |= 1 << (index & 31)
  }
  return bits
}

/** What both have. */
export function bothMatch(left: Matches, right: Matches): Matches {
  if (left === 'none' || right === 'none') return 'none'
  if (left === 'all') return right
  if (right === 'all') return left
  return left.map((bits, word) => bits & right[word]!)
}

/** What either has. */
export function eitherMatches(left: Matches, right: Matches): Matches {
  if (left === 'all' || right === 'all') return 'all'
  if (left === 'none') return right
  if (right === 'none') return left
  return left.map((bits, word) => bits | right[word]!)
}

/** What `matches` has not. */
export function noMatch(matches: Matches, count: number): Matches {
  if (matches === 'none') return 'all'
  if (matches === 'all') return 'none'
  return fullBits(count).map((bits, word) => bits & ~matches[word]!)
}
