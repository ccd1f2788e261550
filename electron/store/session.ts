/** One set of events that belong together: the live capture, an opened file set, or a saved session. */
import { Ledger } from '@native/audit/ledger/ledger'
import { Rates } from '@native/audit/ledger/rates'
import { ledgerView } from '@native/audit/ledger/view'
import type { Resolver } from '@native/audit/interpret'
import type { EventRow, Gap, LedgerView, SessionInfo } from '@contract/store'
import { Groupers } from './aggregate/groupers'
import { Summaries } from './aggregate/summary'
import type { Chunk } from './columns/chunk'
import { numberAt } from './columns/numbers'
import { EventLoader } from './event-loader'
import { maskEvent, maskText, maskWords } from './export/mask'
import { FactReader, type EventFacts } from './facts'
import { Indexer } from './ingest/indexer'
import type { RawText } from './raw/raw-text'
import { RowMaker } from './rows'

/** The raw text of a session, and what it costs to keep. */
export interface SessionRaw extends RawText {
  readonly memoryBytes: number
  readonly diskBytes: number
  /** Forgets what lies before an offset. */
  dropBefore(offset: number): Promise<void>
  /** Lets go of it; with `discard` what only this session needs is removed from the disk. */
  close(discard: boolean): Promise<void>
}

/** What is kept for counts may be this part of the events' own memory when that gets scarce. */
const MOST_COUNTS_SHARE = 0.25

/** A bookmark as a manifest keeps it. */
export interface SavedBookmark {
  time: number
  serial: number
  note: string
}

/** The last of those for one event comes first. */
function bySerial(saved: readonly SavedBookmark[]): Map<number, SavedBookmark[]> {
  const found = new Map<number, SavedBookmark[]>()
  for (const bookmark of saved) {
    const others = found.get(bookmark.serial)
    if (others === undefined) found.set(bookmark.serial, [bookmark])
    else others.unshift(bookmark)
  }
  return found
}

export interface SessionOptions {
  id: number
  title: string
  kind: SessionInfo['kind']
  raw: SessionRaw
  resolver: Resolver
  /** Whether what looks like a secret is hidden now; never when left out. */
  masked?: () => boolean
  /** A vocabulary that has grown so large is closed, bytes. */
  vocabularyBytes: number
  /** How much text the events of one chunk may span, bytes; without a bound when the text is not ours to drop. */
  chunkTextBytes?: number
  /** What a saved session's ledger said when it ended; null when there was none. */
  savedLedger?: LedgerView | null
}

export class Session {
  readonly id: number
  readonly kind: SessionInfo['kind']
  readonly raw: SessionRaw
  readonly indexer: Indexer
  readonly loader: EventLoader
  readonly facts: FactReader
  readonly rows: RowMaker
  readonly ledger: Ledger
  readonly groupers: Groupers
  readonly summaries: Summaries
  /** Notes of bookmarked events, by seq; empty for a mark without a note. */
  readonly bookmarks = new Map<number, string>()
  title: string
  state: SessionInfo['state']
  message = ''
  bytesRead = 0
  bytesTotal = 0
  /** Records that arrived; more than those indexed while indexing lags. */
  received = 0
  /** Records that arrived and were lost again before they could be indexed. */
  unreadable = 0
  closed = false
  readonly #masked: () => boolean
  readonly #rates = new Rates()
  readonly #savedLedger: LedgerView | null
  #cutTold = 0
  /** Kept bookmarks have been looked for among the events before this seq. */
  #restoredTo = 0
  #saved: Map<number, SavedBookmark[]> | null = null

  constructor(options: SessionOptions) {
    const { id, title, kind, raw, resolver, vocabularyBytes } = options
    this.id = id
    this.title = title
    this.kind = kind
    this.raw = raw
    this.state = kind === 'live' ? 'live' : 'reading'
    this.#savedLedger = options.savedLedger ?? null
    this.ledger = new Ledger(kind === 'live' ? 'live' : 'file')
    const { chunkTextBytes = Number.POSITIVE_INFINITY } = options
    this.indexer = new Indexer({ vocabularyBytes, chunkTextBytes }, ({ count, time }) =>
      this.ledger.addSerialGap({ events: count, from: time, to: time }),
    )
    this.facts = new FactReader(resolver)
    this.rows = new RowMaker(resolver, this.facts)
    this.#masked = options.masked ?? (() => false)
    this.loader = new EventLoader(this.indexer.index, raw)
    this.groupers = new Groupers(this.index, this.facts)
    this.summaries = new Summaries(this)
  }

  get index() {
    return this.indexer.index
  }

  /** Memory held, bytes. */
  get bytes(): number {
    return this.index.bytes + this.raw.memoryBytes + this.#countsBytes
  }

