/** A store of rows in memory whose answers a test lets through one by one, or at once. */
import { fail, ok, type Result } from '@native/audit/result'
import type { GridSource } from '@renderer/components/event-grid/core/feed'
import type { RowsReply } from '@renderer/components/event-grid/core/row-loader'

export interface FakeRow {
  position: number
  seq: number
  marked: boolean
}

export class FakeSource {
  first = 0
  /** Sequence numbers by position. */
  readonly seqs: number[] = []
  requests: { from: number; count: number }[] = []
  /** While true, answers wait for {@link release}. */
  gated = false
  broken = false
  #gate: (() => void)[] = []

  constructor(
    readonly id: string,
    rows: number,
    readonly seqOf: (position: number) => number = (position) => position,
  ) {
    this.append(rows)
  }

  get next(): number {
    return this.seqs.length
  }
  get range(): { first: number; next: number } {
    return { first: this.first, next: this.next }
  }
  append(rows: number): void {
    for (let i = 0; i < rows; i++) this.seqs.push(this.seqOf(this.seqs.length))
  }
  evict(rows: number): void {
    this.first = Math.min(this.next, this.first + rows)
  }

  /** Lets waiting answers through, then lets everything settle. */
  async release(): Promise<void> {
    const waiting = this.#gate
    this.#gate = []
    for (const open of waiting) open()
    await settled()
  }

  source(options: { live?: boolean; done?: boolean } = {}): GridSource<FakeRow> {
    return {
      id: this.id,
      live: options.live ?? true,
      done: options.done ?? true,
      range: this.range,
      fetch: (from, count) => this.#fetch(from, count),
      locate: async (seq) => {
        const position = this.seqs.findIndex((each, at) => at >= this.first && each >= seq)
        return position < 0 ? null : position
      },
    }
  }

  async #fetch(from: number, count: number): Promise<Result<RowsReply<FakeRow>>> {
    this.requests.push({ from, count })
    if (this.gated) await new Promise<void>((open) => this.#gate.push(open))
    if (this.broken) return fail('internal', 'The store is broken.')
    const rows: FakeRow[] = []
    for (let p = Math.max(from, this.first); p < Math.min(from + count, this.next); p++) {
      rows.push({ position: p, seq: this.seqs[p]!, marked: false })
    }
    return ok({ rows, first: this.first, next: this.next })
  }
}

/** Waits until nothing is left to do but what is gated. */
export async function settled(): Promise<void> {
  for (let i = 0; i < 30; i++) await Promise.resolve()
}
