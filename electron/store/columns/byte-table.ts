/**
 * Interned byte strings: equal strings get the same number, counted from 0. Text is kept as the bytes that came, so
 * that interning a repeated string allocates nothing.
 */
import { randomInt } from 'node:crypto'

// Strings are chosen by attackers: without a secret multiplier they could choose ones that all collide.
const MULTIPLIER = randomInt(0, 2 ** 30) * 4 + 3
const SEED = randomInt(0, 2 ** 32) | 0

const FIRST_SLOTS = 256
const FIRST_BYTES = 4096

/** Hash of a byte range, 32 bits. */
export function hashBytes(bytes: Uint8Array, from: number, to: number): number {
  let hash = SEED ^ (to - from)
  let at = from
  for (; at + 4 <= to; at += 4) {
    const word =
      bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)
    hash = Math.imul(hash ^ word, MULTIPLIER)
    hash ^= hash >>> 15
  }
  for (; at < to; at++) {
    hash = Math.imul(hash ^ bytes[at]!, MULTIPLIER)
    hash ^= hash >>> 15
  }
  return hash
}

export class ByteTable {
  /** Numbers + 1 by hash, open addressing; 0 is free. */
  #slots = new Int32Array(FIRST_SLOTS)
  #hashes = new Int32Array(FIRST_SLOTS / 2)
  /** Where string i starts in the arena; it ends where i + 1 starts. */
  #starts = new Uint32Array(FIRST_SLOTS / 2 + 1)
  #arena = new Uint8Array(FIRST_BYTES)
  #count = 0
  #used = 0

  /** Distinct strings. */
  get count(): number {
    return this.#count
  }

  /** Memory held, bytes. */
  get bytes(): number {
    return (
      this.#slots.byteLength +
      this.#hashes.byteLength +
      this.#starts.byteLength +
      this.#arena.byteLength
    )
  }

  /** The number of the string `bytes[from, to)`. */
  intern(bytes: Uint8Array, from: number, to: number): number {
    const hash = hashBytes(bytes, from, to)
    const mask = this.#slots.length - 1
    let slot = hash & mask
    for (;;) {
      const found = this.#slots[slot]! - 1
      if (found < 0) return this.#add(hash, slot, bytes, from, to)
      if (this.#hashes[found] === hash && this.#equals(found, bytes, from, to)) return found
      slot = (slot + 1) & mask
    }
  }

  /** The number that a string of another table has in this one; -1 when it is not there and `full` says that none is added. */
  internFrom(other: ByteTable, id: number, full: boolean): number {
    const hash = other.#hashes[id]!
    const [from, to] = [other.#starts[id]!, other.#starts[id + 1]!]
    const mask = this.#slots.length - 1
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const found = this.#slots[slot]! - 1
      if (found < 0) return full ? -1 : this.#add(hash, slot, other.#arena, from, to)
      if (this.#hashes[found] === hash && this.#equals(found, other.#arena, from, to)) return found
    }
  }

  /** The first byte of a string; -1 of the empty one. */
  firstByte(id: number): number {
    const start = this.#starts[id]!
    return start < this.#starts[id + 1]! ? this.#arena[start]! : -1
  }

  /** The number of a string if it is there, else -1. */
  find(bytes: Uint8Array, from: number, to: number): number {
    const hash = hashBytes(bytes, from, to)
    const mask = this.#slots.length - 1
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const found = this.#slots[slot]! - 1
      if (found < 0) return -1
      if (this.#hashes[found] === hash && this.#equals(found, bytes, from, to)) return found
    }
  }

  /** The bytes of a string: a view that is valid until the next `intern`. */
  get(id: number): Uint8Array {
    return this.#arena.subarray(this.#starts[id], this.#starts[id + 1])
  }

  /** Calls `visit` with each 32-bit number of a string that {@link Vocabulary.internTuple} made. Copies nothing. */
  forEachWord(id: number, visit: (word: number, place: number) => void): void {
    const bytes = this.#arena
    const end = this.#starts[id + 1]!
    for (let at = this.#starts[id]!, place = 0; at < end; at += 4, place++) {
      visit(
        (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>>
          0,
        place,
      )
    }
  }

  /** A string as text: UTF-8, with U+FFFD for what is not. */
  text(id: number): string {
    return Buffer.from(
      this.#arena.buffer,
      this.#starts[id],
      this.#starts[id + 1]! - this.#starts[id]!,
    ).toString('utf8')
  }

  /** Gives back the memory that was reserved to grow. Interning stays possible. */
  trim(): void {
    this.#arena = this.#arena.slice(0, Math.max(this.#used, 16))
    this.#starts = this.#starts.slice(0, this.#count + 1)
    this.#hashes = this.#hashes.slice(0, Math.max(this.#count, 1))
  }

  #equals(id: number, bytes: Uint8Array, from: number, to: number): boolean {
    const start = this.#starts[id]!
    const length = to - from
    if (this.#starts[id + 1]! - start !== length) return false
    const arena = this.#arena
    for (let index = 0; index < length; index++) {
      if (arena[start + index] !== bytes[from + index]) return false
    }
    return true
  }

  #add(hash: number, slot: number, bytes: Uint8Array, from: number, to: number): number {
    const id = this.#count
    const end = this.#used + (to - from)
    if (end > this.#arena.length) this.#arena = grown(this.#arena, end)
    if (id + 2 > this.#starts.length) this.#starts = grown(this.#starts, id + 2)
    if (id + 1 > this.#hashes.length) this.#hashes = grown(this.#hashes, id + 1)
    const arena = this.#arena
    for (let index = from, at = this.#used; index < to; index++, at++) arena[at] = bytes[index]!
    this.#used = end
    this.#starts[id + 1] = end
    this.#hashes[id] = hash
    this.#slots[slot] = id + 1
    this.#count = id + 1
    // Two thirds full: longer probes cost more than the memory that they save.
    if (this.#count * 3 > this.#slots.length * 2) this.#rehash()
    return id
  }

  #rehash(): void {
    const slots = new Int32Array(this.#slots.length * 2)
    const mask = slots.length - 1
    for (let id = 0; id < this.#count; id++) {
      let slot = this.#hashes[id]! & mask
      while (slots[slot] !== 0) slot = (slot + 1) & mask
      slots[slot] = id + 1
    }
    this.#slots = slots
  }
}

/** A copy with room for at least `needed` items. */
function grown<T extends Uint8Array | Int32Array | Uint32Array>(array: T, needed: number): T {
  const size = Math.max(needed, Math.ceil(array.length * 1.5))
  const copy = new (array.constructor as new (length: number) => T)(size)
  copy.set(array)
  return copy
}
