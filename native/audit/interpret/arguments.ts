import * as ARGUMENTS from '../tables/generated/arguments'
import * as NETWORK from '../tables/generated/network'
import { addressFamilies } from '../tables'
import { lazyNamesOf, namesOf, type Names } from '../tables/names'
import { flagsOf, restOf, setFlags } from './flags'
import { hex32 } from './numbers'
import {
  flagged,
  hexCapabilityValue,
  hexModeValue,
  hexShortModeValue,
  hexSignalValue,
  ioctlValue,
  mmapFlagsValue,
  openFlagsArmValue,
  openFlagsPpcValue,
  openFlagsValue,
  personalityValue,
  protocolNames,
  shortModeText,
  signalName,
  withPrefix,
  type Interpret,
} from './number-values'
import { groupText, userText, type Resolver } from './resolver'

/** How an argument is interpreted; users and groups need to know who has which number. */
export type ArgumentInterpret = (raw: string, resolver: Resolver) => string

const hexNamed =
  (names: Names, unknown: (raw: string) => string): Interpret =>
  (raw) =>
    names.name(hex32(raw) ?? -1) ?? unknown(raw)
const marked = (what: string) => (raw: string) => `unknown-${what}(0x${raw})`

const cloneFlags = flagsOf(ARGUMENTS.CLONE_FLAGS)
/** The lowest byte of clone(2)'s flags is the signal that the child sends when it ends (CSIGNAL). */
const CSIGNAL = 0xff
const clone: Interpret = (raw) => {
  const value = hex32(raw)
  if (value === undefined) return raw
  const signal = value & CSIGNAL
  const names = setFlags(cloneFlags, value & ~CSIGNAL)
  const name = signal === 0 ? undefined : signalName(signal)
  if (name !== undefined) names.push(name)
  return names.length === 0 ? `0x${value.toString(16)}` : names.join('|')
}
/** unshare(2) and setns(2) have no signal in the lowest byte. */
const namespaces: Interpret = (raw) => {
  const value = hex32(raw)
  if (value === undefined) return raw
  const names = [...setFlags(cloneFlags, value), ...restOf(cloneFlags, value)]
  return names.length === 0 ? '0x0' : names.join('|')
}

const AT_FDCWD = 0xffffff9c
const dirfd: Interpret = (raw) => (hex32(raw) === AT_FDCWD ? 'AT_FDCWD' : withPrefix(raw))

const R_OK = 4
const W_OK = 2
const X_OK = 1
const access: Interpret = (raw) => {
  const mode = hex32(raw)
  if (mode === undefined) return raw
  if ((mode & 0xf) === 0) return 'F_OK'
  const names = [
    [X_OK, 'X_OK'],
    [W_OK, 'W_OK'],
    [R_OK, 'R_OK'],
  ] as const
  const set = names.filter(([bit]) => mode & bit).map(([, name]) => name)
  return set.length === 0 ? withPrefix(raw) : set.join('|')
}

const protections = flagsOf(ARGUMENTS.MMAP_PROTECTIONS)
const protection: Interpret = (raw) => {
  const value = hex32(raw)
  if (value === undefined) return raw
  return (value & 7) === 0 ? 'PROT_NONE' : setFlags(protections, value).join('|')
}

const socketTypes = namesOf(NETWORK.SOCKET_TYPES)
const socketTypeFlags = flagsOf(NETWORK.SOCKET_TYPE_FLAGS)
const socketType: Interpret = (raw) => {
  const value = hex32(raw) ?? 0
  const name = socketTypes.name(value & 0xff) ?? `unknown-type(${raw})`
  return [name, ...setFlags(socketTypeFlags, value)].join('|')
}
const protocol: Interpret = (raw) => protocolNames.get(hex32(raw) ?? -1) ?? `unknown-proto(${raw})`
const netlinkFamily = hexNamed(namesOf(NETWORK.NETLINK_FAMILIES), (raw) => `unknown-proto(${raw})`)
/** Protocols of packet sockets are types of Ethernet packets in network byte order. */
const packetProtocol: Interpret = withPrefix

