/**
 * Which kinds of access a syscall is, for the `perm` field: audit_match_perm() in kernel/auditsc.c and the classes in
 * include/asm-generic/audit_{read,write,dir_write,change_attr}.h.
 */
import { PERMISSIONS } from '../model'
import { syscallsOf, type Machine } from '../names'
import type { EventFacts } from './facts'

const words = (text: string): readonly string[] => text.split(/\s+/)

const DIRECTORY_WRITE = words(
  'rename mkdir rmdir creat link unlink symlink mknod mkdirat mknodat unlinkat renameat linkat symlinkat renameat2',
)
const WRITE = new Set([
  ...DIRECTORY_WRITE,
  ...words('acct swapon quotactl truncate truncate64 bind fallocate'),
])
const READ = new Set(
  words(
    'readlink quotactl listxattr llistxattr flistxattr getxattr lgetxattr fgetxattr readlinkat quotactl_fd',
  ),
)
const ATTRIBUTE = new Set(
  words(
    'chmod fchmod chown lchown fchown chown32 lchown32 fchown32 setxattr lsetxattr fsetxattr removexattr ' +
      'lremovexattr fremovexattr fchownat fchmodat fchmodat2 link linkat setxattrat removexattrat file_setattr',
  ),
)

/** O_ACCMODE → permission bits: read, write, both, both. */
const ACCESS_MODES = [
  PERMISSIONS.r,
  PERMISSIONS.w,
  PERMISSIONS.r | PERMISSIONS.w,
  PERMISSIONS.r | PERMISSIONS.w,
]
/** SYS_BIND: bind in socketcall(2) of old 32-bit machines. */
const SYS_BIND = 2

const accessMode = (flags: number | null): number | null =>
  flags === null ? null : ACCESS_MODES[flags & 3]!

/** Whether a syscall is one of the kinds of access in `mask`; null when its record does not tell. */
export function matchesPermission(
  mask: number,
  machine: Machine,
  facts: EventFacts,
): boolean | null {
  const name = facts.syscall === null ? null : syscallsOf(machine).name(facts.syscall)
  if (name === null) return null
  const opened = openedFor(name, facts)
  if (opened !== undefined) return opened === null ? null : (mask & opened) !== 0
  if (name === 'execve' || name === 'execveat') return (mask & PERMISSIONS.x) !== 0
  if (name === 'socketcall') {
    const [call = null] = facts.args
    return call === null ? null : (mask & PERMISSIONS.w) !== 0 && call === SYS_BIND
  }
  return (
    ((mask & PERMISSIONS.w) !== 0 && WRITE.has(name)) ||
    ((mask & PERMISSIONS.r) !== 0 && READ.has(name)) ||
    ((mask & PERMISSIONS.a) !== 0 && ATTRIBUTE.has(name))
  )
}

/** The access that an open asks for; null when it is not known, undefined for what is no open. */
function openedFor(name: string, { args, openFlags }: EventFacts): number | null | undefined {
  if (name === 'open') return accessMode(args[1] ?? null)
  if (name === 'openat') return accessMode(args[2] ?? null)
  if (name === 'openat2') return accessMode(openFlags)
  return undefined
}

/** Syscalls that a `perm` value stands for, by name, without the opens that need their flags; sorted. */
export function syscallsOfPermission(mask: number): string[] {
  const names = new Set<string>()
  if (mask & PERMISSIONS.w) for (const name of WRITE) names.add(name)
  if (mask & PERMISSIONS.r) for (const name of READ) names.add(name)
  if (mask & PERMISSIONS.a) for (const name of ATTRIBUTE) names.add(name)
  if (mask & PERMISSIONS.x) for (const name of ['execve', 'execveat']) names.add(name)
  if (mask & (PERMISSIONS.r | PERMISSIONS.w))
    for (const name of ['open', 'openat', 'openat2']) names.add(name)
  return [...names].sort()
}
