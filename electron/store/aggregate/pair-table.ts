/** Numbers pairs of numbers from 1 in the order in which they come: a hash table in typed arrays that grows to a bound. */

const FIRST_SLOTS = 1024
/** What pairs beyond the bound get. */
export const NO_PAIR = 0

export class PairTable {
  #slots = new Int32Array(FIRST_SLOTS)
  #firsts = new Float64Array(FIRST_SLOTS / 2)
  #seconds = new Float64Array(FIRST_SLOTS / 2)
  #count = 0

  constructor(private readonly most: number) {}

  /** The highest number given so far. */
  get count(): number {
    return this.#count
  }

  /** Memory held, bytes. */
  get bytes(): number {
    return this.#slots.byteLength + this.#firsts.byteLength + this.#seconds.byteLength
  }

  /** The number of a pair; {@link NO_PAIR} when there are too many different ones. */
  key(first: number, second: number): number {
    const slots = this.#slots
    const mask = slots.length - 1
    let hash = Math.imul(first | 0, 0x9e3779b1) ^ Math.imul(second | 0, 0x85ebca6b)
    hash ^= hash >>> 15
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const key = slots[slot]!
      if (key === 0) return this.#add(slot, first, second)
      if (this.#firsts[key - 1] === first && this.#seconds[key - 1] === second) return key
    }
  }

  first(key: number): number {
    return this.#firsts[key - 1]!
  }
  second(key: number): number {
    return this.#seconds[key - 1]!
  }

  #add(slot: number, first: number, second: number): number {
    if (this.#count >= this.most) return NO_PAIR
    if (this.#count === this.#firsts.length) {
      this.#grow()
      return this.key(first, second)
    }
    this.#firsts[this.#count] = first
    this.#seconds[this.#count] = second
    return (this.#slots[slot] = ++this.#count)
  }

  #grow(): void {
    const [firsts, seconds, count] = [this.#firsts, this.#seconds, this.#count]
    this.#slots = new Int32Array(this.#slots.length * 2)
    this.#firsts = new Float64Array(firsts.length * 2)
    this.#seconds = new Float64Array(firsts.length * 2)
    this.#count = 0
    for (let index = 0; index < count; index++) this.key(firsts[index]!, seconds[index]!)
  }
}
