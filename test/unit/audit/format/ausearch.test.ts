/**
 * `--format interpret` beside Debian's `ausearch -i`, record by record, on real logs and on ones with the types that no
 * machine here produces. Every difference has its reason below; one without fails the test, and so does a reason that
 * is never needed.
 */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { afterAll, describe, expect, it } from 'vitest'
import { decodeUtf8, escapeOctal, latin1Bytes } from '@native/audit/text'
import { MachineNames } from '@native/system/names'
import { fixture, LOGS } from '../fixtures'
import { convert } from './convert'

process.env.TZ = 'UTC'

interface Difference {
  type: string
  /** Field name, or empty when the whole record differs. */
  field: string
  theirs: string
  ours: string
}
interface Reason {
  why: string
  /** Whether it shows depends on the machine that runs the test. */
  sometimes?: boolean
  fits(difference: Difference): boolean
}
const isField = (pattern: RegExp, theirs: RegExp, ours: RegExp) => (d: Difference) =>
  pattern.test(d.field) && theirs.test(d.theirs) && ours.test(d.ours)

const REASONS: Reason[] = [
  {
    why: 'Control, bidirectional and other invisible characters, and bytes that are no UTF-8, are escaped; ausearch escapes C0 only.',
    fits: ({ theirs, ours }) =>
      ours ===
      escapeOctal(
        decodeUtf8(
          latin1Bytes(theirs.replace(/\\(\d{3})/g, (_, n) => String.fromCharCode(parseInt(n, 8)))),
        ),
      ),
  },
  {
    why: 'The root user of a namespace is a user.',
    fits: isField(/^(cap_)?frootid$/, /^\d+$/, /^(root|\w+)$/),
  },
  {
    why: 'Arguments that ausearch does not interpret.',
    fits: isField(/^a[0-3]$/, /^0x[0-9a-f]+$/, /^(?!0x)/),
  },
  {
    why: 'The kernel’s name of a system call; libaudit drops the 64.',
    fits: (d) => d.field === 'syscall' && d.ours === `${d.theirs}64`,
  },
  {
    why: 'Numbers of x32 carry a bit.',
    fits: isField(/^syscall$/, /^unknown-syscall\(\d{10}\)$/, /^execve$/),
  },
  {
    why: 'riscv64 and loongarch64 are known.',
    fits: isField(/^arch$/, /^unknown-elf-type/, /^(riscv64|loongarch64)$/),
  },
  {
    why: 'ausearch takes the system calls of a machine it does not know for this machine’s.',
    fits: isField(/^(syscall|a[0-3])$/, /^(clone|CLONE_SETTLS)$/, /^(openat|O_RDONLY\|O_CLOEXEC)$/),
  },
  { why: 'Little-endian arm is arm.', fits: isField(/^arch$/, /^armeb$/, /^arm$/) },
  {
    why: 'The flags of open differ on arm (asm/fcntl.h): 0100000 is O_NOFOLLOW, 0400000 is O_LARGEFILE.',
    fits: isField(
      /^a2$/,
      /^O_RDONLY\|O_NOFOLLOW\|O_CLOEXEC$/,
      /^O_RDONLY\|O_LARGEFILE\|O_CLOEXEC$/,
    ),
  },
  {
    why: 'Interpreted by newer versions of ausearch.',
    fits: isField(/^(fan_type|subj_trust|obj_trust|errno)$/, /^-?\d+$/, /^[a-zA-Z]/),
  },
  { why: 'io_uring operations have names.', fits: isField(/^uring_op$/, /^\d+$/, /^[a-z0-9_]+$/) },
  {
    why: 'The io_uring list has a name.',
    fits: isField(/^list$/, /^unknown-list\(7\)$/, /^io_uring$/),
  },
  {
    why: 'The bit says that addresses are not randomised; ausearch’s tilde says the opposite. Other bits are told as well.',
    fits: isField(
      /^(per|a0)$/,
      /^PER_\w+(\|~ADDR_NO_RANDOMIZE)?$/,
      /^PER_\w+(\|ADDR_NO_RANDOMIZE|\|READ_IMPLIES_EXEC)$/,
    ),
  },
  {
    why: 'The flags beside a socket type are told.',
    fits: isField(/^a1$/, /^SOCK_\w+$/, /^SOCK_\w+\|SOCK_CLOEXEC$/),
  },
  {
    why: 'The protocol of a netlink socket is a netlink family, that of a packet socket an Ethernet type: neither is in /etc/protocols.',
    fits: isField(/^a2$/, /^(ip|igp)$/, /^(audit|route|0x0)$/),
  },
  {
    why: 'F_SETOWN takes a process, not a user.',
    fits: isField(/^a2$/, /^(unknown\(\d+\)|[a-z_][\w-]*)$/, /^0x[0-9a-f]+$/),
  },
  {
    why: 'mknodat takes a file type, as mknod does.',
    fits: isField(/^a2$/, /^0\d{3}$/, /^(fifo|character|block),\d{3}$/),
  },
  {
    why: 'Flags that newer kernels have, and O_LARGEFILE.',
    fits: (d) =>
      /^a[12]$/.test(d.field) &&
      d.ours
        .split('|')
        .filter((f) => !/^O_(LARGEFILE|EMPTYPATH)$/.test(f))
        .join('|') === d.theirs,
  },
  {
    why: 'A question mark says that the kernel could not read the capabilities: not that there are none.',
    fits: isField(/^cap_f[pi]$/, /^none$/, /^\?$/),
  },
  {
    why: 'The action has 16 bits of its own: kill-process is not kill.',
    fits: isField(/^code$/, /^kill$/, /^kill-process$/),
  },
  {
    why: 'The open flags of OPENAT2 are octal; ausearch reads them as hexadecimal.',
    fits: (d) => d.type === 'OPENAT2' && d.field === 'oflag',
  },
  {
    why: 'An abstract socket is told from a file of the same name.',
    fits: (d) => d.type === 'SOCKADDR' && d.field === 'path' && d.ours === `@${d.theirs}`,
  },
  {
    why: 'Interfaces are those of the machine that wrote the log, not of the one that reads it: their number is shown.',
    fits: isField(/^laddr$/, /^fe80::.*%lo$/, /^fe80::.*%1$/),
  },
  {
    why: 'Packet and vsock addresses are decoded; those of networks that the kernel no longer has are not.',
    fits: (d) =>
      d.type === 'SOCKADDR' &&
      /saddr_fam=(packet|vsock|ax25|ipx|x25|atmpvc)\b|^\(unsupported\)$/.test(d.ours),
  },
  {
    why: 'Fields of TRUSTED_APP are interpreted as in any other record.',
    fits: (d) => d.type === 'TRUSTED_APP' && /^(a?uid|ses)$/.test(d.field),
  },
  {
    why: 'Text after the last field is kept: ausearch drops it.',
    fits: (d) => d.field === '' && d.ours.startsWith(d.theirs) && d.ours.length > d.theirs.length,
  },
  {
    why: 'The apostrophe that closes msg= is kept.',
    fits: (d) => d.field === 'res' && d.ours === `${d.theirs}'`,
  },
  {
    why: 'The second UID that auditd resolved belongs to the second uid; ausearch takes the first for both.',
    fits: (d) => d.type === 'ANOM_LOGIN_FAILURES' && d.field === 'uid' && d.ours === 'daemon',
  },
  {
    why: 'A landlock mode is a word, no file mode.',
    fits: (d) => d.type === 'LANDLOCK_DOMAIN' && d.field === 'mode' && d.ours === 'enforcing',
  },
]
REASONS.push({
  why: 'What auditd could not resolve, the machine that reads may know.',
  sometimes: true,
  fits: isField(/^(a?u?id|ouid|gid)$/, /^unknown\(\d+\)$/, /^[a-z_][\w-]*$/),
})
const used = new Set<Reason>()

