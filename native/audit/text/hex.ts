/** Hexadecimal digits: 0-15, or 255 for any other byte. */
export const HEX_DIGIT = new Uint8Array(256).fill(255)
for (let i = 0; i < 16; i++) {
  HEX_DIGIT['0123456789abcdef'.charCodeAt(i)] = i
  HEX_DIGIT['0123456789ABCDEF'.charCodeAt(i)] = i
}

/** Whether the bytes [start, end) are a whole number of hexadecimal byte pairs, at least one. */
export function isHexPairs(bytes: Uint8Array, start: number, end: number): boolean {
  const length = end - start
  if (length === 0 || length & 1) return false
  for (let i = start; i < end; i++) if (HEX_DIGIT[bytes[i]!]! === 255) return false
  return true
}

/** Decodes pairs of hexadecimal digits [start, end); call {@link isHexPairs} first. */
export function decodeHex(bytes: Uint8Array, start: number, end: number): Uint8Array {
  const out = new Uint8Array((end - start) >> 1)
  for (let i = start, k = 0; i + 1 < end; i += 2, k++) {
    out[k] = (HEX_DIGIT[bytes[i]!]! << 4) | HEX_DIGIT[bytes[i + 1]!]!
  }
  return out
}

/** Decodes the hexadecimal text of a string into bytes; undefined when it is not whole pairs of digits. */
export function hexToBytes(text: string): Uint8Array | undefined {
  if (text.length === 0 || text.length & 1) return undefined
  const out = new Uint8Array(text.length >> 1)
  for (let i = 0; i < out.length; i++) {
    const high = HEX_DIGIT[text.charCodeAt(2 * i) & 0xff]!
    const low = HEX_DIGIT[text.charCodeAt(2 * i + 1) & 0xff]!
    if (
      high === 255 ||
      low === 255 ||
      text.charCodeAt(2 * i) > 255 ||
      text.charCodeAt(2 * i + 1) > 255
    ) {
      return undefined
    }
    out[i] = (high << 4) | low
  }
  return out
}
