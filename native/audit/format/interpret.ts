import type { AuditEvent } from '../event'
import { READINGS } from '../interpret/arguments'
import { kindOf, specialKinds, type Kind } from '../interpret/kinds'
import { ResolvedNames } from '../interpret/resolved'
import type { Resolver } from '../interpret/resolver'
import { socketCallContext } from '../interpret/socketcall'
import { textValue } from '../interpret/text-values'
import { interpretValue, NO_CALL, syscallValue } from '../interpret/values'
import {
  CallLayout,
  FieldScan,
  fieldId,
  hexAt,
  MALFORMED,
  SpanCache,
  type AuditRecord,
} from '../record'
import { FIELD_NAMES } from '../record/fields'
import { TYPE } from '../tables'
import { decodeUtf8, encodeUtf8, escapeOctal, HEX_DIGIT, isHexPairs, latin1 } from '../text'
import { CurrentCall, HEX_READING, READING_NAMES, readingOf, type CallHead } from './calls'
import { ByteOutput } from './output'
import { Clock } from './time'
import { ValueCache } from './value-cache'
import type { EventWriter } from './writer'

const SPACE = 0x20
const NEWLINE = 0x0a
const QUOTE = 0x22
const MINUS = 0x2d
const COLON = 0x3a

/** Kinds by small numbers, readings of arguments by those after them: keys of the cache. */
const KIND_NAMES: Kind[] = [
  ...new Set<Kind>([
    ...FIELD_NAMES.map((name) => kindOf(TYPE.SYSCALL, name)),
    'short-mode',
    'lookup-flags',
  ]),
]
const kindNumber = new Map(KIND_NAMES.map((kind, i) => [kind, i]))
const FIRST_READING = KIND_NAMES.length
const numberOf = (kind: Kind): number => kindNumber.get(kind)!

const PLAIN = numberOf('plain')
const LABEL = numberOf('label')
const TEXT = numberOf('text')
const KEY = numberOf('key')
const PROCTITLE = numberOf('proctitle')
const EXIT = numberOf('exit')
const UID = numberOf('uid')
const GID = numberOf('gid')
const SYSCALL = numberOf('syscall')
const ARGUMENT = numberOf('argument')
const A0 = fieldId('a0')
const SYSCALL_FIELD = fieldId('syscall')
/** Fields whose meaning depends on the system call, or that say which it is. */
const OF_CALL = ['arch', 'syscall', 'a0', 'a1', 'a2', 'a3'] as const
const ARGUMENTS = (['a0', 'a1', 'a2', 'a3'] as const).map(fieldId)
const CALL_FIELDS = OF_CALL.map(fieldId)

/** Types without a system call of their own in the text, whose bodies repeat: the same program, folder, file, peer. */
const REPEATING = [TYPE.PROCTITLE, TYPE.CWD, TYPE.PATH, TYPE.SOCKADDR, TYPE.MMAP]

/** What is known of a record type beforehand. */
interface TypeInfo {
  /** `type=T msg=audit(` */
  prefix: Uint8Array
  /** Kind of each field by its id. */
  kinds: Int16Array
  spans: SpanCache<Uint8Array> | undefined
}

const SEPARATOR = encodeUtf8('----\n')
const ZERO = 0x30
const LETTER_A = 0x61
const LETTER_X = 0x78
const OPEN_BRACKET = 0x5b
const CLOSE_BRACKET = 0x5d
const isDigit = (byte: number): boolean => byte >= 0x30 && byte <= 0x39
const PREFIX_HEX = encodeUtf8('0x')
const AFTER_SERIAL = encodeUtf8(') : ')

/**
 * Writes events as `ausearch -i` does: per record the same fields with the same values. The records of an event come in
 * the kernel's order (ausearch turns it round). Works on bytes from end to end: nearly everything is copied, and what
 * has to be interpreted is remembered.
 */
