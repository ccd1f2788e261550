import * as ARGUMENTS from '../tables/generated/arguments'
import { IOCTL_REQUESTS } from '../tables/generated/ioctls'
import * as NETWORK from '../tables/generated/network'
import { PROTOCOLS } from '../tables/generated/protocols'
import {
  archByNumber,
  errnoName,
  errnoText,
  fileTypes,
  perms,
  ruleLists,
  uringOperations,
} from '../tables'
import { lazyNamesOf, namesOf, type Names } from '../tables/names'
import { flagsOf, setFlags } from './flags'
import { decimal, hex32, hex64, octal } from './numbers'

/** How a value is turned into words. Wrong input never fails: it comes back as it is, marked. */
export type Interpret = (raw: string) => string

const protocolNames = new Map(PROTOCOLS)

/** A name from a table, or `unknown-WHAT(raw)`. */
function named(names: Names, what: string, parse: (raw: string) => number | undefined): Interpret {
  return (raw) => {
    const number = parse(raw)
    return (number === undefined ? undefined : names.name(number)) ?? `unknown-${what}(${raw})`
  }
}

/** Flags parted by `|`; the raw value when none has a name. */
function flagged(table: Readonly<Record<string, number>>, parse = hex32): Interpret {
  const flags = flagsOf(table)
  return (raw) => {
    const value = parse(raw)
    const names = value === undefined ? [] : setFlags(flags, value)
    return names.length === 0 ? withPrefix(raw) : names.join('|')
  }
}

/** An argument without a meaning of its own. */
export function withPrefix(raw: string): string {
  return raw.startsWith('0x') ? raw : `0x${raw}`
}

/** `arch=c000003e` → `x86_64`. */
export const archValue: Interpret = (raw) => {
  const number = hex32(raw)
  return (
    (number === undefined ? undefined : archByNumber(number)?.token) ?? `unknown-elf-type(${raw})`
  )
}

/** `exit=-2` → `ENOENT(No such file or directory)`; other values as they are. */
export const exitValue: Interpret = (raw) => {
  const value = decimal(raw)
  if (value === undefined || value >= 0) return raw
  const name = errnoName(-value)
  return name === undefined ? raw : `${name}(${errnoText(-value)})`
}

/** Bits of a watch: `read,write,exec,attr`; 0 means all of them to the kernel. */
export const permValue: Interpret = (raw) => {
  const value = decimal(raw)
  if (value === undefined) return raw
  const order = ['read', 'write', 'exec', 'attr']
  return order.filter((name) => value === 0 || value & perms.number(name)!).join(',')
}

const { ISUID, ISGID, ISVTX, IFMT } = ARGUMENTS.MODE_BITS as { [bit: string]: number }
const SPECIAL: readonly (readonly [number, string])[] = [
  [ISUID!, 'suid'],
  [ISGID!, 'sgid'],
  [ISVTX!, 'sticky'],
]
const permissions = (mode: number): string => (mode & 0o777).toString(8).padStart(3, '0')
const special = (mode: number): string[] =>
  SPECIAL.filter(([bit]) => mode & bit).map(([, name]) => name)

/** The mode of a file with its type: `file,suid,755`. */
export function modeText(mode: number): string {
  const type = fileTypes.name(mode & IFMT!) ?? ((mode & IFMT!) >> 12).toString(8).padStart(3, '0')
  return [type, ...special(mode), permissions(mode)].join(',')
}
/** A mode without a type: `0644`, `sticky,0755`. */
export function shortModeText(mode: number): string {
  return [...special(mode), `0${permissions(mode)}`].join(',')
}
const modeOf =
  (text: (mode: number) => string, parse: (raw: string) => number | undefined): Interpret =>
  (raw) => {
    const mode = parse(raw)
    return mode === undefined ? raw : text(mode)
  }
export const modeValue = modeOf(modeText, octal)
export const shortModeValue = modeOf(shortModeText, octal)
export const hexModeValue = modeOf(modeText, hex32)
export const hexShortModeValue = modeOf(shortModeText, hex32)

