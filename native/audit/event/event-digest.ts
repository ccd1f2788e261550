import type { ObjectKind } from './objects'

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

/** Makes it say nothing. */
export function reset(digest: EventDigest): void {
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
