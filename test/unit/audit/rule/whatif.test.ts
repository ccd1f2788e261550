import { describe, expect, it } from 'vitest'
import { contextOf, parseRuleFile, addedRules, type Rule } from '@native/audit/rule'
import { WhatIf, WhatIfSum, factsOf, type EventFacts } from '@native/audit/rule/whatif'
import { assemble, eventsOf, LOGS, recordOf } from '../fixtures'

const context = contextOf({
  machine: 'x86_64',
  users: { root: 0 },
  groups: { root: 0 },
  directories: ['/etc'],
  features: null,
})
const rules = (text: string): Rule[] =>
  addedRules(parseRuleFile(text, context)).map(({ rule }) => rule)

/** The facts of an event of these records. */
function facts(...lines: string[]): EventFacts {
  const [event] = assemble(lines.map(recordOf))
  return factsOf(event!)
}

const STAMP = 'msg=audit(1700000000.123:7):'
const SYSCALL =
  `type=SYSCALL ${STAMP} arch=c000003e syscall=257 success=no exit=-13 a0=ffffff9c a1=7ffd a2=241 a3=1b6 items=1 ` +
  'ppid=100 pid=200 auid=1000 uid=1000 gid=1000 euid=0 suid=0 fsuid=0 egid=1000 sgid=1000 fsgid=1000 tty=pts0 ses=3 ' +
  'comm="vi" exe="/usr/bin/vi" subj=user_u:user_r:user_t:s0 key="edit"'
const REST = [
  `type=CWD ${STAMP} cwd="/etc"`,
  `type=PATH ${STAMP} item=0 name="shadow" inode=42 dev=fd:01 mode=0100640 ouid=0 ogid=42 rdev=00:00 obj=system_u:object_r:shadow_t:s0 nametype=NORMAL`,
  `type=PROCTITLE ${STAMP} proctitle="vi"`,
]
const OPEN = facts(SYSCALL, ...REST)

/** Conditions that hold for the event, that do not, and that its records do not tell. */
const CONDITIONS: readonly (readonly [conditions: string, match: boolean | null])[] = [
  ['-S openat', true],
  ['-S open', false],
  ['-F arch=b64 -S openat', true],
  ['-F arch=b32 -S all', false],
  ['-S openat -F success=0', true],
  ['-S openat -F success=1', false],
  ['-S openat -F exit=-EACCES', true],
  ['-S openat -F exit!=-EACCES', false],
  ['-S openat -F auid>=1000 -F auid!=unset', true],
  ['-S openat -F auid>1000', false],
  ['-S openat -F uid=1000 -F euid=root -F gid=1000', true],
  ['-S openat -F pid=200 -F ppid=100 -F sessionid=3', true],
  ['-S openat -F a2&=0x41', true],
  ['-S openat -F a2&0x2', false],
  ['-S openat -F a0=0xffffff9c', true],
  ['-S openat -F exe=/usr/bin/vi', true],
  ['-S openat -F exe!=/usr/bin/vi', false],
  ['-S openat -F path=/etc/shadow', true],
  ['-S openat -F path=/etc/passwd', false],
  ['-S openat -F dir=/etc', true],
  ['-S openat -F dir=/etc/', true],
  ['-S openat -F dir=/et', false],
  ['-S openat -F perm=w', true],
  ['-S openat -F perm=r', false],
  ['-S openat -F perm=x', false],
  ['-S openat -F inode=42 -F devmajor=0xfd -F devminor=1', true],
  ['-S openat -F devmajor=1', false],
  ['-S openat -F filetype=file', true],
  ['-S openat -F filetype=dir', false],
  ['-S openat -F obj_uid=0 -F obj_gid=42', true],
  ['-S openat -F obj_uid=1000', false],
  ['-S openat -F subj_type=user_t -F obj_type=shadow_t', true],
  ['-S openat -F subj_role!=user_r', false],
  ['-S openat -C uid!=euid', true],
  ['-S openat -C auid=uid', true],
  ['-S openat -C uid=obj_uid', false],
  ['-S openat -C euid=obj_uid', true],
  ['-S openat -F pers=0', true],
  ['-S openat -F saddr_fam=2', false],
  ['-S openat -F subj_clr=s0', null],
  ['-S openat -F obj_lev_low=s0', null],
  ['-S openat -F auid=5 -F subj_clr=s0', false],
]

