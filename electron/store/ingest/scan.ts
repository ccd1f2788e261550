/**
 * Takes from an event's records what the columns hold. Only what differs from event to event becomes a number of its
 * own; the rest is interned as text. The common records (SYSCALL, PATH, CWD, PROCTITLE) have layouts that the kernel has
 * kept for many years (kernel/auditsc.c: audit_log_exit); a record of any other layout is kept whole, as a note.
 */
import type { AuditEvent } from '@native/audit/event'
import { CALL_FIELDS } from '@native/audit/query-event'
import { decimalAt, ENRICHED_SEPARATOR, MALFORMED, type AuditRecord } from '@native/audit/record'
import { TYPE } from '@native/audit/tables'
import type { EventValues } from '../columns/chunk'
import { ABSENT } from '../columns/numbers'
import { ObjectScanner } from './object'
import { COMPLETIONS, NAME_TYPES, packPath, type Vocabulary } from '../columns/vocabulary'

const SPACE = 0x20
const QUOTE = 0x22
const APOSTROPHE = 0x27
const EQUALS = 0x3d

const encoder = new TextEncoder()
const ARCH = encoder.encode('arch=')
const EXIT = encoder.encode('exit=')
const A0 = encoder.encode('a0=')
const PPID = encoder.encode('ppid=')
const PID = encoder.encode('pid=')
const AUID = encoder.encode('auid=')
const ENRICHED_AUID = encoder.encode('AUID=')
const NAME = encoder.encode('name=')
const NAMETYPE = encoder.encode('nametype=')
const CWD = encoder.encode('cwd=')
const PROCTITLE = encoder.encode('proctitle=')
const NODE = encoder.encode('node=')
const NAME_TYPE_WORDS = NAME_TYPES.map((word) => encoder.encode(word))
const COMPLETION_CODES = new Map(COMPLETIONS.map((name, code) => [name, code]))

/** Longest text of a note; the raw text has the rest. */
const LONGEST_NOTE = 16_384
/** A note's text is preceded by its record's type. */
export const NOTE_TYPE_BYTES = 2
/** In place of a record's type in a note that holds the host's name. */
export const NODE_NOTE = 0xffff
/** In place of the type of a line that is no record. */
export const MALFORMED_NOTE = 0xfffe

/** Scans one event after the other; its {@link values} are those of the last one. */
export class EventScanner {
  readonly values: EventValues = {
    time: 0,
    serial: 0,
    pid: ABSENT,
    ppid: ABSENT,
    exit: ABSENT,
    offset: 0,
    span: 0,
    call: 0,
    actor: 0,
    title: 0,
    paths: 0,
    notes: 0,
    shape: 0,
    object: 0,
  }
  #scratch = new Uint8Array(LONGEST_NOTE + 2)
  readonly #shape: number[] = []
  readonly #paths: number[] = []
  readonly #notes: number[] = []
  readonly #objects = new ObjectScanner()

