/** Numbers that people type: with or without separators. */

/** A whole number such as `8192` or `8,192`; null when it is none. */
export function parseWhole(text: string): number | null {
  const plain = text.trim().replace(/(?<=\d)[, _](?=\d{3}\b)/g, '')
  return /^\d{1,15}$/.test(plain) ? Number(plain) : null
}

/** A number with an optional fraction, such as `0.4`; null when it is none. */
export function parseDecimal(text: string): number | null {
  const plain = text.trim().replace(/(?<=\d),(?=\d{3}\b)/g, '')
  return /^(\d{1,12}(\.\d{0,6})?|\.\d{1,6})$/.test(plain) ? Number(plain) : null
}
