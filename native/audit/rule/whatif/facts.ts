/** What an event tells a rule: the values that the kernel compared, as far as the records have them. */
import { absolutePath, type AuditEvent } from '../../event'
import {
  FieldScan,
  fieldId,
  plainText,
  untrustedText,
  MALFORMED,
  type AuditRecord,
} from '../../record'
import { RECORD_TYPES } from '../names'

/** A file that an event names, from a PATH record. Numbers are null where the record has none. */
export interface PathFacts {
  /** Absolute, as text; links are not followed. */
  path: string
  inode: number | null
  /** Major and minor number of the device that holds it, and of the device that it is. */
  device: readonly [number, number] | null
  special: readonly [number, number] | null
  mode: number | null
  owner: number | null
  group: number | null
  label: string
}

/** The facts of an event. Ids are unsigned 32-bit numbers; null where the records do not say. */
export interface EventFacts {
  /** What made the event: a syscall, an io_uring operation, or a record of its own. */
  kind: 'syscall' | 'uring' | 'other'
  /** Types of all records. */
  types: readonly number[]
  arch: number | null
  syscall: number | null
  success: boolean | null
  /** Low 32 bits of what the syscall returned, unsigned. */
  exit: number | null
  /** Low 32 bits of a0 to a3, unsigned. */
  args: readonly (number | null)[]
  ids: Readonly<Record<IdField, number | null>>
  session: number | null
  personality: number
  exe: string | null
  label: string
  key: string
  comm: string
  /** Address family of a SOCKADDR record. */
  family: number | null
  /** Flags of openat2(2), from its own record. */
  openFlags: number | null
  paths: readonly PathFacts[]
}

const ID_FIELDS = [
  'pid',
  'ppid',
  'auid',
  'uid',
  'gid',
  'euid',
  'suid',
  'fsuid',
  'egid',
  'sgid',
  'fsgid',
] as const
export type IdField = (typeof ID_FIELDS)[number]

const F = {
  arch: fieldId('arch'),
  syscall: fieldId('syscall'),
  uringOp: fieldId('uring_op'),
  success: fieldId('success'),
  exit: fieldId('exit'),
  per: fieldId('per'),
  ses: fieldId('ses'),
  exe: fieldId('exe'),
  comm: fieldId('comm'),
  subj: fieldId('subj'),
  key: fieldId('key'),
  cwd: fieldId('cwd'),
  name: fieldId('name'),
  inode: fieldId('inode'),
  dev: fieldId('dev'),
  rdev: fieldId('rdev'),
  mode: fieldId('mode'),
  ouid: fieldId('ouid'),
  ogid: fieldId('ogid'),
  obj: fieldId('obj'),
  saddr: fieldId('saddr'),
  oflag: fieldId('oflag'),
} as const
const ARGS = (['a0', 'a1', 'a2', 'a3'] as const).map(fieldId)
const IDS = ID_FIELDS.map((name) => [name, fieldId(name)] as const)

const type = (name: string): number => RECORD_TYPES.number(name)!
const SYSCALL = type('SYSCALL')
const URINGOP = type('URINGOP')
const CWD = type('CWD')
const PATH = type('PATH')
const SOCKADDR = type('SOCKADDR')
const OPENAT2 = type('OPENAT2')

const scan = new FieldScan()

function low32(value: number): number | null {
  return Number.isNaN(value) ? null : value >>> 0
}

function text(id: number, read: typeof plainText = untrustedText): string | null {
  const at = scan.find(id)
  return at < 0 ? null : read(scan.bytes, scan.valueStart[at]!, scan.valueEnd[at]!)
}

/** The low 32 bits of a number of up to 64 bits, of which a float keeps only 53. */
function bits(id: number, base: 10 | 16): number | null {
  const value = base === 16 ? scan.hex(id, NaN) : scan.decimal(id, NaN)
  if (Number.isNaN(value)) return null
  if (Number.isSafeInteger(value)) return value >>> 0
  const digits = scan.raw(id)
  return Number(BigInt.asUintN(32, BigInt(base === 16 ? `0x${digits}` : digits)))
}

