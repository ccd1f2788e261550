import { recordTypeName, recordTypeNumber, syscallName, TYPE, uringOperations } from '../tables'

/** What was done, in words: `alice deleted /x`, `alice failed to delete /x`. */
export interface Action {
  /** Past tense, ready for an object behind it: `deleted`, `connected to`. */
  readonly past: string
  /** Infinitive: `delete`, `connect to`. */
  readonly base: string
  /** What stands in place of an object that is not known: `a file`. */
  readonly noun?: string
}

/** `changed mode of|change mode of`, or with a noun: `opened|open|a file`. */
function action(words: string): Action {
  const [past, base, noun] = words.split('|')
  return { past: past!, base: base!, ...(noun === undefined ? {} : { noun }) }
}

/** Words → the system calls (and io_uring operations) that they stand for. */
const BY_CALL: Readonly<Record<string, string>> = {
  'opened|open|a file': 'open openat openat2 open_by_handle_at mq_open',
  'created|create|a file': 'creat mknod mknodat memfd_create',
  'deleted|delete|a file': 'unlink unlinkat mq_unlink',
  'deleted folder|delete folder': 'rmdir',
  'created folder|create folder': 'mkdir mkdirat',
  'renamed|rename|a file': 'rename renameat renameat2',
  'linked|link|a file': 'link linkat',
  'created symbolic link|create symbolic link': 'symlink symlinkat',
  'changed mode of|change mode of': 'chmod fchmod fchmodat fchmodat2',
  'changed owner of|change owner of': 'chown lchown fchown fchownat chown32 lchown32 fchown32',
  'changed attribute of|change attribute of':
    'setxattr lsetxattr fsetxattr setxattrat removexattr lremovexattr fremovexattr removexattrat file_setattr',
  'changed times of|change times of': 'utime utimes futimesat utimensat',
  'truncated|truncate|a file': 'truncate ftruncate truncate64 ftruncate64',
  'allocated space for|allocate space for': 'fallocate',
  'checked access to|check access to': 'access faccessat faccessat2',
  'looked at|look at':
    'stat lstat fstat newfstatat fstatat64 stat64 lstat64 fstat64 statx statfs fstatfs getxattr lgetxattr fgetxattr',
  'read link|read link': 'readlink readlinkat',
  'listed|list|a folder': 'getdents getdents64',
  'read from|read from': 'read readv pread64 preadv preadv2',
  'wrote to|write to': 'write writev pwrite64 pwritev pwritev2',
  'closed|close|a file descriptor': 'close close_range',
  'changed folder to|change folder to': 'chdir fchdir',
  'changed root folder to|change root folder to': 'chroot pivot_root',
  'ran|run|a program': 'execve execveat',
  'started a process|start a process': 'clone clone3 fork vfork',
  'ended|end|a process': 'exit exit_group',
  'waited for a process|wait for a process': 'wait4 waitid waitpid',
  'mounted|mount|a file system': 'mount move_mount fsmount fsopen fspick open_tree mount_setattr',
  'unmounted|unmount|a file system': 'umount umount2',
  'created a socket|create a socket': 'socket socketpair',
  'bound to|bind to': 'bind',
  'connected to|connect to': 'connect',
  'listened|listen|for connections': 'listen',
  'accepted a connection from|accept a connection from': 'accept accept4',
  'sent to|send to': 'send sendto sendmsg sendmmsg',
  'received from|receive from': 'recv recvfrom recvmsg recvmmsg',
  'set an option of a socket|set an option of a socket': 'setsockopt',
  'signalled|signal|a process':
    'kill tkill tgkill rt_sigqueueinfo rt_tgsigqueueinfo pidfd_send_signal',
  'traced|trace|a process': 'ptrace',
  'read memory of|read memory of': 'process_vm_readv',
  'wrote memory of|write memory of': 'process_vm_writev',
  'changed user to|change user to':
    'setuid setreuid setresuid setfsuid setuid32 setreuid32 setresuid32',
  'changed group to|change group to':
    'setgid setregid setresgid setfsgid setgid32 setregid32 setresgid32',
  'changed groups|change groups': 'setgroups setgroups32',
  'changed capabilities|change capabilities': 'capset',
  'loaded module|load module': 'init_module finit_module',
  'unloaded module|unload module': 'delete_module',
  'set the clock|set the clock': 'settimeofday clock_settime stime adjtimex clock_adjtime',
  'set the host name|set the host name': 'sethostname setdomainname',
  'mapped memory|map memory': 'mmap mmap2 mremap',
  'changed protection of memory|change protection of memory': 'mprotect pkey_mprotect',
  'used bpf|use bpf': 'bpf',
  'left namespaces|leave namespaces': 'unshare',
  'joined a namespace|join a namespace': 'setns',
  'changed limits|change limits': 'setrlimit prlimit64',
  'changed scheduling|change scheduling':
    'sched_setscheduler sched_setparam sched_setattr sched_setaffinity setpriority',
  'installed a system call filter|install a system call filter': 'seccomp',
  'turned on swap|turn on swap': 'swapon',
  'turned off swap|turn off swap': 'swapoff',
  'restarted or halted the system|restart or halt the system': 'reboot',
  'loaded a kernel|load a kernel': 'kexec_load kexec_file_load',
  'watched|watch|a file': 'inotify_add_watch fanotify_mark',
  'controlled a device|control a device': 'ioctl',
}

