/** What `auditscope watch` prints of what arrives: the formats of `auditscope convert`, event by event. */
import { Assembler, type SerialGap } from '@native/audit/event'
import { ByteOutput, createWriter, OUTPUT_FORMATS, type OutputFormat } from '@native/audit/format'
import type { Resolver } from '@native/audit/interpret'
import { forEachRecord } from '@native/audit/netlink/records-frame'
import { RecordParser, type AuditRecord } from '@native/audit/record'
import { escapeForDisplay, latin1Bytes } from '@native/audit/text'

export const FORMATS = OUTPUT_FORMATS
export type Format = OutputFormat

/** Takes payloads of record frames and gives what is to be printed of them. */
export interface Formatter {
  readonly counts: { records: number; events: number; malformed: number }
  /** The lines that a frame completes. */
  frame(payload: Uint8Array): string | Uint8Array
  /** Events that wait for a record which does not come; call it now and then with the time, ms since the epoch. */
  overdue(now: number): string | Uint8Array
  /** What was still incomplete, at the end. */
  end(): string | Uint8Array
}

export interface FormatterOptions {
  format: Format
  /** Whether a person reads it on a terminal: then nothing of a record reaches it that could drive it. */
  terminal: boolean
  /** Who has which number on the machine that is watched. */
  resolver: Resolver
  /** Hears of serials that never came. */
  onGap: (gap: SerialGap) => void
}

export function formatter(options: FormatterOptions): Formatter {
  return options.format === 'raw' ? new RawFormatter(options.terminal) : new EventFormatter(options)
}

/** Records as lines of audit.log, byte for byte and in the order in which the kernel sent them: ausearch reads them. */
class RawFormatter implements Formatter {
  readonly counts = { records: 0, events: 0, malformed: 0 }
  readonly #parser = new RecordParser()

  constructor(readonly terminal: boolean) {}

  frame(payload: Uint8Array): string | Uint8Array {
    let lines = ''
    eachRecord(this.#parser, payload, this.counts, ({ line }) => {
      // A line break within a message of a program would look like another record.
      lines += (this.terminal ? escapeForDisplay(line) : line.replace(/[\r\n]/g, ' ')) + '\n'
    })
    return this.terminal ? lines : latin1Bytes(lines)
  }

  overdue(): string {
    return ''
  }

  end(): string {
    return ''
  }
}

/** Every other format; none of them lets anything of a record through that could drive a terminal. */
class EventFormatter implements Formatter {
  readonly counts = { records: 0, events: 0, malformed: 0 }
  readonly #parser = new RecordParser()
  readonly #assembler: Assembler
  #written: Uint8Array[] = []
  readonly #output = new ByteOutput((bytes, length) => {
    this.#written.push(bytes.subarray(0, length))
    return undefined
  }, OUTPUT_BYTES)

  constructor({ format, resolver, onGap }: FormatterOptions) {
    const writer = createWriter(format, this.#output, resolver)
    writer.begin()
    this.#assembler = new Assembler({
      event: (event) => {
        this.counts.events++
        writer.event(event)
      },
      gap: onGap,
    })
  }

  frame(payload: Uint8Array): Uint8Array {
    eachRecord(this.#parser, payload, this.counts, (record) => this.#assembler.push(record))
    return this.#take()
  }

  overdue(now: number): Uint8Array {
    this.#assembler.expire(now)
    return this.#take()
  }

  end(): Uint8Array {
    this.#assembler.flush()
    return this.#take()
  }

  #take(): Uint8Array {
    this.#output.flush()
    const written = this.#written
    this.#written = []
    return written.length === 1 ? written[0]! : Buffer.concat(written)
  }
}

/** A frame is small when little happens: a large buffer for each would be made in vain. */
const OUTPUT_BYTES = 1 << 14

function eachRecord(
  parser: RecordParser,
  payload: Uint8Array,
  counts: Formatter['counts'],
  visit: (record: AuditRecord) => void,
): void {
  forEachRecord(payload, (type, start, end) => {
    counts.records++
    const record = parser.netlink(type, payload, start, end)
    if (record === undefined) counts.malformed++
    visit(record ?? parser.malformed(payload, start, end, Date.now()))
  })
}