/** The pair of a `dev=fd:01`. */
function device(id: number): readonly [number, number] | null {
  const match = /^([0-9a-f]+):([0-9a-f]+)$/i.exec(scan.raw(id))
  return match === null ? null : [parseInt(match[1]!, 16), parseInt(match[2]!, 16)]
}

/** Reads the facts of an event from its records. */
export function factsOf(event: AuditEvent): EventFacts {
  const { records } = event
  // An operation that is done inside of a recorded syscall is a record of that syscall's event, before its own.
  const main =
    records.find((record) => record.type === SYSCALL) ??
    records.find((record) => record.type === URINGOP) ??
    records[0]!
  const kind = main.type === SYSCALL ? 'syscall' : main.type === URINGOP ? 'uring' : 'other'
  const rest = restOf(records)
  if (main.type === MALFORMED) return { ...NOTHING, types: [MALFORMED], ...rest }
  scan.scan(main.bytes, main.body, main.end)
  const success = scan.raw(F.success)
  return {
    kind,
    types: records.map((record) => record.type),
    arch: low32(scan.hex(F.arch, NaN)),
    syscall: low32(scan.decimal(kind === 'uring' ? F.uringOp : F.syscall, NaN)),
    success: success === 'yes' ? true : success === 'no' ? false : null,
    exit: bits(F.exit, 10),
    args: ARGS.map((id) => bits(id, 16)),
    ids: Object.fromEntries(IDS.map(([name, id]) => [name, bits(id, 10)])) as EventFacts['ids'],
    session: bits(F.ses, 10),
    personality: bits(F.per, 16) ?? 0,
    exe: text(F.exe),
    label: text(F.subj, plainText) ?? '',
    key: text(F.key) ?? '',
    comm: text(F.comm) ?? '',
    ...rest,
  }
}

/** What an event without a readable record tells: nothing. */
const NOTHING: Omit<EventFacts, keyof Rest | 'types'> = {
  kind: 'other',
  arch: null,
  syscall: null,
  success: null,
  exit: null,
  args: [null, null, null, null],
  ids: Object.fromEntries(ID_FIELDS.map((name) => [name, null])) as EventFacts['ids'],
  session: null,
  personality: 0,
  exe: null,
  label: '',
  key: '',
  comm: '',
}

type Rest = Pick<EventFacts, 'family' | 'openFlags' | 'paths'>

/** What the records beside the main one tell. */
function restOf(records: readonly AuditRecord[]): Rest {
  let cwd = ''
  let family: number | null = null
  let openFlags: number | null = null
  const paths: PathFacts[] = []
  for (const record of records) {
    if (![CWD, PATH, SOCKADDR, OPENAT2].includes(record.type)) continue
    scan.scan(record.bytes, record.body, record.end)
    if (record.type === CWD) cwd = text(F.cwd) ?? ''
    else if (record.type === PATH) paths.push(pathFacts(cwd))
    else if (record.type === SOCKADDR) family = familyOf(scan.raw(F.saddr))
    else openFlags = octal(F.oflag)
  }
  return { family, openFlags, paths }
}

function pathFacts(cwd: string): PathFacts {
  return {
    path: absolutePath(cwd, text(F.name) ?? ''),
    inode: bits(F.inode, 10),
    device: device(F.dev),
    special: device(F.rdev),
    mode: octal(F.mode),
    owner: bits(F.ouid, 10),
    group: bits(F.ogid, 10),
    label: text(F.obj, plainText) ?? '',
  }
}

function octal(id: number): number | null {
  const digits = scan.raw(id)
  return /^[0-7]{1,11}$/.test(digits) ? parseInt(digits, 8) : null
}

/** sa_family is in the machine's byte order; families are below 256, so the other byte is 0. */
function familyOf(hex: string): number | null {
  const match = /^([0-9a-f]{2})([0-9a-f]{2})/i.exec(hex)
  if (match === null) return null
  const [low, high] = [parseInt(match[1]!, 16), parseInt(match[2]!, 16)]
  return low === 0 ? high : low
}