/** Words → the record types that they stand for. */
const BY_TYPE: Readonly<Record<string, string>> = {
  'sent a message|send a message': 'USER TEST TRUSTED_APP',
  'set the login user to|set the login user to': 'LOGIN',
  'authenticated|authenticate': 'USER_AUTH',
  'was authorised|be authorised': 'USER_ACCT',
  'changed account|change account': 'USER_MGMT',
  'acquired credentials|acquire credentials': 'CRED_ACQ',
  'disposed of credentials|dispose of credentials': 'CRED_DISP',
  'refreshed credentials|refresh credentials': 'CRED_REFR',
  'opened a session|open a session': 'USER_START',
  'closed a session|close a session': 'USER_END',
  'changed the password of|change the password of': 'USER_CHAUTHTOK',
  'caused an account error|cause an account error': 'USER_ERR',
  'changed system configuration|change system configuration': 'USYS_CONFIG',
  'logged in|log in': 'USER_LOGIN',
  'logged out|log out': 'USER_LOGOUT',
  'added user|add user': 'ADD_USER',
  'deleted user|delete user': 'DEL_USER',
  'added group|add group': 'ADD_GROUP',
  'deleted group|delete group': 'DEL_GROUP',
  'changed group|change group': 'GRP_MGMT CHGRP_ID',
  'changed user to|change user to': 'CHUSER_ID',
  'authenticated for group|authenticate for group': 'GRP_AUTH',
  'changed the password of group|change the password of group': 'GRP_CHAUTHTOK',
  'locked account|lock account': 'ACCT_LOCK',
  'unlocked account|unlock account': 'ACCT_UNLOCK',
  'ran command|run command': 'USER_CMD',
  'typed into|type into': 'USER_TTY TTY',
  'configured device|configure device': 'USER_DEVICE',
  'installed software|install software': 'SOFTWARE_UPDATE',
  'booted the system|boot the system': 'SYSTEM_BOOT',
  'shut the system down|shut the system down': 'SYSTEM_SHUTDOWN',
  'changed to runlevel|change to runlevel': 'SYSTEM_RUNLEVEL',
  'started service|start service': 'SERVICE_START',
  'stopped service|stop service': 'SERVICE_STOP',
  'started the audit daemon|start the audit daemon': 'DAEMON_START',
  'stopped the audit daemon|stop the audit daemon': 'DAEMON_END',
  'aborted the audit daemon|abort the audit daemon': 'DAEMON_ABORT',
  'changed the configuration of the audit daemon|change the configuration of the audit daemon':
    'DAEMON_CONFIG DAEMON_RECONFIG',
  'rotated audit logs|rotate audit logs': 'DAEMON_ROTATE',
  'resumed audit logging|resume audit logging': 'DAEMON_RESUME',
  'connected a remote audit daemon|connect a remote audit daemon': 'DAEMON_ACCEPT',
  'disconnected a remote audit daemon|disconnect a remote audit daemon': 'DAEMON_CLOSE',
  'caused an error of the audit daemon|cause an error of the audit daemon': 'DAEMON_ERR',
  'changed the audit configuration|change the audit configuration': 'CONFIG_CHANGE',
  'changed audit feature|change audit feature': 'FEATURE_CHANGE',
  'joined or left the audit multicast group|join or leave the audit multicast group':
    'EVENT_LISTENER',
  'called what a seccomp filter watches in|call what a seccomp filter watches in': 'SECCOMP',
  'loaded module|load module': 'KERN_MODULE',
  'adjusted the clock|adjust the clock': 'TIME_INJOFFSET TIME_ADJNTPVAL',
  'used bpf program|use bpf program': 'BPF',
  'changed firewall table|change firewall table': 'NETFILTER_CFG',
  'passed a packet to|pass a packet to': 'NETFILTER_PKT',
  'configured a device mapping|configure a device mapping': 'DM_CTRL DM_EVENT',
  'accessed what a policy controls:|access what a policy controls:': 'AVC USER_AVC',
  'caused a SELinux error|cause a SELinux error': 'SELINUX_ERR USER_SELINUX_ERR',
  'loaded a security policy|load a security policy':
    'MAC_POLICY_LOAD USER_MAC_POLICY_LOAD IPE_POLICY_LOAD',
  'changed labelled networking|change labelled networking':
    'MAC_UNLBL_ALLOW MAC_CIPSOV4_ADD MAC_CIPSOV4_DEL MAC_MAP_ADD MAC_MAP_DEL MAC_IPSEC_ADDSA MAC_IPSEC_DELSA ' +
    'MAC_IPSEC_ADDSPD MAC_IPSEC_DELSPD MAC_IPSEC_EVENT MAC_UNLBL_STCADD MAC_UNLBL_STCDEL MAC_CALIPSO_ADD MAC_CALIPSO_DEL',
  'changed security enforcement to|change security enforcement to': 'MAC_STATUS USER_MAC_STATUS',
  'changed security setting|change security setting':
    'MAC_CONFIG_CHANGE USER_MAC_CONFIG_CHANGE IPE_CONFIG_CHANGE',
  'was judged by IPE:|be judged by IPE:': 'IPE_ACCESS',
  'was denied by Landlock:|be denied by Landlock:': 'LANDLOCK_ACCESS',
  'entered or left a Landlock domain|enter or leave a Landlock domain': 'LANDLOCK_DOMAIN',
  'was denied by AppArmor:|be denied by AppArmor:': 'APPARMOR_DENIED',
  'was allowed by AppArmor:|be allowed by AppArmor:': 'APPARMOR_ALLOWED APPARMOR_AUDIT',
  'changed AppArmor|change AppArmor': 'APPARMOR_STATUS',
  'changed promiscuous mode of|change promiscuous mode of': 'ANOM_PROMISCUOUS',
  'crashed|crash|a program': 'ANOM_ABEND',
  'used a suspicious link|use a suspicious link': 'ANOM_LINK',
  'created suspicious file|create suspicious file': 'ANOM_CREAT',
  'failed too often to log in as|fail too often to log in as': 'ANOM_LOGIN_FAILURES',
  'tried to log in at an unusual time as|try to log in at an unusual time as': 'ANOM_LOGIN_TIME',
  'opened too many sessions as|open too many sessions as': 'ANOM_LOGIN_SESSIONS',
  'tried to log in to a watched account:|try to log in to a watched account:': 'ANOM_LOGIN_ACCT',
  'tried to log in from an unusual place as|try to log in from an unusual place as':
    'ANOM_LOGIN_LOCATION',
  'tried to run forbidden program|try to run forbidden program': 'ANOM_EXEC',
  'initialised the audit subsystem|initialise the audit subsystem': 'KERNEL',
  'verified the integrity of|verify the integrity of':
    'INTEGRITY_DATA INTEGRITY_METADATA INTEGRITY_STATUS INTEGRITY_HASH INTEGRITY_PCR INTEGRITY_RULE ' +
    'INTEGRITY_EVM_XATTR INTEGRITY_POLICY_RULE',
  'reacted to an anomaly of|react to an anomaly of':
    'RESP_ANOMALY RESP_ALERT RESP_KILL_PROC RESP_TERM_ACCESS RESP_ACCT_REMOTE RESP_ACCT_LOCK_TIMED ' +
    'RESP_ACCT_UNLOCK_TIMED RESP_ACCT_LOCK RESP_TERM_LOCK RESP_SEBOOL RESP_EXEC RESP_SINGLE RESP_HALT ' +
    'RESP_ORIGIN_BLOCK RESP_ORIGIN_BLOCK_TIMED RESP_ORIGIN_UNBLOCK_TIMED',
  'changed role to|change role to': 'USER_ROLE_CHANGE',
  'assigned a role to|assign a role to': 'ROLE_ASSIGN',
  'removed a role from|remove a role from': 'ROLE_REMOVE',
  'changed the role of|change the role of': 'ROLE_MODIFY',
  'overrode the label of|override the label of': 'LABEL_OVERRIDE',
  'changed the level of|change the level of': 'LABEL_LEVEL_CHANGE',
  'relabelled the file system|relabel the file system': 'FS_RELABEL',
  'negotiated or destroyed a key of|negotiate or destroy a key of': 'CRYPTO_KEY_USER',
  'started an encrypted session with|start an encrypted session with': 'CRYPTO_SESSION',
  'controlled virtual machine|control virtual machine': 'VIRT_CONTROL',
  'assigned a resource to virtual machine|assign a resource to virtual machine': 'VIRT_RESOURCE',
  'labelled virtual machine|label virtual machine': 'VIRT_MACHINE_ID',
  'verified virtual machine|verify virtual machine': 'VIRT_INTEGRITY_CHECK',
  'created virtual machine|create virtual machine': 'VIRT_CREATE',
  'destroyed virtual machine|destroy virtual machine': 'VIRT_DESTROY',
  'moved virtual machine in|move virtual machine in': 'VIRT_MIGRATE_IN',
  'moved virtual machine out|move virtual machine out': 'VIRT_MIGRATE_OUT',
}

