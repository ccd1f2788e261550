import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FIELD_NAMES } from '@native/audit/record/fields'
import { kindOf } from '@native/audit/interpret/kinds'
import { readingOf } from '@native/audit/interpret/calls'
import { READINGS } from '@native/audit/interpret/arguments'
import {
  interpretRecord,
  NO_NAMES,
  proctitleArguments,
  type Resolver,
} from '@native/audit/interpret'
import { archByToken, ARCHES, recordTypes, syscallNumber, syscallsOf } from '@native/audit/tables'
import { recordOf } from '../fixtures'

const PEOPLE: Resolver = {
  user: (uid) =>
    new Map([
      [1000, 'alice'],
      [0, 'root'],
    ]).get(uid),
  group: (gid) => new Map([[100, 'users']]).get(gid),
}

/** The value of one field of a record with this text. */
function value(
  type: string,
  text: string,
  name: string,
  resolver: Resolver = NO_NAMES,
): string | undefined {
  return interpretRecord(recordOf(`type=${type} msg=audit(1.000:1): ${text}`), resolver).find(
    (f) => f.name === name,
  )?.value
}

describe('a value', () => {
  it.each([
    ['SYSCALL', 'arch=c000003e syscall=59', 'syscall', 'execve'],
    ['SYSCALL', 'arch=40000003 syscall=102 a0=2', 'syscall', 'socketcall(bind)'],
    ['SYSCALL', 'arch=40000003 syscall=117 a0=1', 'syscall', 'ipc(semop)'],
    ['SYSCALL', 'arch=c000003e syscall=9999', 'syscall', 'unknown-syscall(9999)'],
    ['SYSCALL', 'arch=12345678 syscall=1', 'arch', 'unknown-elf-type(12345678)'],
    ['SYSCALL', 'exit=-13', 'exit', 'EACCES(Permission denied)'],
    ['SYSCALL', 'exit=3', 'exit', '3'],
    ['SYSCALL', 'exit=-99999', 'exit', '-99999'],
    ['SYSCALL', 'auid=4294967295', 'auid', 'unset'],
    ['SYSCALL', 'auid=1000', 'auid', 'alice'],
    ['SYSCALL', 'auid=1001', 'auid', 'unknown(1001)'],
    ['SYSCALL', 'egid=100', 'egid', 'users'],
    ['SYSCALL', 'ses=4294967295', 'ses', 'unset'],
    ['SYSCALL', 'comm=6120622263', 'comm', 'a b"c'],
    ['SYSCALL', 'key=(null)', 'key', '(null)'],
    ['SYSCALL', 'key=610162', 'key', 'a\x01b'],
    ['PATH', 'mode=0104755', 'mode', 'file,suid,755'],
    ['PATH', 'mode=041777', 'mode', 'dir,sticky,777'],
    ['PATH', 'cap_fp=0000000000000400', 'cap_fp', 'net_bind_service'],
    ['PATH', 'cap_fp=0', 'cap_fp', 'none'],
    ['PATH', 'cap_fp=000001ffffffffff', 'cap_fp', expect.stringContaining('checkpoint_restore')],
    [
      'SOCKADDR',
      'saddr=02000035C00002010000000000000000',
      'saddr',
      '{ saddr_fam=inet laddr=192.0.2.1 lport=53 }',
    ],
    ['SOCKADDR', 'saddr=zz', 'saddr', 'malformed-host(zz)'],
    ['ANOM_ABEND', 'sig=11', 'sig', 'SIGSEGV'],
    ['ANOM_ABEND', 'sig=99', 'sig', 'unknown-signal(99)'],
    ['SECCOMP', 'code=0x80000000', 'code', 'kill-process'],
    ['SECCOMP', 'code=0x00050001', 'code', 'errno'],
    ['CONFIG_CHANGE', 'list=4 res=1', 'list', 'exit'],
    ['CONFIG_CHANGE', 'list=4 res=1', 'res', 'yes'],
    ['USER_LOGIN', "msg='res=failed'", 'res', 'failed'],
    ['CONFIG_CHANGE', 'perm=6', 'perm', 'read,write'],
    ['CONFIG_CHANGE', 'perm=0', 'perm', 'read,write,exec,attr'],
    ['OPENAT2', 'oflag=0102 mode=0600 resolve=0x10', 'oflag', 'O_RDWR|O_CREAT'],
    ['OPENAT2', 'resolve=0xc', 'resolve', 'RESOLVE_NO_SYMLINKS|RESOLVE_BENEATH'],
    ['MQ_OPEN', 'oflag=0x842 mode=0620', 'mode', '0620'],
    ['NETFILTER_CFG', 'family=10', 'family', 'ipv6'],
    ['NETFILTER_PKT', 'proto=17', 'proto', 'udp'],
    ['NETFILTER_PKT', 'hook=1 action=2 macproto=0x86dd icmptype=3', 'hook', 'INPUT'],
    ['NETFILTER_PKT', 'action=2', 'action', 'REJECT'],
    ['NETFILTER_PKT', 'macproto=0806', 'macproto', 'ARP'],
    ['NETFILTER_PKT', 'icmptype=3', 'icmptype', 'destination-unreachable'],
    ['ANOM_PROMISCUOUS', 'prom=256 old_prom=0', 'prom', 'yes'],
    ['ANOM_PROMISCUOUS', 'prom=256 old_prom=0', 'old_prom', 'no'],
    ['EVENT_LISTENER', 'nl-mcgrp=1', 'nl-mcgrp', 'audit-netlink-multicast'],
    ['FANOTIFY', 'resp=2', 'resp', 'deny'],
    ['URINGOP', 'uring_op=18', 'uring_op', 'openat'],
    ['MMAP', 'fd=3 flags=0x12', 'flags', 'MAP_PRIVATE|MAP_FIXED'],
    ['CAPSET', 'cap_pe=0000002000001001', 'cap_pe', 'chown,net_admin,audit_read'],
    ['PROCTITLE', 'proctitle=6361740061206200', 'proctitle', 'cat a b '],
    ['PROCTITLE', 'proctitle="sh"', 'proctitle', 'sh'],
    ['EXECVE', 'argc=2 a0="ls" a1=2D6C20', 'a1', '-l '],
    ['EXECVE', 'a2_len=40 a2[0]=4142', 'a2[0]', 'AB'],
    ['EXECVE', 'a2_len=40 a2[0]=4142', 'a2_len', '40'],
    ['AVC', 'avc:  denied  { read write } for  pid=1', 'seperms', 'read,write'],
    ['AVC', 'avc:  denied  { read write } for  pid=1', 'seresult', 'denied'],
    ['USER_MGMT', "msg='op=x id=1000'", 'id', 'alice'],
    ['ADD_GROUP', "msg='op=x id=100'", 'id', 'users'],
    ['SYSCALL', 'per=40000', 'per', 'PER_LINUX|ADDR_NO_RANDOMIZE'],
    ['SYSCALL', 'a0=', 'a0', '0x'],
  ] as [string, string, string, string][])('%s %s: %s is %s', (type, text, name, expected) => {
    expect(value(type, text, name, PEOPLE)).toEqual(expected)
  })

  it('that auditd resolved counts before anybody’s database', () => {
    const text = 'pid=1 uid=1000 auid=1000 msg=\'op=x uid=0\'\x1dUID="bob" AUID="carol" UID="toor"'
    const fields = interpretRecord(recordOf(`type=USER_LOGIN msg=audit(1.000:1): ${text}`), PEOPLE)
    expect(fields.map(({ name, value: meaning }) => [name, meaning])).toEqual([
      ['pid', '1'],
      ['uid', 'bob'],
      ['auid', 'carol'],
      ['op', 'x'],
      ['uid', 'toor'],
    ])
  })

  it('that auditd could not resolve is asked of the machine', () => {
    expect(value('SYSCALL', 'uid=1000\x1dUID="unknown(1000)"', 'uid', PEOPLE)).toBe('alice')
  })

  it('of any text in any field of any record throws nothing', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...recordTypes.map(([name]) => name)),
        fc.array(
          fc.tuple(
            fc.constantFrom(...FIELD_NAMES),
            fc.string({ unit: 'binary-ascii', maxLength: 20 }),
          ),
          { maxLength: 12 },
        ),
        (type, fields) => {
          const text = fields.map(([name, raw]) => `${name}=${raw}`).join(' ')
          for (const field of interpretRecord(
            recordOf(`type=${type} msg=audit(1.000:1): ${text}`),
            PEOPLE,
          )) {
            expect(typeof field.value).toBe('string')
          }
        },
      ),
      { numRuns: 3000 },
    )
  })

  it('of a plain field is what stands there', () => {
    for (const name of ['pid', 'inode', 'hostname', 'terminal', 'nothing-known']) {
      expect(kindOf(1300, name)).toBe('plain')
      expect(value('SYSCALL', `${name}=x"y`, name)).toBe('x"y')
    }
  })
})