/** Type and stamp → the records that have them, each as one text. */
function byRecord(output: string): Map<string, string[]> {
  const found = new Map<string, string[]>()
  for (const event of output.split('----\n').slice(1)) {
    for (const line of event.split('\n').filter((text) => text !== '')) {
      const key = /^(?:node=\S+ )?type=\S+ msg=audit\([^)]*\)/.exec(line)?.[0] ?? line
      found.set(key, [...(found.get(key) ?? []), line.trimEnd()])
    }
  }
  return found
}

/** The records that ausearch gives, each event turned round: it starts with the last. */
function ausearch(log: string): Map<string, string[]> {
  const output = execFileSync('ausearch', ['-i', '-if', log], {
    encoding: 'latin1',
    env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' },
    maxBuffer: 1 << 28,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const events = output.split('----\n').slice(1)
  return byRecord(
    events.map((event) => `----\n${event.trimEnd().split('\n').reverse().join('\n')}\n`).join(''),
  )
}

function differences(key: string, theirs: string, ours: string): Difference[] {
  const type = /type=(\S+)/.exec(key)?.[1] ?? ''
  const left = theirs.split(' ')
  const right = ours.split(' ')
  if (left.length !== right.length) return [{ type, field: '', theirs, ours }]
  return left.flatMap((word, i) => {
    if (word === right[i]) return []
    const [field] = /^[^=]*/.exec(word)!
    const value = (text: string) =>
      text.startsWith(`${field}=`) ? text.slice(field.length + 1) : text
    return [{ type, field, theirs: value(word), ours: value(right[i]!) }]
  })
}

describe('the records of ausearch -i and ours', () => {
  it.each([...LOGS, 'other-types.log'])('are the same for %s, but for what is explained', (log) => {
    const theirs = ausearch(fixture(log))
    const ours = byRecord(
      convert(readFileSync(fixture(log)), 'interpret', new MachineNames('now')).toString('latin1'),
    )
    expect(theirs.size).toBeGreaterThan(30)
    const unexplained: Difference[] = []
    for (const [key, records] of theirs) {
      const own = ours.get(key)
      expect(own, key).toHaveLength(records.length)
      records.forEach((record, i) => {
        for (const difference of differences(key, record, own![i]!)) {
          const reason = REASONS.find(({ fits }) => fits(difference))
          if (reason === undefined) unexplained.push(difference)
          else used.add(reason)
        }
      })
    }
    expect(unexplained).toEqual([])
    // Nothing is lost that ausearch has; what it leaves out are lines that are no records, and one AVC of AppArmor.
    const extra = [...ours.keys()].filter((key) => !theirs.has(key))
    expect(extra).toEqual(
      log === 'other-types.log'
        ? [
            'type=AVC msg=audit(11/14/23 22:13:27.000:7)',
            'this line is no record at all',
            'type=SYSCALL msg=audit(1700000041.000',
          ]
        : [],
    )
  })

  afterAll(() => {
    expect(
      REASONS.filter((reason) => !used.has(reason) && !reason.sometimes).map(({ why }) => why),
    ).toEqual([])
  })
})