function byWord(table: Readonly<Record<string, string>>): Map<string, Action> {
  return new Map(
    Object.entries(table).flatMap(([words, names]) => {
      const found = action(words)
      return names.split(' ').map((name) => [name, found] as const)
    }),
  )
}
const calls = byWord(BY_CALL)
const types = new Map(
  [...byWord(BY_TYPE)].map(([name, found]) => [recordTypeNumber(name) ?? -1, found] as const),
)

/** Records about their object rather than about who caused them: a login is of the account, a crash of the program. */
const ABOUT_OBJECT = new Set(
  'ANOM_ABEND USER_AUTH USER_ACCT CRED_ACQ CRED_DISP CRED_REFR USER_START USER_END USER_LOGIN USER_LOGOUT USER_ERR'
    .split(' ')
    .map((name) => recordTypeNumber(name)!),
)

/** CONFIG_CHANGE by its operation (kernel/audit.c, auditfilter.c, audit_watch.c, audit_tree.c, audit_fsnotify.c). */
const BY_OPERATION = new Map(
  Object.entries({
    add_rule: 'added audit rule|add audit rule',
    remove_rule: 'removed audit rule|remove audit rule',
    updated_rules: 'updated audit rule|update audit rule',
    autoremove_rule: 'lost audit rule|lose audit rule',
    set: 'set|set',
    tty_set: 'changed auditing of terminals|change auditing of terminals',
    trim: 'trimmed watched trees|trim watched trees',
    make_equiv: 'extended watched trees|extend watched trees',
  }).map(([operation, words]) => [operation, action(words)] as const),
)

