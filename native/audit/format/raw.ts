import type { AuditEvent } from '../event'
import type { AuditRecord } from '../record'
import type { ByteOutput } from './output'
import type { EventWriter } from './writer'

const NEWLINE = 0x0a
const RETURN = 0x0d
const SPACE = 0x20

/** Writes records as lines of audit.log, byte by byte as they came; those from netlink get the heading that auditd gives them. */
export class RawWriter implements EventWriter {
  constructor(private readonly out: ByteOutput) {}

  begin(): void {
    // There is no heading.
  }

  event(event: AuditEvent): void {
    for (const record of event.records) {
      const prefix = record.linePrefix
      if (prefix === '') this.out.copy(record.bytes, record.start, record.end)
      else {
        this.out.text(prefix)
        this.oneLine(record)
      }
      this.out.byte(NEWLINE)
    }
  }

  /** A line break within a message of a program would look like the beginning of another record. */
  private oneLine({ bytes, start, end }: AuditRecord): void {
    for (let i = start; i < end; i++) {
      const byte = bytes[i]!
      this.out.byte(byte === NEWLINE || byte === RETURN ? SPACE : byte)
    }
  }
}
