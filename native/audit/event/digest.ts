import {
  CallLayout,
  decimalAt,
  fieldId,
  FieldScan,
  hexAt,
  MALFORMED,
  parseCallPrefix,
  PathLayout,
  plainText,
  SpanCache,
  untrustedText,
  type AuditRecord,
} from '../record'
import { TYPE } from '../tables'
import { latin1 } from '../text'
import type { AuditEvent } from './event'
import { EventDigest, reset } from './event-digest'
import { callObject, hasOwnObject, OBJECT_KINDS, objectFieldsOf } from './objects'
import { PathCache } from './paths'
import { decodeSockaddr } from './sockaddr'
import { StringCache } from './strings'

const F = {
  arch: fieldId('arch'),
  syscall: fieldId('syscall'),
  success: fieldId('success'),
  exit: fieldId('exit'),
  a0: fieldId('a0'),
  a1: fieldId('a1'),
  pid: fieldId('pid'),
  ppid: fieldId('ppid'),
  auid: fieldId('auid'),
  uid: fieldId('uid'),
  euid: fieldId('euid'),
  gid: fieldId('gid'),
  ses: fieldId('ses'),
  tty: fieldId('tty'),
  terminal: fieldId('terminal'),
  comm: fieldId('comm'),
  exe: fieldId('exe'),
  key: fieldId('key'),
  cwd: fieldId('cwd'),
  name: fieldId('name'),
  nametype: fieldId('nametype'),
  saddr: fieldId('saddr'),
  opid: fieldId('opid'),
  ocomm: fieldId('ocomm'),
  res: fieldId('res'),
  result: fieldId('result'),
  op: fieldId('op'),
  uringOp: fieldId('uring_op'),
} as const

/** A system call as the beginning of its record tells it. */
interface Call {
  readonly arch: number
  readonly syscall: number
  readonly success: number
}

/** Who acted, as the rest of a SYSCALL record tells it. */
interface Actor {
  readonly ppid: number
  readonly pid: number
  readonly auid: number
  readonly uid: number
  readonly gid: number
  readonly euid: number
  readonly ses: number
  readonly tty: string
  readonly comm: string
  readonly exe: string
  readonly key: string
}

/** The numbers of an {@link Actor}, in its order. */
const SUBJECT_NUMBERS = [F.ppid, F.pid, F.auid, F.uid, F.gid, F.euid, F.ses]
/** What stands before it, and would count if it came first. */
const HEAD = [F.arch, F.syscall, F.success, F.exit, F.a0, F.a1]

function callOf(bytes: Uint8Array, start: number, end: number): Call | undefined {
  const parsed = parseCallPrefix(latin1(bytes, start, end))
  if (parsed === null) return undefined
  return { ...parsed, success: parsed.success === 'yes' ? 1 : 0 }
}

/** The nametypes of PATH records (kernel/auditsc.c), by their first two letters. */
const PARENT = 0x5041
const DELETE = 0x4445
const CREATE = 0x4352

/**
 * Fills digests: one scan over each record that matters, no object per field. It keeps caches of strings, so use one for
 * a whole stream. What it returns is overwritten by the next call.
 */
export class Digester {
  private readonly digest = new EventDigest()
  private readonly scan = new FieldScan()
  private readonly untrusted = new StringCache(untrustedText)
  private readonly plain = new StringCache(plainText)
  private readonly addresses = new StringCache((bytes, start, end) => {
    const address = decodeSockaddr(latin1(bytes, start, end))
    if (address === undefined) return ''
    return address.text === '' ? `${address.family} address` : address.text
  })
  private readonly paths = new PathCache()
  private readonly layout = new CallLayout<Call>(callOf)
  private readonly pathLayout = new PathLayout()
  private readonly actors = new SpanCache((bytes, start, end) => this.actor(bytes, start, end))
  // What PATH records said, until all have been seen.
  private firstPath = ''
  private deleted = ''
  private created = ''
  private parent = ''

  /** Looks at an event. The result is valid until the next call. */
  of(event: AuditEvent): EventDigest {
    const { digest } = this
    reset(digest)
    this.firstPath = this.deleted = this.created = this.parent = ''
    const { records } = event
    const main = records[0]!
    digest.type = main.type
    if (main.type !== TYPE.SYSCALL && hasOwnObject(main.type)) this.objectOf(main)
    for (let i = 0; i < records.length; i++) this.record(records[i]!)
    this.choosePath()
    if (digest.objectKind === 'none' && main.type !== TYPE.SYSCALL && !digest.uring) {
      this.objectOf(main)
    }
    if (digest.objectKind === 'none' && digest.arch !== 0) this.objectOfCall()
    return digest
  }

