/**
 * The interned parts of events. What many events have in common is kept once, as the text that the records have, and is
 * parsed only when a query asks: a query looks at each distinct value once and then scans numbers.
 *
 * One vocabulary serves several chunks and goes with the last of them, so that strings are evicted like events.
 */
import type { Completion } from '@native/audit/event'
import { ByteTable } from './byte-table'

/** The columns of interned values, and what each holds. */
export const CODE_COLUMNS = {
  /** The start of a SYSCALL record: `arch=c000003e syscall=87 success=yes`. */
  call: 'text',
  /** The end of a SYSCALL record, from `auid=` on: who did it, with what program, and the rule's key. */
  actor: 'text',
  /** The value of PROCTITLE. */
  title: 'text',
  /** The current directory and the event's paths. */
  paths: 'tuple',
  /** What all other records say. */
  notes: 'tuple',
  /** How the event was completed, and the types of its records in order. */
  shape: 'tuple',
  /** What was acted on: a code of OBJECT_KINDS, then the text. */
  object: 'text',
} as const
export type CodeName = keyof typeof CODE_COLUMNS
export const CODE_NAMES = Object.keys(CODE_COLUMNS) as CodeName[]

/** The kinds of PATH records (`nametype=`), by the code that a path tuple has. */
export const NAME_TYPES = ['UNKNOWN', 'NORMAL', 'PARENT', 'CREATE', 'DELETE'] as const
const NAME_TYPE_BITS = 3
const NAME_TYPE_MASK = (1 << NAME_TYPE_BITS) - 1

export interface PathItem {
  /** Number in `names`; the text is the raw value: quoted, hexadecimal, or `(null)`. */
  name: number
  nametype: (typeof NAME_TYPES)[number]
}

export function packPath(name: number, nametype: number): number {
  return (name << NAME_TYPE_BITS) | nametype
}
/** The number in `names` of a packed path. */
export function packedName(item: number): number {
  return item >>> NAME_TYPE_BITS
}
/** The code of the name type of a packed path. */
export function packedType(item: number): number {
  return item & NAME_TYPE_MASK
}

/** How an event ended. The order is the code in a shape. */
export const COMPLETIONS: readonly Completion[] = [
  'eoe',
  'proctitle',
  'single',
  'timeout',
  'forced',
]

export class Vocabulary {
  readonly call = new ByteTable()
  readonly actor = new ByteTable()
  readonly title = new ByteTable()
  readonly paths = new ByteTable()
  readonly notes = new ByteTable()
  readonly shape = new ByteTable()
  readonly object = new ByteTable()
  /** Raw values of `name=` and `cwd=`, which path tuples refer to. */
  readonly names = new ByteTable()
  /** Texts of records (type first), which note tuples refer to. */
  readonly noteTexts = new ByteTable()

  /** Chunks that use it, and whether it still takes new values. */
  chunks = 0
  open = true

  #scratch = new Uint8Array(256)
  #words = new Uint32Array(this.#scratch.buffer)

  constructor() {
    // Number 0 of each column means "the event has none".
    for (const name of CODE_NAMES) this[name].intern(this.#scratch, 0, 0)
    this.names.intern(this.#scratch, 0, 0)
  }

  /** Memory held, bytes. */
  get bytes(): number {
    let bytes = this.names.bytes + this.noteTexts.bytes
    for (const name of CODE_NAMES) bytes += this[name].bytes
    return bytes
  }

  /** Interns a list of numbers in one of the tuple columns. */
  internTuple(table: ByteTable, items: readonly number[]): number {
    const count = items.length
    if (count === 0) return 0
    if (count > this.#words.length) {
      this.#scratch = new Uint8Array(count * 8)
      this.#words = new Uint32Array(this.#scratch.buffer)
    }
    for (let index = 0; index < count; index++) this.#words[index] = items[index]!
    return table.intern(this.#scratch, 0, count * 4)
  }

  /** The numbers of a tuple. */
  tuple(table: ByteTable, id: number): Uint32Array {
    const bytes = table.get(id)
    // A copy: the arena's offset need not be a multiple of four.
    return new Uint32Array(bytes.slice().buffer)
  }

  /** The current directory's number in `names` (0: none) and the paths of a path tuple. */
  pathItems(id: number): { cwd: number; items: PathItem[] } {
    const [cwd = 0, ...packed] = this.tuple(this.paths, id)
    return {
      cwd,
      items: packed.map((item) => ({
        name: packedName(item),
        nametype: NAME_TYPES[packedType(item)]!,
      })),
    }
  }

  /** Completion and record types of a shape. */
  shapeOf(id: number): { completion: Completion; types: number[] } {
    const [completion = 0, ...types] = this.tuple(this.shape, id)
    return { completion: COMPLETIONS[completion]!, types }
  }

  /** No new values come: gives back what was reserved for them. */
  close(): void {
    this.open = false
    for (const name of CODE_NAMES) this[name].trim()
    this.names.trim()
    this.noteTexts.trim()
  }
}
