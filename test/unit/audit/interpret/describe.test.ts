import { describe, expect, it } from 'vitest'
import { Digester, UNSET } from '@native/audit/event'
import {
  actionOf,
  describeEvent,
  resultText,
  whoText,
  type Resolver,
} from '@native/audit/interpret'
import { ARCHES, recordTypes, syscallsOf } from '@native/audit/tables'
import { assemble, recordOf } from '../fixtures'

const PEOPLE: Resolver = {
  user: (uid) =>
    new Map([
      [0, 'root'],
      [1000, 'alice'],
      [1001, 'bob'],
    ]).get(uid),
  group: () => undefined,
}

/** The description of an event whose records are these texts: `TYPE text`. */
function words(...records: string[]) {
  const [event] = assemble(
    records.map((record) => {
      const [, type, text] = /^(\S+) ?(.*)$/.exec(record)!
      return recordOf(`type=${type} msg=audit(1.000:1): ${text}`)
    }),
  )
  return describeEvent(event!, new Digester().of(event!), PEOPLE)
}
const IDS =
  'ppid=1 pid=2 auid=1000 uid=1000 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 tty=pts0 ses=3'
const call = (number: number, rest: string) =>
  `SYSCALL arch=c000003e syscall=${number} ${rest} items=2 ${IDS} comm="x" exe="/bin/x" key="k"`

