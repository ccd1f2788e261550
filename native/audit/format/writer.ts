import type { AuditEvent } from '../event'

/** Writes events in one format. */
export interface EventWriter {
  /** Writes what stands before the first event: the heading of a table. */
  begin(): void
  /** Writes one event. */
  event(event: AuditEvent): void
}
