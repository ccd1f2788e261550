/**
 * Every field that this library interprets, with the values that it can have, beside Debian's `ausearch -i`: fields that no
 * machine here produces are compared too, in whichever record type they may come. A field that ausearch interprets and we
 * take for plain text shows as well, for all names that records have are here.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { kindOf, type Kind } from '@native/audit/interpret/kinds'
import { FIELD_NAMES } from '@native/audit/record/fields'
import { MachineNames } from '@native/system/names'
import { recordTypeNumber, recordTypes } from '@native/audit/tables'
import { convert } from './convert'

const numbers = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, i) => String(from + i))
const hexadecimal = (values: readonly number[]): string[] => values.map((v) => v.toString(16))
const IDS = ['0', '1', '2', '10', '65534', '4294967295', '-1', '123456']
const TEXTS = ['"abc"', '"a b"', '616263', '6120622063', '(null)', '(none)', '?', '/bin/x', '""']
/** Values of a kind as records have them. Arguments and calls depend on a system call: the captures have them all. */
const VALUES: Readonly<Partial<Record<Kind, readonly string[]>>> = {
  plain: ['0', '17', '"abc"', '616263', '(null)', '?', 'x', 'a:b'],
  label: ['a:b:c:s0', 'unconfined', '?'],
  uid: IDS,
  gid: IDS,
  arch: ['c000003e', '40000003', 'c00000b7', 'c0000015', '80000016'],
  exit: ['0', '3', '140737488355328', ...numbers(1, 133).map((n) => `-${n}`)],
  text: TEXTS,
  key: [...TEXTS, '610162'],
  proctitle: ['"sh"', '6C73002D6C', '6C73002D6C00'],
  perm: numbers(0, 15),
  mode: ['0100644', '040755', '0120777', '020666', '060660', '010600', '0140755', '0107755'],
  'short-mode': ['0644', '01777'],
  sockaddr: [
    '020000357F0000010000000000000000',
    '0A0000350000000020010DB800000000000000000000000100000000',
    '01002F72756E2F6C6F6700',
    '100000000000000001000000',
    '0200',
    '63000000',
  ],
  promiscuity: ['0', '1', '256'],
  capability: numbers(0, 40),
  success: ['0', '1', 'yes', 'no', 'success', 'failed'],
  signal: numbers(0, 64),
  list: ['0', '1', '4', '5', '6'],
  keystrokes: ['6C730D', '1B5B410D', '09', '03', '22', '5C', 'C3A9'],
  session: ['1', '4294967295'],
  capabilities: ['0', '0000000000000001', '000001ffffffffff', '00000000a80425fb'],
  'netfilter-protocol': ['0', '1', '2', '3', '7', '10', '12'],
  'icmp-type': ['0', '3', '4', '5', '8', '11', '12', '13', '14', '15', '16', '17', '18'],
  protocol: numbers(0, 140),
  personality: ['0', '8', '6'],
  'seccomp-action': ['0x0', '0x30000', '0x50000', '0x7ff00000', '0x7fc00000', '0x7fff0000'],
  'mmap-flags': ['0x1', '0x2', '0x22', '0x32', '0x20022'],
  'lookup-flags': ['0'],
  hook: numbers(0, 5),
  'netfilter-action': numbers(0, 5),
  'ether-type': ['0800', '0806', '86dd', '88a8'],
  ioctl: ['0x5401', '0x5413', '0x5421', '0x8912', '0xdeadbeef'],
  fanotify: ['1', '2'],
  'fanotify-type': ['0', '1'],
  'fanotify-trust': ['0', '1', '2'],
  errno: ['0', '13', '-13'],
  'netlink-group': ['0', '1'],
  'resolve-flags': hexadecimal([0, 1, 2, 4, 8, 16, 32, 63]),
}

/** Differences of these fields that are meant. */
const REASONS: readonly {
  why: string
  fits: (name: string, raw: string, theirs: string, ours: string) => boolean
}[] = [
  {
    why: 'The root user of a namespace is a user.',
    fits: (name, raw, theirs) => name.endsWith('frootid') && theirs === raw,
  },
  {
    why: 'An error number that the kernel does not have stays a number.',
    fits: (_name, raw, theirs, ours) => theirs.startsWith('(null)') && ours === raw,
  },
  {
    why: 'Interpreted by newer versions of ausearch.',
    fits: (name, raw, theirs) =>
      /^(fan_type|subj_trust|obj_trust|errno)$/.test(name) && theirs === raw,
  },
  {
    why: 'ausearch has lost a letter.',
    fits: (_name, _raw, theirs, ours) => theirs === 'IGPWR' && ours === 'SIGPWR',
  },
  {
    why: 'More requests of ioctl have names.',
    fits: (name, raw, theirs) => name === 'ioctlcmd' && theirs === raw,
  },
  {
    why: 'IPv6 has a name.',
    fits: (name, _raw, theirs, ours) =>
      name === 'macproto' && theirs === 'UNKNOWN' && ours === 'IPV6',
  },
]

