/**
 * The object of an event as the digest sees it. Looking at an event whole takes longer than everything else that is done
 * for it, but its object follows from what has been interned already: so it is looked at once for each combination.
 */
import { Digester, OBJECT_KINDS, type AuditEvent, type EventDigest } from '@native/audit/event'
import { callObject } from '@native/audit/event/objects'
import { encodeUtf8Into } from '@native/audit/text'
import { ByteTable } from '../columns/byte-table'
import type { EventValues } from '../columns/chunk'
import type { Vocabulary } from '../columns/vocabulary'

/** In place of a number of the object column: the object also depends on an argument, which is not interned. */
const BY_ARGUMENT = -1
const KIND_CODES = new Map(OBJECT_KINDS.map((kind, code) => [kind, code]))

export class ObjectScanner {
  readonly #digester = new Digester()
  #vocabulary: Vocabulary | null = null
  /** Combinations of interned values seen, and the number of the object of each. */
  #combinations = new ByteTable()
  #objects: number[] = []
  readonly #key = new Uint32Array(4)
  readonly #keyBytes = new Uint8Array(this.#key.buffer)
  #text = new Uint8Array(1024)

  /** The event's number in the object column; its other values have been scanned. */
  scan(event: AuditEvent, values: EventValues, vocabulary: Vocabulary): number {
    if (vocabulary !== this.#vocabulary) this.#restart(vocabulary)
    const key = this.#key
    key[0] = values.call
    key[1] = values.paths
    key[2] = values.notes
    key[3] = values.shape
    const combination = this.#combinations.intern(this.#keyBytes, 0, this.#keyBytes.length)
    const known = this.#objects[combination]
    if (known !== undefined && known !== BY_ARGUMENT) return known
    const digest = this.#digester.of(event)
    const object = this.#intern(digest, vocabulary)
    const byArgument = digest.arch !== 0 && callObject(digest.arch, digest.syscall) !== undefined
    this.#objects[combination] = byArgument ? BY_ARGUMENT : object
    return object
  }

  #restart(vocabulary: Vocabulary): void {
    this.#vocabulary = vocabulary
    this.#combinations = new ByteTable()
    this.#objects = []
  }

  #intern({ object, objectKind }: EventDigest, vocabulary: Vocabulary): number {
    if (objectKind === 'none') return 0
    const needed = object.length * 3 + 1
    if (this.#text.length < needed) this.#text = new Uint8Array(needed * 2)
    this.#text[0] = KIND_CODES.get(objectKind)!
    return vocabulary.object.intern(this.#text, 0, encodeUtf8Into(object, this.#text, 1))
  }
}
