import type { AuditEvent } from '../event'
import type { ByteOutput } from './output'
import type { EventWriter } from './writer'

const NEWLINE = 0x0a

/** Writes records as lines of audit.log, byte by byte as they came; those from netlink get the heading that auditd gives them. */
export class RawWriter implements EventWriter {
  constructor(private readonly out: ByteOutput) {}

  begin(): void {
    // There is no heading.
  }

  event(event: AuditEvent): void {
    for (const record of event.records) {
      const prefix = record.linePrefix
      if (prefix !== '') this.out.text(prefix)
      this.out.copy(record.bytes, record.start, record.end)
      this.out.byte(NEWLINE)
    }
  }
}