describe('a sentence', () => {
  it.each([
    [
      'alice (as root) failed to delete /etc/shadow: Permission denied',
      [
        call(87, 'success=no exit=-13'),
        'CWD cwd="/etc"',
        'PATH item=0 name="/etc" nametype=PARENT',
        'PATH item=1 name="shadow" nametype=DELETE',
      ],
    ],
    [
      'alice (as root) renamed /t/a to /t/b',
      [
        call(82, 'success=yes exit=0'),
        'CWD cwd="/t"',
        'PATH item=0 name="/t" nametype=PARENT',
        'PATH item=1 name="/t" nametype=PARENT',
        'PATH item=2 name="a" nametype=DELETE',
        'PATH item=3 name="b" nametype=CREATE',
      ],
    ],
    [
      'alice (as root) ran /bin/ls',
      [
        call(59, 'success=yes exit=0'),
        'EXECVE argc=1 a0="ls"',
        'CWD cwd="/"',
        'PATH item=0 name="/bin/ls" nametype=NORMAL',
      ],
    ],
    [
      'alice (as root) connected to 192.0.2.1:53',
      [call(42, 'success=yes exit=0'), 'SOCKADDR saddr=02000035C00002010000000000000000'],
    ],
    [
      'alice (as root) failed to signal pid 77: No such process',
      [call(62, 'success=no exit=-3 a0=4d a1=f')],
    ],
    [
      'alice (as root) signalled pid 77 (sleep)',
      [
        call(62, 'success=yes exit=0 a0=4d a1=f'),
        'OBJ_PID opid=77 oauid=0 ouid=0 oses=1 ocomm="sleep"',
      ],
    ],
    ['alice (as root) changed user to bob', [call(105, 'success=yes exit=0 a0=3e9')]],
    ['alice (as root) called sendto', [call(44, 'success=yes exit=1 a0=3')]],
    ['alice (as root) called getppid', [call(110, 'success=yes exit=1')]],
    [
      'alice (as root) failed to open /x: Permission denied (SELinux)',
      [
        'AVC avc:  denied  { read } for  pid=2 comm="x" name="x"',
        call(2, 'success=no exit=-13'),
        'CWD cwd="/"',
        'PATH item=0 name="x" nametype=NORMAL',
      ],
    ],
    [
      'alice (as root) opened /u',
      [
        'URINGOP uring_op=18 success=yes exit=0 items=1 ppid=1 pid=2 uid=1000 gid=0 euid=0 auid=1000',
        'CWD cwd="/"',
        'PATH item=0 name="u" nametype=CREATE',
      ],
    ],
    [
      'bob logged in from 192.0.2.7',
      [
        'USER_LOGIN pid=1 uid=0 auid=1001 ses=2 msg=\'op=login id=1001 exe="/usr/sbin/sshd" hostname=? addr=192.0.2.7 terminal=ssh res=success\'',
      ],
    ],
    [
      'nobody here failed to authenticate from 192.0.2.66',
      [
        'USER_AUTH pid=1 uid=0 auid=4294967295 ses=4294967295 msg=\'op=PAM:authentication acct=6E6F626F64792068657265 exe="/usr/sbin/sshd" hostname=? addr=192.0.2.66 terminal=ssh res=failed\'',
      ],
    ],
    [
      'alice (as root) ran command id',
      ['USER_CMD pid=1 uid=0 auid=1000 ses=2 msg=\'cwd="/" cmd="id" terminal=pts/0 res=success\''],
    ],
    [
      'root started service cron',
      [
        'SERVICE_START pid=1 uid=0 auid=4294967295 ses=4294967295 msg=\'unit=cron comm="systemd" res=success\'',
      ],
    ],
    [
      'root failed to stop service cron',
      [
        'SERVICE_STOP pid=1 uid=0 auid=4294967295 ses=4294967295 msg=\'unit=cron comm="systemd" res=failed\'',
      ],
    ],
    [
      'alice (as root) added audit rule files',
      ['CONFIG_CHANGE auid=1000 uid=0 ses=1 op=add_rule key="files" list=4 res=1'],
    ],
    [
      'alice set audit_enabled=0',
      ['CONFIG_CHANGE op=set audit_enabled=0 old=1 auid=1000 ses=1 res=1'],
    ],
    [
      'root set the login user to alice',
      ['LOGIN pid=2 uid=0 old-auid=4294967295 auid=1000 tty=(none) old-ses=4294967295 ses=5 res=1'],
    ],
    [
      '/bin/x crashed with SIGSEGV, run by alice',
      ['ANOM_ABEND auid=1000 uid=1000 gid=0 ses=1 pid=2 comm="x" exe="/bin/x" sig=11 res=1'],
    ],
    [
      'bob tried to log in at an unusual time as carol',
      ['ANOM_LOGIN_TIME pid=1 uid=1001 auid=1001 ses=2 msg=\'acct="carol" res=failed\''],
    ],
    [
      'nft changed firewall table filter',
      ['NETFILTER_CFG table=filter family=2 entries=1 op=x pid=3 comm="nft"'],
    ],
    ['the system adjusted the clock', ['TIME_INJOFFSET sec=1 nsec=2']],
    [
      'httpd was denied read, write of shadow by SELinux',
      [
        'AVC avc:  denied  { read write } for  pid=1 comm="httpd" name="shadow" dev="dm-0" ino=1 scontext=a:b:c:s0 tcontext=a:b:d:s0 tclass=file permissive=0',
      ],
    ],
    [
      'cupsd was denied open of /etc/shadow by AppArmor',
      [
        'AVC apparmor="DENIED" operation="open" profile="/usr/sbin/cupsd" name="/etc/shadow" pid=7 comm="cupsd" requested_mask="r" denied_mask="r" fsuid=0 ouid=0',
      ],
    ],
    [
      'alice left the audit multicast group 1',
      [
        'EVENT_LISTENER pid=1 uid=1000 auid=1000 tty=(none) ses=3 comm="x" exe="/x" nl-mcgrp=1 op=disconnect res=1',
      ],
    ],
    ['the system unloaded bpf program 12', ['BPF prog-id=12 op=UNLOAD']],
    ['alice (as root) closed a file descriptor', [call(3, 'success=yes exit=0')]],
    [
      'alice (as root) failed to delete folder /t/?: No such file or directory',
      [call(84, 'success=no exit=-2'), 'CWD cwd="/t"', 'PATH item=0 name="/t" nametype=PARENT'],
    ],
    [
      'alice (as root) called keyctl on /t/x',
      [call(250, 'success=yes exit=0'), 'CWD cwd="/t"', 'PATH item=0 name="x" nametype=NORMAL'],
    ],
    ['alice (as root) called system call 9999', [call(9999, 'success=yes exit=0')]],
  ])('%s', (sentence, records) => {
    expect(words(...records).sentence).toBe(sentence)
  })

  it('can be made of every event', () => {
    for (const [name, type] of recordTypes) {
      const { past, base } = actionOf(type, 0, -1)
      expect(past, name).toBeTruthy()
      expect(base, name).toBeTruthy()
    }
    for (const arch of ARCHES) {
      for (const [name, number] of syscallsOf(arch))
        expect(actionOf(1300, arch.number, number).past, name).toBeTruthy()
    }
  })
})

describe('who', () => {
  it.each([
    [1000, 1000, 1000, 'alice'],
    [1000, 0, 0, 'alice (as root)'],
    [1000, 1000, 0, 'alice (as root)'],
    [UNSET, 0, 0, 'root'],
    [UNSET, 1001, 0, 'bob (as root)'],
    [-1, 1001, -1, 'bob'],
    [1000, -1, -1, 'alice'],
    [-1, -1, -1, ''],
    [UNSET, 77, 77, 'unknown(77)'],
  ])('auid %i, uid %i, euid %i is %j', (auid, uid, euid, expected) => {
    expect(whoText(auid, uid, euid, PEOPLE)).toBe(expected)
  })
})

describe('the result', () => {
  it.each([
    [1, 0, 'ok'],
    [1, NaN, 'ok'],
    [0, -2, 'ENOENT'],
    [0, NaN, 'failed'],
    [0, -100000, 'failed'],
    [-1, NaN, ''],
  ])('of success %i, exit %d is %j', (success, exit, expected) =>
    expect(resultText(success, exit)).toBe(expected),
  )
})
