/** Numbers in sentences. */

/** Made when first used: making one takes a tenth of the time in which a command starts. */
let format: Intl.NumberFormat | undefined

/** `3,804`. */
export function grouped(value: number): string {
  format ??= new Intl.NumberFormat('en-US', { maximumFractionDigits: 3 })
  return format.format(value)
}

/** `1 record`, `3,804 records`. */
export function counted(value: number, noun: string): string {
  return `${grouped(value)} ${noun}${value === 1 ? '' : 's'}`
}
