/**
 * A seccomp filter for the helper (seccomp(2)): what it never does is refused, whoever asks for it in its name.
 *
 * A list of what is refused, not of what is allowed: V8 and the C library make different calls from version to version
 * and from machine to machine, and an allow-list that is right on one of them ends the helper on the next, in the middle
 * of a registration. What would matter most needs capabilities that the helper has given up (confine.ts); this takes
 * away what needs none, or what the kept ones would allow.
 */
import { addressOf, errno, errnoName, libc } from './libc'

/** Numbers of calls by architecture, as process.arch names it (asm/unistd.h). */
export type SeccompArch = 'x64' | 'arm64'
type Numbers = Readonly<Record<SeccompArch, number>>
/** Calls by name; one without a number does not exist on that architecture. */
type Calls = Readonly<Record<string, Readonly<Partial<Numbers>>>>

/** Calls that are refused whatever their arguments. Exported for its test. */
export const REFUSED: Calls = {
  ptrace: { x64: 101, arm64: 117 },
  process_vm_readv: { x64: 310, arm64: 270 },
  process_vm_writev: { x64: 311, arm64: 271 },
  kcmp: { x64: 312, arm64: 272 },
  pidfd_getfd: { x64: 438, arm64: 438 },
  bpf: { x64: 321, arm64: 280 },
  perf_event_open: { x64: 298, arm64: 241 },
  userfaultfd: { x64: 323, arm64: 282 },
  io_uring_setup: { x64: 425, arm64: 425 },
  io_uring_enter: { x64: 426, arm64: 426 },
  io_uring_register: { x64: 427, arm64: 427 },
  add_key: { x64: 248, arm64: 217 },
  request_key: { x64: 249, arm64: 218 },
  keyctl: { x64: 250, arm64: 219 },
  name_to_handle_at: { x64: 303, arm64: 264 },
  open_by_handle_at: { x64: 304, arm64: 265 },
  setns: { x64: 308, arm64: 268 },
  mount: { x64: 165, arm64: 40 },
  umount2: { x64: 166, arm64: 39 },
  pivot_root: { x64: 155, arm64: 41 },
  open_tree: { x64: 428, arm64: 428 },
  move_mount: { x64: 429, arm64: 429 },
  fsopen: { x64: 430, arm64: 430 },
  fsmount: { x64: 432, arm64: 432 },
  mount_setattr: { x64: 442, arm64: 442 },
  init_module: { x64: 175, arm64: 105 },
  finit_module: { x64: 313, arm64: 273 },
  delete_module: { x64: 176, arm64: 106 },
  kexec_load: { x64: 246, arm64: 104 },
  kexec_file_load: { x64: 320, arm64: 294 },
  reboot: { x64: 169, arm64: 142 },
  swapon: { x64: 167, arm64: 224 },
  acct: { x64: 163, arm64: 89 },
  settimeofday: { x64: 164, arm64: 170 },
  clock_settime: { x64: 227, arm64: 112 },
}

/**
 * What a process that only talks on the descriptors that it has need not do either: open, list or change anything in the
 * file system, start a program, make a process, a connection or a signal. For the placer of rules (native/helper/placer.ts).
 */
