/**
 * A session's raw text as one space of byte offsets, put together from pieces of files and blocks of memory. Offsets
 * only grow and are never reused; what was dropped from the front reads as null.
 */
import type { FileHandle } from 'node:fs/promises'

interface Extent {
  start: number
  end: number
  /** Where the bytes are: in a file from `position` on, or in memory. */
  from: { file: FileHandle; position: number } | Uint8Array
}

/** Reads that lie closer together than this are one read. */
const COALESCE_BYTES = 65_536
const LARGEST_READ = 4 * 2 ** 20

export interface Range {
  offset: number
  length: number
}

export class Extents {
  #extents: Extent[] = []
  #start = 0
  #end = 0

  /** The first byte held, and the one behind the last. */
  get start(): number {
    return this.#start
  }
  get end(): number {
    return this.#end
  }

  /** Bytes held in memory. */
  get memoryBytes(): number {
    let bytes = 0
    for (const { from } of this.#extents) if (from instanceof Uint8Array) bytes += from.length
    return bytes
  }

  /** Adds a block of memory at the end; returns its offset. */
  addBlock(block: Uint8Array): number {
    const start = this.#end
    this.#end += block.length
    this.#extents.push({ start, end: this.#end, from: block })
    return start
  }

  /** Adds `length` bytes of a file, `position` onwards, at the end; a piece that goes on where the last one ended joins it. */
  addFile(file: FileHandle, position: number, length: number): number {
    const start = this.#end
    this.#end += length
    const last = this.#extents.at(-1)
    if (last !== undefined && !(last.from instanceof Uint8Array) && last.from.file === file) {
      if (last.from.position + (last.end - last.start) === position) {
        last.end = this.#end
        return start
      }
    }
    this.#extents.push({ start, end: this.#end, from: { file, position } })
    return start
  }

  /** The block at `start` has been written to a file: frees its memory. Blocks are written in order. */
  blockWritten(start: number, file: FileHandle, position: number): void {
    const index = this.#indexOf(start)
    const extent = this.#extents[index]
    if (extent === undefined || extent.start !== start) return
    const before = this.#extents[index - 1]
    const joins =
      before !== undefined &&
      !(before.from instanceof Uint8Array) &&
      before.from.file === file &&
      before.from.position + (before.end - before.start) === position
    if (joins) {
      before.end = extent.end
      this.#extents.splice(index, 1)
    } else {
      extent.from = { file, position }
    }
  }

  /** Forgets what lies wholly before `offset`. */
  dropBefore(offset: number): void {
    let whole = 0
    while (whole < this.#extents.length && this.#extents[whole]!.end <= offset) whole++
    if (whole > 0) this.#extents.splice(0, whole)
    this.#start = this.#extents[0]?.start ?? this.#end
  }

  /** Forgets everything. */
  clear(): void {
    this.#extents = []
    this.#start = this.#end
  }

  /** The bytes of a range; null when they are not held any more, or a file has become shorter. */
  async read({ offset, length }: Range): Promise<Uint8Array | null> {
    if (offset < this.#start || offset + length > this.#end) return null
    const first = this.#extents[this.#indexOf(offset)]!
    if (offset + length <= first.end) return readExtent(first, offset, length)
    const parts: Uint8Array[] = []
    for (let at = offset; at < offset + length;) {
      const extent = this.#extents[this.#indexOf(at)]
      if (extent === undefined || extent.start > at) return null
      const take = Math.min(extent.end, offset + length) - at
      const part = await readExtent(extent, at, take)
      if (part === null) return null
      parts.push(part)
      at += take
    }
    return Buffer.concat(parts)
  }

  /** Several ranges at once: near ones are read together. Each may be null as in {@link read}. */
  async readAll(ranges: readonly Range[]): Promise<(Uint8Array | null)[]> {
    const order = ranges
      .map((_, index) => index)
      .sort((a, b) => ranges[a]!.offset - ranges[b]!.offset)
    const results = new Array<Uint8Array | null>(ranges.length).fill(null)
    for (let at = 0; at < order.length;) {
      const { offset } = ranges[order[at]!]!
      let end = offset + ranges[order[at]!]!.length
      let next = at + 1
      for (; next < order.length; next++) {
        const range = ranges[order[next]!]!
        const joined = Math.max(end, range.offset + range.length)
        if (range.offset > end + COALESCE_BYTES || joined - offset > LARGEST_READ) break
        end = joined
      }
      const bytes = await this.read({ offset, length: end - offset })
      for (; at < next; at++) {
        const range = ranges[order[at]!]!
        const start = range.offset - offset
        results[order[at]!] =
          bytes?.subarray(start, start + range.length) ?? (await this.read(range))
      }
    }
    return results
  }

  /** The extent that holds `offset`, or the first behind it. */
  #indexOf(offset: number): number {
    let low = 0
    let high = this.#extents.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#extents[middle]!.end <= offset) low = middle + 1
      else high = middle
    }
    return low
  }
}

async function readExtent(
  extent: Extent,
  offset: number,
  length: number,
): Promise<Uint8Array | null> {
  const skip = offset - extent.start
  if (extent.from instanceof Uint8Array) return extent.from.subarray(skip, skip + length)
  const bytes = Buffer.allocUnsafe(length)
  let filled = 0
  while (filled < length) {
    const position = extent.from.position + skip + filled
    // The file may be closed under the read when its text is evicted at the same time.
    const read = await extent.from.file
      .read(bytes, filled, length - filled, position)
      .catch(() => null)
    if (read === null || read.bytesRead === 0) return null
    filled += read.bytesRead
  }
  return bytes
}
