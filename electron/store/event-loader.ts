/** Events as they came: reads their raw text and takes it apart again. */
import { AuditEvent } from '@native/audit/event'
import { RecordParser, type AuditRecord } from '@native/audit/record'
import { idAt } from './columns/codes'
import { numberAt } from './columns/numbers'
import type { EventIndex, Place } from './event-index'
import type { Range } from './raw/extents'
import type { RawText } from './raw/raw-text'

const NEWLINE = 0x0a
const RETURN = 0x0d

export class EventLoader {
  readonly #parser = new RecordParser()

  constructor(
    private readonly index: EventIndex,
    private readonly raw: RawText,
  ) {}

  /** The events of some seqs, in the same order; null where the event or its text is not held any more. */
  async load(seqs: readonly number[]): Promise<(AuditEvent | null)[]> {
    const places = seqs.map((seq) => this.index.place(seq))
    const ranges = places.flatMap((place) => (place === null ? [] : rangesOf(place)))
    const read = await this.raw.readAll(ranges)
    let at = 0
    return places.map((place, index) => {
      if (place === null) return null
      const count = place.lines === null ? 1 : place.lines.length / 2
      const parts = read.slice(at, at + count)
      at += count
      const found = this.index.locate(seqs[index]!)
      // It may have been evicted while the text was being read.
      if (found === null || parts.some((part) => part === null)) return null
      const time = numberAt(found.chunk.numbers('time'), found.index)
      const serial = numberAt(found.chunk.numbers('serial'), found.index)
      const shape = idAt(found.chunk.codes('shape'), found.index)
      const { completion } = found.chunk.vocabulary.shapeOf(shape)
      const records = this.#records(parts as Uint8Array[], time, serial)
      return records.length === 0 ? null : new AuditEvent(records, completion)
    })
  }

  /** The lines of one event among those of others in between. */
  #records(parts: readonly Uint8Array[], time: number, serial: number): AuditRecord[] {
    const records: AuditRecord[] = []
    for (const part of parts) {
      for (let at = 0; at < part.length;) {
        const newline = part.indexOf(NEWLINE, at)
        const end = newline < 0 ? part.length : newline
        const stop = end > at && part[end - 1] === RETURN ? end - 1 : end
        const record = this.#parser.line(part, at, stop)
        if (record === undefined) {
          if (records.length === 0 && at === 0)
            return [this.#parser.malformed(part, at, stop, time)]
        } else if (belongs(record, records[0], time, serial)) {
          records.push(record)
        }
        at = end + 1
      }
    }
    return records
  }
}

function belongs(
  record: AuditRecord,
  first: AuditRecord | undefined,
  time: number,
  serial: number,
): boolean {
  if (record.time !== time || record.serial !== serial) return false
  return first === undefined || first.node === record.node
}

function rangesOf({ offset, length, lines }: Place): Range[] {
  if (lines === null) return [{ offset, length }]
  const ranges: Range[] = []
  for (let at = 0; at < lines.length; at += 2)
    ranges.push({ offset: lines[at]!, length: lines[at + 1]! })
  return ranges
}
