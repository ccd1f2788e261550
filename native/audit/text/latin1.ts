/**
 * Bytes to strings, one character a byte. Node's Buffer does it ten times faster than the portable way; this folder may
 * not import Node, so Buffer is used where the platform happens to have it.
 */
type Slice = (this: Uint8Array, start: number, end: number) => string
const nativeSlice = (globalThis as { Buffer?: { prototype?: { latin1Slice?: Slice } } }).Buffer
  ?.prototype?.latin1Slice

/** Characters per call of String.fromCharCode: more would overflow the argument stack. */
const STEP = 8192

/** The bytes [start, end) as a string of the same length, character code = byte. */
export function latin1(bytes: Uint8Array, start: number, end: number): string {
  if (end <= start) return ''
  if (nativeSlice !== undefined) return nativeSlice.call(bytes, start, end)
  let text = ''
  for (let at = start; at < end; at += STEP) {
    text += String.fromCharCode(...bytes.subarray(at, Math.min(at + STEP, end)))
  }
  return text
}

/** The bytes of a string whose characters are all below 256. */
export function latin1Bytes(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length)
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i)
  return bytes
}
