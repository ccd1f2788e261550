/**
 * Numbers as records write them. Arguments of system calls are hexadecimal, 64 bits wide and unsigned; what is an `int`
 * to the kernel is their lower half.
 */

/** The lower 32 bits of a hexadecimal text, unsigned; undefined when it is none. */
export function hex32(text: string): number | undefined {
  return HEX.test(text)
    ? parseInt(text.slice(text.startsWith('0x') ? 2 : 0).slice(-8), 16)
    : undefined
}
/** Whole value of a hexadecimal text; undefined when it is none. */
export function hex64(text: string): bigint | undefined {
  return HEX.test(text) ? BigInt(text.startsWith('0x') ? text : `0x${text}`) : undefined
}
/** A decimal number, sign allowed. */
export function decimal(text: string): number | undefined {
  return /^-?\d{1,20}$/.test(text) ? Number(text) : undefined
}
/** An octal number, as modes are written. */
export function octal(text: string): number | undefined {
  return /^[0-7]{1,11}$/.test(text) ? parseInt(text, 8) : undefined
}
const HEX = /^(0x)?[0-9a-f]{1,16}$/i
