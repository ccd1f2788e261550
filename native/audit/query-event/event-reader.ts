/** A whole event, raw, as a query sees it: the slow and sure way, for conditions that the columns cannot decide. */
import type { AuditEvent, EventDigest, ObjectKind } from '../event'
import type { FieldValue, QueryEvent } from '../query'
import { objectText, type Described, type Resolver } from '../interpret'
import { MALFORMED, type AuditRecord } from '../record'
import { TYPE } from '../tables'
import { RecordReader } from './record-values'
import { isSuccess, resultWord, typeName } from './words'

/** The values of the object field: as the records have it, and with the names of users and groups. */
export function objectMeaning(
  object: string,
  objectKind: ObjectKind,
  resolver: Resolver,
): FieldValue[] {
  if (object === '') return []
  return [{ raw: object, value: objectText({ object, objectKind } as Described, resolver) }]
}

/** Records of calls, and the field that says which. */
export const CALL_FIELDS: ReadonlyMap<number, string> = new Map([
  [TYPE.SYSCALL, 'syscall'],
  [TYPE.URINGOP, 'uring_op'],
])

/** Makes {@link QueryEvent}s. One object serves one event after the other. */
export class EventReader implements QueryEvent {
  readonly #reader: RecordReader
  #event!: AuditEvent
  #object: FieldValue[] = []
  #cwd = ''

  constructor(private readonly resolver: Resolver) {
    this.#reader = new RecordReader(resolver)
  }

  /** Looks at an event, of which the object comes from its digest. */
  of(event: AuditEvent, digest: Pick<EventDigest, 'object' | 'objectKind'>): this {
    this.#event = event
    this.#object = objectMeaning(digest.object, digest.objectKind, this.resolver)
    this.#cwd = ''
    const found: FieldValue[] = []
    for (const record of event.records) {
      if (record.type !== TYPE.CWD || found.length > 0) continue
      this.#open(record)
      this.#reader.values('cwd', '', found)
    }
    this.#cwd = found[0]?.value ?? ''
    return this
  }

  values(field: string): readonly FieldValue[] {
    const derived = this.#derived(field)
    if (derived !== null) return derived
    const values: FieldValue[] = []
    for (const record of this.#event.records) {
      if (record.type === MALFORMED) continue
      this.#open(record)
      this.#reader.values(field, this.#cwd, values)
    }
    return values
  }

  *texts(): Iterable<string> {
    const { records, node } = this.#event
    yield node
    for (const { raw, value } of this.#object) yield* [raw, value]
    for (const record of records) {
      yield typeName(record.type)
      this.#open(record)
      yield* this.#reader.texts(this.#cwd)
    }
  }

  numbers(): readonly number[] {
    const { serial } = this.#event
    const ids = [...this.values('pid'), ...this.values('ppid')].map(({ raw }) => Number(raw))
    return [serial, ...ids]
  }

  #open({ type, bytes, body, end }: AuditRecord): void {
    this.#reader.open(type, bytes, body, end)
  }

  #derived(field: string): FieldValue[] | null {
    const { time, serial, node, records } = this.#event
    switch (field) {
      case 'time':
        return [plain(String(time))]
      case 'serial':
        return [plain(String(serial))]
      case 'node':
        return node === '' ? [] : [plain(node)]
      case 'object':
        return this.#object
      case 'type':
        return records.map(({ type }) => ({ raw: String(type), value: typeName(type) }))
      case 'event':
        return [this.#eventName()]
      case 'result': {
        const word = this.#result()
        return word === '' ? [] : [plain(word)]
      }
      default:
        return null
    }
  }

  #eventName(): FieldValue {
    const { type } = this.#event.records[0]!
    const field = CALL_FIELDS.get(type)
    const call = field === undefined ? undefined : this.values(field)[0]
    return call ?? { raw: String(type), value: typeName(type) }
  }

  #result(): string {
    for (const type of CALL_FIELDS.keys()) {
      const call = this.#event.first(type)
      if (call === undefined) continue
      this.#open(call)
      const success = isSuccess(this.#reader.first('success')?.raw ?? '')
      if (success !== null) return resultWord(success, Number(this.#reader.first('exit')?.raw ?? 0))
    }
    for (const { raw, value } of this.values('res')) {
      const success = isSuccess(value) ?? isSuccess(raw)
      if (success !== null) return resultWord(success, 0)
    }
    return ''
  }
}

function plain(text: string): FieldValue {
  return { raw: text, value: text }
}
