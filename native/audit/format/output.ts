import { copyBytes, encodeUtf8Into } from '../text'

const MINUS = 0x2d
const ZERO = 0x30
/** `-2147483648` */
const MAX_INTEGER_LENGTH = 11

/**
 * A buffer that output is written into, byte by byte where need be, and handed on when it is full. Strings are made for
 * nobody: most of what is written is copied from records.
 */
export class ByteOutput {
  private bytes: Uint8Array
  private length = 0

  /**
   * @param onChunk gets each full buffer, as `bytes` [0, length). It may return a buffer to write into next (that same
   *   one, when it is done with it); otherwise a new one is made and it owns the one that it got.
   * @param size of a buffer, bytes
   */
  constructor(
    private readonly onChunk: (bytes: Uint8Array, length: number) => Uint8Array | undefined,
    private readonly size = 1 << 18,
  ) {
    this.bytes = new Uint8Array(size)
  }

  /** Makes room for `count` bytes, so that {@link put} can follow. */
  private room(count: number): void {
    if (this.length + count <= this.bytes.length) return
    this.flush()
    if (count > this.bytes.length) this.bytes = new Uint8Array(count)
  }

  /** Hands on what has been written. */
  flush(): void {
    if (this.length === 0) return
    this.bytes = this.onChunk(this.bytes, this.length) ?? new Uint8Array(this.size)
    this.length = 0
  }

  /** Takes what has been written, and starts anew with the same buffer. */
  take(): Uint8Array {
    const taken = copyBytes(this.bytes, 0, this.length)
    this.length = 0
    return taken
  }

  /** Throws away what has been written. */
  clear(): void {
    this.length = 0
  }

  /** All that has been written to another output, and is still there. */
  appendFrom(other: ByteOutput): void {
    this.copy(other.bytes, 0, other.length)
  }

  /** One byte. */
  byte(value: number): void {
    if (this.length === this.bytes.length) this.room(1)
    this.bytes[this.length++] = value
  }

  /** A whole buffer, as it is. Faster than `copy` for all but a few bytes. */
  append(from: Uint8Array): void {
    this.room(from.length)
    this.bytes.set(from, this.length)
    this.length += from.length
  }

  /** Bytes [start, end) of another buffer, as they are. */
  copy(from: Uint8Array, start: number, end: number): void {
    this.room(end - start)
    const { bytes } = this
    let at = this.length
    for (let i = start; i < end; i++) bytes[at++] = from[i]!
    this.length = at
  }

  /**
   * Copies bytes while they are printable ASCII.
   * @returns the offset of the first byte that is not, or `end`
   */
  copyPrintable(from: Uint8Array, start: number, end: number): number {
    this.room(end - start)
    const { bytes } = this
    let at = this.length
    let i = start
    for (; i < end; i++) {
      const byte = from[i]!
      if (byte < 0x20 || byte > 0x7e) break
      bytes[at++] = byte
    }
    this.length = at
    return i
  }

  /** A whole number, in decimal digits. */
  integer(value: number): void {
    if ((value | 0) !== value) {
      this.text(String(value))
      return
    }
    this.room(MAX_INTEGER_LENGTH)
    const { bytes } = this
    let rest = value
    if (value < 0) {
      bytes[this.length++] = MINUS
      rest = -value
    }
    let digits = 1
    for (let bound = 10; bound <= rest && digits < 10; bound *= 10) digits++
    let at = this.length + digits
    this.length = at
    for (; digits > 0; digits--) {
      const shorter = Math.trunc(rest / 10)
      bytes[--at] = ZERO + rest - shorter * 10
      rest = shorter
    }
  }

  /** Text, encoded as UTF-8. */
  text(text: string): void {
    this.room(text.length * 3)
    this.length = encodeUtf8Into(text, this.bytes, this.length)
  }
}
