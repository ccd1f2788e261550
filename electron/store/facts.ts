/** What the columns tell of an event without its raw text: for sorting, grouping, and rows whose text is gone. */
import { describe, type Described, type Description, type Resolver } from '@native/audit/interpret'
import { fieldId, FieldScan, MALFORMED, plainText, untrustedText } from '@native/audit/record'
import { syscallName, TYPE } from '@native/audit/tables'
import type { Chunk } from './columns/chunk'
import { idAt } from './columns/codes'
import { numberAt } from './columns/numbers'
import type { Vocabulary } from './columns/vocabulary'
import { MALFORMED_NOTE, NODE_NOTE, NOTE_TYPE_BYTES } from './ingest/scan'
import { CALL_FIELDS, isSuccess } from '@native/audit/query-event'
import { VocabularyReader } from './query/vocabulary-reader'

const F = {
  arch: fieldId('arch'),
  syscall: fieldId('syscall'),
  success: fieldId('success'),
  exit: fieldId('exit'),
  res: fieldId('res'),
  result: fieldId('result'),
  auid: fieldId('auid'),
  uid: fieldId('uid'),
  euid: fieldId('euid'),
  ses: fieldId('ses'),
  comm: fieldId('comm'),
  exe: fieldId('exe'),
  key: fieldId('key'),
  op: fieldId('op'),
  uringOp: fieldId('uring_op'),
} as const

/** Who did it. Ids are -1 where the records do not say. */
export interface ActorFacts {
  auid: number
  uid: number
  euid: number
  ses: number
  comm: string
  exe: string
  key: string
}

/** The system call; `syscall` is -1 when there is none. `success` as in a digest: 1, 0, or -1 for unknown. */
export interface CallFacts {
  arch: number
  syscall: number
  /** Empty when there is no call. */
  name: string
  success: number
}

/** What records other than the system call's say. */
export interface NoteFacts {
  actor: ActorFacts
  /** As in {@link CallFacts}. */
  success: number
  /** The operation of the first one; empty when it does not say. */
  op: string
  /** The io_uring operation; -1 when there is none. */
  uringOp: number
  /** The call that a record names which is not the usual SYSCALL: that of a filter's verdict. 0 and -1 for none. */
  arch: number
  syscall: number
}

const NOBODY: ActorFacts = { auid: -1, uid: -1, euid: -1, ses: -1, comm: '', exe: '', key: '' }
const NO_CALL: CallFacts = { arch: 0, syscall: -1, name: '', success: -1 }

/** Facts of one vocabulary's values, each found once. */
export class VocabularyFacts {
  readonly reader: VocabularyReader
  readonly #scan = new FieldScan()
  readonly #actors: ActorFacts[] = []
  readonly #calls: CallFacts[] = []
  readonly #notes: NoteFacts[] = []
  readonly #types: number[] = []

  constructor(
    readonly vocabulary: Vocabulary,
    readonly resolver: Resolver,
  ) {
    this.reader = new VocabularyReader(vocabulary, resolver)
  }

  /** Who did it: from the system call, else from the first other record that says. */
  actor(actor: number, notes: number): ActorFacts {
    if (actor === 0) return this.notes(notes).actor
    let facts = this.#actors[actor]
    if (facts === undefined) {
      const bytes = this.vocabulary.actor.get(actor)
      this.#scan.scan(bytes, 0, bytes.length)
      facts = this.#actors[actor] = this.#actorFacts(NOBODY)
    }
    return facts
  }

  call(id: number): CallFacts {
    if (id === 0) return NO_CALL
    let facts = this.#calls[id]
    if (facts === undefined) {
      const bytes = this.vocabulary.call.get(id)
      this.#scan.scan(bytes, 0, bytes.length)
      facts = this.#calls[id] = this.#callFacts()
    }
    return facts
  }

  /** The type of the first record. */
  type(shape: number): number {
    return (this.#types[shape] ??= this.reader.firstType(shape))
  }

  notes(id: number): NoteFacts {
    let facts = this.#notes[id]
    if (facts === undefined) facts = this.#notes[id] = this.#noteFacts(id)
    return facts
  }

  /** What is needed to describe an event; ids of columns, and what the call returned. */
  described(ids: DescribedIds, exit: number): Described {
    const { call, object } = ids
    const notes = this.notes(ids.notes)
    const code = this.type(ids.shape)
    const type = code === MALFORMED_NOTE ? MALFORMED : code
    const { success, ...known } = this.call(call)
    const { arch, syscall } = known.arch === 0 ? notes : known
    // Operations that were done at once come in the event of the call that asked for them: then it is the call's.
    const uring = notes.uringOp >= 0 && arch === 0
    return {
      ...this.actor(ids.actor, ids.notes),
      type,
      arch,
      syscall: uring ? notes.uringOp : syscall,
      uring,
      success: success >= 0 ? success : notes.success,
      exit,
      op: type === TYPE.SYSCALL ? '' : notes.op,
      object: this.reader.object(object),
      objectKind: this.reader.objectKind(object),
      object2: '',
    }
  }

  #noteFacts(id: number): NoteFacts {
    let actor = NOBODY
    let ofCall = -1
    let ofMessage = -1
    let op: string | null = null
    let uringOp = -1
    let arch = 0
    let syscall = -1
    for (const note of id === 0 ? [] : this.vocabulary.tuple(this.vocabulary.notes, id)) {
      const bytes = this.vocabulary.noteTexts.get(note)
      const type = bytes[0]! | (bytes[1]! << 8)
      if (type === MALFORMED_NOTE || type === NODE_NOTE) continue
      this.#scan.scan(bytes, NOTE_TYPE_BYTES, bytes.length)
      actor = this.#actorFacts(actor)
      op ??= this.#plain(F.op)
      // A call says more surely how it ended than a message about it.
      if (CALL_FIELDS.has(type) && ofCall < 0) ofCall = this.#success([F.success])
      if (type === TYPE.URINGOP && uringOp < 0) uringOp = this.#scan.decimal(F.uringOp, -1)
      if (arch === 0 && (type === TYPE.SYSCALL || type === TYPE.SECCOMP)) {
        arch = this.#scan.hex(F.arch, 0)
        syscall = this.#scan.decimal(F.syscall, -1)
      }
      if (ofMessage < 0) ofMessage = this.#success([F.res, F.result])
    }
    return {
      actor,
      success: ofCall >= 0 ? ofCall : ofMessage,
      op: op ?? '',
      uringOp,
      arch,
      syscall,
    }
  }

