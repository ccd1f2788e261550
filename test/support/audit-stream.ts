/**
 * Makes audit records that look like a busy machine's: the layouts are those of real captures (test/fixtures), the
 * values are drawn with a seed, a few very often and many seldom. The same seed makes the same bytes.
 */
import { encodeRecords } from '@native/audit/netlink/records-frame'
import { recordTypeNumber } from '@native/audit/tables'

export interface StreamOptions {
  seed?: number
  /** ms since the epoch of the first event. */
  from?: number
  /** Mean time between events, ms. */
  every?: number
  /** EOE records, as the kernel sends and auditd leaves out. */
  endMarkers?: boolean
  /** Different files that events are about. */
  files?: number
  /** Different programs. */
  programs?: number
  /** Processes; each keeps its program, its user and its session. */
  processes?: number
  /** Records of two events that run at the same time are mixed, once in so many events; 0 never. */
  interleave?: number
}

/** One record: its type's name and its text behind the stamp. */
interface Part {
  type: string
  text: string
}

interface Process {
  pid: number
  ppid: number
  /** From `auid=` to `ses=`. */
  actor: string
  comm: string
  exe: string
  title: string
}

const hex = (text: string): string => Buffer.from(text).toString('hex').toUpperCase()

/** A small seeded generator (mulberry32): fast, and good enough for test data. */
export function random(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

const CALLS: readonly [number, number][] = [
  // x86_64 number, paths
  [257, 1],
  [257, 1],
  [87, 2],
  [82, 4],
  [2, 1],
  [59, 2],
  [42, 0],
  [90, 1],
  [92, 1],
  [110, 0],
  [62, 0],
]
const CONNECT = 42
const EXECVE = 59
const ERRORS = [-2, -13, -1, -17, -110]
/** Rules go by the call, and for some files by the path: most events of one call have one key. */
const KEY_OF_CALL: Readonly<Record<number, string>> = {
  2: '"access"',
  42: '"network"',
  59: '"exec"',
  82: '"delete"',
  87: '"delete"',
  90: '"perm"',
  92: '"perm"',
  257: '"access"',
}

export class AuditStream {
  /** The serial that the next event gets. */
  serial: number
  /** Its time, ms. */
  time: number
  readonly #random: () => number
  readonly #options: Required<StreamOptions>
  readonly #processes: Process[]
  readonly #files: string[]

  constructor(options: StreamOptions = {}) {
    this.#options = {
      seed: 1,
      from: 1_790_000_000_000,
      every: 0.1,
      endMarkers: true,
      files: 50_000,
      programs: 400,
      processes: 4000,
      interleave: 40,
      ...options,
    }
    const { seed, from, files, programs, processes } = this.#options
    this.#random = random(seed)
    this.serial = 1000
    this.time = from
    this.#processes = Array.from({ length: processes }, (_, index) => processOf(index, programs))
    this.#files = Array.from({ length: files }, (_, index) => pathOf(index))
  }

  /** The lines of about `events` events, in the format of an audit.log. */
  lines(events: number): Buffer {
    const lines: string[] = []
    this.#each(events, (stamp, { type, text }) =>
      lines.push(`type=${type} msg=${stamp}: ${text}\n`),
    )
    return Buffer.from(lines.join(''), 'latin1')
  }

  /** The same as payloads of a records frame; `firstIndex` counts records from the helper's start. */
  frame(events: number, firstIndex: number, subscription = 1): Uint8Array {
    const records: { type: number; flags: number; text: Uint8Array }[] = []
    this.#each(events, (stamp, { type, text }) =>
      records.push({
        type: recordTypeNumber(type)!,
        flags: 0,
        text: Buffer.from(`${stamp}: ${text}`, 'latin1'),
      }),
    )
    return encodeRecords({ firstIndex, subscription, ringDropped: 0, cutAt: this.time }, records)
  }

  #each(events: number, emit: (stamp: string, part: Part) => void): void {
    const { interleave } = this.#options
    for (let made = 0; made < events; made++) {
      const [stamp, parts] = this.#next()
      if (interleave === 0 || this.#random() * interleave > 1) {
        for (const part of parts) emit(stamp, part)
        continue
      }
      const [other, otherParts] = this.#next()
      made++
      for (let index = 0; index < Math.max(parts.length, otherParts.length); index++) {
        if (index < parts.length) emit(stamp, parts[index]!)
        if (index < otherParts.length) emit(other, otherParts[index]!)
      }
    }
  }

  /** Stamp and records of the next event. */
  #next(): [string, Part[]] {
    this.time += this.#random() * 2 * this.#options.every
    const ms = Math.floor(this.time)
    const stamp = `audit(${Math.floor(ms / 1000)}.${String(ms % 1000).padStart(3, '0')}:${this.serial++ >>> 0})`
    return [stamp, this.#random() < 0.01 ? [this.#login()] : this.#call()]
  }

  #call(): Part[] {
    const [syscall, paths] = this.#pick(CALLS)
    const failed = this.#random() < 0.08
    const exit = failed ? this.#pick(ERRORS) : Math.floor(this.#random() * 20)
    const process = this.#skewed(this.#processes)
    const { pid, ppid, actor, comm, exe } = process
    const a0 = Math.floor(this.#random() * 0x7fffffff).toString(16)
    const file = this.#skewed(this.#files)
    const key =
      file.startsWith('/etc/') && paths > 0 ? '"identity"' : (KEY_OF_CALL[syscall] ?? '(null)')
    const parts: Part[] = [
      {
        type: 'SYSCALL',
        text:
          `arch=c000003e syscall=${syscall} success=${failed ? 'no' : 'yes'} exit=${exit} a0=ffffff9c a1=7ffd${a0} a2=0 a3=0 ` +
          `items=${paths} ppid=${ppid} pid=${pid} ${actor} comm="${comm}" exe="${exe}" subj=unconfined key=${key}`,
      },
    ]
    if (syscall === CONNECT) parts.push({ type: 'SOCKADDR', text: `saddr=${this.#address()}` })
    if (syscall === EXECVE)
      parts.push({ type: 'EXECVE', text: `argc=2 a0="${comm}" a1="--option"` })
    if (paths > 0) {
      parts.push({ type: 'CWD', text: 'cwd="/root"' })
      for (let item = 0; item < paths; item++) parts.push(this.#path(item, paths, file))
    }
    parts.push({ type: 'PROCTITLE', text: `proctitle=${process.title}` })
    if (this.#options.endMarkers) parts.push({ type: 'EOE', text: '' })
    return parts
  }

  #path(item: number, paths: number, file: string): Part {
    const parent = paths > 1 && item < paths / 2
    const name = parent ? file.slice(0, file.lastIndexOf('/') + 1) : file
    return {
      type: 'PATH',
      text:
        `item=${item} name="${name}" inode=${100_000 + Math.floor(this.#random() * 900_000)} dev=fe:00 mode=0100644 ouid=0 ` +
        `ogid=0 rdev=00:00 nametype=${parent ? 'PARENT' : 'NORMAL'} cap_fp=0 cap_fi=0 cap_fe=0 cap_fver=0 cap_frootid=0`,
    }
  }

  #login(): Part {
    const failed = this.#random() < 0.3
    return {
      type: 'USER_LOGIN',
      text:
        `pid=${1000 + Math.floor(this.#random() * 500)} uid=0 auid=4294967295 ses=4294967295 msg='op=login acct="root" ` +
        `exe="/usr/sbin/sshd" hostname=? addr=192.0.2.${Math.floor(this.#random() * 250)} terminal=ssh res=${failed ? 'failed' : 'success'}'`,
    }
  }

  #address(): string {
    const port = this.#pick([22, 53, 80, 443])
    const last = Math.floor(this.#random() * 50)
    return `0200${port.toString(16).padStart(4, '0')}0A0000${last.toString(16).padStart(2, '0')}0000000000000000`.toUpperCase()
  }

  #pick<T>(items: readonly T[]): T {
    return items[Math.floor(this.#random() * items.length)]!
  }

  /** A few items very often, most of them seldom. */
  #skewed<T>(items: readonly T[]): T {
    return items[Math.floor(this.#random() ** 4 * items.length)]!
  }
}

function processOf(index: number, programs: number): Process {
  const program = index % programs
  const comm = `prog${program}`
  return {
    pid: 300 + index,
    ppid: 200 + (index % 97),
    actor: actorOf(index % 60),
    comm,
    exe: `/usr/${program % 7 === 0 ? 'sbin' : 'bin'}/${comm}`,
    title: hex(`${comm}\0--option=${index % 30}\0/srv/data/${index % 100}`),
  }
}

function pathOf(index: number): string {
  const folder = [
    '/etc',
    '/usr/lib/x86_64-linux-gnu',
    '/home/alice/project/src',
    '/var/log/app',
    '/tmp',
  ][index % 5]
  return `${folder}/dir${Math.floor(index / 500)}/file${index}.txt`
}

function actorOf(index: number): string {
  const auid = index % 3 === 0 ? 4294967295 : 1000 + (index % 9)
  const uid = index % 4 === 0 ? 0 : 1000 + (index % 9)
  const ids = ['uid', 'gid', 'euid', 'suid', 'fsuid', 'egid', 'sgid', 'fsgid']
    .map((name) => `${name}=${uid}`)
    .join(' ')
  return `auid=${auid} ${ids} tty=${index % 2 === 0 ? '(none)' : `pts${index % 5}`} ses=${index}`
}