  get #countsBytes(): number {
    return this.groupers.bytes + this.summaries.bytes
  }

  /** Records taken in whose events are not held any more, those of the last eviction included. */
  get indexedRecords(): number {
    return this.indexer.counts.records
  }

  /** Times of the events held, ms; null when there are none. */
  get timeRange(): { from: number; to: number } | null {
    let from = Number.POSITIVE_INFINITY
    let to = Number.NEGATIVE_INFINITY
    for (const chunk of this.index.chunks()) {
      const { min, max } = chunk.numbers('time')
      from = Math.min(from, min)
      to = Math.max(to, max)
    }
    return from <= to ? { from, to } : null
  }

  info(): SessionInfo {
    const range = this.timeRange
    const { records, malformed } = this.indexer.counts
    return {
      id: this.id,
      title: this.title,
      kind: this.kind,
      state: this.state,
      message: this.message,
      bytesRead: this.bytesRead,
      bytesTotal: this.bytesTotal,
      first: this.index.first,
      next: this.index.next,
      records: this.kind === 'live' ? this.received : records,
      malformed,
      from: range?.from ?? null,
      to: range?.to ?? null,
    }
  }

  /** The chunks, the last of which may still grow. */
  chunks(): Chunk[] {
    return this.index.chunks()
  }

  /** Removes the oldest chunk and its text; false when there is nothing to remove. */
  async evict(): Promise<boolean> {
    // Counts can be made again, events cannot.
    if (this.#countsBytes > this.index.bytes * MOST_COUNTS_SHARE) {
      this.summaries.forget()
      this.groupers.forget()
      return true
    }
    if (!this.index.evict()) return false
    const { first } = this.index
    for (const seq of this.bookmarks.keys()) if (seq < first) this.bookmarks.delete(seq)
    const oldest = this.index.oldestOffset
    if (oldest !== null) await this.raw.dropBefore(oldest)
    return true
  }

  ledgerView(now: number): LedgerView {
    if (this.#savedLedger !== null) return this.#savedLedger
    this.#tellCut()
    const { evictedRecords } = this.index
    const records = this.kind === 'live' ? this.received : this.indexedRecords
    const held = this.index.records + this.indexer.looseRecords
    const counts = {
      held,
      evicted: evictedRecords,
      waiting: records - this.unreadable - held - evictedRecords,
      firstAt: this.timeRange?.from ?? null,
    }
    return ledgerView(this.ledger, counts, { now, rates: this.#rates })
  }

  /** The spans in which records went missing. */
  gaps(): Gap[] {
    return this.#savedLedger?.gaps ?? this.ledger.gapsAfter(Number.NEGATIVE_INFINITY)
  }

  /** The rows of some events, in the same order; those that are not held any more are left out. */
  async rowsOf(
    seqs: readonly number[],
    positionOf: (index: number) => number,
  ): Promise<EventRow[]> {
    const events = await this.loader.load(seqs)
    const rows: EventRow[] = []
    for (const [index, event] of events.entries()) {
      const seq = seqs[index]!
      const place = { seq, position: positionOf(index), marked: this.bookmarks.has(seq) }
      if (event !== null) {
        rows.push(this.rows.row(this.#masked() ? maskEvent(event) : event, place))
        continue
      }
      const facts = this.factsOf(seq)
      if (facts !== null) rows.push(this.rows.rowOfFacts(facts, place))
    }
    return rows
  }

  /** What the columns tell of an event, secrets hidden where they are to be; null when it is not held any more. */
  factsOf(seq: number): EventFacts | null {
    const found = this.index.locate(seq)
    if (found === null) return null
    const facts = this.facts.event(found.chunk, found.index)
    const { described } = facts
    if (!this.#masked() || described.objectKind !== 'program') return facts
    return { ...facts, described: { ...described, object: maskText(described.object) } }
  }

  /** A command as it may be shown, its words with spaces between them. */
  commandLine(words: readonly string[]): string {
    return (this.#masked() ? maskWords(words) : words).join(' ')
  }

  /** Bookmarks as a manifest keeps them: seqs change when a session is read again, time and serial do not. */
  savedBookmarks(): SavedBookmark[] {
    return [...this.bookmarks].flatMap(([seq, note]) => {
      const found = this.index.locate(seq)
      if (found === null) return []
      const time = numberAt(found.chunk.numbers('time'), found.index)
      return [{ time, serial: numberAt(found.chunk.numbers('serial'), found.index), note }]
    })
  }

  /**
   * Finds the events of kept bookmarks again, among those that came since the last call: so an event is never there
   * without its bookmark, and what the user removes meanwhile stays removed.
   */
  restoreBookmarks(saved: readonly SavedBookmark[]): void {
    const from = this.#restoredTo
    this.#restoredTo = this.index.next
    if (saved.length === 0) return
    this.#saved ??= bySerial(saved)
    for (const chunk of this.chunks()) {
      if (chunk.first + chunk.count <= from) continue
      const times = chunk.numbers('time')
      const serials = chunk.numbers('serial')
      for (let index = Math.max(0, from - chunk.first); index < chunk.count; index++) {
        const found = this.#saved
          .get(numberAt(serials, index))
          ?.find(({ time }) => time === numberAt(times, index))
        if (found !== undefined) this.bookmarks.set(chunk.first + index, found.note)
      }
    }
  }

  async close(discard: boolean): Promise<void> {
    this.closed = true
    await this.raw.close(discard)
  }

  #tellCut(): void {
    const { cut } = this.indexer.counts
    if (cut > this.#cutTold) this.ledger.addCutEvents(cut - this.#cutTold)
    this.#cutTold = cut
  }
}
