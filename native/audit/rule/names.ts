/**
 * The names that rules use for numbers, in both directions: machines and their syscalls, errno, record types, file types,
 * file systems, address families, io_uring operations. Lookups by name ignore case, as auditctl's do.
 */
import {
  addressFamilies,
  archByToken,
  errnoName,
  errnoNumber,
  errnos,
  fileTypes,
  fsTypes,
  recordTypeName,
  recordTypeNumber,
  recordTypes,
  syscallsOf as syscallEntries,
  uringOperations,
} from '../tables'

/** Machines that rules can name, by auditctl's first name for them. */
export type Machine =
  'x86_64' | 'i386' | 'aarch64' | 'arm' | 'ppc64' | 'ppc64le' | 'ppc' | 's390x' | 's390'

interface MachineFacts {
  /** AUDIT_ARCH_*: ELF machine, 0x80000000 for 64 bits, 0x40000000 for little-endian. */
  arch: number
  /** What `b32` means there; null where 32-bit programs cannot be named. */
  twin: Machine | null
}

const MACHINES: Readonly<Record<Machine, MachineFacts>> = {
  x86_64: { arch: 0xc000003e, twin: 'i386' },
  i386: { arch: 0x40000003, twin: null },
  aarch64: { arch: 0xc00000b7, twin: 'arm' },
  arm: { arch: 0x40000028, twin: null },
  ppc64: { arch: 0x80000015, twin: 'ppc' },
  ppc64le: { arch: 0xc0000015, twin: null },
  ppc: { arch: 0x00000014, twin: null },
  s390x: { arch: 0x80000016, twin: 's390' },
  s390: { arch: 0x00000016, twin: null },
}
export const MACHINE_NAMES = Object.keys(MACHINES) as Machine[]

/** Other names of machines, as `uname -m` and auditctl have them. */
const MACHINE_ALIASES: Readonly<Record<string, Machine>> = {
  i486: 'i386',
  i586: 'i386',
  i686: 'i386',
  armeb: 'arm',
  armv5tejl: 'arm',
  armv5tel: 'arm',
  armv6l: 'arm',
  armv7l: 'arm',
  armv8l: 'aarch64',
}

/** AUDIT_ARCH_* has this bit for 64-bit machines. */
export const ARCH_64BIT = 0x80000000

/** The machine of a name such as `x86_64` or `i686`, or null. */
export function machineOfName(name: string): Machine | null {
  const lower = name.toLowerCase()
  if (Object.hasOwn(MACHINES, lower)) return lower as Machine
  return Object.hasOwn(MACHINE_ALIASES, lower) ? MACHINE_ALIASES[lower]! : null
}

/** The machine of an AUDIT_ARCH_* number, or null. */
export function machineOfArch(arch: number): Machine | null {
  return MACHINE_NAMES.find((machine) => MACHINES[machine].arch === arch) ?? null
}

/** The AUDIT_ARCH_* number of a machine. */
export function archOf(machine: Machine): number {
  return MACHINES[machine].arch
}

/** The machine that `b32` names on this one, or null when that is not possible. */
export function twinOf(machine: Machine): Machine | null {
  return MACHINES[machine].twin
}

/** Whether the machine is a 64-bit one. */
export function is64Bit(machine: Machine): boolean {
  return (MACHINES[machine].arch & ARCH_64BIT) !== 0
}

/** Names and numbers of one kind. Lookups by name ignore case. */
export interface NameTable {
  /** The number of a name, or null. */
  number(name: string): number | null
  /** The name of a number, or null. */
  name(number: number): string | null
  /** All names. */
  readonly all: readonly string[]
}

interface Lookup {
  number(name: string): number | undefined
  name(number: number): string | undefined
}

function table(
  lookup: Lookup,
  entries: readonly (readonly [string, number])[],
  upper = false,
): NameTable {
  return {
    number: (name) => lookup.number(upper ? name.toUpperCase() : name.toLowerCase()) ?? null,
    name: (number) => lookup.name(number) ?? null,
    all: entries.map(([name]) => name),
  }
}

