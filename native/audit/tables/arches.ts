import { AUDIT_ARCHES } from './generated/arches'
import * as SYSCALLS from './generated/syscalls'
import { lazyNamesOf, type Names } from './names'

/** An architecture as audit knows it. */
export interface Arch {
  /** What users and `ausearch -i` call it: `x86_64`, `i386`, `aarch64`. */
  readonly token: string
  /** AUDIT_ARCH_*, the number in `arch=` (hexadecimal there) and in rules. */
  readonly number: number
  /** Width of the ABI, for the rule tokens `b32` and `b64`. */
  readonly bits: 32 | 64
  /** Its system calls; undefined when Debian ships no headers for it. */
  readonly syscalls: Names | undefined
}

const SYSCALL_TABLES: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  x86_64: SYSCALLS.SYSCALLS_X86_64,
  i386: SYSCALLS.SYSCALLS_I386,
  aarch64: SYSCALLS.SYSCALLS_AARCH64,
  arm: SYSCALLS.SYSCALLS_ARM,
  ppc64: SYSCALLS.SYSCALLS_PPC64LE,
  ppc64le: SYSCALLS.SYSCALLS_PPC64LE,
  ppc: SYSCALLS.SYSCALLS_PPC,
  s390x: SYSCALLS.SYSCALLS_S390X,
  riscv64: SYSCALLS.SYSCALLS_RISCV64,
  loongarch64: SYSCALLS.SYSCALLS_LOONGARCH64,
  mips: SYSCALLS.SYSCALLS_MIPS,
  mipsel: SYSCALLS.SYSCALLS_MIPS,
  mips64: SYSCALLS.SYSCALLS_MIPS64,
  mipsel64: SYSCALLS.SYSCALLS_MIPS64,
  sparc64: SYSCALLS.SYSCALLS_SPARC64,
}

/** __AUDIT_ARCH_64BIT of linux/audit.h. */
const AUDIT_ARCH_64BIT = 0x80000000
/** __X32_SYSCALL_BIT of asm/unistd.h: an x32 call carries x86_64's arch and this bit in its number. */
const X32_SYSCALL_BIT = 0x40000000

const x32Syscalls = lazyNamesOf(SYSCALLS.SYSCALLS_X32)

/** Every architecture that has an AUDIT_ARCH number. */
export const ARCHES: readonly Arch[] = Object.entries(AUDIT_ARCHES).map(([token, number]) => {
  const table = SYSCALL_TABLES[token]
  return {
    token,
    number,
    bits: number & AUDIT_ARCH_64BIT ? 64 : 32,
    syscalls: table === undefined ? undefined : lazyNamesOf(table),
  }
})

const byToken = new Map(ARCHES.map((arch) => [arch.token, arch]))
const byNumber = new Map(ARCHES.map((arch) => [arch.number, arch]))

/** Names that auditctl takes for an architecture beside its token (uname -m of old and compatible machines). */
const ALIASES = new Map([
  ['i486', 'i386'],
  ['i586', 'i386'],
  ['i686', 'i386'],
  ['armv5tejl', 'arm'],
  ['armv5tel', 'arm'],
  ['armv6l', 'arm'],
  ['armv7l', 'arm'],
  ['armv8l', 'aarch64'],
  ['arm64', 'aarch64'],
])

/** 64-bit architecture → the 32-bit one that its kernels run too, for the rule token `b32`. */
const COMPAT = new Map([
  ['x86_64', 'i386'],
  ['aarch64', 'arm'],
  ['ppc64', 'ppc'],
  ['s390x', 's390'],
  ['riscv64', 'riscv32'],
  ['mips64', 'mips'],
  ['mipsel64', 'mipsel'],
  ['sparc64', 'sparc'],
  ['parisc64', 'parisc'],
  ['loongarch64', 'loongarch32'],
])

/** The architecture of a token or alias such as `x86_64` or `i686`; undefined when unknown. */
export function archByToken(token: string): Arch | undefined {
  return byToken.get(ALIASES.get(token) ?? token)
}

/** The architecture of an AUDIT_ARCH number, as in `arch=c000003e`. */
export function archByNumber(number: number): Arch | undefined {
  return byNumber.get(number >>> 0)
}

/** What `b64` or `b32` means on a machine (its token, as `uname -m` says); undefined when it has no such ABI. */
export function archOfWidth(machine: string, bits: 32 | 64): Arch | undefined {
  const arch = archByToken(machine)
  if (arch === undefined || arch.bits === bits) return arch
  const compat = bits === 32 ? COMPAT.get(arch.token) : undefined
  return compat === undefined ? undefined : byToken.get(compat)
}

/**
 * The name of a system call.
 * @param arch an architecture, or its AUDIT_ARCH number
 */
export function syscallName(arch: Arch | number, number: number): string | undefined {
  const found = typeof arch === 'number' ? archByNumber(arch) : arch
  if (found?.token === 'x86_64' && number & X32_SYSCALL_BIT) {
    return x32Syscalls.name(number & ~X32_SYSCALL_BIT)
  }
  return found?.syscalls?.name(number)
}

/** The number of a system call by name; undefined when the architecture has none of that name. */
export function syscallNumber(arch: Arch | number, name: string): number | undefined {
  const found = typeof arch === 'number' ? archByNumber(arch) : arch
  return found?.syscalls?.number(name)
}

/** Every system call of an architecture, [name, number] by number; empty when it is not known. */
export function syscallsOf(arch: Arch): readonly (readonly [string, number])[] {
  return arch.syscalls?.entries ?? []
}
