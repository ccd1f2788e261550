/**
 * UTF-8 without loss. File names and arguments are bytes, not text: what is not valid UTF-8 must neither vanish nor make
 * two names equal. An invalid byte 0xNN becomes the lone surrogate U+DCNN, and is encoded back to that byte (as Python's
 * "surrogateescape" does). Lone surrogates survive JSON and structured clone; `escapeForDisplay` shows them as `\xNN`.
 */
import { latin1 } from './latin1'

/** First code unit of the range that carries invalid bytes: 0xDC00 + byte, bytes 0x80-0xff. */
export const INVALID_BYTE_BASE = 0xdc00

/** Decodes the bytes [start, end). */
export function decodeUtf8(bytes: Uint8Array, start = 0, end = bytes.length): string {
  for (let i = start; i < end; i++) {
    if (bytes[i]! >= 0x80) return latin1(bytes, start, i) + decodeWide(bytes, i, end)
  }
  return latin1(bytes, start, end)
}

function decodeWide(bytes: Uint8Array, start: number, end: number): string {
  const parts: string[] = []
  let plain = start
  let i = start
  while (i < end) {
    const byte = bytes[i]!
    if (byte < 0x80) {
      i++
      continue
    }
    if (plain < i) parts.push(latin1(bytes, plain, i))
    const length = sequenceLength(bytes, i, end)
    parts.push(
      length === 0
        ? String.fromCharCode(INVALID_BYTE_BASE + byte)
        : String.fromCodePoint(codePoint(bytes, i, length)),
    )
    i += length === 0 ? 1 : length
    plain = i
  }
  if (plain < end) parts.push(latin1(bytes, plain, end))
  return parts.join('')
}

/** Length of the valid sequence at i, or 0. Overlong forms, surrogates and code points above U+10FFFF are invalid. */
function sequenceLength(bytes: Uint8Array, i: number, end: number): number {
  const first = bytes[i]!
  const length =
    first >= 0xc2 && first <= 0xdf
      ? 2
      : first >= 0xe0 && first <= 0xef
        ? 3
        : first >= 0xf0 && first <= 0xf4
          ? 4
          : 0
  if (length === 0 || i + length > end) return 0
  for (let k = 1; k < length; k++) if ((bytes[i + k]! & 0xc0) !== 0x80) return 0
  const second = bytes[i + 1]!
  if (first === 0xe0 && second < 0xa0) return 0
  if (first === 0xed && second > 0x9f) return 0
  if (first === 0xf0 && second < 0x90) return 0
  if (first === 0xf4 && second > 0x8f) return 0
  return length
}

function codePoint(bytes: Uint8Array, i: number, length: number): number {
  let code = bytes[i]! & (0xff >> (length + 1))
  for (let k = 1; k < length; k++) code = (code << 6) | (bytes[i + k]! & 0x3f)
  return code
}

/** Encodes text into `out` at `offset`, invalid-byte surrogates back to their bytes; returns the offset after it. */
export function encodeUtf8Into(text: string, out: Uint8Array, offset: number): number {
  let at = offset
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit < 0x80) {
      out[at++] = unit
    } else if (unit < 0x800) {
      out[at++] = 0xc0 | (unit >> 6)
      out[at++] = 0x80 | (unit & 0x3f)
    } else if (unit >= 0xd800 && unit <= 0xdbff && isLow(text.charCodeAt(i + 1))) {
      const code = 0x10000 + ((unit - 0xd800) << 10) + (text.charCodeAt(++i) - 0xdc00)
      out[at++] = 0xf0 | (code >> 18)
      out[at++] = 0x80 | ((code >> 12) & 0x3f)
      out[at++] = 0x80 | ((code >> 6) & 0x3f)
      out[at++] = 0x80 | (code & 0x3f)
    } else if (unit >= INVALID_BYTE_BASE + 0x80 && unit <= INVALID_BYTE_BASE + 0xff) {
      out[at++] = unit - INVALID_BYTE_BASE
    } else {
      out[at++] = 0xe0 | (unit >> 12)
      out[at++] = 0x80 | ((unit >> 6) & 0x3f)
      out[at++] = 0x80 | (unit & 0x3f)
    }
  }
  return at
}
const isLow = (unit: number): boolean => unit >= 0xdc00 && unit <= 0xdfff

/** Encodes text; a string of n code units takes at most 3n bytes. */
export function encodeUtf8(text: string): Uint8Array {
  const out = new Uint8Array(text.length * 3)
  return out.subarray(0, encodeUtf8Into(text, out, 0))
}
