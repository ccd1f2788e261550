import { describe, expect, it } from 'vitest'
import { Digester, EventDigest, UNSET, type AuditEvent } from '@native/audit/event'
import { interpretRecord, NO_NAMES } from '@native/audit/interpret'
import { assemble, eventsOf, LOGS, recordOf } from '../fixtures'

function event(...records: string[]): AuditEvent {
  return assemble(
    records.map((record) => {
      const [, type, text] = /^(\S+) ?(.*)$/.exec(record)!
      return recordOf(`type=${type} msg=audit(1.000:1): ${text}`)
    }),
  )[0]!
}
const digest = (...records: string[]): EventDigest =>
  ({ ...new Digester().of(event(...records)) }) as EventDigest

const SYSCALL =
  'SYSCALL arch=c000003e syscall=82 success=no exit=-13 a0=7f a1=80 a2=0 a3=0 items=4 ppid=11 pid=22 auid=4294967295 uid=1 gid=2 euid=3 suid=4 fsuid=5 egid=6 sgid=7 fsgid=8 tty=pts1 ses=9 comm=6120622063 exe="/bin/mv" subj=a:b:c:s0 key=610162'

describe('a digest', () => {
  it('of a system call', () => {
    expect(digest(SYSCALL)).toMatchObject({
      type: 1300,
      arch: 0xc000003e,
      syscall: 82,
      success: 0,
      exit: -13,
      pid: 22,
      ppid: 11,
      auid: UNSET,
      uid: 1,
      gid: 2,
      euid: 3,
      ses: 9,
      a0: 0x7f,
      a1: 0x80,
      tty: 'pts1',
      comm: 'a b c',
      exe: '/bin/mv',
      key: 'a\x01b',
      objectKind: 'none',
    })
  })

  it('tells errors and keys apart', () => {
    const found = new Digester().of(event(SYSCALL))
    expect(found.errno).toBe(13)
    expect(found.keys).toEqual(['a', 'b'])
  })

  it.each([
    [
      'what was deleted',
      ['PATH item=0 name="/t" nametype=PARENT', 'PATH item=1 name="x" nametype=DELETE'],
      '/t/x',
      '',
    ],
    [
      'both names of a rename',
      [
        'PATH item=0 name="/t" nametype=PARENT',
        'PATH item=2 name="x" nametype=DELETE',
        'PATH item=3 name="/z/y" nametype=CREATE',
      ],
      '/t/x',
      '/z/y',
    ],
    [
      'what was created',
      ['PATH item=0 name="/t" nametype=PARENT', 'PATH item=1 name="new" nametype=CREATE'],
      '/t/new',
      '',
    ],
    ['what was used', ['PATH item=0 name="/etc/passwd" nametype=NORMAL'], '/etc/passwd', ''],
    [
      'the folder when nothing else is known',
      ['PATH item=0 name="/t" nametype=PARENT'],
      '/t/?',
      '',
    ],
    ['nothing when there is no name', ['PATH item=0 name=(null) nametype=NORMAL'], '', ''],
  ])('has %s', (_what, paths, object, object2) => {
    const found = digest(SYSCALL, 'CWD cwd="/t"', ...paths)
    expect(found).toMatchObject({
      object,
      object2,
      cwd: '/t',
      objectKind: object === '' ? 'none' : 'file',
    })
  })

  it.each([
    [
      'SOCKADDR saddr=02000035C00002010000000000000000',
      { object: '192.0.2.1:53', objectKind: 'socket' },
    ],
    ['OBJ_PID opid=77 oauid=0 ocomm="sh"', { object: 'pid 77 (sh)', objectKind: 'process' }],
  ])('has the object of %s', (record, expected) =>
    expect(digest(SYSCALL, record)).toMatchObject(expected),
  )

  it.each([
    [
      'USER_LOGIN pid=1 uid=0 auid=5 ses=6 msg=\'op=login acct="bob" exe="/usr/sbin/sshd" terminal=ssh res=success\'',
      {
        success: 1,
        pid: 1,
        uid: 0,
        auid: 5,
        ses: 6,
        exe: '/usr/sbin/sshd',
        tty: 'ssh',
        op: 'login',
        object: 'bob',
        objectKind: 'user',
      },
    ],
    [
      'SERVICE_STOP pid=1 uid=0 msg=\'unit=cron comm="systemd" res=failed\'',
      { success: 0, object: 'cron', objectKind: 'service', comm: 'systemd' },
    ],
    [
      'CONFIG_CHANGE auid=0 ses=1 op=add_rule key="k" list=4 res=1',
      { success: 1, op: 'add_rule', object: 'k', objectKind: 'rule', key: 'k' },
    ],
    [
      'CONFIG_CHANGE op=set audit_pid=7 old=0 res=1',
      { object: 'audit_pid=7', objectKind: 'setting' },
    ],
    [
      'ANOM_ABEND auid=0 uid=1 pid=2 comm="x" exe="/x" sig=11 res=1',
      { pid: 2, object: '/x', objectKind: 'program' },
    ],
    [
      'SECCOMP auid=0 uid=1 pid=2 comm="x" exe="/x" sig=31 arch=c000003e syscall=110 code=0x80000000',
      { arch: 0xc000003e, syscall: 110 },
    ],
    [
      'URINGOP uring_op=18 success=yes exit=0 ppid=1 pid=2 uid=3',
      { uring: true, syscall: 18, success: 1, pid: 2, uid: 3 },
    ],
    [
      'LOGIN pid=1 uid=0 old-auid=4294967295 auid=1000 ses=5 res=1',
      { auid: 1000, object: '1000', objectKind: 'user' },
    ],
  ])('of %s', (record, expected) => expect(digest(record)).toMatchObject(expected))

  it('takes what the event is about from its own record, not from the call around it', () => {
    expect(
      digest(
        'CONFIG_CHANGE op=add_rule key="k" list=4 res=1',
        SYSCALL,
        'SOCKADDR saddr=100000000000000000000000',
      ),
    ).toMatchObject({
      type: 1305,
      object: 'k',
      pid: 22,
    })
  })

  it('forgets the event before', () => {
    const digester = new Digester()
    digester.of(event(SYSCALL, 'CWD cwd="/t"', 'PATH item=0 name="x" nametype=NORMAL'))
    expect({ ...digester.of(event('KERNEL state=initialized res=1')) }).toEqual({
      ...new EventDigest(),
      type: 2000,
      success: 1,
    })
  })
})

describe('digests of the captured logs', () => {
  it.each(LOGS)('%s: hold what the fields of the records say', (log) => {
    const digester = new Digester()
    for (const one of eventsOf(log)) {
      const found = digester.of(one)
      const call = one.first(1300)
      if (call === undefined) continue
      const fields = new Map(interpretRecord(call, NO_NAMES).map((field) => [field.name, field]))
      const raw = (name: string) => fields.get(name)?.raw ?? ''
      expect(found.syscall).toBe(Number(raw('syscall')))
      expect(found.arch).toBe(parseInt(raw('arch'), 16))
      for (const name of ['pid', 'ppid', 'auid', 'uid', 'euid', 'gid', 'ses'] as const)
        expect(found[name]).toBe(Number(raw(name)))
      for (const name of ['comm', 'exe'] as const) expect(found[name]).toBe(fields.get(name)!.value)
      expect(found.key).toBe(raw('key') === '(null)' ? '' : fields.get('key')!.value)
      expect(found.success).toBe(fields.has('success') ? (raw('success') === 'yes' ? 1 : 0) : -1)
      if (fields.has('exit')) expect(found.exit).toBe(Number(raw('exit')))
    }
  })
})