/** Other records whose operation says more than their type. */
const BY_TYPE_AND_OPERATION = new Map(
  Object.entries({
    'EVENT_LISTENER connect': 'joined the audit multicast group|join the audit multicast group',
    'EVENT_LISTENER disconnect': 'left the audit multicast group|leave the audit multicast group',
    'BPF LOAD': 'loaded bpf program|load bpf program',
    'BPF UNLOAD': 'unloaded bpf program|unload bpf program',
    'CRYPTO_KEY_USER destroy': 'destroyed the key|destroy the key',
  }).map(([key, words]) => {
    const [type, operation] = key.split(' ') as [string, string]
    return [`${recordTypeNumber(type)} ${operation}`, action(words)] as const
  }),
)
/** Types of which an operation says more: what is remembered of a type alone does not hold for them. */
const WITH_OPERATION = new Set([
  TYPE.CONFIG_CHANGE,
  TYPE.EVENT_LISTENER,
  TYPE.BPF,
  TYPE.CRYPTO_KEY_USER,
] as number[])

/** Whether what an event of this type did depends on its operation. */
export function dependsOnOperation(type: number): boolean {
  return WITH_OPERATION.has(type)
}

/** Who judged a system call when a record of this type came with it. The event is the call; this is why it ended so. */
const JUDGES = new Map(
  Object.entries({
    AVC: 'SELinux',
    SECCOMP: 'a seccomp filter',
    FANOTIFY: 'a file watcher',
    LANDLOCK_ACCESS: 'Landlock',
    IPE_ACCESS: 'IPE',
    APPARMOR_DENIED: 'AppArmor',
    APPARMOR_ALLOWED: 'AppArmor',
    APPARMOR_AUDIT: 'AppArmor',
  }).map(([name, judge]) => [recordTypeNumber(name)!, judge] as const),
)