export const NOTHING_BUT_TALK: Calls = {
  open: { x64: 2 },
  openat: { x64: 257, arm64: 56 },
  openat2: { x64: 437, arm64: 437 },
  creat: { x64: 85 },
  stat: { x64: 4 },
  lstat: { x64: 6 },
  newfstatat: { x64: 262, arm64: 79 },
  statx: { x64: 332, arm64: 291 },
  access: { x64: 21 },
  faccessat: { x64: 269, arm64: 48 },
  faccessat2: { x64: 439, arm64: 439 },
  readlink: { x64: 89 },
  readlinkat: { x64: 267, arm64: 78 },
  getdents: { x64: 78 },
  getdents64: { x64: 217, arm64: 61 },
  statfs: { x64: 137, arm64: 43 },
  getxattr: { x64: 191, arm64: 8 },
  lgetxattr: { x64: 192, arm64: 9 },
  listxattr: { x64: 194, arm64: 11 },
  llistxattr: { x64: 195, arm64: 12 },
  getxattrat: { x64: 464, arm64: 464 },
  listxattrat: { x64: 465, arm64: 465 },
  setxattr: { x64: 188, arm64: 5 },
  lsetxattr: { x64: 189, arm64: 6 },
  setxattrat: { x64: 463, arm64: 463 },
  uselib: { x64: 134 },
  mknod: { x64: 133 },
  mknodat: { x64: 259, arm64: 33 },
  utimensat: { x64: 280, arm64: 88 },
  chdir: { x64: 80, arm64: 49 },
  chroot: { x64: 161, arm64: 51 },
  truncate: { x64: 76, arm64: 45 },
  rename: { x64: 82 },
  renameat: { x64: 264, arm64: 38 },
  renameat2: { x64: 316, arm64: 276 },
  mkdir: { x64: 83 },
  mkdirat: { x64: 258, arm64: 34 },
  rmdir: { x64: 84 },
  link: { x64: 86 },
  linkat: { x64: 265, arm64: 37 },
  symlink: { x64: 88 },
  symlinkat: { x64: 266, arm64: 36 },
  unlink: { x64: 87 },
  unlinkat: { x64: 263, arm64: 35 },
  chmod: { x64: 90 },
  fchmodat: { x64: 268, arm64: 53 },
  chown: { x64: 92 },
  fchownat: { x64: 260, arm64: 54 },
  execve: { x64: 59, arm64: 221 },
  execveat: { x64: 322, arm64: 281 },
  fork: { x64: 57 },
  vfork: { x64: 58 },
  clone: { x64: 56, arm64: 220 },
  clone3: { x64: 435, arm64: 435 },
  socket: { x64: 41, arm64: 198 },
  connect: { x64: 42, arm64: 203 },
  kill: { x64: 62, arm64: 129 },
  tkill: { x64: 200, arm64: 130 },
  tgkill: { x64: 234, arm64: 131 },
  rt_sigqueueinfo: { x64: 129, arm64: 138 },
  rt_tgsigqueueinfo: { x64: 297, arm64: 240 },
  pidfd_send_signal: { x64: 424, arm64: 424 },
  inotify_add_watch: { x64: 254, arm64: 27 },
  fanotify_init: { x64: 300, arm64: 262 },
  mq_open: { x64: 240, arm64: 180 },
}

/** Calls that are allowed only with one of these values as their first argument. */
const RESTRICTED: Readonly<Record<string, { numbers: Numbers; first: readonly number[] }>> = {
  // AF_UNIX (pkcheck reaches the system bus), AF_NETLINK: nothing that leaves the machine.
  socket: { numbers: { x64: 41, arm64: 198 }, first: [1, 16] },
  // CLONE_FILES (descriptors.ts); never a namespace.
  unshare: { numbers: { x64: 272, arm64: 97 }, first: [0x400] },
}

/**
 * Flags of clone(2) that make namespaces. In a user namespace of its own a process has every capability over what it makes
 * there. clone3 has its flags in memory, where a filter cannot look: it is said not to exist, and the C library takes clone.
 */
const NAMESPACES = 0x7e020000
const CLONE: Numbers = { x64: 56, arm64: 220 }
const CLONE3: Numbers = { x64: 435, arm64: 435 }

/** AUDIT_ARCH_* of struct seccomp_data (linux/audit.h). */
const AUDIT_ARCH: Numbers = { x64: 0xc000003e, arm64: 0xc00000b7 }
/** Bit of x32 calls (asm/unistd.h): another way to the same calls. */
const X32_BIT = 0x40000000

const LOAD = 0x20
const JUMP_IF_EQUAL = 0x15
const JUMP_IF_ABOVE = 0x35
const JUMP_IF_ANY_BIT = 0x45
const RETURN = 0x06
const ALLOW = 0x7fff0000
/** SECCOMP_RET_ERRNO with EPERM. */
const REFUSE = 0x00050001
/** SECCOMP_RET_ERRNO with ENOSYS. */
const UNKNOWN = 0x00050026
/** Offsets in struct seccomp_data: the call's number, the architecture, the first argument's lower half. */
const DATA = { number: 0, arch: 4, first: 16 } as const

