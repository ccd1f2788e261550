/**
 * What a query finds in the text of one record. The same code reads records as they came and the interned parts of them
 * in the columns, so that both give the same answers.
 */
import { absolutePath, decodeSockaddr } from '../event'
import { kindOf } from '../interpret/kinds'
import { groupText, userText, type Resolver } from '../interpret'
import type { FieldValue } from '../query'
import { FieldScan, fieldId, fieldIdOf, untrustedText, type FieldName } from '../record'
import { FIELD_COUNT, FIELD_NAMES } from '../record/fields'
import { archByNumber, syscallName, TYPE, uringOperations } from '../tables'
import { decodeUtf8, latin1 } from '../text'
import { errorOf } from './words'

/** Which fields of records a field of the query language means, where it is not just the one of the same name. */
const SOURCES: Readonly<Record<string, readonly string[]>> = {
  user: ['auid', 'uid', 'euid', 'acct'],
  success: ['success', 'res', 'result'],
  res: ['res', 'result'],
  path: ['name', 'path', 'file', 'dir', 'watch'],
  cmdline: ['proctitle', 'cmd'],
  addr: ['saddr', 'addr', 'laddr', 'raddr', 'daddr'],
  port: ['saddr', 'lport', 'rport', 'sport', 'dport'],
  subj: ['subj', 'scontext'],
  obj: ['obj', 'tcontext'],
  inode: ['inode', 'ino'],
}

/** Names of record fields that a query's field means. */
export function sourcesOf(field: string): readonly string[] {
  return Object.hasOwn(SOURCES, field) ? SOURCES[field]! : [field]
}

/** Which of a scan's fields a query's field means: by id, which costs nothing, or by name for those without one. */
interface Wanted {
  /** 1 for each id that is meant. */
  ids: Uint8Array
  names: readonly string[]
}
const wantedByField = new Map<string, Wanted>()

function wantedOf(field: string): Wanted {
  let wanted = wantedByField.get(field)
  if (wanted === undefined) {
    const sources = sourcesOf(field)
    const ids = new Uint8Array(FIELD_COUNT)
    for (const name of sources) if (fieldIdOf(name) >= 0) ids[fieldIdOf(name)] = 1
    wanted = { ids, names: sources.filter((name) => fieldIdOf(name) < 0) }
    // Names come from queries: a few people type a few, but nothing may grow without a bound.
    if (wantedByField.size < MOST_REMEMBERED) wantedByField.set(field, wanted)
  }
  return wanted
}
const MOST_REMEMBERED = 1000

/** Fields of a SYSCALL record whose text a bare word is looked for in. */
const SYSCALL_TEXTS: readonly FieldName[] = [
  'syscall',
  'auid',
  'uid',
  'euid',
  'tty',
  'comm',
  'exe',
  'subj',
  'key',
]
const SYSCALL_TEXT_IDS = new Uint8Array(FIELD_COUNT)
for (const name of SYSCALL_TEXTS) SYSCALL_TEXT_IDS[fieldId(name)] = 1
const EXIT = fieldId('exit')
/** Fields that say something else than their raw text, in any other record. */
const MEANINGFUL: ReadonlySet<string> = new Set(['uid', 'text', 'key', 'sockaddr', 'proctitle'])
const PID_TOKEN = /\bp?pid=-?\d+ ?/g
const EXECVE_ARGUMENT = /^a\d+(\[\d+\])?$/

/** Reads one record after the other: `open`, then ask. */
export class RecordReader {
  readonly #scan = new FieldScan()
  readonly #resolved = FieldScan.ofResolved()
  readonly #resolver: Resolver
  #type = 0
  #bytes: Uint8Array = new Uint8Array(0)
  #start = 0
  #end = 0

  constructor(resolver: Resolver) {
    this.#resolver = resolver
  }

