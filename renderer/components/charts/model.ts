/** What the Overview's charts draw: panels over one shared time axis, as plain data. */

/** A value at a point in time; null where nothing was known. */
export type Value = number | null

export interface Panel {
  id: string
  title: string
  /** Unit on the axis and behind values, e.g. `/s`. */
  unit: string
  kind: 'line' | 'bars'
  /** Token of the series' colour. */
  colour: string
  values: readonly Value[]
  /** A second line that the values are measured against, such as the backlog's limit. */
  limit?: { title: string; values: readonly Value[] }
  /** Tints the part above this share of the limit. */
  zoneShare?: number
  /** Number in words: axis, tooltip and table use the same. */
  format: (value: number) => string
  /** Shown at the right of the title. */
  note?: string
}

export interface Mark {
  time: number
  text: string
}
export interface Span {
  from: number
  to: number
  text: string
}

export interface ChartModel {
  /** ms since the epoch, ascending; as long as every panel's values. */
  time: readonly number[]
  /** The window, ms since the epoch; fixed, so that nothing stretches. */
  from: number
  to: number
  panels: readonly Panel[]
  marks: readonly Mark[]
  gaps: readonly Span[]
}

/** The newest value that is known. */
export function lastValue(values: readonly Value[]): Value {
  for (let at = values.length - 1; at >= 0; at--) {
    const value = values[at]
    if (value !== null && value !== undefined) return value
  }
  return null
}

/** A round number at or above the largest value, so that the axis begins at 0 and ends at something readable. */
export function axisMaximum(values: readonly Value[], least: number): number {
  const most = values.reduce<number>((max, value) => Math.max(max, value ?? 0), least)
  const step = 10 ** Math.floor(Math.log10(most))
  const factor = [1, 1.5, 2, 3, 4, 5, 6, 8, 10].find((candidate) => candidate * step >= most)
  return (factor ?? 10) * step
}
