/** The library: rule sets of our own, each with a purpose. */
import type { RuleSet } from './rule-set'

/** People, not daemons. */
const PEOPLE = '-F auid>=1000 -F auid!=unset'

/** The small, safe set for the first run: it shows something within a minute and does not slow the machine down. */
export const STARTER_SET: RuleSet = {
  id: 'starter',
  title: 'Programs run by people',
  purpose: 'every program that someone who logged in starts, with its arguments',
  expect: 'One event a program: some a minute for a person at a shell. Daemons are left out.',
  templates: [{ syscalls: 'execve execveat', rest: PEOPLE }],
}

const LOGINS: RuleSet = {
  id: 'logins',
  title: 'Logins and privilege',
  purpose: 'who logs in, becomes another user, or gets the rights of root',
  expect: 'Few events: logins, su, sudo and changes of who may do so.',
  templates: [
    { line: '-w /etc/sudoers -p wa' },
    { line: '-w /etc/sudoers.d -p wa' },
    { line: '-w /etc/pam.d -p wa' },
    { line: '-w /etc/security -p wa' },
    { line: '-w /var/log/lastlog -p wa' },
    { line: '-w /var/log/wtmp -p wa' },
    { line: '-w /var/log/btmp -p wa' },
    { syscalls: 'execve execveat', rest: `-C uid!=euid -F euid=0 ${PEOPLE}` },
    { syscalls: 'setuid setreuid setresuid', rest: `-F a0=0 -F exit=0 ${PEOPLE}` },
  ],
}

const IDENTITY: RuleSet = {
  id: 'identity',
  title: 'Accounts',
  purpose: 'every change of users, groups and passwords',
  expect: 'Nearly nothing, unless accounts change.',
  templates: ['passwd', 'shadow', 'group', 'gshadow', 'security/opasswd'].map((name) => ({
    line: `-w /etc/${name} -p wa`,
  })),
}

const ETC: RuleSet = {
  id: 'etc',
  title: 'Integrity of /etc',
  purpose: 'every change of a file below /etc, by people and by daemons',
  expect: 'Few events; many while packages are installed.',
  templates: [
    {
      syscalls:
        'open openat openat2 creat truncate rename renameat renameat2 unlink unlinkat link linkat symlink symlinkat ' +
        'mkdir mkdirat rmdir mknod mknodat chmod fchmod fchmodat fchmodat2 chown fchown lchown fchownat setxattr ' +
        'lsetxattr fsetxattr removexattr lremovexattr fremovexattr',
      rest: '-F dir=/etc -F perm=wa',
    },
  ],
}

const ACCESS: RuleSet = {
  id: 'denied',
  title: 'Denied access to files',
  purpose: 'people who try to open, change or delete files that they may not',
  expect: 'Some events an hour; more when programs probe for files.',
  templates: ['-EACCES', '-EPERM'].map((errno) => ({
    syscalls:
      'open openat openat2 open_by_handle_at creat truncate ftruncate unlink unlinkat rename renameat renameat2',
    rest: `-F exit=${errno} ${PEOPLE}`,
  })),
}

const NETWORK: RuleSet = {
  id: 'network',
  title: 'Network connections of people',
  purpose: 'which programs people let connect to other machines',
  expect: 'One event a connection: a browser makes hundreds a minute.',
  templates: [2, 10].map((family) => ({
    syscalls: 'connect',
    rest: `-F saddr_fam=${family} ${PEOPLE}`,
  })),
}

const LISTENERS: RuleSet = {
  id: 'listeners',
  title: 'New network services',
  purpose: 'every program that begins to accept connections',
  expect: 'Some events when services start.',
  templates: [2, 10].map((family) => ({ syscalls: 'bind', rest: `-F saddr_fam=${family}` })),
}

