import { TYPE } from '../tables'
import type { FieldName } from '../record'

/**
 * What a field's value is, so that it can be interpreted: each kind is a function in values.ts. `plain` values mean what
 * they say.
 */
export type Kind =
  | 'plain'
  | 'uid'
  | 'gid'
  | 'syscall'
  | 'arch'
  | 'exit'
  | 'text'
  | 'key'
  | 'perm'
  | 'mode'
  | 'short-mode'
  | 'sockaddr'
  | 'promiscuity'
  | 'capability'
  | 'success'
  | 'argument'
  | 'signal'
  | 'list'
  | 'keystrokes'
  | 'session'
  | 'capabilities'
  | 'netfilter-protocol'
  | 'icmp-type'
  | 'protocol'
  | 'personality'
  | 'seccomp-action'
  | 'open-flags'
  | 'mmap-flags'
  | 'lookup-flags'
  | 'proctitle'
  | 'hook'
  | 'netfilter-action'
  | 'ether-type'
  | 'ioctl'
  | 'fanotify'
  | 'fanotify-type'
  | 'fanotify-trust'
  | 'errno'
  | 'netlink-group'
  | 'resolve-flags'
  | 'uring-operation'
  | 'label'

/** Names of fields by the kind of their value. From the kernel's audit_log_format calls and audit-userspace's usage. */
const NAMES_BY_KIND: Partial<Record<Kind, readonly FieldName[]>> = {
  uid: [
    'auid',
    'uid',
    'euid',
    'suid',
    'fsuid',
    'ouid',
    'oauid',
    'old-auid',
    'iuid',
    'id',
    'inode_uid',
    'sauid',
    'obj_uid',
    'cap_frootid',
    'frootid',
  ],
  gid: ['obj_gid', 'gid', 'egid', 'sgid', 'fsgid', 'ogid', 'igid', 'inode_gid', 'new_gid'],
  syscall: ['syscall'],
  arch: ['arch'],
  exit: ['exit'],
  text: [
    'path',
    'comm',
    'exe',
    'file',
    'name',
    'watch',
    'cwd',
    'cmd',
    'acct',
    'dir',
    'vm',
    'old-chardev',
    'new-chardev',
    'old-disk',
    'new-disk',
    'old-fs',
    'new-fs',
    'old-net',
    'new-net',
    'device',
    'cgroup',
    'apparmor',
    'operation',
    'denied_mask',
    'info',
    'profile',
    'requested_mask',
    'old-rng',
    'new-rng',
    'ocomm',
    'grp',
    'new_group',
    'invalid_context',
    'sw',
    'root_dir',
  ],
  key: ['key'],
  perm: ['perm', 'perm_mask'],
  mode: ['mode'],
  sockaddr: ['saddr'],
  promiscuity: ['prom', 'old_prom'],
  capability: ['capability'],
  success: ['res', 'result'],
  argument: ['a0', 'a1', 'a2', 'a3'],
  signal: ['sig', 'sigev_signo'],
  list: ['list'],
  keystrokes: ['data'],
  session: ['ses'],
  capabilities: [
    'cap_pi',
    'cap_pe',
    'cap_pp',
    'cap_pa',
    'cap_fi',
    'cap_fp',
    'fp',
    'fi',
    'old_pp',
    'old_pi',
    'old_pe',
    'old_pa',
    'new_pp',
    'new_pi',
    'new_pe',
    'pp',
    'pi',
    'pe',
    'pa',
  ],
  'netfilter-protocol': ['family'],
  'icmp-type': ['icmptype'],
  protocol: ['proto'],
  personality: ['per'],
  'seccomp-action': ['code'],
  'open-flags': ['oflag'],
  'mmap-flags': ['flags'],
  label: ['subj', 'obj', 'scontext', 'tcontext', 'vm-ctx', 'img-ctx'],
  proctitle: ['proctitle'],
  hook: ['hook'],
  'netfilter-action': ['action'],
  'ether-type': ['macproto'],
  ioctl: ['ioctlcmd'],
  fanotify: ['resp'],
  'fanotify-type': ['fan_type'],
  'fanotify-trust': ['subj_trust', 'obj_trust'],
  errno: ['errno'],
  'netlink-group': ['nl-mcgrp'],
  'resolve-flags': ['resolve'],
  'uring-operation': ['uring_op'],
}

const byName = new Map<string, Kind>(
  Object.entries(NAMES_BY_KIND).flatMap(([kind, names]) =>
    names.map((name) => [name, kind as Kind] as const),
  ),
)

/** Names that mean something else in some record types. */
const BY_TYPE = new Map<number, Readonly<Partial<Record<FieldName, Kind>>>>([
  [TYPE.AVC, { saddr: 'plain' }],
  [TYPE.NETFILTER_PKT, { saddr: 'plain' }],
  [TYPE.PATH, { flags: 'lookup-flags' }],
  [TYPE.MQ_OPEN, { mode: 'short-mode' }],
  [TYPE.CRYPTO_KEY_USER, { fp: 'plain' }],
  [TYPE.ADD_GROUP, { id: 'gid' }],
  [TYPE.GRP_MGMT, { id: 'gid' }],
  [TYPE.DEL_GROUP, { id: 'gid' }],
])

/** EXECVE's arguments: `a0`, `a12`, and the parts of a long one, `a2[3]`; not `a2_len`. */
const EXECVE_ARGUMENT = /^a\d+(\[\d+\])?$/

/** The kind of a field's value, from its name and the type of its record. */
export function kindOf(type: number, name: string): Kind {
  if (type === TYPE.EXECVE && EXECVE_ARGUMENT.test(name)) return 'text'
  const special = BY_TYPE.get(type)
  if (special !== undefined && Object.hasOwn(special, name)) return special[name as FieldName]!
  return byName.get(name) ?? 'plain'
}

/** The names that have another kind in records of a type than in most. */
export function specialKinds(type: number): readonly (readonly [FieldName, Kind])[] {
  return Object.entries(BY_TYPE.get(type) ?? {}) as [FieldName, Kind][]
}