  private record(record: AuditRecord): void {
    const { digest, scan } = this
    const { type, bytes, body, end } = record
    switch (type) {
      case TYPE.PROCTITLE:
      case TYPE.EOE:
      case TYPE.EXECVE:
      case MALFORMED:
        return
      case TYPE.SYSCALL:
        if (this.usualCall(bytes, body, end)) return
        scan.scan(bytes, body, end)
        this.call(type)
        return
      case TYPE.URINGOP:
        // Of several the first counts: it gives the event its type. A system call around them counts more.
        if (digest.uring || digest.arch !== 0) return
        scan.scan(bytes, body, end)
        this.call(type)
        return
      case TYPE.PATH:
        if (this.pathLayout.read(bytes, body, end)) this.usualPath(bytes)
        else this.path(record)
        return
      case TYPE.CWD:
        digest.cwd = this.folder(record)
        return
      case TYPE.SOCKADDR:
        scan.scan(bytes, body, end)
        this.address()
        return
      case TYPE.OBJ_PID:
        scan.scan(bytes, body, end)
        this.target()
        return
      default:
        if (digest.arch !== 0) return
        scan.scan(bytes, body, end)
        this.general(record)
    }
  }

  /** A SYSCALL record in the kernel's layout; false when it has another one. */
  private usualCall(bytes: Uint8Array, start: number, end: number): boolean {
    const { digest, layout } = this
    if (!layout.read(bytes, start, end)) return false
    const actor = this.actors.get(bytes, layout.tail, end)
    if (actor === undefined) return false
    const { prefix, argumentStart, argumentEnd } = layout
    digest.uring = false
    digest.arch = prefix.arch
    digest.syscall = prefix.syscall
    digest.success = prefix.success
    digest.exit = decimalAt(bytes, layout.exitStart, layout.exitEnd, NaN)
    digest.a0 = hexAt(bytes, argumentStart[0]!, argumentEnd[0]!, NaN)
    digest.a1 = hexAt(bytes, argumentStart[1]!, argumentEnd[1]!, NaN)
    digest.ppid = actor.ppid
    digest.pid = actor.pid
    digest.auid = actor.auid
    digest.uid = actor.uid
    digest.gid = actor.gid
    digest.euid = actor.euid
    digest.ses = actor.ses
    digest.tty = actor.tty
    if (actor.comm !== '') digest.comm = actor.comm
    if (actor.exe !== '') digest.exe = actor.exe
    digest.key = actor.key
    return true
  }

  /** Reads the rest of a SYSCALL record; undefined when it does not say all that the kernel says. */
  private actor(bytes: Uint8Array, start: number, end: number): Actor | undefined {
    const { scan } = this
    scan.scan(bytes, start, end)
    const tty = scan.find(F.tty)
    const numbers = SUBJECT_NUMBERS.map((id) => scan.decimal(id, NaN))
    if (tty < 0 || numbers.some(Number.isNaN) || HEAD.some((id) => scan.find(id) >= 0))
      return undefined
    const [ppid, pid, auid, uid, gid, euid, ses] = numbers as [number, ...number[]] & number[]
    return {
      ppid,
      pid: pid!,
      auid: auid!,
      uid: uid!,
      gid: gid!,
      euid: euid!,
      ses: ses!,
      tty: this.textAt(tty, false),
      comm: this.text(F.comm),
      exe: this.text(F.exe),
      key: this.text(F.key),
    }
  }

  /** SYSCALL and URINGOP. What they say of the process wins over what a record before them said. */
  private call(type: number): void {
    const { digest, scan } = this
    digest.uring = type === TYPE.URINGOP
    digest.arch = scan.hex(F.arch, 0)
    digest.syscall = scan.decimal(digest.uring ? F.uringOp : F.syscall, -1)
    const success = scan.find(F.success)
    if (success >= 0) digest.success = this.letter(success) === 0x79 ? 1 : 0
    digest.exit = scan.decimal(F.exit, NaN)
    digest.a0 = scan.hex(F.a0, NaN)
    digest.a1 = scan.hex(F.a1, NaN)
    this.subject()
    digest.key = this.text(F.key)
  }

  /** Who did it; common to nearly all records. */
  private subject(): void {
    const { digest, scan } = this
    digest.ppid = scan.decimal(F.ppid, digest.ppid)
    digest.pid = scan.decimal(F.pid, digest.pid)
    digest.auid = scan.decimal(F.auid, digest.auid)
    digest.uid = scan.decimal(F.uid, digest.uid)
    digest.gid = scan.decimal(F.gid, digest.gid)
    digest.euid = scan.decimal(F.euid, digest.euid)
    digest.ses = scan.decimal(F.ses, digest.ses)
    const tty = scan.find(F.tty)
    if (tty >= 0)
      digest.tty = this.plain.get(scan.bytes, scan.valueStart[tty]!, scan.valueEnd[tty]!)
    const comm = this.text(F.comm)
    if (comm !== '') digest.comm = comm
    const exe = this.text(F.exe)
    if (exe !== '') digest.exe = exe
  }

