/** The way from the bytes of a log to the bytes of a format. Constant memory, however long the log is. */
import { Assembler, Digester, type AuditEvent } from '@native/audit/event'
import { ByteOutput, createWriter, type OutputFormat } from '@native/audit/format'
import type { Resolver } from '@native/audit/interpret'
import { matchesPlan, type Plan } from '@native/audit/query'
import { EventReader } from '@native/audit/query-event'
import { LineSplitter, RecordParser } from '@native/audit/record'

export interface ConverterOptions {
  format: OutputFormat
  resolver: Resolver
  /** Only events that fit are written; everything when null. */
  plan: Plan | null
}

/** What went through; counts only grow. */
export interface Converted {
  records: number
  events: number
  /** Events that were written: fewer than `events` with a filter. */
  written: number
  /** Lines that are no records: kept as they are. */
  malformed: number
  /** Serials that never came. */
  missing: number
  /** Events whose last record never came: taken for complete after two seconds, or because too many waited. */
  unended: number
}

/** Converts one log, or several one after the other. */
export class Converter {
  private written = 0
  private lastTime = 0
  private ready: Uint8Array[] = []
  private readonly parser = new RecordParser()
  private readonly output = new ByteOutput((bytes, length) => {
    this.ready.push(bytes.subarray(0, length))
    return undefined
  })
  private readonly assembler: Assembler
  private readonly lines = new LineSplitter((bytes, start, end) => {
    const record = this.parser.line(bytes, start, end)
    if (record !== undefined) this.lastTime = record.time
    this.assembler.push(record ?? this.parser.malformed(bytes, start, end, this.lastTime))
  })

  constructor({ format, resolver, plan }: ConverterOptions) {
    const writer = createWriter(format, this.output, resolver)
    const fits = plan === null ? () => true : fitting(plan, resolver)
    writer.begin()
    this.assembler = new Assembler({
      event: (event) => {
        if (!fits(event)) return
        this.written++
        writer.event(event)
      },
    })
  }

  /** Takes a part of a log; it may change afterwards. Returns what is ready to be written. */
  take(chunk: Uint8Array): Uint8Array[] {
    this.lines.push(chunk)
    this.assembler.detach()
    return this.collect()
  }

  /** A file has ended: its last line may lack a line end. */
  endOfFile(): Uint8Array[] {
    this.lines.end()
    return this.collect()
  }

  /** Everything has ended. Returns the rest. */
  end(): Uint8Array[] {
    this.assembler.flush()
    this.output.flush()
    return this.collect()
  }

  get counts(): Converted {
    const { records, events, malformed, missing, completions } = this.assembler.stats
    const unended = completions.timeout + completions.forced
    return { records, events, written: this.written, malformed, missing, unended }
  }

  private collect(): Uint8Array[] {
    const { ready } = this
    if (ready.length > 0) this.ready = []
    return ready
  }
}

function fitting(plan: Plan, resolver: Resolver): (event: AuditEvent) => boolean {
  const digester = new Digester()
  const reader = new EventReader(resolver)
  return (event) => matchesPlan(plan, reader.of(event, digester.of(event)))
}