const MODULES: RuleSet = {
  id: 'modules',
  title: 'Kernel modules',
  purpose: 'code that is loaded into the kernel or removed from it',
  expect: 'Some events at boot and when hardware is plugged in.',
  templates: [
    { syscalls: 'init_module finit_module delete_module', rest: '' },
    { line: '-w /etc/modprobe.d -p wa' },
    { line: '-w /etc/modules-load.d -p wa' },
  ],
}

const TIME: RuleSet = {
  id: 'time',
  title: 'Changes of the clock',
  purpose: 'who sets the time, which makes every log lie',
  expect: 'A few events an hour from the time service. Exempt it by exe to see others only.',
  templates: [
    { syscalls: 'settimeofday stime clock_settime clock_settime64', rest: '' },
    { line: '-w /etc/localtime -p wa' },
  ],
}

const AUDIT: RuleSet = {
  id: 'audit',
  title: 'The audit system itself',
  purpose: 'who changes how this machine is audited, or reads its log',
  expect: 'Nearly nothing but what administrators do.',
  templates: [
    { line: '-w /etc/audit -p wa' },
    { line: '-w /etc/libaudit.conf -p wa' },
    { line: '-w /var/log/audit -p rwxa' },
  ],
}

const INJECTION: RuleSet = {
  id: 'injection',
  title: 'Processes that touch others',
  purpose: 'debuggers and attackers that read or write the memory of another process',
  expect: 'Nothing, unless someone debugs.',
  templates: [
    { syscalls: 'ptrace', rest: '-F a0=0x4' },
    { syscalls: 'ptrace', rest: '-F a0=0x5' },
    { syscalls: 'ptrace', rest: '-F a0=0x6' },
    { syscalls: 'process_vm_writev', rest: '' },
  ],
}

const MOUNTS: RuleSet = {
  id: 'mounts',
  title: 'Mounts by people',
  purpose: 'file systems and media that people attach',
  expect: 'Few events.',
  templates: [{ syscalls: 'mount umount umount2 move_mount', rest: PEOPLE }],
}

const DELETIONS: RuleSet = {
  id: 'deletions',
  title: 'Files deleted or renamed by people',
  purpose: 'what people remove, and where it was',
  expect: 'Tens of events a minute: editors and builds delete many temporary files.',
  templates: [{ syscalls: 'unlink unlinkat rmdir rename renameat renameat2', rest: PEOPLE }],
}

const NOISE: RuleSet = {
  id: 'quiet',
  title: 'Noise out',
  purpose:
    'leaves out what services report about BPF programs and firewall tables, and debugging file systems',
  expect: 'Fewer events. Nothing that a person did is left out.',
  templates: [
    { line: '-a never,exclude -F msgtype=BPF' },
    { line: '-a never,exclude -F msgtype=NETFILTER_CFG' },
    { line: '-a never,filesystem -F fstype=tracefs' },
    { line: '-a never,filesystem -F fstype=debugfs' },
  ],
}

const CONTAINERS: RuleSet = {
  id: 'containers',
  title: 'Container runtimes out',
  purpose:
    'does not record what container runtimes do for themselves, which is most of a host’s noise',
  expect:
    'Fewer events. Put it before the rules that record. Whoever can replace these programs is not recorded either.',
  templates: [
    '/usr/bin/dockerd',
    '/usr/bin/containerd',
    '/usr/bin/containerd-shim-runc-v2',
    '/usr/bin/runc',
    '/usr/sbin/runc',
    '/usr/bin/crun',
    '/usr/bin/conmon',
    '/usr/bin/podman',
    '/usr/bin/kubelet',
  ].map((program) => ({ line: `-a never,exit -F exe=${program} -F auid=unset` })),
}

/** Every set, the one for the first run first, those that leave something out last. */
export const RULE_SETS: readonly RuleSet[] = [
  STARTER_SET,
  LOGINS,
  IDENTITY,
  ETC,
  ACCESS,
  NETWORK,
  LISTENERS,
  MODULES,
  TIME,
  AUDIT,
  INJECTION,
  MOUNTS,
  DELETIONS,
  NOISE,
  CONTAINERS,
]
