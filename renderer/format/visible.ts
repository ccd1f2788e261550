/**
 * Audit strings are attacker-controlled: control characters and those that reorder or hide text are shown as escapes,
 * so that what is on screen is what is in the record.
 */

/** Ranges of code units that are not shown as they are: first and last of each. */
const UNSAFE_RANGES: readonly (readonly [number, number])[] = [
  // C0, DEL and C1 controls
  [0x00, 0x1f],
  [0x7f, 0x9f],
  // soft hyphen, combining grapheme joiner, Arabic letter mark, Hangul and Khmer fillers, Mongolian separator
  [0xad, 0xad],
  [0x34f, 0x34f],
  [0x61c, 0x61c],
  [0x115f, 0x1160],
  [0x17b4, 0x17b5],
  [0x180e, 0x180e],
  // zero-width and bidirectional marks, line and paragraph separators, invisible operators
  [0x200b, 0x200f],
  [0x2028, 0x202e],
  [0x2060, 0x206f],
  [0x3164, 0x3164],
  [0xfeff, 0xfeff],
  [0xffa0, 0xffa0],
  [0xfff9, 0xfffb],
]

const hex = (code: number): string => code.toString(16).padStart(4, '0')
const RANGES = UNSAFE_RANGES.map(([first, last]) => `\\u${hex(first)}-\\u${hex(last)}`).join('')
/** The ranges, and halves of surrogate pairs without their other half. */
const UNSAFE = new RegExp(
  `[${RANGES}]|[\\ud800-\\udbff](?![\\udc00-\\udfff])|(?<![\\ud800-\\udbff])[\\udc00-\\udfff]`,
  'g',
)

const SHORT: Record<string, string> = {
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\0': '\\0',
  '\u001b': '\\e',
}

/** The text with every unsafe character as `\n`, `\x01` or `\u202e`. */
export function visible(text: string): string {
  return text.replace(UNSAFE, (character) => {
    const short = SHORT[character]
    if (short) return short
    const code = character.charCodeAt(0)
    return code < 0x100 ? `\\x${hex(code).slice(2)}` : `\\u${hex(code)}`
  })
}

/** `visible`, cut in the middle so that both the beginning and the end can be read. */
export function shorten(text: string, length: number): string {
  const shown = visible(text)
  if (shown.length <= length) return shown
  const head = Math.ceil((length - 1) * 0.6)
  return `${shown.slice(0, head)}…${shown.slice(shown.length - (length - 1 - head))}`
}