  /** Fills in what the scanned record knows and `before` does not. */
  #actorFacts(before: ActorFacts): ActorFacts {
    const scan = this.#scan
    const id = (field: number, known: number) => (known >= 0 ? known : scan.decimal(field, -1))
    const text = (field: number, known: string) => {
      const at = known === '' ? scan.find(field) : -1
      return at < 0 ? known : untrustedText(scan.bytes, scan.valueStart[at]!, scan.valueEnd[at]!)
    }
    return {
      auid: id(F.auid, before.auid),
      uid: id(F.uid, before.uid),
      euid: id(F.euid, before.euid),
      ses: id(F.ses, before.ses),
      comm: text(F.comm, before.comm),
      exe: text(F.exe, before.exe),
      key: text(F.key, before.key),
    }
  }

  #callFacts(): CallFacts {
    const arch = this.#scan.hex(F.arch, 0)
    const syscall = this.#scan.decimal(F.syscall, -1)
    const word = this.#scan.raw(F.success)
    const success = word === 'yes' ? 1 : word === '' ? -1 : 0
    return { arch, syscall, success, name: syscallName(arch, syscall) ?? String(syscall) }
  }

  #success(fields: readonly number[]): number {
    for (const field of fields) {
      const success = isSuccess(this.#plain(field))
      if (success !== null) return success ? 1 : 0
    }
    return -1
  }

  #plain(field: number): string {
    const scan = this.#scan
    const at = scan.find(field)
    return at < 0 ? '' : plainText(scan.bytes, scan.valueStart[at]!, scan.valueEnd[at]!)
  }
}

/** Numbers of an event's values in its vocabulary. */
export type DescribedIds = Record<'shape' | 'call' | 'actor' | 'notes' | 'object', number>

/** What the columns tell of one event. */
export interface EventFacts {
  described: Described
  actor: ActorFacts
  call: CallFacts
  type: number
  time: number
  serial: number
  pid: number | null
  ppid: number | null
  records: number
  cwd: string
}

/** Facts of events of one session, whatever vocabulary they are in. */
export class FactReader {
  readonly #vocabularies = new WeakMap<Vocabulary, VocabularyFacts>()

  constructor(readonly resolver: Resolver) {}

  of(vocabulary: Vocabulary): VocabularyFacts {
    let facts = this.#vocabularies.get(vocabulary)
    if (facts === undefined) {
      facts = new VocabularyFacts(vocabulary, this.resolver)
      this.#vocabularies.set(vocabulary, facts)
    }
    return facts
  }

  event(chunk: Chunk, index: number): EventFacts {
    const facts = this.of(chunk.vocabulary)
    const id = (name: Parameters<Chunk['codes']>[0]) => idAt(chunk.codes(name), index)
    const number = (name: Parameters<Chunk['numbers']>[0]) => numberAt(chunk.numbers(name), index)
    const actor = facts.actor(id('actor'), id('notes'))
    const call = facts.call(id('call'))
    const code = facts.type(id('shape'))
    const type = code === MALFORMED_NOTE ? MALFORMED : code
    const ids = {
      shape: id('shape'),
      call: id('call'),
      actor: id('actor'),
      notes: id('notes'),
      object: id('object'),
    }
    return {
      described: facts.described(ids, number('exit')),
      actor,
      call,
      type,
      time: number('time'),
      serial: number('serial'),
      pid: orNull(number('pid')),
      ppid: orNull(number('ppid')),
      records: chunk.vocabulary.shapeOf(id('shape')).types.length,
      cwd: facts.reader.paths(id('paths')).cwd,
    }
  }

  /** The event in words, as far as the columns tell. */
  describe(facts: EventFacts): Description {
    return describe(facts.described, this.resolver)
  }
}

function orNull(value: number): number | null {
  return Number.isNaN(value) ? null : value
}