/** An instruction of classic BPF (struct sock_filter). */
export interface Instruction {
  code: number
  /** How many instructions to skip when the condition holds, and when not. */
  jt: number
  jf: number
  k: number
}

const load = (offset: number): Instruction => ({ code: LOAD, jt: 0, jf: 0, k: offset })
const answer = (k: number): Instruction => ({ code: RETURN, jt: 0, jf: 0, k })

/** Answers `k` when the loaded word equals `value`. */
const ifEqual = (value: number, k: number): Instruction[] => [
  { code: JUMP_IF_EQUAL, jt: 0, jf: 1, k: value },
  answer(k),
]

/** The filter's program; `more` is refused too. Anything of another architecture is refused. */
export function seccompProgram(arch: SeccompArch, more: Calls = {}): Instruction[] {
  const refused = [...Object.values(REFUSED), ...Object.values(more)].flatMap((numbers) => {
    const number = numbers[arch]
    return number === undefined ? [] : ifEqual(number, REFUSE)
  })
  return [
    load(DATA.arch),
    { code: JUMP_IF_EQUAL, jt: 1, jf: 0, k: AUDIT_ARCH[arch] },
    answer(REFUSE),
    load(DATA.number),
    ...(arch === 'x64' ? [{ code: JUMP_IF_ABOVE, jt: 0, jf: 1, k: X32_BIT }, answer(REFUSE)] : []),
    ...refused,
    ...ifEqual(CLONE3[arch], UNKNOWN),
    { code: JUMP_IF_EQUAL, jt: 0, jf: 4, k: CLONE[arch] },
    load(DATA.first),
    { code: JUMP_IF_ANY_BIT, jt: 0, jf: 1, k: NAMESPACES },
    answer(REFUSE),
    answer(ALLOW),
    ...Object.values(RESTRICTED).flatMap(({ numbers, first }) => {
      const check = [
        load(DATA.first),
        ...first.flatMap((value) => ifEqual(value, ALLOW)),
        answer(REFUSE),
      ]
      return [{ code: JUMP_IF_EQUAL, jt: 0, jf: check.length, k: numbers[arch] }, ...check]
    }),
    answer(ALLOW),
  ]
}

const SYS_SECCOMP: Numbers = { x64: 317, arm64: 277 }
const SECCOMP_SET_MODE_FILTER = 1
/** For all threads, those that exist included. */
const SECCOMP_FILTER_FLAG_TSYNC = 1
const PR_SET_NO_NEW_PRIVS = 38
const INSTRUCTION_BYTES = 8

/**
 * Puts the filter in force for the whole process, with `more` calls refused. Returns why not (an errno's name, or the
 * architecture), or null.
 */
export function installSeccomp(more: Calls = {}): string | null {
  const arch = process.arch
  if (arch !== 'x64' && arch !== 'arm64') return `no filter for ${arch}`
  const program = seccompProgram(arch, more)
  const filter = new Uint8Array(program.length * INSTRUCTION_BYTES)
  const view = new DataView(filter.buffer)
  program.forEach(({ code, jt, jf, k }, index) => {
    const at = index * INSTRUCTION_BYTES
    view.setUint16(at, code, true)
    view.setUint8(at + 2, jt)
    view.setUint8(at + 3, jf)
    view.setUint32(at + 4, k, true)
  })
  // struct sock_fprog: u16 len, and at 8 the address.
  const head = new Uint8Array(16)
  const headView = new DataView(head.buffer)
  headView.setUint16(0, program.length, true)
  headView.setBigUint64(8, BigInt(addressOf(filter)), true)
  if (libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0) return errnoName(errno())
  const result = libc.syscall(
    SYS_SECCOMP[arch],
    SECCOMP_SET_MODE_FILTER,
    SECCOMP_FILTER_FLAG_TSYNC,
    addressOf(head),
  )
  if (result === 0) return null
  return result > 0 ? `thread ${result} has another filter` : errnoName(errno())
}
