import { RECORD_RANGES, RECORD_TYPES } from './generated/records'
import { namesOf } from './names'

const names = namesOf(RECORD_TYPES)

/** Numbers of the record types that the code speaks of by name, from the generated table. */
export const TYPE = {
  USER: RECORD_TYPES.USER!,
  LOGIN: RECORD_TYPES.LOGIN!,
  USER_AVC: RECORD_TYPES.USER_AVC!,
  USER_TTY: RECORD_TYPES.USER_TTY!,
  ADD_GROUP: RECORD_TYPES.ADD_GROUP!,
  DEL_GROUP: RECORD_TYPES.DEL_GROUP!,
  GRP_MGMT: RECORD_TYPES.GRP_MGMT!,
  TRUSTED_APP: RECORD_TYPES.TRUSTED_APP!,
  USER_ERR: RECORD_TYPES.USER_ERR!,
  DAEMON_START: RECORD_TYPES.DAEMON_START!,
  DAEMON_ABORT: RECORD_TYPES.DAEMON_ABORT!,
  SYSCALL: RECORD_TYPES.SYSCALL!,
  PATH: RECORD_TYPES.PATH!,
  CONFIG_CHANGE: RECORD_TYPES.CONFIG_CHANGE!,
  SOCKETCALL: RECORD_TYPES.SOCKETCALL!,
  SOCKADDR: RECORD_TYPES.SOCKADDR!,
  CWD: RECORD_TYPES.CWD!,
  EXECVE: RECORD_TYPES.EXECVE!,
  MQ_OPEN: RECORD_TYPES.MQ_OPEN!,
  FD_PAIR: RECORD_TYPES.FD_PAIR!,
  OBJ_PID: RECORD_TYPES.OBJ_PID!,
  TTY: RECORD_TYPES.TTY!,
  EOE: RECORD_TYPES.EOE!,
  MMAP: RECORD_TYPES.MMAP!,
  NETFILTER_PKT: RECORD_TYPES.NETFILTER_PKT!,
  NETFILTER_CFG: RECORD_TYPES.NETFILTER_CFG!,
  SECCOMP: RECORD_TYPES.SECCOMP!,
  PROCTITLE: RECORD_TYPES.PROCTITLE!,
  FEATURE_CHANGE: RECORD_TYPES.FEATURE_CHANGE!,
  KERN_MODULE: RECORD_TYPES.KERN_MODULE!,
  FANOTIFY: RECORD_TYPES.FANOTIFY!,
  BPF: RECORD_TYPES.BPF!,
  EVENT_LISTENER: RECORD_TYPES.EVENT_LISTENER!,
  URINGOP: RECORD_TYPES.URINGOP!,
  OPENAT2: RECORD_TYPES.OPENAT2!,
  AVC: RECORD_TYPES.AVC!,
  MAC_UNLBL_ALLOW: RECORD_TYPES.MAC_UNLBL_ALLOW!,
  MAC_CALIPSO_DEL: RECORD_TYPES.MAC_CALIPSO_DEL!,
  ANOM_LOGIN_FAILURES: RECORD_TYPES.ANOM_LOGIN_FAILURES!,
  ANOM_ABEND: RECORD_TYPES.ANOM_ABEND!,
  KERNEL: RECORD_TYPES.KERNEL!,
  CRYPTO_KEY_USER: RECORD_TYPES.CRYPTO_KEY_USER!,
} as const

/** What a record type is about; the event's category is that of its first record. */
export const CATEGORIES = [
  'control',
  'user',
  'daemon',
  'syscall',
  'mac',
  'apparmor',
  'crypto',
  'anomaly',
  'integrity',
  'kernel',
  'response',
  'labels',
  'virtualisation',
  'unknown',
] as const
export type RecordCategory = (typeof CATEGORIES)[number]

/** [first, last, category], from the ranges that linux/audit.h and audit-records.h set aside. */
const RANGES: readonly (readonly [number, number, RecordCategory])[] = [
  [RECORD_TYPES.GET!, RECORD_RANGES.FIRST_USER_MSG! - 1, 'control'],
  [RECORD_RANGES.FIRST_USER_MSG!, RECORD_RANGES.LAST_USER_MSG!, 'user'],
  [RECORD_RANGES.FIRST_DAEMON!, RECORD_RANGES.LAST_DAEMON!, 'daemon'],
  [RECORD_RANGES.FIRST_EVENT!, RECORD_RANGES.LAST_EVENT!, 'syscall'],
  [RECORD_RANGES.FIRST_SELINUX!, RECORD_RANGES.LAST_SELINUX!, 'mac'],
  [RECORD_RANGES.FIRST_APPARMOR!, RECORD_RANGES.LAST_APPARMOR!, 'apparmor'],
  [RECORD_RANGES.FIRST_KERN_CRYPTO_MSG!, RECORD_RANGES.LAST_KERN_CRYPTO_MSG!, 'crypto'],
  [RECORD_RANGES.FIRST_KERN_ANOM_MSG!, RECORD_RANGES.LAST_KERN_ANOM_MSG!, 'anomaly'],
  [RECORD_RANGES.INTEGRITY_FIRST_MSG!, RECORD_RANGES.INTEGRITY_LAST_MSG!, 'integrity'],
  [RECORD_TYPES.KERNEL!, RECORD_TYPES.KERNEL!, 'kernel'],
  [RECORD_RANGES.FIRST_ANOM_MSG!, RECORD_RANGES.LAST_ANOM_MSG!, 'anomaly'],
  [RECORD_RANGES.FIRST_ANOM_RESP!, RECORD_RANGES.LAST_ANOM_RESP!, 'response'],
  [RECORD_RANGES.FIRST_USER_LSPP_MSG!, RECORD_RANGES.LAST_USER_LSPP_MSG!, 'labels'],
  [RECORD_RANGES.FIRST_CRYPTO_MSG!, RECORD_RANGES.LAST_CRYPTO_MSG!, 'crypto'],
  [RECORD_RANGES.FIRST_VIRT_MSG!, RECORD_RANGES.LAST_VIRT_MSG!, 'virtualisation'],
]

/** What a record type is about, by its number's range. USER and LOGIN count as `user`. */
export function recordCategory(type: number): RecordCategory {
  if (type === TYPE.USER || type === TYPE.LOGIN) return 'user'
  for (const [first, last, category] of RANGES) if (type >= first && type <= last) return category
  return 'unknown'
}

/** The name of a record type: 1300 → `SYSCALL`; `UNKNOWN[n]` for a number without one, as auditd writes it. */
export function recordTypeName(type: number): string {
  return names.name(type) ?? `UNKNOWN[${type}]`
}

/** The number of a record type's name, `UNKNOWN[n]` included; undefined for any other text. */
export function recordTypeNumber(name: string): number | undefined {
  const known = names.number(name)
  if (known !== undefined) return known
  const unknown = /^UNKNOWN\[(\d{1,5})\]$/.exec(name)
  return unknown === null ? undefined : Number(unknown[1])
}

/** Every record type with its number, requests to the kernel left out. */
export const recordTypes = names.entries.filter(
  ([, number]) => recordCategory(number) !== 'control',
)
