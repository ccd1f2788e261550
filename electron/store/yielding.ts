/**
 * When indexing steps back: while records come so fast that making them takes the whole machine, the CPU belongs to those
 * who are audited. Their text is in the segment already; what is not indexed yet is shown as lag, and caught up with.
 */

/** A load below this leaves enough of any machine, records a second. */
const FAST = 100_000
/** Indexing takes one part in so many of the time while it steps back. */
const SHARE = 10
/** A slice that got less CPU than this part of its time was pushed aside by others. */
const CONTENDED = 0.8
/** Time over which the rate is measured, ms. */
const WINDOW_MS = 100

export class Yielding {
  #since = Number.NEGATIVE_INFINITY
  #count = 0
  /** Records a second in the last whole window, and when that ended. */
  #rate = 0
  #ratedAt = Number.NEGATIVE_INFINITY

  /** Records arrived; `now` monotonic, ms. */
  arrived(records: number, now: number): void {
    const elapsed = now - this.#since
    if (elapsed >= WINDOW_MS) {
      this.#rate = elapsed < 2 * WINDOW_MS ? (this.#count * 1000) / elapsed : 0
      this.#ratedAt = now
      this.#since = now
      this.#count = 0
    }
    this.#count += records
  }

  /**
   * How long to rest after a slice of work, ms; 0 for not at all.
   * @param worked how long the slice took
   * @param cpu CPU time that it got, ms
   */
  rest(worked: number, cpu: number, now: number): number {
    const fast = this.#rate >= FAST && now - this.#ratedAt < 2 * WINDOW_MS
    return fast && cpu < worked * CONTENDED ? worked * (SHARE - 1) : 0
  }
}