const socketLevels = namesOf(NETWORK.SOCKET_LEVELS)
const SOL_SOCKET = NETWORK.SOCKET_LEVELS.SOL_SOCKET!
const socketLevel: Interpret = (raw) => {
  const level = hex32(raw) ?? -1
  if (level === SOL_SOCKET) return 'SOL_SOCKET'
  return protocolNames.get(level) ?? socketLevels.name(level) ?? `unknown-sockopt-level(0x${raw})`
}
const socketOption = hexNamed(namesOf(NETWORK.SOCKET_OPTIONS), marked('sockopt-name'))
/** Level → the names of its options. */
const OPTIONS_BY_LEVEL = new Map<number, Interpret>([
  [NETWORK.SOCKET_LEVELS.SOL_IP!, hexNamed(namesOf(NETWORK.IP_OPTIONS), marked('ipopt-name'))],
  [SOL_SOCKET, socketOption],
  [NETWORK.SOCKET_LEVELS.SOL_TCP!, hexNamed(namesOf(NETWORK.TCP_OPTIONS), marked('tcpopt-name'))],
  [NETWORK.SOCKET_LEVELS.SOL_UDP!, hexNamed(namesOf(NETWORK.UDP_OPTIONS), marked('udpopt-name'))],
  [NETWORK.SOCKET_LEVELS.SOL_IPV6!, hexNamed(namesOf(NETWORK.IPV6_OPTIONS), marked('ip6opt-name'))],
  [
    NETWORK.SOCKET_LEVELS.SOL_PACKET!,
    hexNamed(namesOf(NETWORK.PACKET_OPTIONS), marked('pktopt-name')),
  ],
])

const fcntlNames = namesOf(ARGUMENTS.FCNTL_COMMANDS)
const fcntlCommand: Interpret = (raw) => {
  const command = hex32(raw) ?? -1
  return fcntlNames.name(command) ?? `unknown-fcntl-command(${command})`
}
const FD_CLOEXEC = 1
const descriptorFlags: Interpret = (raw) =>
  hex32(raw) === FD_CLOEXEC ? 'FD_CLOEXEC' : withPrefix(raw)

const epollNames = namesOf(ARGUMENTS.EPOLL_OPERATIONS)
const epollOperation: Interpret = (raw) => {
  const operation = hex32(raw) ?? -1
  return epollNames.name(operation) ?? `unknown-epoll_ctl-operation(${operation})`
}

const schedulers = namesOf(ARGUMENTS.SCHEDULERS)
const schedulerFlags = flagsOf(ARGUMENTS.SCHEDULER_FLAGS)
const scheduler: Interpret = (raw) => {
  const policy = hex32(raw) ?? -1
  const name = schedulers.name(policy & 0x0f)
  if (name === undefined) return `unknown-scheduler-policy(0x${raw})`
  return [name, ...setFlags(schedulerFlags, policy)].join('|')
}

const ipcFlags = flagsOf(ARGUMENTS.IPC_FLAGS)
const shmFlagTable = flagsOf(ARGUMENTS.SHM_FLAGS)
const shmFlags: Interpret = (raw) => {
  const value = hex32(raw)
  if (value === undefined) return raw
  // IPC_NOWAIT has the number of SHM_HUGETLB, and no meaning here.
  const named = [...setFlags(ipcFlags.slice(0, 2), value), ...setFlags(shmFlagTable, value)]
  return [...named, shortModeText(value & 0o777)].join('|')
}

const seek: Interpret = (raw) =>
  namesOf(ARGUMENTS.SEEK_ORIGINS).name((hex32(raw) ?? 0) & 0xff) ?? `unknown-whence(${raw})`
const exitStatus: Interpret = (raw) =>
  raw === '0' ? 'EXIT_SUCCESS' : raw === '1' ? 'EXIT_FAILURE' : withPrefix(raw)