describe('an argument of a system call', () => {
  const argument = (
    call: string,
    args: string,
    index: number,
    token = 'x86_64',
  ): string | undefined => {
    const arch = archByToken(token)!
    const text = `arch=${arch.number.toString(16)} syscall=${syscallNumber(arch, call)} ${args}`
    return value('SYSCALL', text, `a${index}`, PEOPLE)
  }

  it.each([
    ['open', 'a0=1 a1=241 a2=1a4', 1, 'O_WRONLY|O_CREAT|O_TRUNC'],
    ['open', 'a0=1 a1=241 a2=1a4', 2, '0644'],
    ['open', 'a0=1 a1=0 a2=1a4', 2, '0x1a4'],
    ['openat', 'a0=ffffff9c a1=1 a2=80000', 0, 'AT_FDCWD'],
    ['openat', 'a0=ffffffffffffff9c a1=1 a2=0', 0, 'AT_FDCWD'],
    ['openat', 'a0=5 a1=1 a2=80000', 2, 'O_RDONLY|O_CLOEXEC'],
    ['mmap', 'a0=0 a1=1000 a2=7 a3=22', 2, 'PROT_READ|PROT_WRITE|PROT_EXEC'],
    ['mmap', 'a0=0 a1=1000 a2=7 a3=22', 3, 'MAP_PRIVATE|MAP_ANONYMOUS'],
    ['mprotect', 'a2=0', 2, 'PROT_NONE'],
    ['clone', 'a0=1200011', 0, 'CLONE_CHILD_CLEARTID|CLONE_CHILD_SETTID|SIGCHLD'],
    ['unshare', 'a0=40000080', 0, 'CLONE_NEWTIME|CLONE_NEWNET'],
    ['kill', 'a0=1 a1=9', 1, 'SIGKILL'],
    ['kill', 'a0=1 a1=0', 1, 'SIG0'],
    ['socket', 'a0=a a1=80001 a2=6', 0, 'inet6'],
    ['socket', 'a0=a a1=80001 a2=6', 1, 'SOCK_STREAM|SOCK_CLOEXEC'],
    ['socket', 'a0=a a1=80001 a2=6', 2, 'tcp'],
    ['socket', 'a0=10 a1=3 a2=9', 2, 'audit'],
    ['setsockopt', 'a0=3 a1=1 a2=2', 1, 'SOL_SOCKET'],
    ['setsockopt', 'a0=3 a1=1 a2=2', 2, 'SO_REUSEADDR'],
    ['setsockopt', 'a0=3 a1=6 a2=1', 2, 'TCP_NODELAY'],
    ['setsockopt', 'a0=3 a1=29 a2=1a', 2, 'IPV6_V6ONLY'],
    ['ptrace', 'a0=4206 a1=1', 0, 'PTRACE_SEIZE'],
    ['prctl', 'a0=18 a1=15', 1, 'sys_admin'],
    ['prctl', 'a0=1 a1=f', 1, 'SIGTERM'],
    ['prctl', 'a0=f a1=7ffe', 1, '0x7ffe'],
    ['fcntl', 'a0=3 a1=2 a2=1', 2, 'FD_CLOEXEC'],
    ['fcntl', 'a0=3 a1=4 a2=800', 2, 'O_RDONLY|O_NONBLOCK'],
    ['mount', 'a3=1000', 3, 'MS_BIND'],
    ['umount2', 'a1=2', 1, 'MNT_DETACH'],
    ['setuid', 'a0=3e8', 0, 'alice'],
    ['setresgid', 'a0=ffffffff a1=64 a2=0', 0, 'unset'],
    ['setresgid', 'a0=ffffffff a1=64 a2=0', 1, 'users'],
    ['fchownat', 'a0=ffffff9c a1=1 a2=3e8 a3=64', 2, 'alice'],
    ['chmod', 'a1=9ed', 1, 'suid,0755'],
    ['mknod', 'a1=2180', 1, 'character,600'],
    ['access', 'a1=6', 1, 'W_OK|R_OK'],
    ['access', 'a1=0', 1, 'F_OK'],
    ['ioctl', 'a0=0 a1=5401', 1, 'TCGETS'],
    ['ioctl', 'a0=0 a1=deadbeef', 1, '0xdeadbeef'],
    ['bpf', 'a0=5', 0, 'BPF_PROG_LOAD'],
    ['seccomp', 'a0=1', 0, 'SECCOMP_SET_MODE_FILTER'],
    ['sched_setscheduler', 'a0=0 a1=40000001', 1, 'SCHED_FIFO|SCHED_RESET_ON_FORK'],
    ['personality', 'a0=8', 0, 'PER_LINUX32'],
    ['epoll_ctl', 'a1=3', 1, 'EPOLL_CTL_MOD'],
    ['setrlimit', 'a0=7', 0, 'RLIMIT_NOFILE'],
    ['clock_settime', 'a0=1', 0, 'CLOCK_MONOTONIC'],
    ['lseek', 'a2=2', 2, 'SEEK_END'],
    ['shmget', 'a2=3b6', 2, 'IPC_CREAT|0666'],
    ['sendto', 'a3=4040', 3, 'MSG_DONTWAIT|MSG_NOSIGNAL'],
    ['unlinkat', 'a0=3 a1=1 a2=200', 2, expect.stringContaining('AT_REMOVEDIR')],
    ['exit_group', 'a0=0', 0, 'EXIT_SUCCESS'],
    ['read', 'a0=3', 0, '0x3'],
  ] as [string, string, number, string][])('%s(%s): a%i is %s', (call, args, index, expected) => {
    expect(argument(call, args, index)).toEqual(expected)
  })

  it('is read as its architecture has it', () => {
    expect(argument('openat', 'a2=a0000', 2, 'x86_64')).toBe('O_RDONLY|O_NOFOLLOW|O_CLOEXEC')
    expect(argument('openat', 'a2=a0000', 2, 'aarch64')).toBe('O_RDONLY|O_LARGEFILE|O_CLOEXEC')
    expect(argument('openat', 'a2=a0000', 2, 'ppc64le')).toBe('O_RDONLY|O_DIRECT|O_CLOEXEC')
    expect(argument('clone', 'a0=0 a1=11', 1, 's390x')).toBe('SIGCHLD')
    expect(argument('clone', 'a0=0 a1=11', 1, 'x86_64')).toBe('0x11')
  })

  it('has a reading, for every call of every architecture', () => {
    for (const arch of ARCHES) {
      for (const [, number] of syscallsOf(arch)) {
        for (let index = 0; index < 4; index++) {
          expect(
            READINGS[readingOf({ arch: arch.number, syscall: number, a0: 0, a1: 0 }, index)],
          ).toBeTypeOf('function')
        }
      }
    }
  })
})