/** Types that ausearch takes only with all that belongs to them; TRUSTED_APP is text to it, EXECVE has arguments only. */
const APART = ['AVC', 'SYSCALL', 'EOE', 'TRUSTED_APP', 'EXECVE', 'LOGIN', 'KERNEL']
const TYPES = recordTypes.map(([type]) => type).filter((type) => !APART.includes(type))

/** What was typed is always the last field: ausearch takes the rest of the record for it. */
const LAST = ['data']

interface Case {
  type: string
  name: string
  raw: string
}

/** Each field with each value once, in one type after the other; and all of them in the types that have kinds of their own. */
function cases(): Case[] {
  const found: Case[] = []
  const add = (type: string, name: string): void => {
    const kind = kindOf(recordTypeNumber(type)!, name)
    for (const raw of VALUES[kind] ?? []) found.push({ type, name, raw })
  }
  let turn = 0
  for (const name of FIELD_NAMES) {
    if (name === 'msg') continue
    for (const raw of VALUES[kindOf(recordTypeNumber('USER')!, name)] ?? [])
      found.push({ type: TYPES[turn++ % TYPES.length]!, name, raw })
    for (const type of SPECIAL) add(type, name)
  }
  return found.filter(({ type, name, raw }) =>
    (VALUES[kindOf(recordTypeNumber(type)!, name)] ?? []).includes(raw),
  )
}
const SPECIAL = ['NETFILTER_PKT', 'PATH', 'MQ_OPEN', 'CRYPTO_KEY_USER', 'ADD_GROUP', 'DEL_GROUP']

/** Number of the case → the value that was made of its field. */
function values(output: string): Map<number, string> {
  const found = new Map<number, string>()
  for (const line of output.split('\n')) {
    const match = /^type=.*:(\d+)\) : first=x [^=]+=(.*?)(?: last=y)? *$/.exec(line)
    if (match !== null) found.set(Number(match[1]), match[2]!)
  }
  return found
}

describe('every field that can be interpreted', () => {
  let folder: string
  const zone = process.env.TZ
  beforeAll(() => {
    process.env.TZ = 'UTC'
    folder = mkdtempSync(join(tmpdir(), 'auditscope-fields-'))
  })
  afterAll(() => {
    process.env.TZ = zone
    rmSync(folder, { recursive: true })
  })

  it('has the value that ausearch -i gives it, but for what is explained', () => {
    const all = cases()
    const log = Buffer.from(
      all
        .map(
          ({ type, name, raw }, i) =>
            `type=${type} msg=audit(1700000000.000:${i + 1}): first=x ${name}=${raw}${LAST.includes(name) ? '' : ' last=y'}\n`,
        )
        .join(''),
    )
    const path = join(folder, 'audit.log')
    writeFileSync(path, log)
    const theirs = values(
      execFileSync('ausearch', ['-i', '-if', path], {
        encoding: 'latin1',
        env: { ...process.env, LC_ALL: 'C' },
        maxBuffer: 1 << 28,
        stdio: ['ignore', 'pipe', 'ignore'],
      }),
    )
    const ours = values(convert(log, 'interpret', new MachineNames('now')).toString('latin1'))
    expect(theirs.size).toBe(all.length)
    const unexplained: string[] = []
    const used = new Set<string>()
    all.forEach(({ type, name, raw }, i) => {
      const [left, right] = [theirs.get(i + 1)!, ours.get(i + 1)!]
      if (left === right) return
      const reason = REASONS.find(({ fits }) => fits(name, raw, left, right))
      if (reason !== undefined) used.add(reason.why)
      else unexplained.push(`${type}: ${name}=${raw}: theirs ${left}, ours ${right}`)
    })
    expect(unexplained).toEqual([])
    expect([...used].sort()).toEqual(REASONS.map(({ why }) => why).sort())
  })
})
