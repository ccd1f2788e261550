/**
 * The fields of rules: what kind of value each takes, with which operators, on which lists, and what it means.
 * auditctl's limits are those of libaudit 3.0.9, the kernel's those of audit_field_valid() in kernel/auditfilter.c.
 */
import {
  FIELD_NUMBERS,
  LIST_NAMES,
  OPERATOR_SYMBOLS,
  type FieldName,
  type ListName,
  type Operator,
} from './model'

/** How a field's value is written and read. */
export type ValueKind =
  | 'user'
  | 'group'
  | 'number'
  | 'comparison'
  | 'unsigned'
  | 'argument'
  | 'exit'
  | 'session'
  | 'family'
  | 'recordType'
  | 'arch'
  | 'permission'
  | 'fileType'
  | 'fileSystem'
  | 'path'
  | 'label'
  | 'key'

const ANY = OPERATOR_SYMBOLS
const ORDER: readonly Operator[] = ['=', '!=', '>', '>=', '<', '<=']
const EQUALITY: readonly Operator[] = ['=', '!=']
const EQUALS: readonly Operator[] = ['=']

export interface FieldInfo {
  name: FieldName
  kind: ValueKind
  /** Operators that auditctl takes. */
  auditctlOperators: readonly Operator[]
  /** Operators that the kernel takes. */
  kernelOperators: readonly Operator[]
  /** Lists on which auditctl takes the field. */
  auditctlLists: readonly ListName[]
  /** Lists on which the kernel takes the field. */
  kernelLists: readonly ListName[]
  /** What it means, one sentence. */
  help: string
}

const EXIT_ONLY: readonly ListName[] = ['exit']
const EXIT_AND_RING: readonly ListName[] = ['exit', 'io_uring']
/** Fields of the exclude list, as auditctl limits them. */
const ON_EXCLUDE: ReadonlySet<FieldName> = new Set<FieldName>([
  'pid',
  'uid',
  'gid',
  'auid',
  'msgtype',
  'subj_user',
  'subj_role',
  'subj_type',
  'subj_sen',
  'subj_clr',
  'exe',
])
const NOT_FILESYSTEM = LIST_NAMES.filter((list) => list !== 'filesystem')

type Limits = Partial<
  Pick<FieldInfo, 'auditctlOperators' | 'kernelOperators' | 'auditctlLists' | 'kernelLists'>
>
type Declaration = readonly [kind: ValueKind, help: string, limits?: Limits]

const exitOnly = { auditctlLists: EXIT_ONLY }
const label = { kernelOperators: EQUALITY }
const exitLabel = { ...label, ...exitOnly }

const DECLARATIONS: Readonly<Record<Exclude<FieldName, 'loginuid_set'>, Declaration>> = {
  pid: ['number', 'Process id (on the exclude and user lists: thread id).'],
  uid: ['user', 'Real user id of the process.'],
  euid: ['user', 'Effective user id: whose rights the process has.'],
  suid: ['user', 'Saved user id of the process.'],
  fsuid: ['user', 'User id that file access is checked against.'],
  gid: ['group', 'Real group id of the process.'],
  egid: ['group', 'Effective group id of the process.'],
  sgid: ['group', 'Saved group id of the process.'],
  fsgid: ['group', 'Group id that file access is checked against.'],
  auid: ['user', 'Login user id: who logged in, whatever su or sudo did since; unset for daemons.'],
  pers: ['number', 'Personality of the process, see personality(2).', { kernelOperators: ANY }],
  arch: [
    'arch',
    'Syscall table: b64 or b32, or a machine such as x86_64; stands before -S.',
    { auditctlOperators: EQUALITY, kernelOperators: EQUALITY },
  ],
  msgtype: [
    'recordType',
    'Type of the record, by name or number.',
    { auditctlLists: ['exclude', 'user'], kernelLists: ['exclude', 'user'] },
  ],
  subj_user: ['label', 'SELinux user of the process.', label],
  subj_role: ['label', 'SELinux role of the process.', label],
  subj_type: ['label', 'SELinux type (domain) of the process.', label],
  subj_sen: ['label', 'SELinux sensitivity of the process.'],
  subj_clr: ['label', 'SELinux clearance of the process.'],
  ppid: ['number', 'Process id of the parent.', exitOnly],
  obj_user: ['label', 'SELinux user of the object.', exitLabel],
  obj_role: ['label', 'SELinux role of the object.', exitLabel],
  obj_type: ['label', 'SELinux type of the object.', exitLabel],
  obj_lev_low: ['label', 'SELinux low level of the object.', exitOnly],
  obj_lev_high: ['label', 'SELinux high level of the object.', exitOnly],
  sessionid: [
    'session',
    'Login session of the process; unset for daemons.',
    { auditctlLists: ['exit', 'user'] },
  ],
  fstype: [
    'fileSystem',
    'Type of file system, on the filesystem list.',
    {
      auditctlOperators: EQUALITY,
      kernelOperators: EQUALITY,
      auditctlLists: ['filesystem'],
      kernelLists: ['filesystem'],
    },
  ],
  devmajor: ['number', 'Major number of the device that holds the file.', exitOnly],
  devminor: [
    'number',
    'Minor number of the device that holds the file.',
    { ...exitOnly, kernelOperators: ANY },
  ],
  inode: [
    'unsigned',
    'Inode number of the file.',
    {
      ...exitOnly,
      kernelLists: EXIT_AND_RING,
      auditctlOperators: EQUALITY,
      kernelOperators: EQUALITY,
    },
  ],
  exit: ['exit', 'What the syscall returned: a number, or an errno such as -EACCES.', exitOnly],
  success: ['number', '1 for syscalls that succeeded, 0 for those that failed.', exitOnly],
  path: [
    'path',
    'One file, by its full path.',
    { ...exitOnly, kernelLists: EXIT_AND_RING, kernelOperators: EQUALS },
  ],
  perm: [
    'permission',
    'Kind of access: r read, w write, x execute, a change of attributes.',
    {
      ...exitOnly,
      kernelLists: LIST_NAMES.filter((list) => list !== 'io_uring'),
      auditctlOperators: EQUALS,
      kernelOperators: EQUALITY,
    },
  ],
  dir: [
    'path',
    'A directory with everything below it, by its full path.',
    { ...exitOnly, kernelLists: EXIT_AND_RING, kernelOperators: EQUALS },
  ],
  filetype: ['fileType', 'Type of the file.', { ...exitOnly, kernelOperators: EQUALITY }],
  obj_uid: ['user', 'Owner of the file or other object.'],
  obj_gid: ['group', 'Group of the file or other object.'],
  field_compare: [
    'comparison',
    'Number of a comparison between two fields; -C writes it in words.',
    { kernelOperators: EQUALITY },
  ],
  exe: [
    'path',
    'The running program, by the full path of its file; once in a rule.',
    { auditctlOperators: EQUALITY, kernelOperators: EQUALITY },
  ],
  saddr_fam: ['family', 'Address family of a socket call, as a number: 2 IPv4, 10 IPv6.'],
  a0: ['argument', 'First argument of the syscall, a number.', { kernelOperators: ANY }],
  a1: ['argument', 'Second argument of the syscall, a number.', { kernelOperators: ANY }],
  a2: ['argument', 'Third argument of the syscall, a number.', { kernelOperators: ANY }],
  a3: ['argument', 'Fourth argument of the syscall, a number.', { kernelOperators: ANY }],
  key: [
    'key',
    'Name of the rule in its events; does not select anything.',
    { kernelOperators: EQUALITY, kernelLists: LIST_NAMES },
  ],
}

