/** The renderer's open queries: their numbers, their progress, their life beside a growing session. */
import { and, timeRange } from './plans'
import type { Plan } from '@native/audit/query'
import type { Push } from '../pushes'
import type { Session } from '../session'
import { Query } from './query'
import { sortedSeqs, type SortOrder } from './sort'

/** Results that may be open at the same time; the oldest is closed for a new one. */
const MOST_OPEN = 64
/** Time between two pushes of one query, ms. The first rows are told at once. */
const TELL_MS = 30

interface Open {
  id: number
  query: Query
  sort: SortOrder | null
  told: number
  toldRows: number
  done: boolean
  error: string
}

export interface QueryRange {
  from?: number | undefined
  to?: number | undefined
}

export class Queries {
  readonly #open = new Map<number, Open>()
  #next = 1

  constructor(private readonly push: Push) {}

  /** Memory of all results, bytes. */
  get bytes(): number {
    let bytes = 0
    for (const { query } of this.#open.values()) bytes += query.result.bytes
    return bytes
  }

  /** Starts a query; its rows are there as it finds them, those of a sorted one when it has found all. */
  start(session: Session, plan: Plan, range: QueryRange, sort: SortOrder | null): number {
    const whole = and(timeRange(range.from, range.to), plan)
    const open: Open = {
      id: this.#next++,
      query: new Query(session, whole),
      sort,
      told: 0,
      toldRows: 0,
      done: false,
      error: '',
    }
    this.#open.set(open.id, open)
    if (this.#open.size > MOST_OPEN) this.close(this.#open.keys().next().value!)
    void this.#run(open)
    return open.id
  }

  /** The query of a result of a session; null when there is none. */
  get(session: Session, id: number): Query | null {
    const open = this.#open.get(id)
    return open?.query.session === session ? open.query : null
  }

  /** Whether a result's rows can be read: those of a sorted one only when they are in order. */
  readable(id: number): boolean {
    const open = this.#open.get(id)
    return open !== undefined && (open.sort === null || open.query.result.sorted)
  }

  cancel(id: number): void {
    const open = this.#open.get(id)
    if (open === undefined || open.done) return
    open.query.cancel()
    open.done = true
    this.#tell(open)
  }

  close(id: number): void {
    this.#open.get(id)?.query.cancel()
    this.#open.delete(id)
  }

  /** A session is gone: so are its results. */
  closeSession(session: Session): void {
    for (const open of [...this.#open.values()])
      if (open.query.session === session) this.close(open.id)
  }

  /** Nobody is there any more who could ask for the results. */
  closeAll(): void {
    for (const id of [...this.#open.keys()]) this.close(id)
  }

  /** Looks at what came since; for live sessions, a few times a second. */
  follow(): void {
    for (const open of this.#open.values()) {
      if (open.query.cancelled || open.query.result.sorted || open.query.upToDate) continue
      void this.#run(open)
    }
  }

  async #run(open: Open): Promise<void> {
    const { query } = open
    try {
      await query.advance(() => this.#progress(open))
      if (open.sort !== null && !query.result.sorted && !query.cancelled) {
        const seqs = await sortedSeqs(query.session, query.result, open.sort)
        query.result.order(seqs)
      }
    } catch (error) {
      open.error = error instanceof Error ? error.message : String(error)
      query.cancel()
    }
    if (query.cancelled && open.error === '') return
    open.done = true
    this.#tell(open)
  }

  #progress(open: Open): void {
    const rows = this.#rows(open)
    const first = open.toldRows === 0 && rows > 0
    if (first || performance.now() - open.told > TELL_MS) this.#tell(open)
  }

  #rows(open: Open): number {
    return this.readable(open.id) ? open.query.result.next : 0
  }

  #tell(open: Open): void {
    if (!this.#open.has(open.id)) return
    const { query } = open
    const { index } = query.session
    open.told = performance.now()
    open.toldRows = this.#rows(open)
    this.push('query', {
      session: query.session.id,
      result: open.id,
      rows: open.toldRows,
      scanned: Math.max(0, query.result.scannedTo - index.first),
      total: index.next - index.first,
      done: open.done,
      error: open.error,
    })
  }
}
