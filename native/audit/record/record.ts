import { copyBytes, latin1 } from '../text'
import { recordTypeName } from '../tables'

/** Type of a record that could not be parsed: its text is kept as it is. */
export const MALFORMED = -1

/**
 * One record: where its text lies, and its header. The text stays bytes in the buffer that it came in (a frame of the
 * helper, a chunk of a file) until somebody asks for it.
 */
export class AuditRecord {
  constructor(
    /** Number of the record type (linux/audit.h), or {@link MALFORMED}. */
    readonly type: number,
    /** Time of the event, ms since the epoch. */
    readonly time: number,
    /** Serial of the event, 32 bits unsigned. */
    readonly serial: number,
    /** Name of the host that `node=` says; empty without it. */
    readonly node: string,
    readonly bytes: Uint8Array,
    /** The whole text: a line of a log, or the text of a netlink message. */
    readonly start: number,
    /** Offset of `audit(`; equal to `start` for a netlink message, which has no `type=` before it. */
    readonly stamp: number,
    /** Offset of the first byte after `audit(...): `. */
    readonly body: number,
    readonly end: number,
  ) {}

  /** The same record with its text in a buffer of its own, so that the one it came in can be used again. */
  detached(): AuditRecord {
    const { start } = this
    return new AuditRecord(
      this.type,
      this.time,
      this.serial,
      this.node,
      copyBytes(this.bytes, start, this.end),
      0,
      this.stamp - start,
      this.body - start,
      this.end - start,
    )
  }

  /** `SYSCALL`, `PATH`, `UNKNOWN[1234]`; `MALFORMED` for a line that is no record. */
  get typeName(): string {
    return this.type === MALFORMED ? 'MALFORMED' : recordTypeName(this.type)
  }

  /** The record as a line of audit.log (without line end), one character a byte. */
  get line(): string {
    return this.type === MALFORMED || this.stamp > this.start
      ? latin1(this.bytes, this.start, this.end)
      : this.linePrefix + latin1(this.bytes, this.start, this.end)
  }

  /** What auditd writes before a netlink message's text; empty for a record that was read from a log. */
  get linePrefix(): string {
    if (this.type === MALFORMED || this.stamp > this.start) return ''
    return `${this.node === '' ? '' : `node=${this.node} `}type=${this.typeName} msg=`
  }
}
