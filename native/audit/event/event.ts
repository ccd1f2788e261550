import type { AuditRecord } from '../record'

/**
 * How an event was known to be complete: by its EOE, by its PROCTITLE (the kernel's last record but EOE), because its
 * type never has company, because two seconds of event time passed, or because a bound forced it out early.
 */
export type Completion = 'eoe' | 'proctitle' | 'single' | 'timeout' | 'forced'

/** The records that share a node, a time and a serial, in the order in which they came. */
export class AuditEvent {
  constructor(
    readonly records: readonly AuditRecord[],
    readonly completion: Completion,
  ) {}

  /** Time, ms since the epoch: of the system call's entry, or of the first record. */
  get time(): number {
    return this.records[0]!.time
  }
  /** Serial, 32 bits; it wraps, and starts again at boot. */
  get serial(): number {
    return this.records[0]!.serial
  }
  /** The machine that `node=` names; empty for this one. */
  get node(): string {
    return this.records[0]!.node
  }
  /** The first record of a type, or undefined. */
  first(type: number): AuditRecord | undefined {
    for (const record of this.records) if (record.type === type) return record
    return undefined
  }
}