  /** Fills {@link values} but for the place of the raw text, interning in `vocabulary`. */
  scan(event: AuditEvent, vocabulary: Vocabulary): void {
    const { values } = this
    const { records } = event
    const first = records[0]!
    values.time = first.time
    values.serial = first.serial
    values.pid = values.ppid = values.exit = ABSENT
    values.call = values.actor = values.title = 0
    this.#shape.length = this.#notes.length = 0
    this.#paths.length = 1
    this.#paths[0] = 0
    this.#shape.push(COMPLETION_CODES.get(event.completion)!)
    if (first.node !== '') this.#node(first.node, vocabulary)
    // The call comes first, so that the process ids of other records are compared with its own.
    const call = event.first(TYPE.SYSCALL)
    const scanned = call !== undefined && this.#syscall(call, vocabulary)
    for (let index = 0; index < records.length; index++) {
      const record = records[index]!
      this.#shape.push(record.type === MALFORMED ? MALFORMED_NOTE : record.type)
      if (record !== call || !scanned) this.#record(record, vocabulary)
    }
    const hasPaths = this.#paths.length > 1 || this.#paths[0] !== 0
    values.paths = hasPaths ? vocabulary.internTuple(vocabulary.paths, this.#paths) : 0
    values.notes = vocabulary.internTuple(vocabulary.notes, this.#notes)
    values.shape = vocabulary.internTuple(vocabulary.shape, this.#shape)
    values.object = this.#objects.scan(event, values, vocabulary)
  }

  #record(record: AuditRecord, vocabulary: Vocabulary): void {
    const { bytes, body, end } = record
    const { values } = this
    switch (record.type) {
      case TYPE.EOE:
        return
      case TYPE.PATH:
        if (this.#path(bytes, body, end, vocabulary)) return
        break
      case TYPE.CWD:
        if (this.#paths[0] === 0 && hasAt(bytes, body, CWD)) {
          const start = body + CWD.length
          this.#paths[0] = vocabulary.names.intern(bytes, start, valueEnd(bytes, start, end))
          return
        }
        break
      case TYPE.PROCTITLE:
        if (values.title === 0 && hasAt(bytes, body, PROCTITLE)) {
          const start = body + PROCTITLE.length
          values.title = vocabulary.title.intern(bytes, start, valueEnd(bytes, start, end))
          return
        }
        break
    }
    this.#note(record, vocabulary)
  }

  /**
   * `arch=… syscall=… [per=…] [success=… exit=…] a0=… a1=… a2=… a3=… items=… ppid=… pid=… auid=… …`. What comes before
   * `exit=` and from `auid=` on is interned; the arguments stay in the raw text alone.
   */
  #syscall({ bytes, body: from, end }: AuditRecord, vocabulary: Vocabulary): boolean {
    const { values } = this
    if (!hasAt(bytes, from, ARCH)) return false
    let at = from
    let exit = -1
    for (;;) {
      at = skipTo(bytes, at, end, SPACE) + 1
      if (at >= end) return false
      if (hasAt(bytes, at, EXIT)) {
        exit = at + EXIT.length
        break
      }
      if (hasAt(bytes, at, A0)) break
    }
    const callEnd = at - 1
    const ppid = tokenAfter(bytes, at, end, PPID)
    if (ppid < 0) return false
    const pid = skipTo(bytes, ppid, end, SPACE) + 1
    if (!hasAt(bytes, pid, PID)) return false
    const actor = skipTo(bytes, pid, end, SPACE) + 1
    if (!hasAt(bytes, actor, AUID)) return false
    values.call = vocabulary.call.intern(bytes, from, callEnd)
    if (exit >= 0) values.exit = decimalAt(bytes, exit, skipTo(bytes, exit, end, SPACE), ABSENT)
    values.ppid = decimalAt(bytes, ppid + PPID.length, pid - 1, ABSENT)
    values.pid = decimalAt(bytes, pid + PID.length, actor - 1, ABSENT)
    values.actor = this.#actor(bytes, actor, end, vocabulary)
    return true
  }

  /** Interns the actor without what enrichment says of the call: that would make one actor per system call. */
  #actor(bytes: Uint8Array, from: number, end: number, vocabulary: Vocabulary): number {
    const separator = skipTo(bytes, from, end, ENRICHED_SEPARATOR)
    if (separator === end) return vocabulary.actor.intern(bytes, from, end)
    const auid = tokenAfter(bytes, separator, end, ENRICHED_AUID)
    const rest = auid < 0 ? separator + 1 : auid
    const length = separator + 1 - from + (end - rest)
    const scratch = this.#room(length)
    scratch.set(bytes.subarray(from, separator + 1))
    scratch.set(bytes.subarray(rest, end), separator + 1 - from)
    return vocabulary.actor.intern(scratch, 0, length)
  }

  /** `item=… name=… … nametype=…`. Inode, owner and mode stay in the raw text alone. */
  #path(bytes: Uint8Array, from: number, end: number, vocabulary: Vocabulary): boolean {
    const name = tokenAfter(bytes, from, end, NAME)
    if (name < 0) return false
    const start = name + NAME.length
    const stop = valueEnd(bytes, start, end)
    const kind = tokenAfter(bytes, stop, end, NAMETYPE)
    const code = kind < 0 ? 0 : nameTypeAt(bytes, kind + NAMETYPE.length)
    this.#paths.push(packPath(vocabulary.names.intern(bytes, start, stop), code))
    return true
  }

