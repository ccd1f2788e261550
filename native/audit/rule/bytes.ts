/**
 * Text with every byte kept. Paths and keys are bytes to the kernel; bytes that are not UTF-8 become lone surrogates
 * U+DC80..U+DCFF (as Python's surrogateescape does), so that reading and writing back gives the same bytes.
 */

const ESCAPED_BYTES = /[\udc80-\udcff]/
const encoder = new TextEncoder()
const strictDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Decodes bytes; never fails, never loses a byte. */
export function decodeText(bytes: Uint8Array): string {
  try {
    return strictDecoder.decode(bytes)
  } catch {
    return decodeDamaged(bytes)
  }
}

/** Length of the well-formed UTF-8 sequence at `at`, or 0. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at]!
  const length =
    first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0
  if (length === 0 || at + length > bytes.length) return 0
  if (length === 1) return 1
  try {
    strictDecoder.decode(bytes.subarray(at, at + length))
    return length
  } catch {
    return 0
  }
}

function decodeDamaged(bytes: Uint8Array): string {
  let text = ''
  let at = 0
  while (at < bytes.length) {
    const length = sequenceLength(bytes, at)
    if (length === 0) {
      text += String.fromCharCode(0xdc00 + bytes[at]!)
      at += 1
    } else {
      text += strictDecoder.decode(bytes.subarray(at, at + length))
      at += length
    }
  }
  return text
}

/** The bytes of text that {@link decodeText} made, or of any other text (as UTF-8). */
export function encodeText(text: string): Uint8Array {
  if (!ESCAPED_BYTES.test(text)) return encoder.encode(text)
  const bytes: number[] = []
  for (const char of text) {
    const code = char.codePointAt(0)!
    if (code >= 0xdc80 && code <= 0xdcff) bytes.push(code - 0xdc00)
    else bytes.push(...encoder.encode(char))
  }
  return Uint8Array.from(bytes)
}

/** Length of the text in bytes. */
export function byteLength(text: string): number {
  return /^[\x00-\x7f]*$/.test(text) ? text.length : encodeText(text).length
}
