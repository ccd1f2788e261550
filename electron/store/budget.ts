/** Keeps memory and disk within what the user allows: the oldest events of the largest session go first, counted. */
import type { SegmentLog } from './raw/segment-log'
import type { Session } from './session'

/** Looking costs more than a slice of indexing when done for each of them. */
const LOOK_EVERY_MS = 20
/** A vocabulary may take this part of the memory budget before it is closed, so that eviction can free it. */
const VOCABULARY_SHARE = 16
const LARGEST_VOCABULARY = 64 * 2 ** 20
/** A segment is this part of the disk budget, within bounds: one is deleted at a time. */
const SEGMENT_SHARE = 8
const LARGEST_SEGMENT = 64 * 2 ** 20
const SMALLEST_SEGMENT = 2 ** 20

export interface Budgets {
  memoryBytes: number
  diskBytes: number
}

/** How large a vocabulary may grow under a memory budget, bytes. */
export function vocabularyLimit(memoryBytes: number): number {
  return Math.min(LARGEST_VOCABULARY, Math.ceil(memoryBytes / VOCABULARY_SHARE))
}

/** How much text the events of one chunk may span: a part of whichever budget the text is held to, bytes. */
export function chunkTextLimit(memoryBytes: number, diskBytes: number, onDisk: boolean): number {
  return onDisk ? segmentLimit(diskBytes) : Math.ceil(memoryBytes / VOCABULARY_SHARE)
}

/** How large a segment may grow under a disk budget, bytes. */
export function segmentLimit(diskBytes: number): number {
  return Math.min(
    LARGEST_SEGMENT,
    Math.max(SMALLEST_SEGMENT, Math.floor(diskBytes / SEGMENT_SHARE)),
  )
}

export class MemoryBudget {
  #lookedAt = Number.NEGATIVE_INFINITY
  #evicting: Promise<void> | null = null

  /** `extraBytes` is memory that belongs to no session. */
  constructor(
    private readonly sessions: () => Iterable<Session>,
    private readonly extraBytes: () => number,
    public limit: number,
  ) {}

  /** Memory held, bytes. */
  get used(): number {
    let used = this.extraBytes()
    for (const session of this.sessions()) used += session.bytes
    return used
  }

  /** Evicts while too much is held. Cheap when called often. */
  enforce(): Promise<void> {
    const now = performance.now()
    if (this.#evicting === null && now - this.#lookedAt < LOOK_EVERY_MS) return Promise.resolve()
    this.#lookedAt = now
    this.#evicting ??= this.#evict().finally(() => {
      this.#evicting = null
    })
    return this.#evicting
  }

  async #evict(): Promise<void> {
    while (this.used > this.limit) {
      const largest = [...this.sessions()].sort((a, b) => b.bytes - a.bytes)
      let evicted = false
      for (const session of largest) {
        evicted = await session.evict()
        if (evicted) break
      }
      if (!evicted) return
    }
  }
}

/** Frees the live session's oldest segment, and the events whose text is in it; false when there is only one. */
export async function freeSegment(session: Session, log: SegmentLog): Promise<boolean> {
  const ends = log.segmentEnds
  if (ends.length < 2) return false
  const end = ends[0]!
  while ((session.index.oldestOffset ?? end) < end && (await session.evict())) {
    // Each eviction frees the oldest chunk.
  }
  await log.dropBefore(end)
  return true
}