export class InterpretWriter implements EventWriter {
  private readonly scan = new FieldScan()
  private readonly names = new ResolvedNames()
  private readonly call = new CurrentCall()
  private readonly values = new ValueCache((kind, bytes, start, end) =>
    this.interpret(kind, bytes, start, end),
  )
  private readonly layout = new CallLayout<CallHead>((bytes, start, end) =>
    this.call.head(bytes, start, end),
  )
  /** Tails of SYSCALL records, and whole bodies of the types whose bodies repeat. */
  private readonly tails = new SpanCache((bytes, start, end) => this.tail(bytes, start, end))
  private readonly bodies = new Map(
    REPEATING.map(
      (type) => [type, new SpanCache((bytes, start, end) => this.span(bytes, start, end))] as const,
    ),
  )
  private readonly spanOut = new ByteOutput(() => undefined, 1 << 16)
  private readonly clock = Clock.ausearch()
  private readonly types = new Map<number, TypeInfo>()
  private info = this.infoOf(TYPE.SYSCALL, 'SYSCALL')
  private type: number = TYPE.SYSCALL
  /** The records of the event at hand. */
  private records: readonly AuditRecord[] = []
  /** `DATE:SERIAL) : ` of the event at hand. */
  private readonly stamp = new ByteOutput(() => undefined, 128)

  constructor(
    private readonly out: ByteOutput,
    private readonly resolver: Resolver,
  ) {}

  begin(): void {
    // There is no heading.
  }

  event(event: AuditEvent): void {
    this.out.copy(SEPARATOR, 0, SEPARATOR.length)
    const { records } = event
    this.records = records
    const { stamp } = this
    stamp.clear()
    this.clock.write(event.time, stamp)
    stamp.byte(COLON)
    stamp.integer(event.serial)
    stamp.copy(AFTER_SERIAL, 0, AFTER_SERIAL.length)
    for (let i = 0; i < records.length; i++) this.record(records[i]!)
  }

  private record(record: AuditRecord): void {
    if (record.type === MALFORMED) verbatim(this.out, record.bytes, record.start, record.end)
    else {
      this.header(record)
      this.body(record)
    }
    this.out.byte(NEWLINE)
  }

  /** `[node=N ]type=T msg=audit(DATE.MS:SERIAL) : ` */
  private header(record: AuditRecord): void {
    const { out } = this
    const { type } = record
    if (type !== this.type) {
      this.type = type
      this.info = this.types.get(type) ?? this.infoOf(type, record.typeName)
    }
    if (record.node !== '') out.text(`node=${escapeOctal(record.node)} `)
    const { prefix } = this.info
    out.copy(prefix, 0, prefix.length)
    out.appendFrom(this.stamp)
  }

  private body(record: AuditRecord): void {
    const { scan, out, call } = this
    const { type, bytes, body, end } = record
    if (type === TYPE.SYSCALL) {
      if (this.usualCall(bytes, body, end)) return
      scan.scan(bytes, body, end)
      call.read(scan)
    } else {
      call.clear()
      const { spans } = this.info
      if (spans !== undefined) {
        out.append(spans.get(bytes, body, end))
        return
      }
      scan.scan(bytes, body, end)
      if (type === TYPE.SECCOMP) call.read(scan)
      else if (type === TYPE.SOCKETCALL) {
        const context = socketCallContext(scan, this.records)
        if (context !== undefined) call.take(context)
      }
    }
    this.fields(out, body, scan.end, end)
    this.last(out)
  }

  /** A SYSCALL record in the kernel's layout; false, and nothing written, when it has another one. */
  private usualCall(bytes: Uint8Array, start: number, end: number): boolean {
    const { layout, out } = this
    if (!layout.read(bytes, start, end)) return false
    const tail = this.tails.get(bytes, layout.tail, end)
    if (tail === undefined) return false
    const { prefix, argumentStart, argumentEnd } = layout
    out.copy(prefix.text, 0, prefix.text.length)
    let from = layout.exitStart
    if (bytes[from] === MINUS) {
      this.cached(out, EXIT, bytes, from, layout.exitEnd)
      from = layout.exitEnd
    }
    const a0 = low32(bytes, argumentStart[0]!, argumentEnd[0]!)
    const a1 = low32(bytes, argumentStart[1]!, argumentEnd[1]!)
    for (let index = 0; index < 4; index++) {
      const valueStart = argumentStart[index]!
      out.copy(bytes, from, valueStart)
      const reading = readingOf(prefix.args[index], a0, a1)
      if (reading === HEX_READING) {
        out.byte(ZERO)
        out.byte(LETTER_X)
        from = valueStart
      } else {
        from = argumentEnd[index]!
        this.cached(out, FIRST_READING + reading, bytes, valueStart, from)
      }
    }
    out.copy(bytes, from, layout.tail)
    out.append(tail)
    return true
  }

