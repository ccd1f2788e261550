/** Random lines of audit logs for the property tests: few values, so that queries hit, and many odd ones. */
import fc from 'fast-check'

const word = fc.constantFrom('cat', 'sh', 'a b', 'x"y', 'ü', '', 'deleted', '2F6574', 'ünïcode')
const file = fc.constantFrom(
  '/etc/passwd',
  '/tmp/x y',
  'relative/name',
  '../up',
  './',
  '/tmp/\u0001',
  '/etc/shadow',
  '',
)
const id = fc.constantFrom(0, 1000, 1001, 4294967295)
const pid = fc.constantFrom(1, 2, 300, 4194304)

/** A string as the kernel writes it (audit_log_untrustedstring). */
function untrusted(text: string): string {
  const bytes = Buffer.from(text)
  const plain = bytes.every((byte) => byte > 0x20 && byte < 0x7f && byte !== 0x22)
  return plain ? `"${text}"` : bytes.toString('hex').toUpperCase()
}

const syscall = fc
  .record({
    arch: fc.constantFrom('c000003e', '40000003', 'deadbeef'),
    call: fc.constantFrom(2, 59, 62, 87, 42, 99999),
    outcome: fc.constantFrom(
      'success=yes exit=0 ',
      'success=no exit=-13 ',
      'success=no exit=-2 ',
      '',
    ),
    a0: fc.constantFrom('0', 'ffffff9c', '7'),
    pid,
    ppid: pid,
    auid: id,
    uid: id,
    ses: fc.constantFrom(1, 2, 4294967295),
    comm: word,
    exe: file,
    key: fc.constantFrom('(null)', '"etc"', untrusted('one\u0001two')),
    enriched: fc.constantFrom('', '\u001dARCH=x86_64 SYSCALL=open AUID="alice" UID="root"'),
    odd: fc.constantFrom('', '', '', 'odd'),
  })
  .map((v) =>
    v.odd === 'odd'
      ? `type=SYSCALL msg=@: pid=${v.pid} arch=${v.arch} syscall=${v.call} ${v.outcome}comm=${untrusted(v.comm)} uid=${v.uid}`
      : `type=SYSCALL msg=@: arch=${v.arch} syscall=${v.call} ${v.outcome}a0=${v.a0} a1=0 a2=0 a3=0 items=1 ppid=${v.ppid} pid=${v.pid} ` +
        `auid=${v.auid} uid=${v.uid} gid=0 euid=${v.uid} suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 tty=pts0 ses=${v.ses} ` +
        `comm=${untrusted(v.comm)} exe=${untrusted(v.exe)} subj=unconfined key=${v.key}${v.enriched}`,
  )

const path = fc
  .record({
    file,
    inode: fc.constantFrom(7, 8),
    nametype: fc.constantFrom('NORMAL', 'PARENT', 'CREATE', 'DELETE', 'UNKNOWN'),
  })
  .map(
    ({ file, inode, nametype }) =>
      `type=PATH msg=@: item=0 name=${file === '' ? '(null)' : untrusted(file)} inode=${inode} dev=fe:00 mode=0100644 ouid=0 ogid=0 rdev=00:00 nametype=${nametype}`,
  )
const cwd = fc
  .constantFrom('/root', '/srv', '')
  .map((folder) => `type=CWD msg=@: cwd=${untrusted(folder)}`)
const title = word.map((text) => `type=PROCTITLE msg=@: proctitle=${untrusted(`${text}\0x`)}`)
const address = fc.constantFrom(
  'type=SOCKADDR msg=@: saddr=02000016C00002010000000000000000',
  'type=SOCKADDR msg=@: saddr=0A000050000000000000000000000000000000000000000100000000',
  'type=SOCKADDR msg=@: saddr=01002F72756E2F7800',
  'type=SOCKADDR msg=@: saddr=zz',
)
const execve = word.map((text) => `type=EXECVE msg=@: argc=2 a0="ls" a1=${untrusted(text)}`)
const target = pid.map(
  (number) => `type=OBJ_PID msg=@: opid=${number} oauid=0 ouid=0 oses=1 ocomm="victim"`,
)
const single = fc.oneof(
  fc
    .record({ pid, acct: word, res: fc.constantFrom('success', 'failed', '1') })
    .map(
      (v) =>
        `type=USER_LOGIN msg=@: pid=${v.pid} uid=0 auid=1000 ses=2 msg='op=login acct=${untrusted(v.acct)} exe="/usr/sbin/sshd" hostname=? addr=192.0.2.1 terminal=ssh res=${v.res}'`,
    ),
  pid.map(
    (number) =>
      `type=ANOM_ABEND msg=@: auid=1000 uid=0 gid=0 ses=1 pid=${number} comm="crash" exe="/bin/x" sig=11 res=1`,
  ),
  fc.constant(
    'type=DAEMON_START msg=@: op=start ver=3.0.9 format=raw kernel=6.1 auid=0 pid=5 uid=0 ses=1 res=success',
  ),
)
const config = fc.constant(
  'type=CONFIG_CHANGE msg=@: auid=0 ses=1 op=add_rule key="etc" list=4 res=1',
)
const garbage = fc.oneof(
  fc.constantFrom(
    'not a record',
    'type=SYSCALL',
    'type=WHAT msg=audit(1.0:1): x=1',
    '\u0000\u0001\u0002',
    'type=SYSCALL msg=audit(x.000:1): ',
  ),
  fc.string({ maxLength: 30 }).map((text) => text.replaceAll('\n', ' ')),
)