  /** Any other record: a message of user space, an anomaly, a denial. */
  private general(record: AuditRecord): void {
    const { digest, scan } = this
    this.subject()
    if (record.type === TYPE.SECCOMP) {
      digest.arch = scan.hex(F.arch, 0)
      digest.syscall = scan.decimal(F.syscall, -1)
    }
    if (digest.key === '') digest.key = this.text(F.key)
    const terminal = scan.find(F.terminal)
    if (terminal >= 0 && digest.tty === '') digest.tty = this.textAt(terminal, false)
    const op = scan.find(F.op)
    if (op >= 0) digest.op = this.textAt(op, false)
    this.outcome()
  }

  /** `res=1`, `res=success`, `res=yes`; and the older `result=`. */
  private outcome(): void {
    const { digest, scan } = this
    let at = scan.find(F.res)
    if (at < 0) at = scan.find(F.result)
    if (at < 0) return
    const letter = this.letter(at) | 0x20
    digest.success = letter === 0x31 || letter === 0x73 || letter === 0x79 ? 1 : 0
  }

  /** A PATH record in the kernel's layout. */
  private usualPath(bytes: Uint8Array): void {
    const { nameStart, nameEnd, nametype } = this.pathLayout
    this.named(bytes, nametype, this.untrusted.get(bytes, nameStart, nameEnd))
  }

  private path({ bytes, body, end }: AuditRecord): void {
    const { scan } = this
    scan.scan(bytes, body, end, F.nametype)
    const at = scan.find(F.nametype)
    this.named(bytes, at < 0 ? -1 : scan.valueStart[at]!, this.text(F.name))
  }

  /** Takes a path; its role is read from the first two letters of its nametype, -1 when it has none. */
  private named(bytes: Uint8Array, nametypeAt: number, name: string): void {
    if (name === '') return
    const nametype = nametypeAt < 0 ? 0 : (bytes[nametypeAt]! << 8) | bytes[nametypeAt + 1]!
    if (nametype === PARENT) {
      if (this.parent === '') this.parent = name
    } else if (nametype === DELETE) {
      if (this.deleted === '') this.deleted = name
    } else if (nametype === CREATE) {
      if (this.created === '') this.created = name
    } else if (this.firstPath === '') this.firstPath = name
  }

  /** `cwd="…"`, the one field of a CWD record. */
  private folder({ bytes, body, end }: AuditRecord): string {
    const { scan } = this
    scan.scan(bytes, body, end, F.cwd)
    return this.text(F.cwd)
  }

  /** What was deleted, created or used. When it was not found there, only the folder is known: `/tmp/?`. */
  private choosePath(): void {
    const { digest } = this
    const primary =
      this.deleted || this.created || this.firstPath || (this.parent && `${this.parent}/?`)
    if (primary === '' || digest.objectKind !== 'none') return
    digest.object = this.paths.absolute(digest.cwd, primary)
    digest.objectKind = 'file'
    if (this.deleted !== '' && this.created !== '') {
      digest.object2 = this.paths.absolute(digest.cwd, this.created)
    }
  }

  private address(): void {
    const { digest, scan } = this
    const at = scan.find(F.saddr)
    if (at < 0 || digest.objectKind !== 'none') return
    digest.object = this.addresses.get(scan.bytes, scan.valueStart[at]!, scan.valueEnd[at]!)
    if (digest.object !== '') digest.objectKind = 'socket'
  }

  private target(): void {
    const { digest, scan } = this
    if (digest.objectKind !== 'none' && digest.objectKind !== 'socket') return
    const comm = this.text(F.ocomm)
    digest.object = `pid ${scan.raw(F.opid)}${comm === '' ? '' : ` (${comm})`}`
    digest.objectKind = 'process'
  }

  /** The object of a record without paths and addresses, from the field that its type has it in. */
  private objectOf(record: AuditRecord): void {
    const { digest, scan } = this
    scan.scan(record.bytes, record.body, record.end)
    for (const field of objectFieldsOf(record.type)) {
      const at = scan.find(field.id)
      if (at < 0) continue
      const text = this.textAt(at, field.decoded)
      if (text === '' || text === '?') continue
      digest.object = field.named ? `${field.name}=${text}` : text
      digest.objectKind = OBJECT_KINDS[field.kind]!
      return
    }
  }

  /** Calls that name their object by a number only: kill when the target was gone, setuid. */
  private objectOfCall(): void {
    const { digest } = this
    const object = callObject(digest.arch, digest.syscall)
    if (object === undefined || digest.uring) return
    const value = object.argument === 0 ? digest.a0 : digest.a1
    if (Number.isNaN(value)) return
    digest.object = object.kind === 'process' ? `pid ${value | 0}` : String(value >>> 0)
    digest.objectKind = object.kind
  }

  private letter(at: number): number {
    return this.scan.bytes[this.scan.valueStart[at]!]!
  }
  private text(id: number): string {
    const at = this.scan.find(id)
    return at < 0 ? '' : this.textAt(at, true)
  }
  private textAt(at: number, decoded: boolean): string {
    const { scan } = this
    const cache = decoded ? this.untrusted : this.plain
    return cache.get(scan.bytes, scan.valueStart[at]!, scan.valueEnd[at]!)
  }
}
