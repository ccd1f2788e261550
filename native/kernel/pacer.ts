/** Spreads a bounded number of records evenly over time: so many in each slice, then rest until the next. Pure. */

/** Length of a slice, ms: short against a heartbeat, long against a batch. */
export const SLICE_MS = 50

export class Pacer {
  #sliceEnd = -Infinity
  #left = 0

  /**
   * How long to rest before anything is received, ms; 0 for not at all. What a batch took too much is owed by the slices
   * that follow; what a slice left over is not saved up.
   * @param now monotonic time, ms
   * @param pace records per second; 0 for no bound
   */
  rest(now: number, pace: number): number {
    if (pace === 0) {
      this.#sliceEnd = -Infinity
      this.#left = 0
      return 0
    }
    if (now >= this.#sliceEnd) {
      const late = this.#sliceEnd === -Infinity ? 0 : now - this.#sliceEnd
      const quota = (pace * SLICE_MS) / 1000
      this.#left = Math.min(quota, this.#left + quota * (1 + late / SLICE_MS))
      this.#sliceEnd = now + SLICE_MS
    }
    return this.#left > 0 ? 0 : Math.max(1, Math.ceil(this.#sliceEnd - now))
  }

  /** Takes note of records received. */
  took(count: number): void {
    this.#left -= count
  }
}
