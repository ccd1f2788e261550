/** Longest raw value that is kept, bytes. */
const MAX_LENGTH = 56
/** Slots; a power of two. */
const SLOTS = 16384

/**
 * Remembers what raw values became, as bytes ready to be written. Direct-mapped and therefore bounded. Values of
 * different kinds do not mix: the kind is part of the key.
 */
export class ValueCache {
  private readonly kinds = new Int32Array(SLOTS).fill(-1)
  private readonly lengths = new Int8Array(SLOTS)
  private readonly keys = new Uint8Array(SLOTS * MAX_LENGTH)
  private readonly values: Uint8Array[] = new Array<Uint8Array>(SLOTS).fill(new Uint8Array(0))

  /** @param make says what a value becomes when it is not known yet */
  constructor(
    private readonly make: (
      kind: number,
      bytes: Uint8Array,
      start: number,
      end: number,
    ) => Uint8Array,
  ) {}

  /** What the raw value [start, end) of a kind became. */
  get(kind: number, bytes: Uint8Array, start: number, end: number): Uint8Array {
    const length = end - start
    if (length > MAX_LENGTH) return this.make(kind, bytes, start, end)
    let hash = kind
    for (let i = start; i < end; i++) hash = (Math.imul(hash, 31) + bytes[i]!) | 0
    const slot = (hash ^ (hash >>> 15)) & (SLOTS - 1)
    const key = slot * MAX_LENGTH
    if (this.kinds[slot] === kind && this.lengths[slot] === length) {
      let i = 0
      while (i < length && this.keys[key + i] === bytes[start + i]) i++
      if (i === length) return this.values[slot]!
    }
    const value = this.make(kind, bytes, start, end)
    this.kinds[slot] = kind
    this.lengths[slot] = length
    for (let i = 0; i < length; i++) this.keys[key + i] = bytes[start + i]!
    this.values[slot] = value
    return value
  }
}
