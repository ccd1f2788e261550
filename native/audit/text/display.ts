/**
 * The one way in which strings from records are shown to people. Everything in a record is under an attacker's control:
 * control characters could drive a terminal, bidirectional ones could reorder a line, invisible ones could hide a name.
 */
import { encodeUtf8 } from './utf8'

/**
 * What is never shown as it is: C0, DEL and C1 controls; soft hyphen; Arabic letter mark; zero-width and directional
 * marks; line and paragraph separators; directional embeddings, overrides and isolates; invisible operators; the byte
 * order mark; interlinear annotations; tags; variation selectors supplement; and lone surrogates.
 */
const HIDDEN =
  // eslint-disable-next-line no-misleading-character-class -- joiners and selectors are meant one by one
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202f\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}]|[\ud800-\udfff]/gu

const SHORT = new Map([
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
  ['\x1b', '\\e'],
  ['\0', '\\0'],
])

function escapeOne(character: string): string {
  const short = SHORT.get(character)
  if (short !== undefined) return short
  const code = character.codePointAt(0)!
  // An invalid byte that decodeUtf8 carried through.
  if (code >= 0xdc80 && code <= 0xdcff) return `\\x${(code - 0xdc00).toString(16)}`
  if (code < 0x100) return `\\x${code.toString(16).padStart(2, '0')}`
  return `\\u{${code.toString(16)}}`
}

/**
 * Makes text safe to show: what could not be seen, or would change what is seen around it, becomes an escape such as
 * `\n`, `\x07`, `\u{202e}`; a byte that was not UTF-8 becomes `\xNN`. A backslash that would then be ambiguous is not
 * doubled: this is for eyes, not for parsing.
 */
export function escapeForDisplay(text: string): string {
  return needsEscape(text) ? text.replace(HIDDEN, escapeOne) : text
}

/**
 * The same in the style of ausearch: each byte of what is hidden as an octal escape, `\\012`, `\\342\\200\\256`. For output
 * that is read beside ausearch's.
 */
export function escapeOctal(text: string): string {
  return needsEscape(text) ? text.replace(HIDDEN, octalOne) : text
}
function octalOne(character: string): string {
  return Array.from(encodeUtf8(character), (byte) => `\\${byte.toString(8).padStart(3, '0')}`).join(
    '',
  )
}

/** Whether {@link escapeForDisplay} would change the text. */
export function needsEscape(text: string): boolean {
  HIDDEN.lastIndex = 0
  return HIDDEN.test(text)
}
