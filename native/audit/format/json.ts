import { Digester, type AuditEvent } from '../event'
import { describeEvent } from '../interpret/describe'
import { interpretRecord } from '../interpret/record'
import type { Resolver } from '../interpret/resolver'
import { recordCategory } from '../tables'
import type { ByteOutput } from './output'
import { Clock } from './time'
import type { EventWriter } from './writer'

/**
 * Name and version of the format, described in docs/formats.md. Within a version fields are only added; a field that
 * changes its meaning makes a new version.
 */
export const JSON_SCHEMA = 'auditscope.event/1'

/**
 * Writes one JSON object an event and line. Values are exact: a byte that is not UTF-8 is the lone surrogate U+DCNN, as
 * an escape. What is not known is left out.
 */
export class JsonWriter implements EventWriter {
  private readonly digester = new Digester()
  private readonly clock = Clock.iso()

  constructor(
    private readonly out: ByteOutput,
    private readonly resolver: Resolver,
  ) {}

  begin(): void {
    // There is no heading.
  }

  event(event: AuditEvent): void {
    this.out.text(`${JSON.stringify(this.object(event))}\n`)
  }

  private object(event: AuditEvent): object {
    const digest = this.digester.of(event)
    const description = describeEvent(event, digest, this.resolver)
    const known = (number: number): number | undefined =>
      number < 0 || Number.isNaN(number) ? undefined : number
    return {
      schema: JSON_SCHEMA,
      time: this.clock.format(event.time),
      timeMs: event.time,
      serial: event.serial,
      node: event.node || undefined,
      event: description.event,
      category: recordCategory(digest.type),
      who: description.who,
      action: description.action,
      object: description.object,
      objectKind: digest.objectKind,
      object2: digest.object2 || undefined,
      result: description.result,
      sentence: description.sentence,
      success: digest.success < 0 ? undefined : digest.success === 1,
      exit: Number.isNaN(digest.exit) ? undefined : digest.exit,
      pid: known(digest.pid),
      ppid: known(digest.ppid),
      auid: known(digest.auid),
      uid: known(digest.uid),
      euid: known(digest.euid),
      gid: known(digest.gid),
      ses: known(digest.ses),
      tty: digest.tty || undefined,
      comm: digest.comm || undefined,
      exe: digest.exe || undefined,
      cwd: digest.cwd || undefined,
      keys: digest.keys,
      completion: event.completion,
      records: event.records.map((record) => ({
        type: record.typeName,
        raw: record.line,
        fields: interpretRecord(record, this.resolver),
      })),
    }
  }
}
