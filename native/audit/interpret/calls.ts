import * as ARGUMENTS from '../tables/generated/arguments'
import { ADDRESS_FAMILIES, SOCKET_LEVELS } from '../tables/generated/network'
import { archByNumber, syscallName } from '../tables'
import type { Reading } from './arguments'
import type { CallContext } from './values'

/** What an argument is: a reading, or a choice that depends on an argument before it. */
export type Argument = Reading | ((a0: number, a1: number) => Reading)

const { O_CREAT } = ARGUMENTS.OPEN_FLAGS
const { PR_CAPBSET_READ, PR_CAPBSET_DROP, PR_SET_PDEATHSIG } = ARGUMENTS.PRCTL_OPTIONS
const { F_SETFD, F_SETFL } = ARGUMENTS.FCNTL_COMMANDS

const prctlArgument: Argument = (a0) => {
  if (a0 === PR_CAPBSET_READ || a0 === PR_CAPBSET_DROP) return 'capability'
  return a0 === PR_SET_PDEATHSIG ? 'signal' : 'hex'
}
const fcntlArgument: Argument = (_a0, a1) =>
  a1 === F_SETFD ? 'descriptor-flags' : a1 === F_SETFL ? 'open-flags' : 'hex'

const OPTIONS_BY_LEVEL = new Map<number, Reading>([
  [SOCKET_LEVELS.SOL_IP!, 'sockopt-ip'],
  [SOCKET_LEVELS.SOL_SOCKET!, 'socket-option'],
  [SOCKET_LEVELS.SOL_TCP!, 'sockopt-tcp'],
  [SOCKET_LEVELS.SOL_UDP!, 'sockopt-udp'],
  [SOCKET_LEVELS.SOL_IPV6!, 'sockopt-ipv6'],
  [SOCKET_LEVELS.SOL_PACKET!, 'sockopt-packet'],
])
const option: Argument = (_a0, a1) => OPTIONS_BY_LEVEL.get(a1) ?? 'hex'
/** What the third argument of socket(2) names depends on the family: only inet's are protocols of /etc/protocols. */
const socketProtocol: Argument = (a0) => {
  if (a0 === ADDRESS_FAMILIES.netlink) return 'netlink-family'
  return a0 === ADDRESS_FAMILIES.packet ? 'packet-protocol' : 'protocol'
}

