/**
 * The bytes [start, end) in a buffer of their own. Not `slice`: a Node Buffer has one too, and there it makes a view.
 */
export function copyBytes(bytes: Uint8Array, start = 0, end = bytes.length): Uint8Array {
  return new Uint8Array(bytes.subarray(start, end))
}
