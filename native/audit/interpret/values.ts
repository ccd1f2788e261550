import { decodeSockaddr, type SocketAddress } from '../event/sockaddr'
import { syscallName } from '../tables'
import { IPC_CALLS } from '../tables/generated/arguments'
import { namesOf } from '../tables/names'
import { READINGS } from './arguments'
import { readingOf } from './calls'
import type { Kind } from './kinds'
import { decimal } from './numbers'
import * as NUMBER from './number-values'
import { groupText, userText, type Resolver } from './resolver'
import { socketCalls } from './socketcall'
import { keystrokesValue, keyValue, proctitleValue, textValue } from './text-values'

/** What a value's meaning can depend on: the system call that the record tells of. */
export interface CallContext {
  /** AUDIT_ARCH number; 0 when the record says none. */
  arch: number
  /** Number of the system call; -1 when the record says none. */
  syscall: number
  /** The call by name, where the number stands for many: what an operation of socketcall(2) is called by itself. */
  name?: string | undefined
  /** First and second argument, lower 32 bits. */
  a0: number
  a1: number
}

/** The context of a record without a system call. */
export const NO_CALL: CallContext = { arch: 0, syscall: -1, a0: 0, a1: 0 }

/** Kinds whose value depends on the raw text alone. */
export const SIMPLE: Readonly<Partial<Record<Kind, NUMBER.Interpret>>> = {
  plain: (raw) => raw,
  label: (raw) => raw,
  arch: NUMBER.archValue,
  exit: NUMBER.exitValue,
  text: textValue,
  key: keyValue,
  perm: NUMBER.permValue,
  mode: NUMBER.modeValue,
  'short-mode': NUMBER.shortModeValue,
  sockaddr: sockaddrValue,
  promiscuity: NUMBER.promiscuityValue,
  capability: NUMBER.capabilityValue,
  success: NUMBER.successValue,
  signal: NUMBER.signalValue,
  list: NUMBER.listValue,
  keystrokes: keystrokesValue,
  session: NUMBER.sessionValue,
  capabilities: NUMBER.capabilitiesValue,
  'netfilter-protocol': NUMBER.netfilterProtocolValue,
  'icmp-type': NUMBER.icmpTypeValue,
  protocol: NUMBER.protocolValue,
  personality: NUMBER.personalityValue,
  'seccomp-action': NUMBER.seccompActionValue,
  'open-flags': NUMBER.recordedOpenFlagsValue,
  'mmap-flags': NUMBER.mmapFlagsValue,
  'lookup-flags': NUMBER.lookupFlagsValue,
  proctitle: proctitleValue,
  hook: NUMBER.hookValue,
  'netfilter-action': NUMBER.netfilterActionValue,
  'ether-type': NUMBER.etherTypeValue,
  ioctl: NUMBER.ioctlValue,
  fanotify: NUMBER.fanotifyValue,
  'fanotify-type': NUMBER.fanotifyTypeValue,
  'fanotify-trust': NUMBER.fanotifyTrustValue,
  errno: NUMBER.errnoValue,
  'netlink-group': NUMBER.netlinkGroupValue,
  'resolve-flags': NUMBER.resolveFlagsValue,
  'uring-operation': NUMBER.uringOperationValue,
}

/**
 * What a value means, in words. Never fails: what cannot be interpreted comes back as it is, or marked `unknown-...`.
 * The result is text as it was meant; whoever shows it escapes it.
 * @param name the field's name, which tells a0 from a1
 * @param raw the value as it stands in the record, one character a byte
 */
export function interpretValue(
  kind: Kind,
  name: string,
  raw: string,
  call: CallContext,
  resolver: Resolver,
): string {
  switch (kind) {
    case 'uid':
      return idValue(raw, resolver, userText)
    case 'gid':
      return idValue(raw, resolver, groupText)
    case 'syscall':
      return syscallValue(raw, call)
    case 'argument':
      return READINGS[readingOf(call, name.charCodeAt(1) - 0x30)](raw, resolver)
    default:
      return SIMPLE[kind]!(raw)
  }
}

function idValue(
  raw: string,
  resolver: Resolver,
  text: (id: number, resolver: Resolver) => string,
): string {
  const id = decimal(raw)
  return id === undefined ? raw : text(id >>> 0, resolver)
}

const ipcCalls = namesOf(IPC_CALLS)

/** `openat`; of the calls that stand for many, which one: `socketcall(bind)`. */
export function syscallValue(raw: string, call: CallContext): string {
  const number = decimal(raw)
  if (number === undefined) return raw
  const name = syscallName(call.arch, number)
  if (name === undefined) return `unknown-syscall(${number})`
  const operation =
    name === 'socketcall'
      ? socketCalls.name(call.a0)
      : name === 'ipc'
        ? ipcCalls.name(call.a0)
        : undefined
  return operation === undefined ? name : `${name}(${operation})`
}

/** A socket address in ausearch's form: `{ saddr_fam=inet laddr=192.0.2.1 lport=53 }`. */
export function sockaddrValue(raw: string): string {
  const address = decodeSockaddr(raw)
  if (address === undefined) return `malformed-host(${raw})`
  if (address.family.startsWith('unknown-family')) return address.family
  return `{ saddr_fam=${address.family} ${sockaddrParts(address)} }`
}

function sockaddrParts(address: SocketAddress): string {
  if (address.short) {
    const size = { inet6: 'sockaddr6 len too short', netlink: 'len too short' }[address.family]
    return size ?? 'sockaddr len too short'
  }
  const details = address.details ?? {}
  switch (address.family) {
    case 'local':
      return `path=${address.abstract ? '@' : ''}${address.path}`
    case 'inet':
    case 'inet6':
      return `laddr=${address.address} lport=${address.port}`
    case 'netlink':
      return `nlnk-fam=${details.family} nlnk-pid=${details.pid}`
    case 'packet':
      return `ifindex=${details.ifindex} proto=0x${details.protocol!.toString(16)}`
    case 'vsock':
      return `cid=${details.cid! | 0} port=${address.port}`
    default:
      return '(unsupported)'
  }
}