describe('a rule and an event', () => {
  it.each(CONDITIONS)('%s', (conditions, match) => {
    const { recorded } = new WhatIf(rules(`-a always,exit ${conditions}`)).judge(OPEN)
    expect(recorded).toBe(match)
  })

  it('of a watch match by path and access', () => {
    const judge = (text: string) => new WhatIf(rules(text)).judge(OPEN).recorded
    expect(judge('-w /etc -p wa')).toBe(true)
    expect(judge('-w /etc/shadow -p r')).toBe(false)
  })

  it('of 64-bit returns are compared by their low half, as the kernel does', () => {
    const mmap = facts(
      `type=SYSCALL ${STAMP} arch=c000003e syscall=9 success=yes exit=140735340871680 a0=0 a1=7fff00000005 pid=1`,
      `type=PROCTITLE ${STAMP} proctitle="x"`,
    )
    const judge = (text: string) => new WhatIf(rules(text)).judge(mmap).recorded
    expect(judge('-a always,exit -F arch=b64 -S mmap -F a1=5')).toBe(true)
    expect(judge('-a always,exit -F arch=b64 -S mmap -F a1=6')).toBe(false)
  })

  it('of a socket call match by the address family', () => {
    const connect = facts(
      SYSCALL.replace('syscall=257', 'syscall=42'),
      `type=SOCKADDR ${STAMP} saddr=02000035C00002010000000000000000`,
      REST[2]!,
    )
    const judge = (text: string) => new WhatIf(rules(text)).judge(connect).recorded
    expect(judge('-a always,exit -F arch=b64 -S connect -F saddr_fam=2')).toBe(true)
    expect(judge('-a always,exit -F arch=b64 -S connect -F saddr_fam=10')).toBe(false)
  })

  it('without the numbers that a rule asks for cannot be told', () => {
    const bare = facts(`type=SYSCALL ${STAMP} arch=c000003e syscall=257`, REST[2]!)
    const judge = (text: string) => new WhatIf(rules(text)).judge(bare).recorded
    expect(judge('-a always,exit -F arch=b64 -S openat')).toBe(true)
    expect(judge('-a always,exit -F arch=b64 -S openat -F uid=0')).toBeNull()
  })
})