  /** What follows `items=` in a SYSCALL record; undefined when it has fields that depend on what stood before. */
  private tail(bytes: Uint8Array, start: number, end: number): Uint8Array | undefined {
    this.scan.scan(bytes, start, end)
    if (CALL_FIELDS.some((id) => this.scan.find(id) >= 0)) return undefined
    return this.written(start, end)
  }

  /** A span that the cache does not know: whole fields, to the record's end. */
  private span(bytes: Uint8Array, start: number, end: number): Uint8Array {
    this.scan.scan(bytes, start, end)
    return this.written(start, end)
  }

  /** What becomes of the fields that have been scanned. */
  private written(start: number, end: number): Uint8Array {
    this.fields(this.spanOut, start, this.scan.end, end)
    this.last(this.spanOut)
    return this.spanOut.take()
  }

  /** Writes the scanned fields and the text around them, [start, stop); what auditd resolved goes to `end`. */
  private fields(out: ByteOutput, start: number, stop: number, end: number): void {
    const { scan } = this
    const { kinds } = this.info
    const { bytes } = scan
    const resolved = this.names.load(scan, end)
    let at = start
    for (let i = 0; i < scan.count; i++) {
      const valueStart = scan.valueStart[i]!
      const valueEnd = scan.valueEnd[i]!
      verbatim(out, bytes, at, valueStart)
      const id = scan.ids[i]!
      let kind = id < 0 ? PLAIN : kinds[id]!
      if (id < 0 && this.type === TYPE.EXECVE) kind = this.execveKind(i)
      const known = resolved && (kind === UID || kind === GID) ? this.names.of(scan, i) : undefined
      if (known !== undefined) out.text(escapeOctal(known))
      else this.value(out, kind, i, valueStart, valueEnd)
      at = valueEnd
      if (at < stop && bytes[at] === SPACE) {
        at++
        out.byte(SPACE)
      }
    }
    verbatim(out, bytes, at, stop)
  }

  /** Every value is followed by a space, the last one too. */
  private last(out: ByteOutput): void {
    const { scan } = this
    if (scan.count > 0 && scan.bytes[scan.end - 1] !== SPACE) out.byte(SPACE)
  }

  private value(out: ByteOutput, kind: number, i: number, start: number, end: number): void {
    const { bytes } = this.scan
    if (kind === PLAIN || kind === LABEL || (kind === EXIT && bytes[start] !== MINUS)) {
      verbatim(out, bytes, start, end)
    } else if (kind === ARGUMENT) {
      const reading = this.call.reading(this.scan.ids[i]! - A0)
      if (reading === HEX_READING) {
        out.copy(PREFIX_HEX, 0, 2)
        verbatim(out, bytes, start, end)
      } else this.cached(out, FIRST_READING + reading, bytes, start, end)
    } else if (kind === TEXT) {
      this.text(out, start, end, 0)
    } else if (kind === PROCTITLE) {
      this.text(out, start, end, SPACE)
    } else if (kind === SYSCALL && this.call.syscall >= 0) {
      // A second one is none that the kernel wrote, but it is read like the first.
      if (i === this.scan.find(SYSCALL_FIELD)) out.append(this.call.encodedName)
      else out.text(escapeOctal(syscallValue(latin1(bytes, start, end), this.call)))
    } else this.cached(out, kind, bytes, start, end)
  }

  private cached(
    out: ByteOutput,
    kind: number,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): void {
    const value = this.values.get(kind, bytes, start, end)
    out.copy(value, 0, value.length)
  }

