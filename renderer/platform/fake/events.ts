/** Machine-made events for the demo and the tests: records as a kernel writes them, and the row that the store makes. */
import type { EventRow } from '@contract/store'
import type { Random } from './random'

/** An event of the demo: its row and its records' text. */
export interface FakeEvent {
  row: Omit<EventRow, 'position' | 'marked'>
  records: string[]
}

interface Actor {
  weight: number
  user: string
  uid: number
  auid: number
  ses: number
  comm: string
  exe: string
  pid: number
  ppid: number
}

const actor = (
  weight: number,
  user: string,
  uid: number,
  auid: number,
  comm: string,
  exe: string,
  pid: number,
  ppid: number,
): Actor => ({
  weight,
  user,
  uid,
  auid,
  ses: auid === UNSET ? UNSET : auid % 97,
  comm,
  exe,
  pid,
  ppid,
})

const UNSET = 0xffffffff

const ACTORS: readonly Actor[] = [
  actor(30, 'alice', 1000, 1000, 'bash', '/usr/bin/bash', 4211, 4190),
  actor(22, 'alice', 1000, 1000, 'make', '/usr/bin/make', 8120, 4211),
  actor(18, 'alice', 1000, 1000, 'cc1', '/usr/lib/gcc/x86_64-linux-gnu/12/cc1', 8144, 8120),
  actor(9, 'bob', 1001, 1001, 'rsync', '/usr/bin/rsync', 5507, 5501),
  actor(6, 'root', 0, 1000, 'apt', '/usr/bin/apt', 9100, 9088),
  actor(6, 'postgres', 114, UNSET, 'postgres', '/usr/lib/postgresql/15/bin/postgres', 1203, 1),
  actor(4, 'root', 0, UNSET, 'sshd', '/usr/sbin/sshd', 810, 1),
  actor(3, 'root', 0, UNSET, 'cron', '/usr/sbin/cron', 655, 1),
  actor(2, 'www-data', 33, UNSET, 'nginx', '/usr/sbin/nginx', 1450, 1449),
]

interface Call {
  weight: number
  syscall: string
  number: number
  what: string
  key: string
  objects: readonly string[]
  /** Errors and how likely one of them is. */
  errors: readonly string[]
  failing: number
  type?: string
}

const CALLS: readonly Call[] = [
  {
    weight: 40,
    syscall: 'openat',
    number: 257,
    what: 'opened file',
    key: 'files',
    objects: [
      '/etc/passwd',
      '/etc/ssl/openssl.cnf',
      '/usr/include/stdio.h',
      '/srv/data/2026/q4 report.ods',
      '/etc/shadow',
    ],
    errors: ['ENOENT', 'EACCES'],
    failing: 0.14,
  },
  {
    weight: 24,
    syscall: 'execve',
    number: 59,
    what: 'ran program',
    key: 'exec',
    objects: [
      '/usr/bin/gcc',
      '/usr/bin/ls',
      '/usr/bin/git',
      '/usr/bin/sudo',
      '/usr/local/bin/deploy.sh',
    ],
    errors: ['ENOENT'],
    failing: 0.06,
  },
  {
    weight: 14,
    syscall: 'unlink',
    number: 87,
    what: 'deleted file',
    key: 'delete',
    objects: [
      '/tmp/ccA1b2.s',
      '/tmp/x',
      '/var/tmp/build/out.o',
      '/home/alice/.cache/a\u202egnp.exe',
    ],
    errors: ['ENOENT', 'EACCES', 'EPERM'],
    failing: 0.35,
  },
  {
    weight: 8,
    syscall: 'connect',
    number: 42,
    what: 'connected to',
    key: 'network',
    objects: [
      '10.2.0.14:5432',
      '192.0.2.80:443',
      '[2001:db8::17]:443',
      '/run/systemd/journal/socket',
    ],
    errors: ['ECONNREFUSED', 'EINPROGRESS'],
    failing: 0.3,
  },
  {
    weight: 3,
    syscall: 'chmod',
    number: 90,
    what: 'changed mode of',
    key: 'perm',
    objects: ['/home/alice/bin/run', '/etc/cron.d/backup'],
    errors: ['EPERM'],
    failing: 0.2,
  },
  {
    weight: 2,
    syscall: '',
    number: 0,
    what: 'logged in',
    key: '',
    objects: ['alice', 'bob', 'mallory'],
    errors: ['failed'],
    failing: 0.4,
    type: 'USER_LOGIN',
  },
]

const ERRNO: Record<string, number> = {
  ENOENT: 2,
  EACCES: 13,
  EPERM: 1,
  ECONNREFUSED: 111,
  EINPROGRESS: 115,
}

