import { encodeUtf8 } from '../text'

/** Length of a text in bytes, as the kernel gets it. */
export function byteLength(text: string): number {
  return /^[\x00-\x7f]*$/.test(text) ? text.length : encodeUtf8(text).length
}
