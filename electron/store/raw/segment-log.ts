/**
 * The raw text of a session: append-only segment files in the format of an audit.log, so that `ausearch -if FOLDER` and
 * `grep` read them, and a crash costs nothing but a line that was cut. Text of opened logs is referred to where it lies.
 *
 * Writing never blocks: blocks wait in memory and are readable from there. When the disk refuses (full, read-only), they
 * stay in memory and writing is tried again; what the memory budget then evicts has never been on disk.
 */
import { constants } from 'node:fs'
import { open, unlink, type FileHandle } from 'node:fs/promises'
import path from 'node:path'
import { Extents, type Range } from './extents'

/** A segment is at most so large: the unit in which the disk budget frees space. */
const SEGMENT_BYTES = 64 * 2 ** 20
/** How long after a refusal the next attempt is made, ms. */
const RETRY_MS = 2000
/** How often written data is forced to the disk, ms: what a power failure may cost. */
const SYNC_MS = 1000

interface Segment {
  path: string
  file: FileHandle
  /** Offset of its first byte in the session's raw text, and its length. */
  start: number
  bytes: number
}

interface Block {
  offset: number
  bytes: Uint8Array
  /** Called when the block is on disk, or will not be for now. */
  done: () => void
}

export interface SegmentEvents {
  /** Writing failed; called once per run of failures. */
  failed(error: NodeJS.ErrnoException): void
  /** Writing works again. */
  recovered(): void
}

/** The name of segment `number` in a session's folder. */
export function segmentName(number: number): string {
  return `audit-${String(number).padStart(6, '0')}.log`
}
/** What segments are called, for finding them again. */
export const SEGMENT_NAME = /^audit-(\d{6,})\.log$/

export class SegmentLog {
  readonly #folder: string | null
  readonly #events: SegmentEvents
  readonly #segmentBytes: number
  readonly #extents = new Extents()
  #segments: Segment[] = []
  #number = 0
  #queue: Block[] = []
  #writing: Promise<void> | null = null
  #failing = false
  #retry: ReturnType<typeof setTimeout> | null = null
  #dirty: Segment | null = null
  #sync: ReturnType<typeof setInterval> | null = null
  #closed = false
  /** Files that text refers to where it lies, closed with the rest. */
  readonly #referred: FileHandle[] = []

  /** `folder` null keeps everything in memory. `segmentBytes` is for tests. */
  constructor(folder: string | null, events: SegmentEvents, segmentBytes = SEGMENT_BYTES) {
    this.#folder = folder
    this.#events = events
    this.#segmentBytes = segmentBytes
    if (folder === null) return
    this.#sync = setInterval(() => void this.#syncNow(), SYNC_MS)
    this.#sync.unref()
  }

  /** The range of offsets that can be read. */
  get start(): number {
    return this.#extents.start
  }
  get end(): number {
    return this.#extents.end
  }
  get memoryBytes(): number {
    return this.#extents.memoryBytes
  }
  /** Bytes in segment files. */
  get diskBytes(): number {
    return this.#segments.reduce((sum, segment) => sum + segment.bytes, 0)
  }
  /** Where the segments that the disk holds end, oldest first: the places at which {@link dropBefore} frees disk. */
  get segmentEnds(): number[] {
    return this.#segments.map(({ start, bytes }) => start + bytes)
  }