/** `res=1` → `yes`; words of user space as they are. */
export const successValue: Interpret = (raw) =>
  /^\d/.test(raw) ? (raw === '1' ? 'yes' : raw === '0' ? 'no' : 'unset') : raw
export const promiscuityValue: Interpret = (raw) => {
  const value = decimal(raw)
  return value === undefined ? raw : value === 0 ? 'no' : 'yes'
}
export const sessionValue: Interpret = (raw) => (raw === '4294967295' ? 'unset' : raw)

const capabilityNames = namesOf(ARGUMENTS.CAPABILITIES)
export const capabilityValue = named(capabilityNames, 'capability', decimal)
export const hexCapabilityValue: Interpret = (raw) => {
  const number = hex32(raw)
  return (
    (number === undefined ? undefined : capabilityNames.name(number)) ??
    `unknown-capability(0x${raw})`
  )
}
/** A set of capabilities, 64 bits: names parted by commas, or `none`. */
export const capabilitiesValue: Interpret = (raw) => {
  const bits = hex64(raw)
  if (bits === undefined) return raw
  const names = capabilityNames.entries.filter(([, bit]) => (bits >> BigInt(bit)) & 1n)
  return names.length === 0 ? 'none' : names.map(([name]) => name).join(',')
}

const signalNames = namesOf(ARGUMENTS.SIGNALS)
/** A signal by number; 0 only asks whether the process is there. */
export function signalName(number: number): string | undefined {
  return number === 0 ? 'SIG0' : signalNames.name(number)
}
const signalOf =
  (parse: (raw: string) => number | undefined, prefix: string): Interpret =>
  (raw) => {
    const number = parse(raw)
    return (
      (number === undefined ? undefined : signalName(number)) ?? `unknown-signal(${prefix}${raw})`
    )
  }
export const signalValue = signalOf(decimal, '')
export const hexSignalValue = signalOf(hex32, '0x')

export const listValue = named(ruleLists, 'list', decimal)
export const netfilterProtocolValue = named(
  namesOf(NETWORK.NETFILTER_PROTOCOLS),
  'netfilter-protocol',
  decimal,
)
export const icmpTypeValue = named(namesOf(NETWORK.ICMP_TYPES), 'icmp-type', decimal)
export const protocolValue: Interpret = (raw) =>
  protocolNames.get(decimal(raw) ?? -1) ?? 'undefined protocol'
export const hookValue = named(namesOf(NETWORK.INET_HOOKS), 'hook', hex32)
/** Verdicts of iptables' AUDIT target (include/uapi/linux/netfilter/xt_AUDIT.h): in no packaged header as a table. */
export const netfilterActionValue: Interpret = (raw) =>
  ['ACCEPT', 'DROP', 'REJECT'][hex32(raw) ?? -1] ?? `unknown-action(${raw})`
const etherNames = namesOf(NETWORK.ETHER_TYPES)
export const etherTypeValue: Interpret = (raw) => etherNames.name(hex32(raw) ?? -1) ?? 'UNKNOWN'
export const netlinkGroupValue: Interpret = (raw) =>
  namesOf(NETWORK.NETLINK_GROUPS).name(hex32(raw) ?? -1) ?? 'audit-none'

const fanotifyNames = namesOf(ARGUMENTS.FANOTIFY_RESPONSES)
export const fanotifyValue: Interpret = (raw) =>
  /^\d/.test(raw) ? (fanotifyNames.name(decimal(raw) ?? -1) ?? 'unknown') : raw

/** Kind of the information beside a fanotify response (linux/fanotify.h, FAN_RESPONSE_INFO_*). */
export const fanotifyTypeValue: Interpret = (raw) => ['none', 'rule'][decimal(raw) ?? -1] ?? raw
/** Whether the program that decided trusts a process or file (struct fanotify_response_info_audit_rule). */
export const fanotifyTrustValue: Interpret = (raw) =>
  ['no', 'yes', 'unknown'][decimal(raw) ?? -1] ?? raw

