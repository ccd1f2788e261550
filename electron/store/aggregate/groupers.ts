/** The groupers of one session: kept, since what values say is worth remembering from one count to the next. */
import type { EventIndex } from '../event-index'
import type { FactReader } from '../facts'
import { createGrouper, type Grouper, type GroupKind } from './grouper'

/** After an eviction a grouper knows of values that are gone; it is made anew, but not more often than this, ms. */
const RENEW_MS = 5000

interface Kept {
  grouper: Grouper
  evictions: number
  made: number
}

export class Groupers {
  readonly #kept = new Map<GroupKind, Kept>()

  constructor(
    private readonly index: EventIndex,
    private readonly facts: FactReader,
  ) {}

  of(kind: GroupKind): Grouper {
    const { evictions } = this.index
    let kept = this.#kept.get(kind)
    const stale =
      kept !== undefined && kept.evictions !== evictions && performance.now() - kept.made > RENEW_MS
    if (kept === undefined || stale) {
      kept = { grouper: createGrouper(kind, this.facts), evictions, made: performance.now() }
      this.#kept.set(kind, kept)
    }
    return kept.grouper
  }

  /** Memory held, bytes. */
  get bytes(): number {
    let bytes = 0
    for (const { grouper } of this.#kept.values()) bytes += grouper.bytes
    return bytes
  }

  /** Gives back all memory. */
  forget(): void {
    this.#kept.clear()
  }
}
