/** Longest span that is kept, bytes: longer than any tail of a SYSCALL record, resolved names included. */
const MAX_LENGTH = 768
/** Slots; a power of two. */
const SLOTS = 2048

/**
 * Remembers what was made of a span of bytes. A process that makes a thousand system calls writes the same two hundred
 * bytes about itself a thousand times: recognising them costs a tenth of reading them.
 *
 * Direct-mapped, therefore bounded (1.5 MiB and the values). Four bytes at a time, since this is the innermost loop.
 */
export class SpanCache<T> {
  private readonly lengths = new Int32Array(SLOTS).fill(-1)
  private readonly keys = new DataView(new ArrayBuffer(SLOTS * MAX_LENGTH))
  private readonly values: (T | undefined)[] = new Array<T | undefined>(SLOTS).fill(undefined)
  private view: DataView = new DataView(new ArrayBuffer(0))
  private last = 0

  /** @param make makes the value of the bytes [start, end) when it is not known yet */
  constructor(private readonly make: (bytes: Uint8Array, start: number, end: number) => T) {}

  /** The value of the bytes [start, end). */
  get(bytes: Uint8Array, start: number, end: number): T {
    const length = end - start
    if (length > MAX_LENGTH) return this.make(bytes, start, end)
    if (this.view.buffer !== bytes.buffer) this.view = new DataView(bytes.buffer)
    const from = bytes.byteOffset + start
    // The same process often comes twice in a row: comparing costs less than hashing.
    if (this.lengths[this.last] === length && this.same(this.last * MAX_LENGTH, from, length)) {
      return this.values[this.last]!
    }
    const slot = this.slotOf(from, length)
    this.last = slot
    if (this.lengths[slot] === length && this.same(slot * MAX_LENGTH, from, length))
      return this.values[slot]!
    const value = this.make(bytes, start, end)
    this.lengths[slot] = length
    for (let i = 0; i < length; i++) this.keys.setUint8(slot * MAX_LENGTH + i, bytes[start + i]!)
    this.values[slot] = value
    return value
  }

  /** Two hashes side by side, so that the processor need not wait for one multiplication before the next. */
  private slotOf(from: number, length: number): number {
    const { view } = this
    let one = length
    let two = 0x85ebca6b
    let i = 0
    for (; i + 8 <= length; i += 8) {
      one = Math.imul(one ^ view.getInt32(from + i), 0x9e3779b1)
      two = Math.imul(two ^ view.getInt32(from + i + 4), 0xc2b2ae35)
    }
    for (; i < length; i++) one = (Math.imul(one, 31) + view.getUint8(from + i)) | 0
    const hash = Math.imul(one ^ (one >>> 16) ^ two ^ (two >>> 13), 0x85ebca6b)
    return (hash ^ (hash >>> 15)) & (SLOTS - 1)
  }

  private same(key: number, from: number, length: number): boolean {
    const { keys, view } = this
    const words = length & ~3
    for (let i = 0; i < words; i += 4)
      if (keys.getInt32(key + i) !== view.getInt32(from + i)) return false
    for (let i = words; i < length; i++)
      if (keys.getUint8(key + i) !== view.getUint8(from + i)) return false
    return true
  }
}