describe('a rule set and an event', () => {
  const judge = (text: string, event = OPEN) => new WhatIf(rules(text)).judge(event)

  it('is decided by the first match', () => {
    const always = '-a always,exit -F arch=b64 -S openat -k a'
    const never = '-a never,exit -F arch=b64 -S openat'
    expect(judge(`${always}\n${never}`).recorded).toBe(true)
    expect(judge(`${never}\n${always}`).recorded).toBe(false)
    expect(judge(`${always}\n${never.replace('-a', '-A')}`).recorded).toBe(false)
    expect(judge('')).toMatchObject({ recorded: false, rule: null })
  })

  it('cannot be told only when what is unknown would decide otherwise', () => {
    const unknownNever = '-a never,exit -S openat -F subj_clr=s0'
    const unknownAlways = '-a always,exit -S openat -F subj_clr=s0'
    const always = '-a always,exit -F arch=b64 -S openat'
    expect(judge(`${unknownNever}\n${always}`).recorded).toBeNull()
    expect(judge(`${unknownAlways}\n${always}`).recorded).toBe(true)
    expect(judge(unknownNever).recorded).toBe(false)
    expect(judge(unknownAlways).recorded).toBeNull()
  })

  it('loses single records to the exclude list, and the event when it loses all', () => {
    const always = '-a always,exit -F arch=b64 -S openat'
    expect(judge(`${always}\n-a never,exclude -F msgtype=CWD`).recorded).toBe(true)
    expect(judge(`${always}\n-a never,exclude -F auid=1000`).recorded).toBe(false)
    expect(judge(`${always}\n-a always,exclude -F msgtype>=1300`).recorded).toBe(false)
  })

  it('does not touch what is written for its own sake', () => {
    const denied = facts(
      `type=AVC ${STAMP} avc:  denied  { read } for pid=1 comm="x"`,
      SYSCALL,
      REST[2]!,
    )
    expect(judge('', denied)).toMatchObject({ recorded: true, ownReason: true })
    const login = facts(
      `type=USER_LOGIN ${STAMP} pid=1 uid=0 auid=1000 ses=3 msg='op=login res=success'`,
    )
    expect(judge('', login).recorded).toBe(true)
    expect(judge('-a never,user -F auid=1000', login).recorded).toBe(false)
    expect(judge('-a never,exclude -F msgtype=USER_LOGIN', login).recorded).toBe(false)
  })

  it('judges a syscall that did an io_uring operation by its own list', () => {
    const event = facts(
      `type=URINGOP ${STAMP} uring_op=18 success=no exit=-11 items=1 ppid=1 pid=2 uid=0 gid=0 euid=0`,
      SYSCALL,
      REST[2]!,
    )
    expect(judge('-a always,exit -S all', event).recorded).toBe(true)
    expect(judge('-a always,io_uring -S openat', event).recorded).toBe(false)
  })

  it('judges io_uring operations by their own list', () => {
    const uring = facts(
      `type=URINGOP ${STAMP} uring_op=18 success=yes exit=5 items=1 ppid=1 pid=2 uid=0 gid=0 euid=0`,
      REST[2]!,
    )
    expect(judge('-a always,io_uring -S openat', uring).recorded).toBe(true)
    expect(judge('-a always,exit -S all', uring).recorded).toBe(false)
  })
})

describe('a captured log', () => {
  it.each(LOGS)('%s is what the rules that recorded it record', (log) => {
    const events = eventsOf(log)
    const [exe] = events
      .map((event) => factsOf(event).exe)
      .filter((path) => path?.endsWith('/variety') === true)
    const sum = new WhatIfSum(
      rules(
        [
          `-a always,exit -F arch=b64 -S all -F exe=${exe} -F key=variety`,
          `-a always,exit -F arch=b32 -S all -F exe=${exe} -k variety -k compat\\ call`,
          `-a always,io_uring -S all -F uid=0 -k uring`,
        ].join('\n'),
      ),
    )
    for (const event of events) sum.add(event)
    const { held, recorded, undecidable, byKey } = sum.result()
    expect(held).toBe(events.length)
    expect(undecidable).toBe(0)
    const variety = byKey.find(({ name }) => name === 'variety')
    expect(variety?.before).toBeGreaterThan(100)
    expect(variety?.after).toBe(variety?.before)
    expect(recorded).toBeGreaterThan(held * 0.95)
  })

  it('comes to nothing but what has its own reason without rules, and says what it cannot judge', () => {
    const sum = new WhatIfSum(rules('-a never,task\n-a never,filesystem -F fstype=tracefs'))
    const events = eventsOf('audit.log')
    for (const event of events) sum.add(event)
    const { recorded, bySyscall, byProcess, notes } = sum.result()
    expect(recorded).toBeLessThan(events.length / 2)
    const all = (shares: { before: number }[]) => shares.reduce((n, { before }) => n + before, 0)
    expect([all(bySyscall), all(byProcess)]).toEqual([events.length, events.length])
    expect(notes.join(' ')).toMatch(/captured.*another reason.*task list.*filesystem list/)
  })
})