  /**
   * Appends whole lines; returns their offset. `done` is called when they are on disk (in the page cache), or at once
   * when they cannot be and stay in memory.
   */
  append(bytes: Uint8Array, done: () => void): number {
    const offset = this.#extents.addBlock(bytes)
    if (this.#folder === null) {
      done()
      return offset
    }
    this.#queue.push({ offset, bytes, done })
    if (this.#failing) done()
    this.#pump()
    return offset
  }

  /** Takes over an open file whose text is to be referred to; {@link close} closes it. */
  own(file: FileHandle): void {
    this.#referred.push(file)
  }

  /** Adds a piece of a file that this log owns, where it lies; returns its offset. */
  refer(file: FileHandle, position: number, length: number): number {
    return this.#extents.addFile(file, position, length)
  }

  read(range: Range): Promise<Uint8Array | null> {
    return this.#extents.read(range)
  }
  readAll(ranges: readonly Range[]): Promise<(Uint8Array | null)[]> {
    return this.#extents.readAll(ranges)
  }

  /** Forgets what lies before `offset`: memory at once, files when all of a segment does. */
  async dropBefore(offset: number): Promise<void> {
    this.#queue = this.#queue.filter((block) => block.offset + block.bytes.length > offset)
    const gone: Segment[] = []
    while (
      this.#segments.length > 1 &&
      this.#segments[0]!.start + this.#segments[0]!.bytes <= offset
    ) {
      gone.push(this.#segments.shift()!)
    }
    const kept = this.#segments[0]?.start ?? Number.POSITIVE_INFINITY
    this.#extents.dropBefore(Math.min(offset, kept))
    for (const segment of gone) await remove(segment)
  }

  /** Waits until everything is on disk, or has been refused. */
  async flush(): Promise<void> {
    while (this.#writing !== null) await this.#writing
    await this.#syncNow()
  }

  /** Flushes and closes; with `discard` the files are removed. */
  async close(discard: boolean): Promise<void> {
    if (!discard) await this.flush()
    this.#closed = true
    if (this.#retry !== null) clearTimeout(this.#retry)
    if (this.#sync !== null) clearInterval(this.#sync)
    await this.#writing
    this.#queue = []
    for (const segment of this.#segments) await (discard ? remove(segment) : segment.file.close())
    for (const file of this.#referred.splice(0)) await file.close()
    this.#segments = []
    this.#extents.clear()
  }

  #pump(): void {
    if (this.#writing !== null || this.#retry !== null || this.#closed) return
    if (this.#queue.length === 0) return
    this.#writing = this.#writeAll().finally(() => {
      this.#writing = null
      // What was appended while the last block's "done" ran found a writer that was about to end.
      this.#pump()
    })
  }

  async #writeAll(): Promise<void> {
    while (this.#queue.length > 0 && !this.#closed) {
      const block = this.#queue[0]!
      try {
        await this.#writeBlock(block)
      } catch (error) {
        this.#refused(error as NodeJS.ErrnoException)
        return
      }
      if (this.#queue[0] === block) this.#queue.shift()
      if (!this.#failing) block.done()
      else this.#accepted()
    }
  }

  async #writeBlock(block: Block): Promise<void> {
    const segment = await this.#segmentFor(block)
    const position = segment.bytes
    let written = 0
    // A block written half before an error is written again at the same place.
    while (written < block.bytes.length) {
      const { bytesWritten } = await segment.file.write(
        block.bytes,
        written,
        block.bytes.length - written,
        position + written,
      )
      written += bytesWritten
    }
    segment.bytes += written
    this.#dirty = segment
    this.#extents.blockWritten(block.offset, segment.file, position)
  }

  /** The segment that a block goes to: a new one when the last is full or blocks before this one were dropped. */
  async #segmentFor(block: Block): Promise<Segment> {
    const last = this.#segments.at(-1)
    const continues = last !== undefined && last.start + last.bytes === block.offset
    if (continues && last.bytes < this.#segmentBytes) return last
    const name = path.join(this.#folder!, segmentName(this.#number))
    const flags = constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW
    const file = await open(name, flags, 0o600)
    this.#number++
    const segment = { path: name, file, start: block.offset, bytes: 0 }
    this.#segments.push(segment)
    return segment
  }

  #refused(error: NodeJS.ErrnoException): void {
    if (!this.#failing) {
      this.#failing = true
      this.#events.failed(error)
      for (const block of this.#queue) block.done()
    }
    this.#retry = setTimeout(() => {
      this.#retry = null
      this.#pump()
    }, RETRY_MS)
    this.#retry.unref()
  }

  #accepted(): void {
    this.#failing = false
    // Those that are still queued have been told already that they are done.
    this.#queue = this.#queue.map((block) => ({ ...block, done: () => undefined }))
    this.#events.recovered()
  }

  async #syncNow(): Promise<void> {
    const segment = this.#dirty
    this.#dirty = null
    // Without the disk's promise the data is still in the page cache; an error comes up again when writing.
    await segment?.file.datasync().catch(() => undefined)
  }
}

async function remove(segment: Segment): Promise<void> {
  await segment.file.close()
  await unlink(segment.path).catch(() => undefined)
}
