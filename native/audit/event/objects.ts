import { kindOf, type Kind } from '../interpret/kinds'
import { fieldId, type FieldName } from '../record'
import { recordTypeNumber, syscallName, TYPE } from '../tables'

/** What an event's object is. */
export const OBJECT_KINDS = [
  'none',
  'file',
  'socket',
  'process',
  'user',
  'group',
  'service',
  'program',
  'rule',
  'setting',
  'machine',
  'device',
  'terminal',
  'module',
  'package',
  'other',
] as const
export type ObjectKind = (typeof OBJECT_KINDS)[number]

/** A field that can hold the object, and what it then is; `decoded` says whether its text may be hexadecimal. */
export interface ObjectField {
  readonly id: number
  readonly kind: number
  readonly decoded: boolean
  /** The object is the field with its name: `audit_enabled=0`. */
  readonly named: boolean
  readonly name: FieldName
}

/** Kinds of values that may be hexadecimal; a number must not be taken for bytes. */
const DECODED = new Set<Kind>(['text', 'key'])
const kindNumber = (kind: ObjectKind): number => OBJECT_KINDS.indexOf(kind)
const field = (name: FieldName, kind: ObjectKind): ObjectField => ({
  id: fieldId(name),
  kind: kindNumber(kind),
  decoded: DECODED.has(kindOf(TYPE.SYSCALL, name)),
  named: name.startsWith('audit_'),
  name,
})

/** Where the object of a record without a system call is, by the record type; the first field that is there counts. */
const BY_TYPE: Readonly<Record<string, readonly (readonly [FieldName, ObjectKind])[]>> = {
  CONFIG_CHANGE: [
    ['key', 'rule'],
    ['path', 'rule'],
    ['dir', 'rule'],
    ['audit_enabled', 'setting'],
    ['audit_backlog_limit', 'setting'],
    ['audit_backlog_wait_time', 'setting'],
    ['audit_failure', 'setting'],
    ['audit_pid', 'setting'],
    ['audit_rate_limit', 'setting'],
    ['op', 'setting'],
  ],
  FEATURE_CHANGE: [['feature', 'setting']],
  SERVICE_START: [['unit', 'service']],
  SERVICE_STOP: [['unit', 'service']],
  USER_CMD: [['cmd', 'program']],
  USER_TTY: [['terminal', 'terminal']],
  TTY: [['comm', 'terminal']],
  LOGIN: [['auid', 'user']],
  SYSTEM_RUNLEVEL: [['new-level', 'setting']],
  SOFTWARE_UPDATE: [['sw', 'package']],
  USER_DEVICE: [['device', 'device']],
  VIRT_CONTROL: [['vm', 'machine']],
  VIRT_RESOURCE: [['vm', 'machine']],
  VIRT_MACHINE_ID: [['vm', 'machine']],
  VIRT_INTEGRITY_CHECK: [['vm', 'machine']],
  VIRT_CREATE: [
    ['vm', 'machine'],
    ['file', 'file'],
  ],
  VIRT_DESTROY: [
    ['vm', 'machine'],
    ['file', 'file'],
  ],
  VIRT_MIGRATE_IN: [['vm', 'machine']],
  VIRT_MIGRATE_OUT: [['vm', 'machine']],
  ADD_GROUP: [
    ['grp', 'group'],
    ['acct', 'group'],
    ['id', 'group'],
  ],
  DEL_GROUP: [
    ['grp', 'group'],
    ['acct', 'group'],
    ['id', 'group'],
  ],
  GRP_MGMT: [
    ['grp', 'group'],
    ['acct', 'user'],
    ['id', 'group'],
  ],
  GRP_AUTH: [
    ['grp', 'group'],
    ['acct', 'user'],
  ],
  GRP_CHAUTHTOK: [
    ['grp', 'group'],
    ['acct', 'user'],
  ],
  ANOM_ABEND: [
    ['exe', 'program'],
    ['comm', 'program'],
  ],
  ANOM_PROMISCUOUS: [['dev', 'device']],
  ANOM_LINK: [
    ['path', 'file'],
    ['name', 'file'],
  ],
  ANOM_CREAT: [
    ['path', 'file'],
    ['name', 'file'],
  ],
  ANOM_EXEC: [['path', 'file']],
  SECCOMP: [
    ['exe', 'program'],
    ['comm', 'program'],
  ],
  KERN_MODULE: [['name', 'module']],
  BPF: [['prog-id', 'program']],
  NETFILTER_CFG: [['table', 'setting']],
  NETFILTER_PKT: [['daddr', 'socket']],
  AVC: [
    ['path', 'file'],
    ['name', 'file'],
    ['capability', 'setting'],
    ['tclass', 'other'],
  ],
  USER_AVC: [
    ['path', 'file'],
    ['name', 'file'],
    ['tclass', 'other'],
  ],
  MAC_CONFIG_CHANGE: [['bool', 'setting']],
  MAC_STATUS: [['enforcing', 'setting']],
  LABEL_LEVEL_CHANGE: [
    ['printer', 'device'],
    ['device', 'device'],
  ],
  CRYPTO_SESSION: [
    ['addr', 'socket'],
    ['laddr', 'socket'],
  ],
  CRYPTO_KEY_USER: [
    ['addr', 'socket'],
    ['fp', 'other'],
  ],
  EVENT_LISTENER: [['nl-mcgrp', 'socket']],
  INTEGRITY_RULE: [
    ['file', 'file'],
    ['name', 'file'],
  ],
  INTEGRITY_DATA: [
    ['name', 'file'],
    ['file', 'file'],
  ],
  INTEGRITY_METADATA: [
    ['name', 'file'],
    ['file', 'file'],
  ],
}

