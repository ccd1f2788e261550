/**
 * A fixed vocabulary of short names, found by their bytes: record types, field names. Much faster than making a string
 * and asking a Map, which is what limits a parser in JavaScript.
 */
export class ByteNames {
  private readonly mask: number
  private readonly slots: Int32Array
  private readonly texts: Uint8Array[] = []
  private readonly values: number[] = []

  /** @param names pairs of an ASCII name and its value (not negative) */
  constructor(names: Iterable<readonly [string, number]>) {
    const list = [...names]
    let size = 16
    while (size < list.length * 4) size *= 2
    this.mask = size - 1
    this.slots = new Int32Array(size).fill(-1)
    for (const [name, value] of list) {
      const text = Uint8Array.from(name, (character) => character.charCodeAt(0))
      let slot = ByteNames.hash(text, 0, text.length) & this.mask
      while (this.slots[slot]! >= 0) slot = (slot + 1) & this.mask
      this.slots[slot] = this.texts.length
      this.texts.push(text)
      this.values.push(value)
    }
  }

  /** The hash of a name. The field scanner computes the same, one byte at a time. */
  static hash(bytes: Uint8Array, start: number, end: number): number {
    let hash = 0
    for (let i = start; i < end; i++) hash = (Math.imul(hash, 31) + bytes[i]!) | 0
    return hash ^ (hash >>> 15)
  }

  /** The value of the name at [start, end), or -1. */
  find(bytes: Uint8Array, start: number, end: number): number {
    return this.findHashed(bytes, start, end, ByteNames.hash(bytes, start, end))
  }

  /** The same for a caller that has the hash already. */
  findHashed(bytes: Uint8Array, start: number, end: number, hash: number): number {
    const length = end - start
    for (let slot = hash & this.mask; ; slot = (slot + 1) & this.mask) {
      const entry = this.slots[slot]!
      if (entry < 0) return -1
      const text = this.texts[entry]!
      if (text.length !== length) continue
      let i = 0
      while (i < length && text[i] === bytes[start + i]) i++
      if (i === length) return this.values[entry]!
    }
  }
}
