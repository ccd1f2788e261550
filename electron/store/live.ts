/**
 * The live capture: raw text goes to the segments first, indexing follows as fast as it can and says how far behind it is.
 */
import { readRecordsHeader } from '@native/audit/netlink/records-frame'
import { linesOf } from './raw/lines'
import type { SegmentLog } from './raw/segment-log'
import { Slice } from './schedule'
import type { Session } from './session'
import { Yielding } from './yielding'

/** Text that waits for the index is kept in memory up to here; beyond it is read back from the segments. */
const MOST_WAITING_BYTES = 32 * 2 ** 20
/** How often events that nothing is added to any more are completed, ms. */
const EXPIRE_MS = 250
/** So long after the last frame nothing can be open any more that time alone would close, ms: an idle capture rests. */
const RESTS_AFTER_MS = 10_000

interface Waiting {
  offset: number
  length: number
  /** Null when it has to be read back. */
  bytes: Buffer | null
  records: number
  /** When the helper cut the frame, ms since the epoch. */
  cutAt: number
}

/** How far indexing is behind receiving. */
export interface Lag {
  ms: number
  records: number
}

export class LiveCapture {
  #queue: Waiting[] = []
  #head = 0
  #waitingBytes = 0
  #waitingRecords = 0
  #indexing: Promise<void> | null = null
  #closed = false
  readonly #slice = new Slice()
  readonly #yielding = new Yielding()
  #expire: ReturnType<typeof setInterval> | null = null
  /** When the last frame came (performance.now()). */
  #lastFrame = 0

  /** `indexed` is called after each slice of work: the moment to look at budgets. */
  constructor(
    readonly session: Session,
    private readonly log: SegmentLog,
    private readonly indexed: () => void,
  ) {}

  /** Takes a frame's payload; `done` is called when it is on disk, or will not be. */
  frame(payload: Uint8Array, now: number, done: () => void): void {
    const { session } = this
    const header = readRecordsHeader(payload)
    if (header === null) {
      done()
      return
    }
    const { lines, records } = linesOf(payload)
    session.ledger.addFrame(header)
    session.received += header.count
    this.#yielding.arrived(header.count, performance.now())
    if (records < header.count) session.ledger.addStoreDrop(header.count - records, now)
    if (lines.length === 0) {
      done()
      return
    }
    const offset = this.log.append(lines, done)
    this.#add({ offset, length: lines.length, bytes: lines, records, cutAt: header.cutAt })
  }

  get lag(): Lag {
    const oldest = this.#queue[this.#head]
    return {
      ms: oldest === undefined ? 0 : Math.max(0, Date.now() - oldest.cutAt),
      records: this.#waitingRecords,
    }
  }

  /** Memory of text that waits and is not in the segment log's own, bytes. */
  get waitingBytes(): number {
    return this.#waitingBytes
  }

  /** Where the text begins that is not indexed yet: it must not be dropped. */
  get indexedTo(): number {
    return this.#queue[this.#head]?.offset ?? this.log.end
  }

  /** Waits until everything that arrived is indexed. */
  async drain(): Promise<void> {
    while (this.#indexing !== null) await this.#indexing
  }

  stop(): void {
    this.#closed = true
    this.#slice.cancel()
    this.#rest()
  }

  #add(waiting: Waiting): void {
    if (this.#waitingBytes + waiting.length > MOST_WAITING_BYTES) waiting.bytes = null
    else this.#waitingBytes += waiting.length
    this.#waitingRecords += waiting.records
    this.#queue.push(waiting)
    this.#lastFrame = performance.now()
    if (this.#expire === null && !this.#closed) {
      this.#expire = setInterval(() => this.#expireNow(), EXPIRE_MS)
      this.#expire.unref()
    }
    this.#indexing ??= this.#index().finally(() => {
      this.#indexing = null
    })
  }

  async #index(): Promise<void> {
    // Later: what has arrived together is written first, and answered meanwhile.
    await new Promise<void>((resolve) => setImmediate(resolve))
    for (
      let waiting = this.#queue[this.#head];
      waiting !== undefined;
      waiting = this.#queue[this.#head]
    ) {
      const bytes = waiting.bytes ?? (await this.#readBack(waiting))
      for (let at = 0; bytes !== null && at < bytes.length;) {
        if (!(await this.#slice.pause())) return
        const began = performance.now()
        const before = process.cpuUsage()
        at = this.session.indexer.feed(bytes, at, bytes.length, waiting.offset, this.#slice.mayGoOn)
        this.indexed()
        const { user, system } = process.cpuUsage(before)
        const now = performance.now()
        const rest = this.#yielding.rest(now - began, (user + system) / 1000, now)
        if (rest > 0) await new Promise((resolve) => setTimeout(resolve, rest))
      }
      this.#take(waiting)
    }
  }

  #take(waiting: Waiting): void {
    if (waiting.bytes !== null) this.#waitingBytes -= waiting.length
    this.#waitingRecords -= waiting.records
    this.#head++
    if (this.#head < 1024 && this.#head < this.#queue.length) return
    this.#queue = this.#queue.slice(this.#head)
    this.#head = 0
  }

  async #readBack({ offset, length, records }: Waiting): Promise<Buffer | null> {
    const bytes = await this.log.read({ offset, length })
    if (bytes === null) {
      // Evicted before it was indexed: the budget is smaller than the backlog.
      this.session.ledger.addStoreDrop(records, Date.now())
      this.session.unreadable += records
      return null
    }
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  #expireNow(): void {
    // While text waits, the newest event is not the newest that came: only the stream itself tells the time.
    if (this.#indexing !== null || this.#closed) return
    const { indexer } = this.session
    const before = indexer.index.next
    indexer.expire(Date.now())
    if (indexer.index.next !== before) this.indexed()
    const idleFor = performance.now() - this.#lastFrame
    if (indexer.pending === 0 && idleFor > RESTS_AFTER_MS) this.#rest()
  }

  #rest(): void {
    if (this.#expire !== null) clearInterval(this.#expire)
    this.#expire = null
  }
}
