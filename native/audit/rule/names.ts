/**
 * The names that rules use for numbers, in both directions: machines and their syscalls, errno, record types, file types,
 * file systems, address families, io_uring operations. Lookups by name ignore case, as auditctl's do.
 */
import interim from './interim.json'

/** Machines that rules can name, by auditctl's first name for them. */
export type Machine =
  'x86_64' | 'i386' | 'aarch64' | 'arm' | 'ppc64' | 'ppc64le' | 'ppc' | 's390x' | 's390'

interface MachineFacts {
  /** AUDIT_ARCH_*: ELF machine, 0x80000000 for 64 bits, 0x40000000 for little-endian. */
  arch: number
  /** What `b32` means there; null where 32-bit programs cannot be named. */
  twin: Machine | null
  /** Whose syscall table it uses. */
  table: keyof typeof interim.syscalls
}

const MACHINES: Readonly<Record<Machine, MachineFacts>> = {
  x86_64: { arch: 0xc000003e, twin: 'i386', table: 'x86_64' },
  i386: { arch: 0x40000003, twin: null, table: 'i386' },
  aarch64: { arch: 0xc00000b7, twin: 'arm', table: 'aarch64' },
  arm: { arch: 0x40000028, twin: null, table: 'arm' },
  ppc64: { arch: 0x80000015, twin: 'ppc', table: 'ppc64' },
  ppc64le: { arch: 0xc0000015, twin: null, table: 'ppc64' },
  ppc: { arch: 0x00000014, twin: null, table: 'ppc64' },
  s390x: { arch: 0x80000016, twin: 's390', table: 's390x' },
  s390: { arch: 0x00000016, twin: null, table: 's390' },
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

/** A table of names and numbers. The first name of a number is the one that is printed. */
export class NameTable {
  private readonly numbers = new Map<string, number>()
  private readonly names = new Map<number, string>()
  /** All names in the table's order. */
  readonly all: readonly string[]

  constructor(entries: readonly (readonly [string, number])[]) {
    for (const [name, number] of entries) {
      this.numbers.set(name.toLowerCase(), number)
      if (!this.names.has(number)) this.names.set(number, name)
    }
    this.all = entries.map(([name]) => name)
  }

  /** The number of a name in any case, or null. */
  number(name: string): number | null {
    return this.numbers.get(name.toLowerCase()) ?? null
  }

  /** The name of a number, or null. */
  name(number: number): string | null {
    return this.names.get(number) ?? null
  }
}

const syscallTables = new Map<string, NameTable>()

/** The syscalls of a machine. */
export function syscallsOf(machine: Machine): NameTable {
  const { table } = MACHINES[machine]
  let names = syscallTables.get(table)
  if (names === undefined) {
    names = new NameTable(Object.entries(interim.syscalls[table]))
    syscallTables.set(table, names)
  }
  return names
}

export const ERRNO = new NameTable(Object.entries(interim.errno))
export const RECORD_TYPES = new NameTable(Object.entries(interim.msg))

/** Types of files: the S_IFMT bits of a mode (linux/stat.h). */
export const FILE_TYPES = new NameTable([
  ['socket', 0o140000],
  ['link', 0o120000],
  ['file', 0o100000],
  ['block', 0o060000],
  ['dir', 0o040000],
  ['character', 0o020000],
  ['fifo', 0o010000],
])

/** File systems that have names in rules: their magic numbers (linux/magic.h). */
export const FILE_SYSTEMS = new NameTable([
  ['tracefs', 0x74726163],
  ['debugfs', 0x64626720],
])