const call = fc
  .tuple(
    fc.option(config, { freq: 10 }),
    syscall,
    fc.option(execve, { freq: 5 }),
    fc.option(address, { freq: 4 }),
    fc.option(target, { freq: 6 }),
    fc.option(cwd),
    fc.array(path, { maxLength: 3 }),
    fc.option(title),
    fc.constantFrom('type=EOE msg=@: ', null),
  )
  .map((parts) => parts.flat().filter((part): part is string => part !== null))

/** One event's lines, `@` in place of the stamp. */
const event = fc.oneof(
  { weight: 6, arbitrary: call },
  { weight: 2, arbitrary: single.map((line) => [line]) },
  { weight: 1, arbitrary: garbage.map((line) => [line]) },
)

/** A log: events mixed with their neighbours, some from other hosts, some out of order in time. */
export const hostileLog: fc.Arbitrary<string> = fc
  .array(
    fc.record({
      event,
      node: fc.constantFrom('', '', '', 'node=web1 ', 'node=web2 '),
      late: fc.constantFrom(0, 0, 0, -3000, 5000),
      mix: fc.boolean(),
    }),
    { minLength: 1, maxLength: 60 },
  )
  .map((events) => {
    const lines: { order: number; line: string }[] = []
    let order = 0
    events.forEach(({ event, node, late, mix }, index) => {
      const ms = 1_790_000_000_000 + index * 37 + late
      const stamp = `audit(${Math.floor(ms / 1000)}.${String(ms % 1000).padStart(3, '0')}:${100 + index})`
      event.forEach((line, at) => {
        lines.push({ order: order + at * (mix ? 3 : 1), line: node + line.replace('@', stamp) })
      })
      order += mix ? 1 : event.length
    })
    lines.sort((a, b) => a.order - b.order)
    return lines.map(({ line }) => `${line}\n`).join('')
  })

const some = (...texts: string[]) => fc.constantFrom(...texts)
const condition = fc.oneof(
  some(
    'pid=1',
    'pid>100',
    'ppid=300',
    'pid!=1',
    'serial>=110',
    'serial in (101, 105)',
    'exit=-13',
    'exit=EACCES',
    'exit<0',
    'exit=*',
  ),
  some(
    'syscall=open',
    'syscall=execve',
    'syscall!=open',
    'syscall~"^un"',
    'syscall=99999',
    'arch=x86_64',
    'success=no',
    'success=yes',
    'success!=*',
  ),
  some(
    'auid=unset',
    'auid=1000',
    'uid=0',
    'user=alice',
    'user=root',
    'user!=1000',
    'ses=1',
    'ses>1',
    'tty=pts0',
  ),
  some(
    'comm=cat',
    'comm="a b"',
    'comm~"^[a-c]"',
    'exe~"^/etc/"',
    'exe=*',
    'key=etc',
    'key=one',
    'key!=*',
    'subj=unconfined',
  ),
  some(
    'path=/etc/passwd',
    'path=/root/relative/name',
    'path~"^/tmp/"',
    'path=/srv/*',
    'cwd=/root',
    'nametype=DELETE',
  ),
  some(
    'cmdline~cat',
    'cmdline="cat x"',
    'cmdline=*',
    'addr=192.0.2.0/24',
    'addr=::1',
    'addr=/run/x',
    'port=22',
    'port=*',
  ),
  some(
    'acct=cat',
    'res=success',
    'res=failed',
    'op=login',
    'hostname="?"',
    'terminal=ssh',
    'sig=11',
    'node=web1',
    'node!=web1',
  ),
  some(
    'type=PATH',
    'type=1300',
    'type!=SYSCALL',
    'type=CONFIG_CHANGE',
    'event=open',
    'event=USER_LOGIN',
    'event!=open',
    'event~LOG',
  ),
  some(
    'result=ok',
    'result=EACCES',
    'result=failed',
    'result!=ok',
    'result=*',
    'object=/etc/passwd',
    'object~192',
    'object=*',
    'opid=300',
  ),
  some('a0=7', 'a0!=7', 'inode=7', 'inode>7', 'mode=0100644', 'ouid=0', 'items=1', 'a0=*'),
  some(
    'passwd',
    'EACCES',
    'cat',
    '300',
    '192.0.2',
    'login',
    'web2',
    'victim',
    'not a record',
    'unlink',
    '""',
    'what',
  ),
  some(
    'time>=1790000000.400',
    'time<1790000000.400',
    'time=@1790000001',
    'list=4',
    'ocomm=victim',
    'argc=2',
  ),
)

/** A query, nested. */
export const anyQuery: fc.Arbitrary<string> = fc.letrec<{ query: string }>((tie) => ({
  query: fc.oneof(
    { maxDepth: 3 },
    condition,
    fc
      .tuple(tie('query'), some('and', 'or'), tie('query'))
      .map(([a, op, b]) => `(${a}) ${op} (${b})`),
    tie('query').map((query) => `not (${query})`),
  ),
})).query
