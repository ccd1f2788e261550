import { FieldScan, fieldId, type AuditRecord } from '../record'
import { TYPE } from '../tables'
import { latin1 } from '../text'
import { kindOf } from './kinds'
import { ResolvedNames } from './resolved'
import type { Resolver } from './resolver'
import { socketCallContext } from './socketcall'
import { interpretValue, NO_CALL, type CallContext } from './values'

/** One field of a record: what stands there, and what it means. */
export interface Field {
  name: string
  /** The value as it stands in the record, quotes included, one character a byte. */
  raw: string
  /** Its meaning, decoded; not escaped for display. The same as `raw` when it means what it says. */
  value: string
}

const F = {
  arch: fieldId('arch'),
  syscall: fieldId('syscall'),
  a0: fieldId('a0'),
  a1: fieldId('a1'),
} as const

const scan = new FieldScan()
const names = new ResolvedNames()

/** The system call that a scanned record tells of. */
export function callContext(scanned: FieldScan): CallContext {
  const syscall = scanned.decimal(F.syscall, -1)
  if (syscall < 0) return NO_CALL
  return {
    arch: scanned.hex(F.arch, 0),
    syscall,
    a0: scanned.low32(F.a0),
    a1: scanned.low32(F.a1),
  }
}

/**
 * The fields of a record in their order, interpreted. What auditd resolved when it wrote the record (`UID="alice"`)
 * counts before the resolver: it knew the machine, and the time.
 * @param event the records of its event: what some of them mean is said by another one
 */
export function interpretRecord(
  record: AuditRecord,
  resolver: Resolver,
  event: readonly AuditRecord[] = [],
): Field[] {
  const { bytes } = record
  scan.scan(bytes, record.body, record.end)
  const resolved = names.load(scan, record.end)
  const call =
    (record.type === TYPE.SOCKETCALL ? socketCallContext(scan, event) : undefined) ??
    callContext(scan)
  const fields = accessVector(latin1(bytes, record.body, scan.end))
  for (let i = 0; i < scan.count; i++) {
    const name = latin1(bytes, scan.nameStart[i]!, scan.nameEnd[i]!)
    const raw = latin1(bytes, scan.valueStart[i]!, scan.valueEnd[i]!)
    const kind = kindOf(record.type, name)
    const known = resolved && (kind === 'uid' || kind === 'gid') ? names.of(scan, i) : undefined
    fields.push({ name, raw, value: known ?? interpretValue(kind, name, raw, call, resolver) })
  }
  return fields
}

const ACCESS_VECTOR = /avc:\s+(denied|granted)\s+\{ ([^}]*)\} for/

/** What SELinux says before the first field: `avc:  denied  { read write } for`. Named as auparse names it. */
function accessVector(body: string): Field[] {
  const match = ACCESS_VECTOR.exec(body)
  if (match === null) return []
  const result = match[1]!
  const permissions = match[2]!.trim()
  return [
    { name: 'seresult', raw: result, value: result },
    { name: 'seperms', raw: permissions, value: permissions.replaceAll(' ', ',') },
  ]
}
