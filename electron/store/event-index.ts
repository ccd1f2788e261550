/**
 * The events of one session in columns: appended at the end, evicted from the front, by chunk. Every event has a `seq`,
 * counted from 0 and never reused.
 */
import { OpenChunk, type Chunk, type EventValues, type SealedChunk } from './columns/chunk'
import { CodeEncoder } from './columns/codes'
import { numberAt } from './columns/numbers'
import { Vocabulary } from './columns/vocabulary'

/** A vocabulary serves so many chunks: few enough that old strings go, many enough that common ones are kept once. */
const CHUNKS_PER_VOCABULARY = 64

/** The vocabulary's size is looked at once in so many events. */
const LOOK_MASK = 1023

export interface IndexLimits {
  /** A vocabulary that has grown so large is closed, bytes. */
  vocabularyBytes: number
  /** A chunk whose events' text spans more than this is sealed, so that eviction frees text in pieces that fit the budget. */
  chunkTextBytes: number
}

/** Where an event's raw text lies: one span, or each line by itself when others lie far in between. */
export interface Place {
  offset: number
  length: number
  /** Offsets and lengths in turn; null when the span alone says it. */
  lines: readonly number[] | null
}

export class EventIndex {
  readonly sealed: SealedChunk[] = []
  readonly #encoder = new CodeEncoder()
  #open: OpenChunk | null = null
  #vocabulary = new Vocabulary()
  #next = 0
  /** Smallest offset of text of the growing chunk; where the text of all events so far ends. */
  #openText = Number.POSITIVE_INFINITY
  #textEnd: number | null = null
  /** Sum over sealed chunks and their vocabularies. */
  #sealedBytes = 0
  /** Lines of events whose span is mostly other events' text, by seq. */
  readonly #scattered = new Map<number, readonly number[]>()
  /** Counts evictions, so that what was computed over all chunks knows when it is stale. */
  evictions = 0
  evictedEvents = 0
  evictedRecords = 0

  constructor(private readonly limits: IndexLimits) {}

  /** Where values of the next event are interned. */
  get vocabulary(): Vocabulary {
    return this.#vocabulary
  }

  /** The seqs held: [first, next). */
  get first(): number {
    return this.sealed[0]?.first ?? this.#open?.first ?? this.#next
  }
  get next(): number {
    return this.#next
  }

  /** Memory held, bytes. */
  get bytes(): number {
    return this.#sealedBytes + (this.#open?.bytes ?? 0) + this.#vocabulary.bytes
  }

  /** Records of the events held. */
  get records(): number {
    let records = this.#open?.records ?? 0
    for (const chunk of this.sealed) records += chunk.records
    return records
  }

  /** All chunks in order, as they are now; the last may still grow. */
  chunks(): Chunk[] {
    const open = this.#open
    return open === null || open.count === 0 ? [...this.sealed] : [...this.sealed, open]
  }

  /** Appends an event; returns its seq. `lines` only when its text is scattered. */
  append(event: EventValues, records: number, lines: readonly number[] | null): number {
    this.#open ??= new OpenChunk(this.#next, this.#vocabulary)
    const seq = this.#next++
    this.#open.append(event, records)
    if (lines !== null) this.#scattered.set(seq, [...lines])
    const grown = (seq & LOOK_MASK) === 0 && this.#vocabulary.bytes > this.limits.vocabularyBytes
    const end = event.offset + event.span
    this.#openText = Math.min(this.#openText, event.offset)
    this.#textEnd = Math.max(this.#textEnd ?? 0, end)
    const long = end - this.#openText > this.limits.chunkTextBytes
    if (this.#open.full || grown || long) this.#seal()
    return seq
  }

  /** No more events come for now: gives back the memory that was reserved for them. */
  settle(): void {
    if (this.#open === null) return
    if (this.#open.count > 0) this.#seal()
    this.#release(this.#open.vocabulary)
    this.#open = null
    if (this.#vocabulary.chunks > 0) this.#changeVocabulary(new Vocabulary())
  }

  /** Removes the oldest chunk; false when there is none to remove. */
  evict(): boolean {
    if (this.sealed.length === 0 && this.#open !== null && this.#open.count > 0) this.#seal()
    const chunk = this.sealed.shift()
    if (chunk === undefined) return false
    this.#sealedBytes -= chunk.bytes
    this.#release(chunk.vocabulary)
    this.evictions++
    this.evictedEvents += chunk.count
    this.evictedRecords += chunk.records
    for (const seq of this.#scattered.keys()) {
      if (seq >= this.first) break
      this.#scattered.delete(seq)
    }
    return true
  }

  /** The chunk that holds a seq and the index in it; null when the seq is not held. */
  locate(seq: number): { chunk: Chunk; index: number } | null {
    if (seq < this.first || seq >= this.#next) return null
    const open = this.#open
    if (open !== null && seq >= open.first) return { chunk: open, index: seq - open.first }
    let low = 0
    let high = this.sealed.length - 1
    while (low < high) {
      const middle = (low + high + 1) >>> 1
      if (this.sealed[middle]!.first <= seq) low = middle
      else high = middle - 1
    }
    const chunk = this.sealed[low]!
    return { chunk, index: seq - chunk.first }
  }

  /** Where an event's text lies; null when the seq is not held. */
  place(seq: number): Place | null {
    const found = this.locate(seq)
    if (found === null) return null
    const offset = numberAt(found.chunk.numbers('offset'), found.index)
    const length = numberAt(found.chunk.numbers('span'), found.index)
    return { offset, length, lines: this.#scattered.get(seq) ?? null }
  }

  /** The smallest offset of raw text that an event held needs: the end of all text when none is; null before the first. */
  get oldestOffset(): number | null {
    if (this.#textEnd === null) return null
    let oldest = Math.min(this.#openText, this.#textEnd)
    for (const chunk of this.sealed) oldest = Math.min(oldest, chunk.numbers('offset').min)
    return oldest
  }

  #seal(): void {
    const open = this.#open!
    const before = this.#vocabulary
    const closes =
      before.chunks >= CHUNKS_PER_VOCABULARY || before.bytes > this.limits.vocabularyBytes
    const next = closes ? new Vocabulary() : before
    const sealed = open.seal(this.#encoder, next)
    this.sealed.push(sealed)
    this.#sealedBytes += sealed.bytes
    this.#openText = Number.POSITIVE_INFINITY
    if (closes) this.#changeVocabulary(next)
  }

  #changeVocabulary(next: Vocabulary): void {
    const before = this.#vocabulary
    this.#vocabulary = next
    before.close()
    this.#sealedBytes += before.bytes
  }

  #release(vocabulary: Vocabulary): void {
    vocabulary.chunks--
    if (vocabulary.chunks === 0 && !vocabulary.open) this.#sealedBytes -= vocabulary.bytes
  }
}
