/**
 * The bounded ring between the drain thread and the thread that writes the pipe, in one SharedArrayBuffer.
 *
 * It consists of blocks. The writer fills one block after the other with records in the layout of a records frame
 * (native/audit/netlink/records-frame.ts), so that the reader passes slices on as they are. Emptied blocks go back to
 * the writer, which takes the one emptied last: under a fast reader two or three blocks stay in the CPU's cache and the
 * rest of the ring is never touched.
 *
 * Policy when it is full: the newest records are dropped and counted. What is kept is then one unbroken stretch from
 * before the stall, and what is missing one stretch of known position and length; and the writer never has to take back
 * a block that the reader may be writing to the pipe.
 *
 * Exactly one writer and one reader, in any threads. Neither ever waits for the other.
 */
/// <reference lib="es2024.sharedmemory" />
import { RECORD_HEADER_BYTES } from '../audit/netlink/records-frame'
import { NLMSG_HDRLEN } from '../audit/netlink/message'

/** Bytes of a block. Its published length, in words, fits 16 bits beside the record count (see `published`). */
export const BLOCK_BYTES = 65_535 * 4

/** Words of the control area. */
const Control = {
  /** Blocks that the writer has opened, modulo 2^32. */
  opened: 0,
  /** Blocks that the reader has given back, modulo 2^32. */
  returned: 1,
  /** 0 while the reader sleeps (Atomics.waitAsync), 1 otherwise. */
  awake: 2,
  /** The block that the writer opened last. */
  newest: 3,
  /** Blocks that may be in use at once; 0 for all. */
  limit: 4,
} as const
const CONTROL_WORDS = 16

/** Counters, each written by the writer alone. An aligned 64-bit store is one instruction on x64 and arm64. */
export const RingCounter = {
  /** Records and bytes of text received, dropped ones included. */
  records: 0,
  bytes: 1,
  droppedRecords: 2,
  droppedBytes: 3,
} as const
const COUNTERS = 4

/** Words for each block: what `published` packs, whether it is closed, its subscription. */
const BLOCK_WORDS = 3
const BlockWord = { published: 0, closed: 1, subscription: 2 } as const

/** Where things lie in the ring's memory, bytes. */
interface Layout {
  blocks: number
  counters: number
  firstIndex: number
  blockWords: number
  openedQueue: number
  returnedQueue: number
  data: number
  scratch: number
  total: number
}

/** What both threads need to attach to the same ring. */
export interface RingMemory {
  buffer: SharedArrayBuffer
  blocks: number
  /** Bytes after the blocks for the writer's own use, from {@link RingWriter.scratch} on. */
  scratchBytes: number
}

function layoutOf(blocks: number, scratchBytes: number): Layout {
  const counters = CONTROL_WORDS * 4
  const firstIndex = counters + COUNTERS * 8
  const blockWords = firstIndex + blocks * 8
  const openedQueue = blockWords + blocks * BLOCK_WORDS * 4
  const returnedQueue = openedQueue + blocks * 4
  const data = (returnedQueue + blocks * 4 + 63) & ~63
  const scratch = data + blocks * BLOCK_BYTES
  return {
    blocks,
    counters,
    firstIndex,
    blockWords,
    openedQueue,
    returnedQueue,
    data,
    scratch,
    total: scratch + scratchBytes,
  }
}

/** Allocates a ring of at least `capacity` bytes (two blocks at least); the system backs it as it is first used. */
export function allocateRing(capacity: number, scratchBytes: number): RingMemory {
  const blocks = Math.max(2, Math.ceil(capacity / BLOCK_BYTES))
  const buffer = new SharedArrayBuffer(layoutOf(blocks, scratchBytes).total)
  return { buffer, blocks, scratchBytes }
}

/** The writer's end. Its methods allocate nothing. */
export class RingWriter {
  readonly #layout: Layout
  readonly #words: Int32Array
  readonly #bytes: Uint8Array
  readonly #counters: Float64Array
  readonly #firstIndex: Float64Array
  /** Blocks that nobody uses, a stack, and how many there are. */
  readonly #free: Int32Array
  #freeCount: number
  #returnsSeen = 0
  #opened = 0
  #block = -1
  #at = 0
  #end = 0
  #count = 0
  #subscription = 0

  constructor(memory: RingMemory) {
    const layout = layoutOf(memory.blocks, memory.scratchBytes)
    this.#layout = layout
    this.#words = new Int32Array(memory.buffer)
    this.#bytes = new Uint8Array(memory.buffer)
    this.#counters = new Float64Array(memory.buffer, layout.counters, COUNTERS)
    this.#firstIndex = new Float64Array(memory.buffer, layout.firstIndex, layout.blocks)
    this.#free = new Int32Array(layout.blocks)
    for (let block = 0; block < layout.blocks; block++) {
      this.#free[block] = layout.blocks - 1 - block
    }
    this.#freeCount = layout.blocks
  }