function info(name: Exclude<FieldName, 'loginuid_set'>): FieldInfo {
  const [kind, help, limits] = DECLARATIONS[name]
  const auditctlLists = limits?.auditctlLists ?? LIST_NAMES
  return {
    name,
    kind,
    help,
    auditctlOperators: limits?.auditctlOperators ?? ANY,
    kernelOperators: limits?.kernelOperators ?? ORDER,
    auditctlLists: ON_EXCLUDE.has(name)
      ? auditctlLists
      : auditctlLists.filter((list) => list !== 'exclude'),
    kernelLists: limits?.kernelLists ?? NOT_FILESYSTEM,
  }
}

/** All fields that can be written, in the kernel's order. */
export const FIELDS: readonly FieldInfo[] = (
  Object.keys(DECLARATIONS) as (keyof typeof DECLARATIONS)[]
).map(info)

const BY_NAME = new Map<string, FieldInfo>(FIELDS.map((field) => [field.name, field]))
BY_NAME.set('loginuid', BY_NAME.get('auid')!)

/** Facts about a field by its name in any case (`loginuid` is another name of `auid`), or null. */
export function fieldInfo(name: string): FieldInfo | null {
  return BY_NAME.get(name.toLowerCase()) ?? null
}

/** Names of all fields, for completion and "did you mean". */
export const FIELD_WORDS: readonly string[] = [...BY_NAME.keys()]

/** The two fields of each comparison (AUDIT_COMPARE_*), indexed by its number. */
export const COMPARISONS: readonly (readonly [FieldName, FieldName] | null)[] = [
  null,
  ['uid', 'obj_uid'],
  ['gid', 'obj_gid'],
  ['euid', 'obj_uid'],
  ['egid', 'obj_gid'],
  ['auid', 'obj_uid'],
  ['suid', 'obj_uid'],
  ['sgid', 'obj_gid'],
  ['fsuid', 'obj_uid'],
  ['fsgid', 'obj_gid'],
  ['uid', 'auid'],
  ['uid', 'euid'],
  ['uid', 'fsuid'],
  ['uid', 'suid'],
  ['auid', 'fsuid'],
  ['auid', 'suid'],
  ['auid', 'euid'],
  ['euid', 'suid'],
  ['euid', 'fsuid'],
  ['suid', 'fsuid'],
  ['gid', 'egid'],
  ['gid', 'fsgid'],
  ['gid', 'sgid'],
  ['egid', 'fsgid'],
  ['egid', 'sgid'],
  ['sgid', 'fsgid'],
]

/** Names of the fields that comparisons know. */
export const COMPARED_FIELDS: readonly FieldName[] = [
  ...new Set(COMPARISONS.flatMap((pair) => pair ?? [])),
]

/** The number of the comparison of two fields in either order, or null when the kernel has none. */
export function comparisonNumber(left: FieldName, right: FieldName): number | null {
  const found = COMPARISONS.findIndex(
    (pair) =>
      pair !== null &&
      ((pair[0] === left && pair[1] === right) || (pair[0] === right && pair[1] === left)),
  )
  return found === -1 ? null : found
}

/** Whether a number of the kernel's is a field that has a name. */
export function isWritableField(name: FieldName): boolean {
  return Object.hasOwn(FIELD_NUMBERS, name) && name !== 'loginuid_set'
}