  /** Reads the record of a type whose text (behind the stamp) is `bytes[start, end)`. */
  open(type: number, bytes: Uint8Array, start: number, end: number): void {
    this.#type = type
    this.#bytes = bytes
    this.#start = start
    this.#end = end
    this.#scan.scan(bytes, start, end)
    if (this.#scan.enriched >= 0) this.#resolved.scan(bytes, this.#scan.enriched, end)
  }

  /** Adds the values of a query's field to `into`; paths are made absolute with `cwd`. */
  values(field: string, cwd: string, into: FieldValue[]): void {
    if (field === 'cmdline' && this.#type === TYPE.EXECVE) {
      const line = this.#arguments()
      if (line !== '') into.push({ raw: line, value: line })
      return
    }
    const { ids, names } = wantedOf(field)
    const scan = this.#scan
    for (let index = 0; index < scan.count; index++) {
      const id = scan.ids[index]!
      if (id >= 0 ? ids[id] === 0 : names.length === 0) continue
      const name = this.#name(index)
      if ((id < 0 && !names.includes(name)) || !this.#fits(field, name)) continue
      this.#add(field, name, index, cwd, into)
    }
  }

  /** The texts that a bare word is looked for in. */
  texts(cwd: string): string[] {
    const type = this.#type
    if (type === TYPE.EOE) return []
    const values: FieldValue[] = []
    if (type === TYPE.PATH) this.values('path', cwd, values)
    else if (type === TYPE.CWD) this.values('cwd', cwd, values)
    else if (type === TYPE.PROCTITLE) this.values('cmdline', cwd, values)
    else return type === TYPE.SYSCALL ? this.#callTexts() : this.#allTexts(cwd)
    return values.map(({ value }) => value)
  }

  /** What a system call says in words. */
  #callTexts(): string[] {
    const texts: string[] = []
    for (let index = 0; index < this.#scan.count; index++) {
      const id = this.#scan.ids[index]!
      if (id < 0) continue
      if (id === EXIT) texts.push(errorOf(Number(this.#raw(index))) ?? '')
      else if (SYSCALL_TEXT_IDS[id] === 1) texts.push(this.#meaning(this.#name(index), index))
    }
    return texts
  }

  /** The raw text and what it means of the first field of a name; null when the record does not have it. */
  first(name: string): FieldValue | null {
    for (let index = 0; index < this.#scan.count; index++) {
      if (this.#name(index) === name)
        return { raw: this.#raw(index), value: this.#meaning(name, index) }
    }
    return null
  }

  #name(index: number): string {
    const id = this.#scan.ids[index]!
    if (id >= 0) return FIELD_NAMES[id]!
    const { bytes, nameStart, nameEnd } = this.#scan
    return latin1(bytes, nameStart[index]!, nameEnd[index]!)
  }

  #raw(index: number): string {
    const { bytes, valueStart, valueEnd } = this.#scan
    return latin1(bytes, valueStart[index]!, valueEnd[index]!)
  }

  /** Whether a record's field is meant, where its name alone does not say so. */
  #fits(field: string, name: string): boolean {
    // EXECVE's a0 is a word of the command, not an argument of the call.
    if (this.#type === TYPE.EXECVE && EXECVE_ARGUMENT.test(name)) return false
    return (
      field !== 'path' || name !== 'name' || this.#type === TYPE.PATH || this.#type >= FIRST_AVC
    )
  }

  #add(field: string, name: string, index: number, cwd: string, into: FieldValue[]): void {
    const raw = this.#raw(index)
    if (name === 'saddr' && (field === 'addr' || field === 'port')) {
      const address = this.#address(index, field)
      if (address !== null) into.push({ raw: field === 'port' ? address : raw, value: address })
      return
    }
    const value = this.#meaning(name, index)
    if (name === 'key') {
      // Several keys are parted by this byte (AUDIT_KEY_SEPARATOR).
      for (const key of value.split('\u0001')) if (key !== '') into.push({ raw, value: key })
    } else if (this.#type === TYPE.PATH && name === 'name') {
      if (value !== '') into.push({ raw, value: absolutePath(cwd, value) })
    } else if (value !== '') {
      into.push({ raw: field === 'port' ? value : raw, value })
    }
  }

  /** Address or port of a socket address; null when its family has none. */
  #address(index: number, part: 'addr' | 'port'): string | null {
    if (kindOf(this.#type, 'saddr') !== 'sockaddr') return part === 'addr' ? this.#raw(index) : null
    const address = decodeSockaddr(this.#raw(index))
    if (part === 'port') return address?.port === undefined ? null : String(address.port)
    return address?.address ?? address?.path ?? null
  }

  /** What a value means, in the words of the query language. */
  #meaning(name: string, index: number): string {
    const { bytes, valueStart, valueEnd } = this.#scan
    const [start, end] = [valueStart[index]!, valueEnd[index]!]
    switch (kindOf(this.#type, name)) {
      case 'text':
      case 'key':
        return untrustedText(bytes, start, end)
      case 'proctitle':
        return untrustedText(bytes, start, end).replaceAll('\0', ' ')
      case 'uid':
        return (
          this.#resolvedName(name) ?? numbered(latin1(bytes, start, end), userText, this.#resolver)
        )
      case 'gid':
        return (
          this.#resolvedName(name) ?? numbered(latin1(bytes, start, end), groupText, this.#resolver)
        )
      case 'syscall':
        return this.#syscall(latin1(bytes, start, end))
      case 'arch': {
        const number = Number.parseInt(latin1(bytes, start, end), 16)
        return archByNumber(number)?.token ?? latin1(bytes, start, end)
      }
      case 'sockaddr':
        return decodeSockaddr(latin1(bytes, start, end))?.text ?? ''
      case 'uring-operation':
        return uringOperations.name(Number(latin1(bytes, start, end))) ?? latin1(bytes, start, end)
      case 'label':
      case 'session':
        return latin1(bytes, start, end)
      default:
        return unquoted(bytes, start, end)
    }
  }

  /** What auditd resolved when it wrote the record; null when it did not. */
  #resolvedName(name: string): string | null {
    if (this.#scan.enriched < 0) return null
    const { count, bytes, nameStart, nameEnd, valueStart, valueEnd } = this.#resolved
    for (let index = 0; index < count; index++) {
      if (latin1(bytes, nameStart[index]!, nameEnd[index]!) !== name.toUpperCase()) continue
      return unquoted(bytes, valueStart[index]!, valueEnd[index]!)
    }
    return null
  }

  #syscall(raw: string): string {
    const arch = this.first('arch')
    const number = Number(raw)
    return (arch === null ? undefined : syscallName(Number.parseInt(arch.raw, 16), number)) ?? raw
  }

  /** EXECVE's words as one command line; parts of a long word (`a1[0]=`) are put together. */
  #arguments(): string {
    let line = ''
    for (let index = 0; index < this.#scan.count; index++) {
      const name = this.#name(index)
      const match = EXECVE_ARGUMENT.exec(name)
      if (match === null) continue
      const { bytes, valueStart, valueEnd } = this.#scan
      const word = untrustedText(bytes, valueStart[index]!, valueEnd[index]!)
      const continues = match[1] !== undefined && match[1] !== '[0]'
      line += line === '' || continues ? word : ` ${word}`
    }
    return line
  }

  /** A record's whole text, and what those of its values mean that are encoded. */
  #allTexts(cwd: string): string[] {
    const texts = [decodeUtf8(this.#bytes, this.#start, this.#end).replace(PID_TOKEN, '').trim()]
    for (let index = 0; index < this.#scan.count; index++) {
      const name = this.#name(index)
      if (MEANINGFUL.has(kindOf(this.#type, name))) texts.push(this.#meaning(name, index))
    }
    if (this.#type === TYPE.EXECVE) {
      const values: FieldValue[] = []
      this.values('cmdline', cwd, values)
      texts.push(...values.map(({ value }) => value))
    }
    return texts
  }
}

/** AUDIT_AVC: from here on `name=` in other records than PATH is a file's. */
const FIRST_AVC = 1400

function numbered(
  raw: string,
  text: (id: number, resolver: Resolver) => string,
  resolver: Resolver,
): string {
  return /^-?\d{1,10}$/.test(raw) ? text(Number(raw) >>> 0, resolver) : raw
}

/** A value without quotes; what is not there (`(null)`) is empty. */
function unquoted(bytes: Uint8Array, start: number, end: number): string {
  const text = decodeUtf8(bytes, start, end)
  if (text === '(null)' || text === '(none)') return ''
  return /^"[\s\S]*"$/.test(text) || /^'[\s\S]*'$/.test(text) ? text.slice(1, -1) : text
}
