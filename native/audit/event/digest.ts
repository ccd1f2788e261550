import { fieldId, FieldScan, plainText, untrustedText, type AuditRecord } from '../record'
import { TYPE } from '../tables'
import { latin1 } from '../text'
import type { AuditEvent } from './event'
import { callObject, hasOwnObject, OBJECT_KINDS, objectFieldsOf, type ObjectKind } from './objects'
import { absolutePath } from './paths'
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

/** Unset ids: (uid_t)-1. */
export const UNSET = 0xffffffff

/**
 * What the columns of a store hold of an event. One object is filled again and again by a {@link Digester}: copy what
 * you keep.
 */
export class EventDigest {
  /** Type of the first record: `SYSCALL`, or what came before it (`LOGIN`, `CONFIG_CHANGE`, `AVC`). */
  type = 0
  /** AUDIT_ARCH number; 0 when the event has no system call. */
  arch = 0
  /** Number of the system call, or of the io_uring operation when `uring`; -1 when there is none. */
  syscall = -1
  /** The event is an io_uring operation. */
  uring = false
  /** 1 yes, 0 no, -1 unknown. From `success`, or `res` of a message. */
  success = -1
  /** What the call returned; NaN when there is none. Beyond 2^53 (addresses do not reach it) inexact. */
  exit = NaN
  /** -1 when the record does not say. Ids are unsigned, {@link UNSET} when unset. */
  pid = -1
  ppid = -1
  auid = -1
  uid = -1
  euid = -1
  gid = -1
  ses = -1
  /** First and second argument; NaN when there is none. */
  a0 = NaN
  a1 = NaN
  /** Operation of a message: `add_rule`, `PAM:session_open`; empty for most system calls. */
  op = ''
  /** Decoded strings; empty when the record does not say. */
  tty = ''
  comm = ''
  exe = ''
  /** Key of the rule; several are parted by U+0001, as the kernel has them. */
  key = ''
  cwd = ''
  /** The primary object: an absolute path, an address, `pid 12 (sh)`, a user. */
  object = ''
  objectKind: ObjectKind = 'none'
  /** The second one: the new name of a rename. */
  object2 = ''

  /** The keys one by one. */
  get keys(): string[] {
    return this.key === '' ? [] : this.key.split('\x01')
  }
  /** The error number of a failed call, positive; 0 when it did not fail with one. */
  get errno(): number {
    return this.exit < 0 && this.exit >= -4095 ? -this.exit : 0
  }
}

/** The nametypes of PATH records (kernel/auditsc.c), by their first two letters. */
const PARENT = 0x5041
const DELETE = 0x4445
const CREATE = 0x4352

function reset(digest: EventDigest): void {
  digest.type = 0
  digest.arch = 0
  digest.syscall = -1
  digest.uring = false
  digest.success = -1
  digest.exit = NaN
  digest.pid = digest.ppid = digest.auid = digest.uid = digest.euid = digest.gid = digest.ses = -1
  digest.a0 = digest.a1 = NaN
  digest.op = digest.tty = digest.comm = digest.exe = digest.key = digest.cwd = ''
  digest.object = digest.object2 = ''
  digest.objectKind = 'none'
}

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
    return address.text === '' ? address.family : address.text
  })
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
    const { type, bytes } = record
    if (type === TYPE.PROCTITLE || type === TYPE.EOE || type === TYPE.EXECVE || type < 0) return
    scan.scan(bytes, record.body, record.end, type === TYPE.PATH ? F.nametype : -2)
    switch (type) {
      case TYPE.SYSCALL:
      case TYPE.URINGOP:
        this.call(type)
        return
      case TYPE.PATH:
        this.path()
        return
      case TYPE.CWD:
        digest.cwd = this.text(F.cwd)
        return
      case TYPE.SOCKADDR:
        this.address()
        return
      case TYPE.OBJ_PID:
        this.target()
        return
      default:
        this.general(record)
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
    if (digest.arch === 0) {
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

  private path(): void {
    const { scan } = this
    const at = scan.find(F.nametype)
    const name = this.text(F.name)
    if (name === '') return
    const nametype = at < 0 ? 0 : (this.letter(at) << 8) | scan.bytes[scan.valueStart[at]! + 1]!
    if (nametype === PARENT) {
      if (this.parent === '') this.parent = name
    } else if (nametype === DELETE) {
      if (this.deleted === '') this.deleted = name
    } else if (nametype === CREATE) {
      if (this.created === '') this.created = name
    } else if (this.firstPath === '') this.firstPath = name
  }

  /** What was deleted, created or used; the parent folder when nothing else is known. */
  private choosePath(): void {
    const { digest } = this
    const primary = this.deleted || this.created || this.firstPath || this.parent
    if (primary === '' || digest.objectKind !== 'none') return
    digest.object = absolutePath(digest.cwd, primary)
    digest.objectKind = 'file'
    if (this.deleted !== '' && this.created !== '') {
      digest.object2 = absolutePath(digest.cwd, this.created)
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