/** System call → its first four arguments; `hex` is what has no meaning by itself (pointers, descriptors, sizes). */
const CALLS: Readonly<Record<string, readonly Argument[]>> = {
  open: ['hex', 'open-flags', (_a0, a1) => (a1 & O_CREAT! ? 'short-mode' : 'hex')],
  openat: ['dirfd', 'hex', 'open-flags'],
  openat2: ['dirfd'],
  open_by_handle_at: ['hex', 'hex', 'open-flags'],
  name_to_handle_at: ['dirfd'],
  creat: ['hex', 'short-mode'],
  mq_open: ['hex', 'open-flags', (_a0, a1) => (a1 & O_CREAT! ? 'short-mode' : 'hex')],
  access: ['hex', 'access'],
  faccessat: ['dirfd', 'hex', 'access'],
  faccessat2: ['dirfd', 'hex', 'access', 'at-flags'],
  chmod: ['hex', 'short-mode'],
  fchmod: ['hex', 'short-mode'],
  fchmodat: ['dirfd', 'hex', 'short-mode'],
  fchmodat2: ['dirfd', 'hex', 'short-mode', 'at-flags'],
  chown: ['hex', 'user', 'group'],
  lchown: ['hex', 'user', 'group'],
  fchown: ['hex', 'user', 'group'],
  fchownat: ['dirfd', 'hex', 'user', 'group'],
  mkdir: ['hex', 'short-mode'],
  mkdirat: ['dirfd', 'hex', 'short-mode'],
  mknod: ['hex', 'mode'],
  mknodat: ['dirfd', 'hex', 'mode'],
  linkat: ['dirfd', 'hex', 'dirfd'],
  symlinkat: ['hex', 'dirfd'],
  unlinkat: ['dirfd', 'hex', 'unlink-flags'],
  readlinkat: ['dirfd'],
  renameat: ['dirfd', 'hex', 'dirfd'],
  renameat2: ['dirfd', 'hex', 'dirfd'],
  newfstatat: ['dirfd', 'hex', 'hex', 'at-flags'],
  fstatat64: ['dirfd', 'hex', 'hex', 'at-flags'],
  statx: ['dirfd', 'hex', 'at-flags'],
  futimesat: ['dirfd'],
  utimensat: ['dirfd', 'hex', 'hex', 'at-flags'],
  execveat: ['dirfd'],
  fcntl: ['hex', 'fcntl', fcntlArgument],
  fcntl64: ['hex', 'fcntl', fcntlArgument],
  ioctl: ['hex', 'ioctl'],
  lseek: ['hex', 'hex', 'seek'],
  umask: ['short-mode'],
  mount: ['hex', 'hex', 'hex', 'mount'],
  umount2: ['hex', 'umount'],
  mmap: ['hex', 'hex', 'protection', 'mmap-flags'],
  mmap2: ['hex', 'hex', 'protection', 'mmap-flags'],
  mprotect: ['hex', 'hex', 'protection'],
  pkey_mprotect: ['hex', 'hex', 'protection'],
  shmget: ['hex', 'hex', 'shm-flags'],
  clone: ['clone'],
  unshare: ['namespaces'],
  setns: ['hex', 'namespaces'],
  exit: ['exit'],
  exit_group: ['exit'],
  kill: ['hex', 'signal'],
  tkill: ['hex', 'signal'],
  tgkill: ['hex', 'hex', 'signal'],
  rt_sigaction: ['signal'],
  rt_sigqueueinfo: ['hex', 'signal'],
  rt_tgsigqueueinfo: ['hex', 'hex', 'signal'],
  pidfd_send_signal: ['hex', 'signal'],
  ptrace: ['ptrace'],
  prctl: ['prctl', prctlArgument],
  personality: ['personality'],
  setuid: ['user'],
  setreuid: ['user', 'user'],
  setresuid: ['user', 'user', 'user'],
  setfsuid: ['user'],
  setgid: ['group'],
  setregid: ['group', 'group'],
  setresgid: ['group', 'group', 'group'],
  setfsgid: ['group'],
  getrlimit: ['rlimit'],
  setrlimit: ['rlimit'],
  prlimit64: ['hex', 'rlimit'],
  sched_setscheduler: ['hex', 'scheduler'],
  clock_settime: ['clock'],
  clock_gettime: ['clock'],
  clock_adjtime: ['clock'],
  socket: ['family', 'socket-type', socketProtocol],
  socketpair: ['family', 'socket-type', socketProtocol],
  socketcall: ['socket-call'],
  ipc: ['ipc-call'],
  setsockopt: ['hex', 'socket-level', option],
  getsockopt: ['hex', 'socket-level', option],
  send: ['hex', 'hex', 'hex', 'message-flags'],
  sendto: ['hex', 'hex', 'hex', 'message-flags'],
  sendmsg: ['hex', 'hex', 'message-flags'],
  sendmmsg: ['hex', 'hex', 'hex', 'message-flags'],
  recv: ['hex', 'hex', 'hex', 'message-flags'],
  recvfrom: ['hex', 'hex', 'hex', 'message-flags'],
  recvmsg: ['hex', 'hex', 'message-flags'],
  recvmmsg: ['hex', 'hex', 'hex', 'message-flags'],
  accept4: ['hex', 'hex', 'hex', 'socket-flags'],
  epoll_ctl: ['hex', 'epoll'],
  bpf: ['bpf'],
  seccomp: ['seccomp'],
}

/** The flags of open(2) are not the same on every architecture (asm/fcntl.h). */
const OPEN_FLAGS_BY_ARCH = new Map<string, Reading>([
  ['arm', 'open-flags-arm'],
  ['aarch64', 'open-flags-arm'],
  ['ppc', 'open-flags-ppc'],
  ['ppc64', 'open-flags-ppc'],
  ['ppc64le', 'open-flags-ppc'],
])

/** The arguments of a system call, with what differs between architectures; undefined when none is known. */
export function argumentsOf(arch: number, syscall: number): readonly Argument[] | undefined {
  const name = syscallName(arch, syscall)
  return name === undefined ? undefined : argumentsOfName(arch, name)
}

/** The same for a call by its name, such as an operation of socketcall(2). */
export function argumentsOfName(arch: number, name: string): readonly Argument[] | undefined {
  if (!Object.hasOwn(CALLS, name)) return undefined
  const token = archByNumber(arch)?.token ?? ''
  // s390 is the one architecture here whose clone takes the stack first (CONFIG_CLONE_BACKWARDS2).
  if (name === 'clone' && token === 's390x') return ['hex', 'clone']
  const openFlags = OPEN_FLAGS_BY_ARCH.get(token)
  if (openFlags === undefined) return CALLS[name]
  return CALLS[name]!.map((argument) => (argument === 'open-flags' ? openFlags : argument))
}

/**
 * How an argument of a system call is read. The meaning of later ones can depend on the first two.
 * @param index 0-3
 */
export function readingOf({ arch, syscall, name, a0, a1 }: CallContext, index: number): Reading {
  const known = name === undefined ? argumentsOf(arch, syscall) : argumentsOfName(arch, name)
  const argument = known?.[index] ?? 'hex'
  return typeof argument === 'string' ? argument : argument(a0, a1)
}
