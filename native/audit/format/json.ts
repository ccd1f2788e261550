import { Digester, ProcessChains, type AuditEvent } from '../event'
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
  private readonly chains = new ProcessChains()
  private readonly clock = Clock.iso()

  constructor(
    private readonly out: ByteOutput,
    private readonly resolver: Resolver,
  ) {}

  begin(): void {
    // There is no heading.
  }

  event(event: AuditEvent): void {
    this.out.text(`${harmless(JSON.stringify(this.object(event)))}\n`)
  }

  private object(event: AuditEvent): object {
    const digest = this.digester.of(event)
    const description = describeEvent(event, digest, this.resolver)
    this.chains.note(event.node, digest)
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
      ancestors: this.chains.of(event.node, digest).map(({ pid, comm, exe }) => ({
        pid,
        comm: comm || undefined,
        exe: exe || undefined,
      })),
      keys: digest.keys,
      completion: event.completion,
      records: event.records.map((record) => ({
        type: record.typeName,
        raw: record.line,
        fields: interpretRecord(record, this.resolver, event.records),
      })),
    }
  }
}

/**
 * JSON escapes C0 only; what else could drive a terminal, reorder a line or hide is escaped as well. It stays valid JSON,
 * and means the same.
 */
function harmless(json: string): string {
  return json.replace(HIDDEN, escaped)
}
/** What `escapeForDisplay` hides, without C0 and lone surrogates. */
const HIDDEN =
  // eslint-disable-next-line no-misleading-character-class -- joiners and selectors are meant one by one
  /[\u007f-\u009f\u00ad\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202f\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}]/gu

function escaped(character: string): string {
  return Array.from(
    { length: character.length },
    (_, i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`,
  ).join('')
}