const user: ArgumentInterpret = (raw, resolver) => userText(hex32(raw) ?? 0, resolver)
const group: ArgumentInterpret = (raw, resolver) => groupText(hex32(raw) ?? 0, resolver)
const family: Interpret = (raw) =>
  addressFamilies.name(hex32(raw) ?? -1) ?? `unknown-family(0x${raw})`

const lazily = (table: Readonly<Record<string, number>>): Names => lazyNamesOf(table)

const { AT_REMOVEDIR, ...withoutRemoveDir } = ARGUMENTS.AT_FLAGS

/** Every way in which an argument can be read, by name. Flags that were not set are not shown. */
export const READINGS = {
  hex: withPrefix,
  dirfd,
  'open-flags': openFlagsValue,
  'open-flags-arm': openFlagsArmValue,
  'open-flags-ppc': openFlagsPpcValue,
  mode: hexModeValue,
  'short-mode': hexShortModeValue,
  access,
  'at-flags': flagged(withoutRemoveDir),
  // The same bit as AT_EACCESS, with another meaning for this one call.
  'unlink-flags': flagged({ AT_REMOVEDIR: AT_REMOVEDIR! }),
  'rename-flags': flagged(ARGUMENTS.RENAME_FLAGS),
  clone,
  namespaces,
  clock: hexNamed(lazily(ARGUMENTS.CLOCKS), marked('clk_id')),
  personality: personalityValue,
  ptrace: hexNamed(lazily(ARGUMENTS.PTRACE_REQUESTS), marked('ptrace')),
  prctl: hexNamed(lazily(ARGUMENTS.PRCTL_OPTIONS), marked('prctl-option')),
  capability: hexCapabilityValue,
  signal: hexSignalValue,
  user,
  group,
  rlimit: hexNamed(lazily(ARGUMENTS.RLIMITS), marked('rlimit')),
  family,
  'socket-type': socketType,
  'socket-flags': flagged(NETWORK.SOCKET_TYPE_FLAGS),
  protocol,
  'netlink-family': netlinkFamily,
  'packet-protocol': packetProtocol,
  'socket-level': socketLevel,
  'socket-option': socketOption,
  'message-flags': flagged(NETWORK.MESSAGE_FLAGS),
  'socket-call': hexNamed(lazily(NETWORK.SOCKET_CALLS), (raw) => `unknown-socketcall(${raw})`),
  'ipc-call': hexNamed(lazily(ARGUMENTS.IPC_CALLS), (raw) => `unknown-ipccall(${raw})`),
  exit: exitStatus,
  bpf: hexNamed(lazily(ARGUMENTS.BPF_COMMANDS), (raw) => `unknown-bpf-cmd(${raw})`),
  fcntl: fcntlCommand,
  'descriptor-flags': descriptorFlags,
  epoll: epollOperation,
  umount: flagged(ARGUMENTS.UMOUNT_FLAGS),
  mount: flagged(ARGUMENTS.MOUNT_FLAGS),
  ioctl: ioctlValue,
  scheduler,
  'shm-flags': shmFlags,
  protection,
  'mmap-flags': mmapFlagsValue,
  seek,
  seccomp: hexNamed(lazily(ARGUMENTS.SECCOMP_OPERATIONS), marked('seccomp-operation')),
  'sockopt-ip': OPTIONS_BY_LEVEL.get(NETWORK.SOCKET_LEVELS.SOL_IP!)!,
  'sockopt-tcp': OPTIONS_BY_LEVEL.get(NETWORK.SOCKET_LEVELS.SOL_TCP!)!,
  'sockopt-udp': OPTIONS_BY_LEVEL.get(NETWORK.SOCKET_LEVELS.SOL_UDP!)!,
  'sockopt-ipv6': OPTIONS_BY_LEVEL.get(NETWORK.SOCKET_LEVELS.SOL_IPV6!)!,
  'sockopt-packet': OPTIONS_BY_LEVEL.get(NETWORK.SOCKET_LEVELS.SOL_PACKET!)!,
} as const satisfies Record<string, ArgumentInterpret>
export type Reading = keyof typeof READINGS
