/**
 * Whether a text can contain words, judged by its bytes: most texts do not, and to find that out byte by byte takes a
 * tenth of what making strings of them takes.
 */

/** Says of bytes that they surely do not contain the words, ignoring case; false when that needs a closer look. */
export type SurelyNot = (bytes: Uint8Array, from: number) => boolean

/** Printable ASCII but for slashes and dots. */
const PARTS = /[\x21-\x2d\x30-\x7e]+/g
const UPPER_A = 0x41
const UPPER_Z = 0x5a
const CASE = 0x20
/** Bytes from here on are parts of characters beyond ASCII, some of which become ASCII letters in lower case. */
const BEYOND = 0x80

/**
 * For words in lower case. Looks for their longest part without slashes and dots, which paths lose and gain when they are
 * made absolute: such a part stays as it is, or goes as a whole.
 */
export function surelyNot(words: string): SurelyNot {
  const parts = words.match(PARTS) ?? []
  const part = parts.reduce((longest, each) => (each.length > longest.length ? each : longest), '')
  if (part === '') return () => false
  const needle = Uint8Array.from(part, (char) => char.charCodeAt(0))
  const first = needle[0]!
  return (bytes, from) => {
    const end = bytes.length
    for (let at = from; at < end; at++) {
      const byte = bytes[at]!
      if (byte >= BEYOND) return false
      if (lower(byte) === first && startsAt(bytes, at, needle)) return false
    }
    return true
  }
}

function startsAt(bytes: Uint8Array, at: number, needle: Uint8Array): boolean {
  for (let index = 1; index < needle.length; index++)
    if (at + index >= bytes.length || lower(bytes[at + index]!) !== needle[index]) return false
  return true
}

function lower(byte: number): number {
  return byte >= UPPER_A && byte <= UPPER_Z ? byte | CASE : byte
}
