import { decodeHex, decodeUtf8, isHexPairs } from '../text'

const QUOTE = 0x22
const PAREN = 0x28

/**
 * The text behind an untrusted string as the kernel writes it (lib/audit.c, audit_log_untrustedstring): quoted, or bare
 * hexadecimal when a byte is below 0x21, above 0x7e or a quote. `(null)` and `(none)` mean that there is none. What is
 * neither is taken as it is: user space does not always keep to the form.
 */
export function untrustedText(bytes: Uint8Array, start: number, end: number): string {
  const first = bytes[start]
  if (first === QUOTE) {
    const last = end - 1 > start && bytes[end - 1] === QUOTE ? end - 1 : end
    return decodeUtf8(bytes, start + 1, last)
  }
  if (first === PAREN && isNothing(bytes, start, end)) return ''
  if (isHexPairs(bytes, start, end)) return decodeUtf8(decodeHex(bytes, start, end))
  return decodeUtf8(bytes, start, end)
}

/** The same for a field that is never hexadecimal. */
export function plainText(bytes: Uint8Array, start: number, end: number): string {
  if (bytes[start] === QUOTE) return untrustedText(bytes, start, end)
  return bytes[start] === PAREN && isNothing(bytes, start, end) ? '' : decodeUtf8(bytes, start, end)
}

/** `(null)` or `(none)`. */
function isNothing(bytes: Uint8Array, start: number, end: number): boolean {
  return end - start === 6 && bytes[start + 1] === 0x6e && bytes[start + 5] === 0x29
}
