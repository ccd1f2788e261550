/** Rates over the last seconds, from counters that only grow. */

/** What is looked back on, ms. */
const WINDOW_MS = 5000

interface Point {
  at: number
  values: readonly number[]
}

export class Rates {
  readonly #points: Point[] = []

  /** Adds the counters as they are now and returns, for each, how much it grew per second over the window. */
  next(at: number, values: readonly number[]): number[] {
    const points = this.#points
    // The clock was set back: what was measured by the old one says nothing.
    if (points.length > 0 && at < points[points.length - 1]!.at) points.length = 0
    points.push({ at, values })
    while (points.length > 2 && points[1]!.at <= at - WINDOW_MS) points.shift()
    const first = points[0]!
    const seconds = (at - first.at) / 1000
    return values.map((value, i) =>
      seconds > 0 ? Math.max(0, (value - (first.values[i] ?? 0)) / seconds) : 0,
    )
  }
}