/** The socket addresses of the calls, as the kernel writes them. */
const ADDRESSES: Record<string, string> = {
  '10.2.0.14:5432': '020015380A02000E0000000000000000',
  '192.0.2.80:443': '020001BBC00002500000000000000000',
  '[2001:db8::17]:443': '0A0001BB0000000020010DB800000000000000000000001700000000',
  '/run/systemd/journal/socket': '01002F72756E2F73797374656D642F6A6F75726E616C2F736F636B657400',
}

/** What the call returned. */
export function exitOf(result: string): number {
  return result === 'ok' ? 0 : -(ERRNO[result] ?? 22)
}

/** Whether the object is a file: an address can be a path as well. */
export function isFile({ row }: FakeEvent): boolean {
  return row.object.startsWith('/') && row.event !== 'connect'
}

/** The types of an event's records, each once. */
export function typesOf({ records }: FakeEvent): string[] {
  return [...new Set(records.map((record) => /^type=(\w+)/.exec(record)![1]!))]
}

/** Makes the event with this seq, at this time. */
export function makeEvent(random: Random, seq: number, time: number): FakeEvent {
  const who = random.weighted(ACTORS)
  const call = random.weighted(CALLS)
  const object = random.pick(call.objects)
  const failed = random.next() < call.failing
  const result = failed ? random.pick(call.errors) : 'ok'
  const serial = 184_000 + seq
  const stamp = `audit(${(time / 1000).toFixed(3)}:${serial})`
  const text = call.type
    ? userMessage(call.type, stamp, who, object, failed)
    : syscallRecords(stamp, who, call, object, result)
  // A message comes from a program that runs as root, and names neither its parent nor its command.
  const uid = call.type ? 0 : who.uid
  return {
    row: {
      seq,
      time,
      serial,
      event: call.type ?? call.syscall,
      who: nameOf(who, uid),
      what: failed ? `failed: ${call.what}` : call.what,
      object,
      result,
      success: !failed,
      pid: who.pid,
      ppid: call.type ? null : who.ppid,
      auid: who.auid,
      uid,
      ses: who.ses,
      comm: call.type ? '' : who.comm,
      exe: who.exe,
      key: call.key,
      cwd: call.type ? '' : '/home/alice',
      syscall: call.syscall,
      type: call.type ?? 'SYSCALL',
      records: text.length,
    },
    records: text,
  }
}

/** Who acts: the login user, and that it acts as root. */
function nameOf({ user, auid }: Actor, uid: number): string {
  if (auid === UNSET) return uid === 0 ? 'root' : user
  const login = user === 'root' ? 'alice' : user
  return uid === 0 ? `${login} (as root)` : login
}

function userMessage(
  type: string,
  stamp: string,
  who: Actor,
  account: string,
  failed: boolean,
): string[] {
  const result = failed ? 'failed' : 'success'
  return [
    `type=${type} msg=${stamp}: pid=${who.pid} uid=0 auid=${who.auid} ses=${who.ses} msg='op=login acct="${account}" exe="${who.exe}" hostname=198.51.100.7 addr=198.51.100.7 terminal=ssh res=${result}'`,
  ]
}

function syscallRecords(
  stamp: string,
  who: Actor,
  call: Call,
  object: string,
  result: string,
): string[] {
  const exit = exitOf(result)
  const address = ADDRESSES[object]
  const name = /^[\x21-\x7e]+$/.test(object) ? `"${object}"` : hex(object)
  return [
    `type=SYSCALL msg=${stamp}: arch=c000003e syscall=${call.number} success=${result === 'ok' ? 'yes' : 'no'} exit=${exit} a0=7ffd1c a1=0 a2=0 a3=0 items=${address ? 0 : 1} ppid=${who.ppid} pid=${who.pid} auid=${who.auid} uid=${who.uid} gid=${who.uid} euid=${who.uid} suid=${who.uid} fsuid=${who.uid} egid=${who.uid} sgid=${who.uid} fsgid=${who.uid} tty=pts1 ses=${who.ses} comm="${who.comm}" exe="${who.exe}" key="${call.key}"`,
    ...(address ? [`type=SOCKADDR msg=${stamp}: saddr=${address}`] : []),
    `type=CWD msg=${stamp}: cwd="/home/alice"`,
    ...(address ? [] : [pathRecord(stamp, name)]),
    `type=PROCTITLE msg=${stamp}: proctitle="${who.comm}"`,
  ]
}

function pathRecord(stamp: string, name: string): string {
  return `type=PATH msg=${stamp}: item=0 name=${name} inode=917610 dev=08:01 mode=0100644 ouid=1000 ogid=1000 rdev=00:00 nametype=NORMAL`
}

function hex(text: string): string {
  return [...new TextEncoder().encode(text)]
    .map((byte) => byte.toString(16).padStart(2, '0').toUpperCase())
    .join('')
}
