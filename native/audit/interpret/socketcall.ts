import { fieldId, FieldScan, type AuditRecord } from '../record'
import { syscallName, TYPE } from '../tables'
import { SOCKET_CALLS } from '../tables/generated/network'
import { namesOf } from '../tables/names'
import type { CallContext } from './values'

const F = {
  arch: fieldId('arch'),
  syscall: fieldId('syscall'),
  a0: fieldId('a0'),
  a1: fieldId('a1'),
} as const

/** Operations of socketcall(2): 1 → `socket`. */
export const socketCalls = namesOf(SOCKET_CALLS)

const scan = new FieldScan()

/**
 * What a SOCKETCALL record tells of: socketcall(2) of 32-bit machines has its arguments behind a pointer, and the kernel
 * writes them into a record of their own. Which operation they belong to stands in the SYSCALL record of the same event.
 * @param scanned the SOCKETCALL record's fields
 * @param records of its event
 * @returns undefined when the event does not say
 */
export function socketCallContext(
  scanned: FieldScan,
  records: readonly AuditRecord[],
): CallContext | undefined {
  const call = records.find(({ type }) => type === TYPE.SYSCALL)
  if (call === undefined) return undefined
  scan.scan(call.bytes, call.body, call.end)
  const arch = scan.hex(F.arch, 0)
  const syscall = scan.decimal(F.syscall, -1)
  if (syscallName(arch, syscall) !== 'socketcall') return undefined
  // An operation that does not exist has arguments without meaning.
  const name = socketCalls.name(scan.low32(F.a0)) ?? ''
  return { arch, syscall, name, a0: scanned.low32(F.a0), a1: scanned.low32(F.a1) }
}
