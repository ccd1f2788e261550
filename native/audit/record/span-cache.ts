/** Longest span that is kept unless said otherwise, bytes: longer than any tail of a SYSCALL record, resolved names included. */
const MAX_LENGTH = 768
/** Slots unless said otherwise; a power of two. */
const SLOTS = 2048

/** Whether this machine's own numbers are little-endian: the keys are compared as such. */
const LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1

/**
 * Remembers what was made of a span of bytes. A process that makes a thousand system calls writes the same two hundred
 * bytes about itself a thousand times: recognising them costs a tenth of reading them.
 *
 * Two spans may share a hash, a third takes the place of the older one: bounded (1.5 MiB and the values). Four bytes at a
 * time, since this is the innermost loop.
 */
export class SpanCache<T> {
  private readonly lengths: Int32Array
  private readonly keyBytes: Uint8Array
  private readonly keys: Int32Array
  private readonly values: (T | undefined)[]
  /** Slots come in pairs: which one of a pair was used last. */
  private readonly recent: Uint8Array
  private readonly mask: number
  private bytes: Uint8Array = new Uint8Array(0)
  private view: DataView = new DataView(new ArrayBuffer(0))
  private last = 0

  /**
   * @param make makes the value of the bytes [start, end) when it is not known yet
   * @param slots how many spans are kept; a power of two
   * @param maxLength longest span that is kept, bytes; a multiple of 4
   */
  constructor(
    private readonly make: (bytes: Uint8Array, start: number, end: number) => T,
    slots = SLOTS,
    private readonly maxLength = MAX_LENGTH,
  ) {
    this.mask = (slots - 1) & ~1
    this.lengths = new Int32Array(slots).fill(-1)
    this.keyBytes = new Uint8Array(slots * maxLength)
    this.keys = new Int32Array(this.keyBytes.buffer)
    this.values = new Array<T | undefined>(slots).fill(undefined)
    this.recent = new Uint8Array(slots >> 1)
  }

  /** The value of the bytes [start, end). */
  get(bytes: Uint8Array, start: number, end: number): T {
    const length = end - start
    if (length > this.maxLength) return this.make(bytes, start, end)
    if (this.bytes !== bytes) {
      this.bytes = bytes
      this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    }
    // The same process often comes twice in a row: comparing costs less than hashing.
    if (this.holds(this.last, start, length)) return this.values[this.last]!
    const pair = this.pairOf(start, length)
    const recent = pair | this.recent[pair >> 1]!
    if (this.holds(recent, start, length)) {
      this.last = recent
      return this.values[recent]!
    }
    const other = recent ^ 1
    this.last = other
    this.recent[pair >> 1] = other & 1
    if (this.holds(other, start, length)) return this.values[other]!
    const value = this.make(bytes, start, end)
    this.lengths[other] = length
    this.keyBytes.set(bytes.subarray(start, end), other * this.maxLength)
    this.values[other] = value
    return value
  }

  /** The first slot of the pair. Two hashes side by side, so that the processor need not wait for one multiplication. */
  private pairOf(start: number, length: number): number {
    const { view } = this
    let one = length
    let two = 0x85ebca6b
    let i = 0
    for (; i + 8 <= length; i += 8) {
      one = Math.imul(one ^ view.getInt32(start + i, true), 0x9e3779b1)
      two = Math.imul(two ^ view.getInt32(start + i + 4, true), 0xc2b2ae35)
    }
    for (; i < length; i++) one = (Math.imul(one, 31) + view.getUint8(start + i)) | 0
    const hash = Math.imul(one ^ (one >>> 16) ^ two ^ (two >>> 13), 0x85ebca6b)
    return (hash ^ (hash >>> 15)) & this.mask
  }

  private holds(slot: number, start: number, length: number): boolean {
    if (this.lengths[slot] !== length) return false
    const { keys, keyBytes, view } = this
    const key = slot * this.maxLength
    const words = length >> 2
    // From the end: what processes have in common stands in front.
    for (let i = length & ~3; i < length; i++)
      if (keyBytes[key + i] !== view.getUint8(start + i)) return false
    for (let word = words - 1; word >= 0; word--)
      if (keys[(key >> 2) + word] !== view.getInt32(start + (word << 2), LITTLE_ENDIAN))
        return false
    return true
  }
}