/** `errno` of INTEGRITY records: the kernel writes it with and without its sign. */
export const errnoValue: Interpret = (raw) => {
  const value = decimal(raw)
  return value === undefined || value === 0 ? raw : exitValue(String(-Math.abs(value)))
}

const seccompNames = namesOf(ARGUMENTS.SECCOMP_ACTIONS)
/** SECCOMP_RET_ACTION_FULL of linux/seccomp.h. */
const SECCOMP_ACTION = 0xffff0000
export const seccompActionValue: Interpret = (raw) => {
  const code = hex32(raw)
  const name = code === undefined ? undefined : seccompNames.name((code & SECCOMP_ACTION) >>> 0)
  return name ?? `unknown-seccomp-code(${raw})`
}

const personalities = namesOf(ARGUMENTS.PERSONALITIES)
const personalityFlags = flagsOf(ARGUMENTS.PERSONALITY_FLAGS)
/** PER_MASK of linux/personality.h. */
const PERSONALITY_MASK = 0xff
export const personalityValue: Interpret = (raw) => {
  const value = hex32(raw)
  const base = value === undefined ? undefined : personalities.name(value & PERSONALITY_MASK)
  if (value === undefined || base === undefined) return `unknown-personality(0x${raw})`
  return [
    personalities.name(value) ?? base,
    ...(personalities.name(value) ? [] : setFlags(personalityFlags, value)),
  ].join('|')
}

export const resolveFlagsValue = flagged(ARGUMENTS.RESOLVE_FLAGS)
const ioctlNames = lazyNamesOf(IOCTL_REQUESTS)
export const ioctlValue: Interpret = (raw) => {
  const request = hex32(raw)
  if (request === undefined) return raw
  return ioctlNames.name(request) ?? `0x${request.toString(16)}`
}
export const uringOperationValue = named(uringOperations, 'uring-operation', decimal)

/** Flags of open(2); no flag at all in the access mode means O_RDONLY. */
function openFlagsOf(
  table: Readonly<Record<string, number>>,
  parse: (raw: string) => number | undefined,
): Interpret {
  const flags = flagsOf(table)
  const access = table.O_WRONLY! | table.O_RDWR!
  return (raw) => {
    const value = parse(raw)
    if (value === undefined) return raw
    const names = setFlags(flags, value)
    if ((value & access) === 0) names.unshift('O_RDONLY')
    return names.join('|')
  }
}
export const openFlagsValue = openFlagsOf(ARGUMENTS.OPEN_FLAGS, hex32)
export const openFlagsArmValue = openFlagsOf(ARGUMENTS.OPEN_FLAGS_ARM, hex32)
export const openFlagsPpcValue = openFlagsOf(ARGUMENTS.OPEN_FLAGS_PPC, hex32)
/** `oflag` of OPENAT2 (octal, with a leading zero) and of MQ_OPEN (hexadecimal, with 0x). */
export const recordedOpenFlagsValue = openFlagsOf(ARGUMENTS.OPEN_FLAGS, (raw) =>
  raw.startsWith('0x') ? hex32(raw) : octal(raw),
)

const mmapFlags = flagsOf(ARGUMENTS.MMAP_FLAGS)
export const mmapFlagsValue: Interpret = (raw) => {
  const value = hex32(raw)
  if (value === undefined) return raw
  const names = setFlags(mmapFlags, value)
  return (value & 0x0f) === 0 ? ['MAP_FILE', ...names].join('|') : names.join('|')
}

/** Flags of PATH records of kernels before 2.6.18 (LOOKUP_*), numbers that no header has any more: shown as they are. */
export const lookupFlagsValue: Interpret = (raw) => (hex32(raw) === 0 ? 'none' : withPrefix(raw))

export { flagged, named, protocolNames }
