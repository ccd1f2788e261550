/** Numbers as auditctl reads them: strtol(3) and strtoul(3) with base 0, then cut to 32 bits. */

/** A number read from the beginning of a text. */
export interface ReadNumber {
  /** Its low 32 bits, unsigned. */
  value: number
  /** Characters read; less than the text when something follows. */
  length: number
  /** False when the number itself is not the value: too large, or too negative, for 32 bits. */
  fits: boolean
  /** True for `010`: a leading zero means octal. */
  octal: boolean
}

const PATTERN = /^([-+]?)(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*)/
const PLAIN = /^(?:0|[1-9][0-9]{0,8})$/
const MAX_64 = { signed: 0x7fffffffffffffffn, unsigned: 0xffffffffffffffffn }

/** Reads the number that a text begins with, as strtol (`signed`) or strtoul do; 0 when there is none. */
export function readNumber(text: string, kind: 'signed' | 'unsigned'): ReadNumber {
  // What nearly all numbers in rules look like, without the detour over 64 bits.
  if (PLAIN.test(text))
    return { value: Number(text), length: text.length, fits: true, octal: false }
  const match = PATTERN.exec(text)
  if (match === null) return { value: 0, length: 0, fits: true, octal: false }
  const digits = match[2]!
  const octal = /^0[0-7]+$/.test(digits)
  const magnitude = BigInt(octal ? `0o${digits.slice(1)}` : digits)
  const negative = match[1] === '-'
  const value = BigInt.asUintN(32, clamp(magnitude, negative, kind))
  const fits = negative ? magnitude <= 0x80000000n : magnitude <= 0xffffffffn
  return { value: Number(value), length: match[0].length, fits, octal }
}

function clamp(magnitude: bigint, negative: boolean, kind: 'signed' | 'unsigned'): bigint {
  const largest = MAX_64[kind]
  if (kind === 'unsigned') return magnitude > largest ? largest : negative ? -magnitude : magnitude
  if (!negative) return magnitude > largest ? largest : magnitude
  return magnitude > largest ? -largest - 1n : -magnitude
}

/** Whether auditctl takes the text for a number: it begins with a digit. */
export function startsWithDigit(text: string): boolean {
  return /^[0-9]/.test(text)
}

/** Whether auditctl takes the text for a negative number. */
export function startsNegative(text: string): boolean {
  return /^-[0-9]/.test(text)
}
