/** What `auditscope watch` prints of what arrives. */
import { Assembler, Digester, type AuditEvent, type SerialGap } from '@native/audit/event'
import { forEachRecord } from '@native/audit/netlink/records-frame'
import { FieldScan, RecordParser, type AuditRecord } from '@native/audit/record'
import { archByNumber, errnoName, recordTypeName, syscallName } from '@native/audit/tables'
import { decodeUtf8, escapeForDisplay, latin1Bytes } from '@native/audit/text'

export const FORMATS = ['text', 'json', 'raw'] as const
export type Format = (typeof FORMATS)[number]

/** Takes payloads of record frames and gives what is to be printed of them. */
export interface Formatter {
  readonly counts: { records: number; events: number; malformed: number }
  /** The lines that a frame completes. */
  frame(payload: Uint8Array): string | Uint8Array
  /** Events that wait for a record which does not come; call it now and then with the time, ms since the epoch. */
  overdue(now: number): string
  /** What was still incomplete, at the end. */
  end(): string
}

export interface FormatterOptions {
  format: Format
  /** Whether a person reads it on a terminal: then nothing of a record reaches it that could drive it. */
  terminal: boolean
  /** Hears of serials that never came. */
  onGap: (gap: SerialGap) => void
}

export function formatter(options: FormatterOptions): Formatter {
  if (options.format === 'raw') return new RawFormatter(options.terminal)
  return new EventFormatter(options.format === 'json' ? jsonLine : textLine(), options.onGap)
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

class EventFormatter implements Formatter {
  readonly counts = { records: 0, events: 0, malformed: 0 }
  readonly #parser = new RecordParser()
  readonly #assembler: Assembler
  #lines = ''

  constructor(line: (event: AuditEvent) => string, onGap: (gap: SerialGap) => void) {
    this.#assembler = new Assembler({
      event: (event) => {
        this.counts.events++
        this.#lines += line(event) + '\n'
      },
      gap: onGap,
    })
  }

  frame(payload: Uint8Array): string {
    eachRecord(this.#parser, payload, this.counts, (record) => this.#assembler.push(record))
    return this.#take()
  }

  overdue(now: number): string {
    this.#assembler.expire(now)
    return this.#take()
  }

  end(): string {
    this.#assembler.flush()
    return this.#take()
  }

  #take(): string {
    const lines = this.#lines
    this.#lines = ''
    return lines
  }
}

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

/** One line an event: when, what, how it ended, who, to what, and by which rule. */
function textLine(): (event: AuditEvent) => string {
  const digester = new Digester()
  return (event) => {
    const digest = digester.of(event)
    const call = callName(digest.arch, digest.syscall)
    const result =
      digest.success === -1
        ? ''
        : digest.errno > 0
          ? (errnoName(digest.errno) ?? 'failed')
          : digest.success === 1
            ? 'ok'
            : 'failed'
    const parts = [
      new Date(event.time).toISOString().replace('T', ' ').replace('Z', ''),
      (call ?? recordTypeName(digest.type)).padEnd(12),
      result.padEnd(6),
      digest.pid < 0 ? '' : `${digest.comm || '?'}[${digest.pid}]`,
      digest.uid < 0 ? '' : `uid=${digest.uid}`,
      digest.auid < 0 ? '' : `auid=${digest.auid === 0xffffffff ? 'unset' : digest.auid}`,
      [digest.object, digest.object2].filter((text) => text !== '').join(' → '),
      digest.key === '' ? '' : `key=${digest.keys.join(',')}`,
    ]
    return escapeForDisplay(parts.filter((part) => part !== '').join('  '))
  }
}

function callName(arch: number, syscall: number): string | null {
  if (syscall < 0) return null
  const known = archByNumber(arch)
  return (known === undefined ? undefined : syscallName(known, syscall)) ?? `syscall ${syscall}`
}

const scan = new FieldScan()

/** One object an event: its key, and every record with its text and its fields as they stand. */
function jsonLine(event: AuditEvent): string {
  const records = event.records.map((record) => ({
    type: record.typeName,
    text: record.line,
    fields: rawFields(record),
  }))
  const value = {
    time: event.time,
    serial: event.serial,
    ...(event.node === '' ? {} : { node: event.node }),
    completion: event.completion,
    records,
  }
  return terminalSafe(JSON.stringify(value))
}

/** Name and raw value of each field, in order; names can repeat. */
function rawFields({ bytes, body, end }: AuditRecord): [name: string, value: string][] {
  scan.scan(bytes, body, end)
  return Array.from({ length: scan.count }, (_, i) => [
    decodeUtf8(bytes, scan.nameStart[i]!, scan.nameEnd[i]!),
    decodeUtf8(bytes, scan.valueStart[i]!, scan.valueEnd[i]!),
  ])
}

/** JSON escapes C0 only; what else could drive a terminal or reorder a line is escaped as well, and stays valid JSON. */
function terminalSafe(json: string): string {
  return json.replace(/[\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g, (char) => {
    return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`
  })
}