/** Who judged the system call of an event of this type; undefined when nobody did. */
export function judgeOf(type: number): string | undefined {
  return JUDGES.get(type)
}

/** Whether the one who acts is the object, such as the account that a message names, not the program that sent it. */
export function isAboutObject(type: number): boolean {
  return ABOUT_OBJECT.has(type)
}

/**
 * What an event did: by its system call, or by its type when that says more.
 * @param syscall number of the call or, with `uring`, of the io_uring operation; -1 for none
 * @param op operation that the record names, if any
 */
export function actionOf(
  type: number,
  arch: number,
  syscall: number,
  uring = false,
  op = '',
): Action {
  const byOperation = type === TYPE.CONFIG_CHANGE ? BY_OPERATION.get(op) : undefined
  if (byOperation !== undefined) return byOperation
  if (WITH_OPERATION.has(type)) {
    const found = BY_TYPE_AND_OPERATION.get(`${type} ${op}`)
    if (found !== undefined) return found
  }
  const isCall = type === TYPE.SYSCALL || type === TYPE.URINGOP || (arch !== 0 && JUDGES.has(type))
  const byType = isCall ? undefined : types.get(type)
  if (byType !== undefined) return byType
  const name = uring
    ? uringOperations.name(syscall)
    : syscall < 0
      ? undefined
      : syscallName(arch, syscall)
  if (name !== undefined) return calls.get(name) ?? called(name, type)
  if (syscall >= 0) return called(`system call ${syscall}`, type)
  const typeName = recordTypeName(type)
  const what = typeName.startsWith('UNKNOWN[') ? `an event of type ${type}` : typeName
  return { past: `caused ${what}`, base: `cause ${what}` }
}

/** A call that has no words of its own. The object that comes with a filter's verdict is the program that called. */
function called(name: string, type: number): Action {
  const preposition = type === TYPE.SECCOMP ? 'in' : 'on'
  return { past: `called ${name} ${preposition}`, base: `call ${name} ${preposition}` }
}

/** The name under which a table shows an event: its system call or io_uring operation, or its record type. */
export function eventName(type: number, arch: number, syscall: number, uring = false): string {
  if (type !== TYPE.SYSCALL && type !== TYPE.URINGOP) return recordTypeName(type)
  const name = uring ? uringOperations.name(syscall) : syscallName(arch, syscall)
  return name ?? (syscall < 0 ? recordTypeName(type) : `syscall ${syscall}`)
}
