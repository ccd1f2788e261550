/** The spans in which records went missing, in the order of their ends, bounded in number. */
import type { CauseId, LedgerGap } from './types'

/** Spans of one cause that lie at most this far apart are one, ms: two samples of the helper and some slack. */
const JOIN_MS = 1200
/** Above this the two oldest spans become one. */
const MAX_GAPS = 1000
/**
 * A hole in the serials is put down to a loss that lies at most this far away, ms: event times are taken when a syscall
 * begins, the counters when a helper looks, and a full backlog delays records by seconds.
 */
const EXPLAINS_MS = 10_000

export class GapList {
  readonly #gaps: LedgerGap[] = []
  /** The newest gap of each cause, the only one that can grow. */
  readonly #newest = new Map<CauseId, LedgerGap>()

  /** Notes that `records` went missing between two times. */
  add(cause: CauseId, from: number, to: number, records: number): void {
    const newest = this.#newest.get(cause)
    if (newest !== undefined && from <= newest.to + JOIN_MS && to >= newest.from - JOIN_MS) {
      newest.from = Math.min(newest.from, from)
      newest.to = Math.max(newest.to, to)
      newest.records += records
      return
    }
    const gap: LedgerGap = { from, to: Math.max(from, to), records, cause }
    this.#gaps.push(gap)
    this.#newest.set(cause, gap)
    if (this.#gaps.length > MAX_GAPS) this.#mergeOldest()
  }

  /** Whether a loss of one of these causes can explain what is missing between two times. */
  explains(causes: ReadonlySet<string>, from: number, to: number): boolean {
    return this.#gaps.some(
      (gap) =>
        (gap.cause === 'several' || causes.has(gap.cause)) &&
        gap.from - EXPLAINS_MS <= to &&
        gap.to + EXPLAINS_MS >= from,
    )
  }

  /** The gaps that reach into the time from `since` on, as copies, by start. */
  after(since: number): LedgerGap[] {
    return this.#gaps
      .filter((gap) => gap.to > since)
      .map((gap) => ({ ...gap }))
      .sort((a, b) => a.from - b.from)
  }

  #mergeOldest(): void {
    const [first, second] = this.#gaps.splice(0, 2) as [LedgerGap, LedgerGap]
    const merged: LedgerGap = {
      from: Math.min(first.from, second.from),
      to: Math.max(first.to, second.to),
      records: first.records + second.records,
      cause: first.cause === second.cause ? first.cause : 'several',
    }
    this.#gaps.unshift(merged)
    for (const [cause, gap] of this.#newest)
      if (gap === first || gap === second) this.#newest.delete(cause)
  }
}
