/** Numbers pairs of numbers from 0 in the order in which they come: a hash table in typed arrays, for one chunk at a time. */

export class PairTable {
  readonly #slots: Int32Array
  readonly #firsts: Float64Array
  readonly #seconds: Float64Array
  #count = 0

  /** For at most `most` different pairs. */
  constructor(most: number) {
    let size = 16
    while (size < most * 2) size *= 2
    this.#slots = new Int32Array(size)
    this.#firsts = new Float64Array(most)
    this.#seconds = new Float64Array(most)
  }

  get count(): number {
    return this.#count
  }

  /** The number of a pair. */
  key(first: number, second: number): number {
    const mask = this.#slots.length - 1
    let hash = Math.imul(first | 0, 0x9e3779b1) ^ Math.imul(second | 0, 0x85ebca6b)
    hash ^= hash >>> 15
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const key = this.#slots[slot]! - 1
      if (key < 0) {
        this.#slots[slot] = this.#count + 1
        this.#firsts[this.#count] = first
        this.#seconds[this.#count] = second
        return this.#count++
      }
      if (this.#firsts[key] === first && this.#seconds[key] === second) return key
    }
  }

  first(key: number): number {
    return this.#firsts[key]!
  }
  second(key: number): number {
    return this.#seconds[key]!
  }
}
