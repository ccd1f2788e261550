/** Latencies as a histogram that processes can send each other: 16 buckets to each doubling, so 4 % exact. Pure. */

const PER_DOUBLING = 16
/** 2^-10 us to 2^32 us (71 min). */
const LOWEST = -10
const BUCKETS = (32 - LOWEST) * PER_DOUBLING

export class LatencyHistogram {
  readonly #counts = new Uint32Array(BUCKETS)
  #count = 0
  #longest = 0

  /** Adds a time, microseconds. */
  add(microseconds: number): void {
    const at = Math.floor((Math.log2(microseconds) - LOWEST) * PER_DOUBLING)
    this.#counts[Math.max(0, Math.min(BUCKETS - 1, at))]! += 1
    this.#count++
    if (microseconds > this.#longest) this.#longest = microseconds
  }

  get count(): number {
    return this.#count
  }
  /** The longest time, exact, microseconds. */
  get longest(): number {
    return this.#longest
  }

  /** The time that so large a share (0 to 1) did not exceed, microseconds: the upper end of its bucket. */
  quantile(share: number): number {
    let left = Math.ceil(share * this.#count)
    for (let i = 0; i < BUCKETS; i++) {
      left -= this.#counts[i]!
      if (left <= 0) return Math.min(this.#longest, 2 ** ((i + 1) / PER_DOUBLING + LOWEST))
    }
    return this.#longest
  }

  /** Adds what another one counted. */
  merge(other: HistogramData): void {
    for (const [bucket, count] of other.buckets) {
      this.#counts[bucket]! += count
      this.#count += count
    }
    this.#longest = Math.max(this.#longest, other.longest)
  }

  toJSON(): HistogramData {
    const buckets: [number, number][] = []
    this.#counts.forEach((count, bucket) => {
      if (count > 0) buckets.push([bucket, count])
    })
    return { buckets, longest: this.#longest }
  }
}

export interface HistogramData {
  buckets: [bucket: number, count: number][]
  /** Microseconds. */
  longest: number
}
