/** Bytes of raw text to events in the index: cuts lines, assembles, appends. One for each stream of lines. */
import { Assembler, type AssemblerSink, type AuditEvent, type SerialGap } from '@native/audit/event'
import { RecordParser, type AuditRecord } from '@native/audit/record'
import { EventIndex, type IndexLimits } from '../event-index'
import { EventScanner } from './scan'

const NEWLINE = 0x0a
const RETURN = 0x0d
/** Above this an event whose lines lie far apart keeps the place of each line instead of one span. */
const LARGEST_SPAN = 65_536
/** A span may be so many times longer than the event's own text before each line's place is kept. */
const LARGEST_DILUTION = 16
/** A longer line is cut: no record is (MAX_AUDIT_MESSAGE_LENGTH is 8970), and a binary file may be one line. */
export const LONGEST_LINE = 1 << 20
/** Lines between two looks at the clock. */
const LOOK_MASK = 63

/** What went through an {@link Indexer}. */
export interface IngestCounts {
  records: number
  /** Lines that are not records. */
  malformed: number
  /** Events that never got their last record. */
  cut: number
}

export class Indexer implements AssemblerSink {
  readonly index: EventIndex
  readonly #parser = new RecordParser()
  readonly #assembler = new Assembler(this)
  readonly #scanner = new EventScanner()
  readonly #onGap: (gap: SerialGap) => void
  /** Offset in the raw text of a buffer's first byte; events that wait hold on to theirs. */
  readonly #bases = new WeakMap<Uint8Array, number>()
  #lastBytes: Uint8Array | null = null
  #lastBase = 0
  #time = 0
  /** Of the assembler's end markers, how many have been counted with an event. */
  #endMarkers = 0

  /** `onGap` is told of serials that never came. */
  constructor(limits: IndexLimits, onGap: (gap: SerialGap) => void) {
    this.index = new EventIndex(limits)
    this.#onGap = onGap
  }

  get counts(): IngestCounts {
    const { records, malformed, completions } = this.#assembler.stats
    return { records, malformed, cut: completions.timeout }
  }

  /** End markers that came since the last event: held, but not counted with any event yet. */
  get looseRecords(): number {
    return this.#assembler.stats.endMarkers - this.#endMarkers
  }

  /** Events that wait for records. */
  get pending(): number {
    return this.#assembler.inFlight
  }

  /**
   * Takes the whole lines of `bytes[from, to)`, until `mayGoOn` says no; returns where the first line begins that was
   * not taken. `offset` is the place of `bytes[0]` in the raw text; the bytes must not change afterwards.
   */
  feed(
    bytes: Buffer,
    from: number,
    to: number,
    offset: number,
    mayGoOn: () => boolean = () => true,
  ): number {
    this.#bases.set(bytes, offset)
    let at = from
    let lines = 0
    while (at < to) {
      // Node's own search is ten times as fast as a loop.
      const newline = bytes.indexOf(NEWLINE, at)
      const found = newline >= 0 && newline < to
      if (!found && to - at < LONGEST_LINE) break
      const end = found ? newline : to
      this.#line(bytes, at, end)
      at = found ? end + 1 : end
      if ((++lines & LOOK_MASK) === 0 && !mayGoOn()) break
    }
    return at
  }

  /** Takes a last line that has no newline. */
  feedLast(bytes: Buffer, from: number, to: number, offset: number): void {
    this.#bases.set(bytes, offset)
    this.#line(bytes, from, to)
  }

  /** Completes what a live stream cannot add to any more; `now` in ms. */
  expire(now: number): void {
    this.#assembler.expire(now)
  }

  /** Completes every event that waits. */
  finish(): void {
    this.#assembler.flush()
  }

  /** The stream ended: completes every event, and gives back the memory that was reserved for more. */
  end(): void {
    this.finish()
    this.index.settle()
  }

  event(event: AuditEvent): void {
    const { index } = this
    this.#scanner.scan(event, index.vocabulary)
    const { values } = this.#scanner
    const { records } = event
    const last = records[records.length - 1]!
    values.offset = this.#offsetOf(records[0]!)
    values.span = this.#offsetOf(last) + last.end - last.start - values.offset
    const scattered =
      values.span > LARGEST_SPAN && values.span > ownBytes(records) * LARGEST_DILUTION
    // End markers belong to no event's text, but they were received, held and are evicted like the records around them.
    const { endMarkers } = this.#assembler.stats
    const counted = records.length + endMarkers - this.#endMarkers
    this.#endMarkers = endMarkers
    index.append(values, counted, scattered ? this.#placesOf(records) : null)
  }

  gap(gap: SerialGap): void {
    this.#onGap(gap)
  }

  #line(bytes: Uint8Array, from: number, to: number): void {
    const end = to > from && bytes[to - 1] === RETURN ? to - 1 : to
    if (end === from) return
    const record =
      this.#parser.line(bytes, from, end) ?? this.#parser.malformed(bytes, from, end, this.#time)
    this.#time = record.time
    this.#assembler.push(record)
  }

  /** Where a record's line begins in the raw text. */
  #offsetOf({ bytes, start }: AuditRecord): number {
    if (bytes !== this.#lastBytes) {
      this.#lastBytes = bytes
      this.#lastBase = this.#bases.get(bytes)!
    }
    return this.#lastBase + start
  }

  #placesOf(records: readonly AuditRecord[]): number[] {
    return records.flatMap((record) => [this.#offsetOf(record), record.end - record.start])
  }
}

function ownBytes(records: readonly AuditRecord[]): number {
  let bytes = 0
  for (const { start, end } of records) bytes += end - start
  return bytes
}