  /** Offset of the scratch area in the ring's buffer, bytes. */
  get scratch(): number {
    return this.#layout.scratch
  }

  /** Records that follow belong to this subscription: a block holds one subscription's records only. */
  beginSubscription(subscription: number): void {
    this.#close()
    this.#subscription = subscription
  }

  /**
   * Appends the record whose datagram lies at `from` (a multiple of 4) in the ring's buffer and has `received` bytes,
   * netlink header included. Not visible to the reader before {@link publish}.
   */
  append(from: number, received: number): void {
    const text = received - NLMSG_HDRLEN
    const counters = this.#counters
    counters[RingCounter.bytes]! += text
    const size = RECORD_HEADER_BYTES + ((text + 3) & ~3)
    if (this.#at + size > this.#end && !this.#open()) {
      counters[RingCounter.droppedRecords]! += 1
      counters[RingCounter.droppedBytes]! += text
    } else {
      const words = this.#words
      const at = this.#at
      words[(at + size - 4) >> 2] = 0
      // nlmsg_type and nlmsg_flags lie in a record's header as they lie in the datagram's.
      words[at >> 2] = words[(from + 4) >> 2]!
      words[(at + 4) >> 2] = text
      this.#bytes.copyWithin(at + RECORD_HEADER_BYTES, from + NLMSG_HDRLEN, from + received)
      this.#at = at + size
      this.#count++
    }
    counters[RingCounter.records]! += 1
  }

