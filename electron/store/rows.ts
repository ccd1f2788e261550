/** Rows of the event grid and the inspector's details, from events as they came or, when their text is gone, from columns. */
import { Digester, type AuditEvent, type EventDigest } from '@native/audit/event'
import { describeEvent, interpretRecord, type Resolver } from '@native/audit/interpret'
import { latin1 } from '@native/audit/text'
import { syscallName } from '@native/audit/tables'
import type { EventRow, RecordView } from '@contract/store'
import type { EventFacts, FactReader } from './facts'
import { typeName } from '@native/audit/query-event'

/** Where a row stands, and whether it is bookmarked. */
export interface RowPlace {
  position: number
  seq: number
  marked: boolean
}

function known(id: number): number | null {
  return id < 0 ? null : id
}

function successOf(success: number): boolean | null {
  return success < 0 ? null : success === 1
}

export class RowMaker {
  readonly #digester = new Digester()

  constructor(
    private readonly resolver: Resolver,
    private readonly facts: FactReader,
  ) {}

  /** Looks at an event; valid until the next call. */
  digest(event: AuditEvent): EventDigest {
    return this.#digester.of(event)
  }

  /** The row of an event as it came. */
  row(event: AuditEvent, place: RowPlace): EventRow {
    const digest = this.#digester.of(event)
    const description = describeEvent(event, digest, this.resolver)
    return {
      ...place,
      time: event.time,
      serial: event.serial,
      event: description.event,
      who: description.who,
      what: description.action,
      object: description.object,
      result: description.result,
      success: successOf(digest.success),
      pid: known(digest.pid),
      ppid: known(digest.ppid),
      auid: known(digest.auid),
      uid: known(digest.uid),
      ses: known(digest.ses),
      comm: digest.comm,
      exe: digest.exe,
      key: digest.keys.join(', '),
      cwd: digest.cwd,
      syscall: digest.arch === 0 ? '' : callName(digest),
      type: typeName(digest.type),
      records: event.records.length,
    }
  }

  /** The row of an event of which only the columns are left. */
  rowOfFacts(facts: EventFacts, place: RowPlace): EventRow {
    const description = this.facts.describe(facts)
    const { actor, described } = facts
    return {
      ...place,
      time: facts.time,
      serial: facts.serial,
      event: description.event,
      who: description.who,
      what: description.action,
      object: description.object,
      result: description.result,
      success: successOf(described.success),
      pid: facts.pid,
      ppid: facts.ppid,
      auid: known(actor.auid),
      uid: known(actor.uid),
      ses: known(actor.ses),
      comm: actor.comm,
      exe: actor.exe,
      key: actor.key.split('\u0001').join(', '),
      cwd: facts.cwd,
      syscall: facts.call.name,
      type: typeName(facts.type),
      records: facts.records,
    }
  }

  /** The records of an event, raw and interpreted. */
  records(event: AuditEvent): RecordView[] {
    return event.records.map((record) => ({
      type: record.typeName,
      raw: latin1(record.bytes, record.start, record.end),
      fields: interpretRecord(record, this.resolver, event.records),
    }))
  }

  /** One sentence that says what happened. */
  sentence(event: AuditEvent): string {
    return describeEvent(event, this.#digester.of(event), this.resolver).sentence
  }
}

function callName({ arch, syscall }: EventDigest): string {
  return syscallName(arch, syscall) ?? (syscall < 0 ? '' : String(syscall))
}
