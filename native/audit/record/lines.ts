import { copyBytes } from '../text'

/**
 * Cuts a stream of chunks into lines. Lines lie in the chunk that they came in; only a line that spans two chunks is
 * copied. A line longer than `limit` bytes is handed on in parts of that size, so that a file without line ends cannot
 * fill the memory: the kernel's longest record has 8,970 bytes.
 */
export class LineSplitter {
  private rest: Uint8Array = new Uint8Array(0)

  /**
   * @param onLine gets each line as bytes [start, end), without its line end; empty lines are skipped
   * @param limit longest line in bytes
   */
  constructor(
    private readonly onLine: (bytes: Uint8Array, start: number, end: number) => void,
    private readonly limit = 1 << 20,
  ) {}

  /**
   * Takes the next chunk. Lines lie in it, so it must not change while somebody still looks at one; the splitter itself
   * keeps no part of it.
   */
  push(chunk: Uint8Array): void {
    const bytes = plainArray(chunk)
    let start = 0
    if (this.rest.length > 0) {
      const newline = chunk.indexOf(0x0a)
      const stop = newline < 0 ? chunk.length : newline
      const joined = new Uint8Array(this.rest.length + stop)
      joined.set(this.rest)
      joined.set(chunk.subarray(0, stop), this.rest.length)
      if (newline < 0 && joined.length < this.limit) {
        this.rest = joined
        return
      }
      this.rest = new Uint8Array(0)
      this.emit(joined, 0, joined.length)
      start = stop + 1
    }
    for (;;) {
      const newline = chunk.indexOf(0x0a, start)
      if (newline < 0) break
      this.emit(bytes, start, newline)
      start = newline + 1
    }
    if (start < chunk.length) this.rest = copyBytes(bytes, start)
  }

  /** The stream has ended: hands on a last line without line end. */
  end(): void {
    if (this.rest.length > 0) this.emit(this.rest, 0, this.rest.length)
    this.rest = new Uint8Array(0)
  }

  private emit(bytes: Uint8Array, start: number, end: number): void {
    let stop = end
    while (stop > start && bytes[stop - 1] === 0x0d) stop--
    for (let at = start; at < stop; at += this.limit) {
      this.onLine(bytes, at, Math.min(at + this.limit, stop))
    }
  }
}

/**
 * The same bytes as a Uint8Array that is nothing else. Node's Buffer is one too, but code that sees both kinds is
 * compiled for both: everything that reads records would be slower by a tenth.
 */
function plainArray(bytes: Uint8Array): Uint8Array {
  if (Object.getPrototypeOf(bytes) === Uint8Array.prototype) return bytes
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
