import { latin1 } from '../text'

/** Longest value that is kept, in bytes. */
const MAX_LENGTH = 120
/** Slots; a power of two. */
const SLOTS = 8192

/**
 * Gives the same string object for the same bytes, without making a string to find out. Commands, paths, keys and
 * addresses repeat by the thousand; making their strings anew is most of the work of looking at an event.
 *
 * A direct-mapped table: a newcomer takes the place of what hashed to the same slot, so it is bounded by itself.
 */
export class StringCache {
  private readonly lengths = new Int16Array(SLOTS).fill(-1)
  private readonly keys = new Uint8Array(SLOTS * MAX_LENGTH)
  private readonly texts: string[] = new Array<string>(SLOTS).fill('')

  /** @param decode makes the string of the bytes [start, end) when it is not known yet */
  constructor(
    private readonly decode: (bytes: Uint8Array, start: number, end: number) => string = latin1,
  ) {}

  /** The string of the bytes [start, end). */
  get(bytes: Uint8Array, start: number, end: number): string {
    const length = end - start
    if (length > MAX_LENGTH) return this.decode(bytes, start, end)
    let hash = length
    for (let i = start; i < end; i++) hash = (Math.imul(hash, 31) + bytes[i]!) | 0
    hash ^= hash >>> 15
    const slot = hash & (SLOTS - 1)
    const key = slot * MAX_LENGTH
    if (this.lengths[slot] === length) {
      let i = 0
      while (i < length && this.keys[key + i] === bytes[start + i]) i++
      if (i === length) return this.texts[slot]!
    }
    const text = this.decode(bytes, start, end)
    this.lengths[slot] = length
    for (let i = 0; i < length; i++) this.keys[key + i] = bytes[start + i]!
    this.texts[slot] = text
    return text
  }
}
