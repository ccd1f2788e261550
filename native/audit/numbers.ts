/** Numbers in sentences. */

const GROUPED = new Intl.NumberFormat('en-US', { maximumFractionDigits: 3 })

/** `3,804`. */
export function grouped(value: number): string {
  return GROUPED.format(value)
}

/** `1 record`, `3,804 records`. */
export function counted(value: number, noun: string): string {
  return `${grouped(value)} ${noun}${value === 1 ? '' : 's'}`
}
