/**
 * Audit strings are attacker-controlled: control characters and those that reorder or hide text are shown as escapes,
 * so that what is on screen is what is in the record.
 */

/** C0, DEL, C1, zero-width and bidirectional marks, separators, lone surrogates, and the replacement character's neighbours. */
const UNSAFE =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g

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
    return code < 0x100
      ? `\\x${code.toString(16).padStart(2, '0')}`
      : `\\u${code.toString(16).padStart(4, '0')}`
  })
}

/** `visible`, cut in the middle so that both the beginning and the end can be read. */
export function shorten(text: string, length: number): string {
  const shown = visible(text)
  if (shown.length <= length) return shown
  const head = Math.ceil((length - 1) * 0.6)
  return `${shown.slice(0, head)}…${shown.slice(shown.length - (length - 1 - head))}`
}