/**
 * Names that auditctl (libaudit 3.0.9) has and prints where the kernel's headers have none or another one. The headers'
 * names are understood as well.
 */
const AUDITCTL_SYSCALLS: Partial<Record<Machine, Readonly<Record<string, number>>>> = {
  x86_64: { pread: 17, pwrite: 18 },
  i386: { sys_kexec_load: 283, sched_rr_get_interval64: 423 },
  aarch64: { getdents: 61, pread: 67, pwrite: 68, newfstat: 80 },
  arm: {
    time: 13,
    umount: 22,
    stime: 25,
    alarm: 27,
    utime: 30,
    getrlimit: 76,
    select: 82,
    readdir: 89,
    mmap: 90,
    socketcall: 102,
    syscall: 113,
    ipc: 117,
    llseek: 140,
    newselect: 142,
    sysctl: 149,
    fadvise64_64: 270,
    sync_file_range: 341,
    sched_rr_get_interval64: 423,
  },
  ppc: { pread: 179, pwrite: 180, timerfd: 306, perf_counter_open: 319, semtimedop: 392 },
  s390x: { pread: 180, pwrite: 181 },
}

/** auditctl has one table for all POWER machines. */
const TABLE_OF: Partial<Record<Machine, Machine>> = { ppc64: 'ppc', ppc64le: 'ppc' }

const syscallTables = new Map<Machine, NameTable>()

/** The syscalls of a machine as rules name them; empty for s390, for which there are no headers. */
export function syscallsOf(machine: Machine): NameTable {
  let names = syscallTables.get(machine)
  if (names === undefined) {
    names = buildSyscalls(machine)
    syscallTables.set(machine, names)
  }
  return names
}

function buildSyscalls(machine: Machine): NameTable {
  const first = TABLE_OF[machine] ?? machine
  const entries = [
    ...Object.entries(AUDITCTL_SYSCALLS[first] ?? {}),
    ...[first, machine].flatMap((token) => {
      const arch = archByToken(token)
      return arch === undefined ? [] : syscallEntries(arch)
    }),
  ]
  const byName = new Map<string, number>()
  const byNumber = new Map<number, string>()
  for (const [name, number] of entries) {
    if (!byName.has(name)) byName.set(name, number)
    if (!byNumber.has(number)) byNumber.set(number, name)
  }
  const lookup = {
    number: (name: string) => byName.get(name),
    name: (number: number) => byNumber.get(number),
  }
  return table(lookup, [...byName])
}

export const ERRNO: NameTable = table({ number: errnoNumber, name: errnoName }, errnos, true)

/** Types of records; `UNKNOWN[n]` stands for a number without a name. */
export const RECORD_TYPES: NameTable = table(
  {
    number: recordTypeNumber,
    name: (number) => {
      const name = recordTypeName(number)
      return name.startsWith('UNKNOWN[') ? undefined : name
    },
  },
  recordTypes,
  true,
)

export const FILE_TYPES: NameTable = table(fileTypes, fileTypes.entries)

/** File systems that auditctl knows by name; every other is written as its magic number (linux/magic.h). */
const RULE_FILE_SYSTEMS = fsTypes.entries.filter(
  ([name]) => name === 'tracefs' || name === 'debugfs',
)
export const FILE_SYSTEMS: NameTable = {
  number: (name) => new Map(RULE_FILE_SYSTEMS).get(name.toLowerCase()) ?? null,
  name: (number) => RULE_FILE_SYSTEMS.find(([, magic]) => magic === number)?.[0] ?? null,
  all: RULE_FILE_SYSTEMS.map(([name]) => name),
}
/** Every file system with a magic number. */
export const ALL_FILE_SYSTEMS: NameTable = table(fsTypes, fsTypes.entries)

/** Operations of io_uring, which rules of the io_uring list name where others name syscalls. */
export const RING_OPERATIONS: NameTable = table(uringOperations, uringOperations.entries)

/** Address families. auditctl itself takes numbers only. */
export const ADDRESS_FAMILIES: NameTable = table(addressFamilies, addressFamilies.entries)
/** AF_MAX - 1 of the libc that auditctl is built with (46 families). */
export const MAX_ADDRESS_FAMILY = 45