  /** What the cache does not know: the value of a kind, or of an argument's reading, encoded. */
  private interpret(kind: number, bytes: Uint8Array, start: number, end: number): Uint8Array {
    const raw = latin1(bytes, start, end)
    if (kind === KEY) return encodeUtf8(keysText(raw))
    const value =
      kind < FIRST_READING
        ? interpretValue(KIND_NAMES[kind]!, '', raw, NO_CALL, this.resolver)
        : READINGS[READING_NAMES[kind - FIRST_READING]!](raw, this.resolver)
    return encodeUtf8(escapeOctal(value))
  }

  /** An untrusted string, as `textValue` reads it; `zero` stands for NUL bytes. */
  private text(out: ByteOutput, start: number, end: number, zero: number): void {
    const { bytes } = this.scan
    if (bytes[start] === QUOTE) {
      const last = end - 1 > start && bytes[end - 1] === QUOTE ? end - 1 : end
      verbatim(out, bytes, start + 1, last)
    } else if (!isHexPairs(bytes, start, end)) {
      verbatim(out, bytes, start, end)
    } else {
      // An abstract socket's name begins with a zero byte.
      const skip =
        zero === 0 && bytes[start] === 0x30 && bytes[start + 1] === 0x30 && end - start > 2
      this.hexText(out, skip ? start + 2 : start, end, zero)
    }
  }

  private hexText(out: ByteOutput, start: number, end: number, zero: number): void {
    const { bytes } = this.scan
    const length = (end - start) >> 1
    const buffer = length <= this.decoded.length ? this.decoded : new Uint8Array(length)
    for (let k = 0, i = start; k < length; k++, i += 2) {
      const byte = (HEX_DIGIT[bytes[i]!]! << 4) | HEX_DIGIT[bytes[i + 1]!]!
      buffer[k] = byte === 0 && zero !== 0 ? zero : byte
    }
    verbatim(out, buffer, 0, length)
  }
  private readonly decoded = new Uint8Array(4096)

  /** EXECVE has fields without end (`a0`, `a12`, `a2[3]`), all of them strings but `a2_len`. */
  private execveKind(i: number): number {
    const { bytes, nameStart, nameEnd } = this.scan
    const end = nameEnd[i]!
    let at = nameStart[i]!
    if (bytes[at] !== LETTER_A) return PLAIN
    const digits = ++at
    while (at < end && isDigit(bytes[at]!)) at++
    if (at === digits) return PLAIN
    if (at === end) return TEXT
    // The parts of a long one: a2[3].
    if (bytes[at] !== OPEN_BRACKET || bytes[end - 1] !== CLOSE_BRACKET || end - at < 3) return PLAIN
    for (at++; at < end - 1; at++) if (!isDigit(bytes[at]!)) return PLAIN
    return TEXT
  }

  private infoOf(type: number, name: string): TypeInfo {
    const info: TypeInfo = {
      prefix: encodeUtf8(`type=${name} msg=audit(`),
      kinds: kindsOf(type),
      spans: this.bodies.get(type),
    }
    this.types.set(type, info)
    return info
  }
}

/** The kind of each field by its id. */
function kindsOf(type: number): Int16Array {
  const kinds = USUAL_KINDS.slice()
  for (const [name, kind] of specialKinds(type)) kinds[fieldId(name)] = numberOf(kind)
  if (type === TYPE.EXECVE) for (const id of ARGUMENTS) kinds[id] = TEXT
  return kinds
}
const USUAL_KINDS = Int16Array.from(FIELD_NAMES, (field) => numberOf(kindOf(TYPE.SYSCALL, field)))

/** The lower 32 bits of a hexadecimal number of any width. */
function low32(bytes: Uint8Array, start: number, end: number): number {
  return hexAt(bytes, Math.max(start, end - 8), end, 0)
}

/** Text as it stands, control and other hidden characters escaped. */
function verbatim(out: ByteOutput, bytes: Uint8Array, start: number, end: number): void {
  const stop = out.copyPrintable(bytes, start, end)
  if (stop < end) out.text(escapeOctal(decodeUtf8(bytes, stop, end)))
}

/** `a key=b`: several keys are written as several fields. */
function keysText(raw: string): string {
  return textValue(raw).split('\x01').map(escapeOctal).join(' key=')
}
