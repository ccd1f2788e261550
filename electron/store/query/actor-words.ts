/**
 * Looks for words in what system calls' records say of who acted. There are many different actors, made of few different
 * values: so each field's text is looked at once.
 */
import type { Resolver } from '@native/audit/interpret'
import { RecordReader } from '@native/audit/query-event'
import { fieldId, FieldScan } from '@native/audit/record'
import { TYPE } from '@native/audit/tables'
import { ByteTable } from '../columns/byte-table'

/** Fields whose meaning depends on others; the kernel has them elsewhere in the record. */
const DEPENDENT: ReadonlySet<number> = new Set(
  ['arch', 'syscall', 'exit'].map((name) => fieldId(name as 'arch')),
)
/** More different texts than this are not remembered. */
const MOST_BYTES = 16 * 2 ** 20

export class ActorWords {
  readonly #scan = new FieldScan()
  readonly #reader: RecordReader
  readonly #texts = new ByteTable()
  readonly #answers: (boolean | undefined)[] = []

  constructor(
    resolver: Resolver,
    private readonly has: (text: string) => boolean,
  ) {
    this.#reader = new RecordReader(resolver)
  }

  /** Whether any text of an actor contains the words. */
  of(bytes: Uint8Array): boolean {
    const scan = this.#scan
    scan.scan(bytes, 0, bytes.length)
    if (scan.enriched >= 0) return this.#ofText(bytes, 0, bytes.length)
    for (let index = 0; index < scan.count; index++) {
      if (DEPENDENT.has(scan.ids[index]!)) return this.#ofText(bytes, 0, bytes.length)
      if (this.#ofField(bytes, scan.nameStart[index]!, scan.valueEnd[index]!)) return true
    }
    return false
  }

  #ofField(bytes: Uint8Array, from: number, to: number): boolean {
    if (this.#texts.bytes > MOST_BYTES) return this.#ofText(bytes, from, to)
    const text = this.#texts.intern(bytes, from, to)
    return (this.#answers[text] ??= this.#ofText(bytes, from, to))
  }

  #ofText(bytes: Uint8Array, from: number, to: number): boolean {
    this.#reader.open(TYPE.SYSCALL, bytes, from, to)
    return this.#reader.texts('').some(this.has)
  }
}