  /**
   * Keeps a record whole, type first, but for the event's process id, which would make every copy different: the first
   * one found becomes the event's, and the same one again is left out.
   */
  #note({ type, bytes, body, end }: AuditRecord, vocabulary: Vocabulary): void {
    const { values } = this
    const limit = Math.min(end, body + LONGEST_NOTE)
    const scratch = this.#room(limit - body + 2)
    const code = type === MALFORMED ? MALFORMED_NOTE : type
    scratch[0] = code & 0xff
    scratch[1] = (code >>> 8) & 0xff
    let length = 2
    let at = body
    const token = type === MALFORMED ? -1 : pidToken(bytes, body, limit)
    if (token >= 0) {
      const tokenEnd = skipTo(bytes, token, limit, SPACE)
      const pid = decimalAt(bytes, token + PID.length, tokenEnd, ABSENT)
      if (values.pid !== values.pid) values.pid = pid
      if (values.pid === pid) {
        for (; at < token; at++) scratch[length++] = bytes[at]!
        at = Math.min(limit, tokenEnd + 1)
      }
    }
    for (; at < limit; at++) scratch[length++] = bytes[at]!
    if (CALL_FIELDS.has(type)) this.#callNumbers(bytes, body, limit)
    this.#notes.push(vocabulary.noteTexts.intern(scratch, 0, length))
  }

  /** What a call's record has in numbers, where the record is kept as a note. */
  #callNumbers(bytes: Uint8Array, from: number, end: number): void {
    const { values } = this
    const number = (word: Uint8Array, known: number): number => {
      const token = known === known ? -1 : tokenAfter(bytes, from, end, word)
      if (token < 0) return known
      return decimalAt(bytes, token + word.length, skipTo(bytes, token, end, SPACE), ABSENT)
    }
    values.exit = number(EXIT, values.exit)
    values.ppid = number(PPID, values.ppid)
  }

  /** Keeps the host's name as a note of its own. */
  #node(node: string, vocabulary: Vocabulary): void {
    const scratch = this.#room(NODE.length + node.length + 2)
    scratch[0] = NODE_NOTE & 0xff
    scratch[1] = NODE_NOTE >>> 8
    scratch.set(NODE, 2)
    let length = NODE.length + 2
    // One character a byte, as the parser has it.
    for (const char of node) scratch[length++] = char.charCodeAt(0)
    this.#notes.push(vocabulary.noteTexts.intern(scratch, 0, length))
  }

  #room(length: number): Uint8Array {
    if (this.#scratch.length < length) this.#scratch = new Uint8Array(length * 2)
    return this.#scratch
  }
}

/** Whether `bytes` has `word` at `at`; reads beyond the end compare unequal. */
function hasAt(bytes: Uint8Array, at: number, word: Uint8Array): boolean {
  for (let index = 0; index < word.length; index++)
    if (bytes[at + index] !== word[index]) return false
  return true
}

/** The position of `byte` in [from, to), or `to`. */
function skipTo(bytes: Uint8Array, from: number, to: number, byte: number): number {
  let at = from
  while (at < to && bytes[at] !== byte) at++
  return at
}

function nameTypeAt(bytes: Uint8Array, at: number): number {
  for (let code = 1; code < NAME_TYPE_WORDS.length; code++) {
    if (hasAt(bytes, at, NAME_TYPE_WORDS[code]!)) return code
  }
  return 0
}

/** Where a token that begins with `word` starts, at `from` or after a space behind it; -1 when there is none. */
function tokenAfter(bytes: Uint8Array, from: number, end: number, word: Uint8Array): number {
  let at = from
  while (at < end) {
    if (hasAt(bytes, at, word)) return at
    at = skipTo(bytes, at, end, SPACE) + 1
  }
  return -1
}

/** The first `pid=` before a message (`msg='…'`), whose fields are somebody else's words; -1 when there is none. */
function pidToken(bytes: Uint8Array, from: number, end: number): number {
  for (let at = from; at < end;) {
    if (hasAt(bytes, at, PID)) return at
    const space = skipTo(bytes, at, end, SPACE)
    const equals = skipTo(bytes, at, space, EQUALS)
    if (bytes[equals + 1] === APOSTROPHE && equals + 1 < space) return -1
    at = space + 1
  }
  return -1
}

/** The end of a value: behind the closing quote when it is quoted, else at the next space. */
function valueEnd(bytes: Uint8Array, from: number, end: number): number {
  if (bytes[from] !== QUOTE) {
    const space = skipTo(bytes, from, end, SPACE)
    return skipTo(bytes, from, space, ENRICHED_SEPARATOR)
  }
  const close = skipTo(bytes, from + 1, end, QUOTE)
  return close < end ? close + 1 : end
}
