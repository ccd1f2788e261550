/** Options and output of the benchmarks: one JSON line a figure or table row. */

/** The value of `--NAME VALUE` on the command line. */
export function option(name: string, fallback: string): string {
  const at = process.argv.indexOf(`--${name}`)
  return at < 0 ? fallback : (process.argv[at + 1] ?? fallback)
}

/** The value of `--NAME N`. */
export function numberOption(name: string, fallback: number): number {
  return Number(option(name, String(fallback)))
}

/** Prints a line. */
export function report(line: Record<string, unknown>): void {
  process.stdout.write(`${JSON.stringify(line)}\n`)
}

/** The middle value, or the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length / 2
  return sorted.length % 2 === 1
    ? sorted[Math.floor(middle)]!
    : (sorted[middle - 1]! + sorted[middle]!) / 2
}

/** Rounded to so many significant digits. */
export function rounded(value: number, digits = 3): number {
  return Number(value.toPrecision(digits))
}