/** For every other type. */
const GENERAL: readonly (readonly [FieldName, ObjectKind])[] = [
  ['acct', 'user'],
  ['path', 'file'],
  ['name', 'file'],
  ['unit', 'service'],
  ['vm', 'machine'],
  ['grp', 'group'],
  ['id', 'user'],
  ['device', 'device'],
  ['key', 'rule'],
]

const general = GENERAL.map(([name, kind]) => field(name, kind))
const byType = new Map(
  Object.entries(BY_TYPE).map(([type, list]) => [
    recordTypeNumber(type)!,
    list.map(([name, kind]) => field(name, kind)),
  ]),
)

/** Types whose own object is the event's, whatever the system call around it touched: a denial's is the call's. */
const OWN = new Set(
  [...byType.keys()].filter(
    (type) => type !== TYPE.AVC && type !== TYPE.SECCOMP && type !== TYPE.KERN_MODULE,
  ),
)

/** Whether the object of a record of this type is the event's, before paths and addresses. */
export function hasOwnObject(type: number): boolean {
  return OWN.has(type)
}

/** The fields that can hold the object of a record, the best first. */
export function objectFieldsOf(type: number): readonly ObjectField[] {
  return byType.get(type) ?? general
}

/** Calls whose object is a number in an argument (0 or 1). */
const CALLS: Readonly<Record<string, { argument: 0 | 1; kind: 'process' | 'user' | 'group' }>> = {
  kill: { argument: 0, kind: 'process' },
  tkill: { argument: 0, kind: 'process' },
  tgkill: { argument: 0, kind: 'process' },
  ptrace: { argument: 1, kind: 'process' },
  pidfd_open: { argument: 0, kind: 'process' },
  process_vm_readv: { argument: 0, kind: 'process' },
  process_vm_writev: { argument: 0, kind: 'process' },
  setuid: { argument: 0, kind: 'user' },
  setfsuid: { argument: 0, kind: 'user' },
  setreuid: { argument: 1, kind: 'user' },
  setresuid: { argument: 1, kind: 'user' },
  setgid: { argument: 0, kind: 'group' },
  setfsgid: { argument: 0, kind: 'group' },
  setregid: { argument: 1, kind: 'group' },
  setresgid: { argument: 1, kind: 'group' },
}

/** Where a call's object is when no record names it; undefined when it has none. */
export function callObject(arch: number, syscall: number): (typeof CALLS)[string] | undefined {
  const name = syscallName(arch, syscall)
  return name !== undefined && Object.hasOwn(CALLS, name) ? CALLS[name] : undefined
}