describe('the arguments of socketcall', () => {
  const call = (operation: number) =>
    `arch=40000003 syscall=102 success=yes exit=5 a0=${operation.toString(16)} a1=ff a2=0 a3=0 items=0 ppid=1 pid=2`
  const values = (operation: number, text: string): string[] => {
    const records = [
      recordOf(`type=SYSCALL msg=audit(1.000:1): ${call(operation)}`),
      recordOf(`type=SOCKETCALL msg=audit(1.000:1): ${text}`),
    ]
    return interpretRecord(records[1]!, NO_NAMES, records)
      .slice(1)
      .map(({ value }) => value)
  }

  it('are those of the operation that the system call beside them names', () => {
    expect(values(1, 'nargs=3 a0=2 a1=1 a2=0')).toEqual(['inet', 'SOCK_STREAM', 'ip'])
    expect(values(1, 'nargs=3 a0=10 a1=3 a2=9')).toEqual(['netlink', 'SOCK_RAW', 'audit'])
    expect(values(14, 'nargs=5 a0=3 a1=1 a2=2 a3=bf a4=4')).toEqual([
      '0x3',
      'SOL_SOCKET',
      'SO_REUSEADDR',
      '0xbf',
      '4',
    ])
    expect(values(99, 'nargs=1 a0=2')).toEqual(['0x2'])
  })

  it('stay numbers where the system call is not there', () => {
    const record = recordOf('type=SOCKETCALL msg=audit(1.000:1): nargs=3 a0=2 a1=1 a2=0')
    expect(interpretRecord(record, NO_NAMES).map(({ value }) => value)).toEqual([
      '3',
      '0x2',
      '0x1',
      '0x0',
    ])
  })
})

describe('a command line', () => {
  it('comes apart into arguments', () => {
    expect(proctitleArguments('6C73002D6C00')).toEqual(['ls', '-l'])
    expect(proctitleArguments('"sh"')).toEqual(['sh'])
  })
})

describe('keystrokes', () => {
  const typed = (text: string) =>
    value('TTY', `data=${Buffer.from(text, 'latin1').toString('hex').toUpperCase()}`, 'data')

  it.each([
    ['ls\n', '"ls",<nl>'],
    ['\x1b[A', '<up>'],
    ['\x1bOP', '<F1>'],
    ['\x1b', '<esc>'],
    ['\x03', '<^C>'],
    ['a\x7f', '"a",<backspace>'],
    ['"\\', '"\\"\\\\"'],
    ['\xc3\xa9', '"\\303\\251"'],
    ['', undefined],
  ])('%j', (text, expected) => {
    expect(typed(text)).toBe(expected ?? '')
  })
})