  /** Makes what was appended visible to the reader and wakes it when it sleeps. */
  publish(): void {
    if (this.#block >= 0) this.#store()
    if (Atomics.exchange(this.#words, Control.awake, 1) === 0) {
      Atomics.notify(this.#words, Control.awake)
    }
  }

  /** Length and count go into one word, so that the reader never sees one without the other. */
  #store(): void {
    const length = (this.#at - this.#start(this.#block)) >> 2
    Atomics.store(
      this.#words,
      this.#word(this.#block, BlockWord.published),
      (length << 16) | this.#count,
    )
  }

  #start(block: number): number {
    return this.#layout.data + block * BLOCK_BYTES
  }

  #word(block: number, word: number): number {
    return (this.#layout.blockWords >> 2) + block * BLOCK_WORDS + word
  }

  #close(): void {
    if (this.#block < 0) return
    this.#store()
    Atomics.store(this.#words, this.#word(this.#block, BlockWord.closed), 1)
    this.#block = -1
    this.#at = 0
    this.#end = 0
  }

  /** Closes the block and opens a free one; false when there is none. */
  #open(): boolean {
    this.#close()
    const block = this.#take()
    if (block < 0) return false
    const words = this.#words
    Atomics.store(words, this.#word(block, BlockWord.published), 0)
    Atomics.store(words, this.#word(block, BlockWord.closed), 0)
    Atomics.store(words, this.#word(block, BlockWord.subscription), this.#subscription)
    this.#firstIndex[block] = this.#counters[RingCounter.records]!
    Atomics.store(
      words,
      (this.#layout.openedQueue >> 2) + (this.#opened % this.#layout.blocks),
      block,
    )
    this.#opened++
    Atomics.store(words, Control.newest, block)
    Atomics.store(words, Control.opened, this.#opened | 0)
    this.#block = block
    this.#at = this.#start(block)
    this.#end = this.#at + BLOCK_BYTES
    this.#count = 0
    return true
  }

  #take(): number {
    const { blocks, returnedQueue } = this.#layout
    const returned = Atomics.load(this.#words, Control.returned)
    while ((this.#returnsSeen | 0) !== returned) {
      this.#free[this.#freeCount++] =
        this.#words[(returnedQueue >> 2) + (this.#returnsSeen % blocks)]!
      this.#returnsSeen++
    }
    const limit = Atomics.load(this.#words, Control.limit)
    const used = (this.#opened - returned) | 0
    if (this.#freeCount === 0 || (limit !== 0 && used >= limit)) return -1
    return this.#free[--this.#freeCount]!
  }
}

/** Records that lie one after the other in the ring. Valid until released. */
export interface RingSlice {
  /** The records' bytes; a view of the ring. */
  bytes: Buffer
  count: number
  /** Index of the first record among all received, dropped ones included. */
  firstIndex: number
  subscription: number
  /** The block that releasing this slice gives back, -1 for none. */
  lastOf: number
  released: boolean
}

/** The reader's end. */
export class RingReader {
  readonly #layout: Layout
  readonly #memory: RingMemory
  readonly #words: Int32Array
  readonly #counters: Float64Array
  readonly #firstIndex: Float64Array
  #taken = 0
  #returned = 0
  #block = -1
  #lengthRead = 0
  #countRead = 0
  /** The slice read last, while its block is not closed. */
  #newestSlice: RingSlice | null = null

  constructor(memory: RingMemory) {
    const layout = layoutOf(memory.blocks, memory.scratchBytes)
    this.#memory = memory
    this.#layout = layout
    this.#words = new Int32Array(memory.buffer)
    this.#counters = new Float64Array(memory.buffer, layout.counters, COUNTERS)
    this.#firstIndex = new Float64Array(memory.buffer, layout.firstIndex, layout.blocks)
  }

  /** Bytes of all blocks. */
  get capacity(): number {
    return this.#layout.blocks * BLOCK_BYTES
  }

  /** Bytes of the blocks that the reader has not given back, the writer's current one included as far as it is filled. */
  get used(): number {
    const open = (Atomics.load(this.#words, Control.opened) - this.#returned) | 0
    if (open <= 0) return 0
    const newest = Atomics.load(this.#words, Control.newest)
    const published = Atomics.load(this.#words, this.#word(newest, BlockWord.published))
    return (open - 1) * BLOCK_BYTES + (published >>> 16) * 4
  }

  /** Lets the writer use so many bytes at most, two blocks at least; null for the whole ring. */
  setLimit(bytes: number | null): void {
    const blocks = bytes === null ? 0 : Math.max(2, Math.floor(bytes / BLOCK_BYTES))
    Atomics.store(this.#words, Control.limit, blocks)
  }

  /** The value of a counter. */
  counter(counter: (typeof RingCounter)[keyof typeof RingCounter]): number {
    return this.#counters[counter]!
  }

  /** The next slice, or null when there is nothing new. Slices are released in the order in which they were read. */
  read(): RingSlice | null {
    for (;;) {
      if (this.#block < 0 && !this.#next()) return null
      const block = this.#block
      // Closed is read first: what is published then is all that the block will ever hold.
      const closed = Atomics.load(this.#words, this.#word(block, BlockWord.closed)) === 1
      const published = Atomics.load(this.#words, this.#word(block, BlockWord.published))
      const length = (published >>> 16) * 4
      const count = published & 0xffff
      if (closed) this.#block = -1
      if (length === this.#lengthRead) {
        if (!closed) return null
        this.#finishBlock(block)
        continue
      }
      const slice: RingSlice = {
        bytes: Buffer.from(
          this.#memory.buffer,
          this.#layout.data + block * BLOCK_BYTES + this.#lengthRead,
          length - this.#lengthRead,
        ),
        count: count - this.#countRead,
        firstIndex: this.#firstIndex[block]! + this.#countRead,
        subscription: this.#words[this.#word(block, BlockWord.subscription)]!,
        lastOf: closed ? block : -1,
        released: false,
      }
      this.#lengthRead = length
      this.#countRead = count
      this.#newestSlice = closed ? null : slice
      return slice
    }
  }

  /** Gives a slice back once nobody reads its bytes any more. */
  release(slice: RingSlice): void {
    slice.released = true
    if (slice.lastOf >= 0) this.#giveBack(slice.lastOf)
  }

  /** Resolves when there may be something new to read; at once when there is. */
  async wait(): Promise<void> {
    Atomics.store(this.#words, Control.awake, 0)
    if (this.#pending()) {
      Atomics.store(this.#words, Control.awake, 1)
      return
    }
    await Atomics.waitAsync(this.#words, Control.awake, 0).value
  }

  #pending(): boolean {
    if (this.#block < 0) return Atomics.load(this.#words, Control.opened) !== (this.#taken | 0)
    const published = Atomics.load(this.#words, this.#word(this.#block, BlockWord.published))
    return (
      (published >>> 16) * 4 !== this.#lengthRead ||
      Atomics.load(this.#words, this.#word(this.#block, BlockWord.closed)) === 1
    )
  }

  #next(): boolean {
    if (Atomics.load(this.#words, Control.opened) === (this.#taken | 0)) return false
    this.#block = Atomics.load(
      this.#words,
      (this.#layout.openedQueue >> 2) + (this.#taken % this.#layout.blocks),
    )
    this.#taken++
    this.#lengthRead = 0
    this.#countRead = 0
    return true
  }

  /** Ends a closed block with nothing unread: it goes back now, or with its last slice when that is still in use. */
  #finishBlock(block: number): void {
    const slice = this.#newestSlice
    this.#newestSlice = null
    if (slice === null || slice.released) this.#giveBack(block)
    else slice.lastOf = block
  }

  #giveBack(block: number): void {
    const { blocks, returnedQueue } = this.#layout
    Atomics.store(this.#words, (returnedQueue >> 2) + (this.#returned % blocks), block)
    this.#returned++
    Atomics.store(this.#words, Control.returned, this.#returned | 0)
  }

  #word(block: number, word: number): number {
    return (this.#layout.blockWords >> 2) + block * BLOCK_WORDS + word
  }
}
