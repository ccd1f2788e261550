import { Readable, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { CSV_COLUMNS, JSON_SCHEMA } from '@native/audit/format'
import { encodeRecords } from '@native/audit/netlink/records-frame'
import { ok } from '@native/audit/result'
import { runCli } from '@native/cli/cli'
import { output } from '@native/cli/io'
import type { Machine } from '@native/cli/machine'
import { root } from '@native/cli/table'
import { FakeKernel } from './fake-kernel'
import { runWith, sink, type Outcome } from './harness'

const FAKE = fileURLToPath(new URL('./fake-helper.cjs', import.meta.url))
const SYSCALL =
  'audit(1700000000.123:7): arch=c000003e syscall=87 success=no exit=-2 a0=1 a1=2 a2=3 a3=4 items=1 ppid=1 pid=42 auid=1000 uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 tty=pts0 ses=3 comm="rm" exe="/bin/rm" key="k1"'
// /tmp/a, ESC, [31m, U+202E
const HOSTILE = Buffer.from('/tmp/a\u001b[31m\u202e').toString('hex').toUpperCase()
const RECORDS: [number, string][] = [
  [1300, SYSCALL],
  [1307, 'audit(1700000000.123:7): cwd="/"'],
  [1302, `audit(1700000000.123:7): item=0 name=${HOSTILE} inode=5 nametype=DELETE`],
  [1327, 'audit(1700000000.123:7): proctitle="rm"'],
  [1320, 'audit(1700000000.123:7): '],
  [1112, "audit(1700000001.000:8): pid=1 uid=0 auid=1000 msg='op=login\ntype=FORGED res=success'"],
  [1300, 'no record at all \u0007'],
]
const frame = (records: [number, string][], firstIndex = 0): string =>
  Buffer.from(
    encodeRecords(
      { firstIndex, subscription: 1, ringDropped: 0, cutAt: 1_700_000_001_000 },
      records.map(([type, text]) => ({ type, flags: 0, text: Buffer.from(text) })),
    ),
  ).toString('base64')

const machineWith = (behaviour: Record<string, unknown>): Machine => {
  const kernel = new FakeKernel()
  return {
    kernel: () => kernel.kernel(),
    facts: () => kernel.facts(),
    giveUpRights: () => kernel.giveUpRights(),
    helper: () =>
      Promise.resolve(
        ok({ command: process.execPath, args: [FAKE, JSON.stringify(behaviour)], env: {} }),
      ),
  }
}
const watch = (behaviour: Record<string, unknown>, ...more: string[]): Promise<Outcome> =>
  runWith(root, ['watch', '--duration', '0.5', ...more], { machine: machineWith(behaviour) })

describe('auditscope watch', () => {
  it('prints a line an event, in which nothing of a record can drive the terminal', async () => {
    const { code, out, err } = await watch({ frames: [frame(RECORDS)] })
    expect(code).toBe(0)
    expect(out.split('\n')[0]).toMatch(
      /^2023-11-\d\d \d\d:\d\d:\d\d\.123 .+ \(as root\) failed to delete \/tmp\/a\\e\[31m\\u\{202e\}: No such file or directory$/,
    )
    expect(out.replaceAll('\n', '')).not.toMatch(/[\x00-\x1f\x7f-\x9f\u202e]/)
    expect(err).toMatch(/^3 events in 7 records; complete since \d\d:\d\d:\d\d\n$/)
  })

  it('prints an object an event, with every record and field as they came', async () => {
    const { out } = await watch({ frames: [frame(RECORDS)] }, '--format', 'json')
    const lines = out.trimEnd().split('\n')
    const [event, login] = lines.map((line) => JSON.parse(line) as Record<string, never>)
    expect(event).toMatchObject({
      schema: JSON_SCHEMA,
      timeMs: 1_700_000_000_123,
      serial: 7,
      completion: 'proctitle',
      records: [
        {
          type: 'SYSCALL',
          fields: expect.arrayContaining([
            { name: 'exit', raw: '-2', value: 'ENOENT(No such file or directory)' },
          ]),
        },
        { type: 'CWD' },
        {
          type: 'PATH',
          fields: expect.arrayContaining([
            { name: 'name', raw: HOSTILE, value: '/tmp/a\u001b[31m\u202e' },
          ]),
        },
        { type: 'PROCTITLE' },
      ],
    })
    expect(login).toMatchObject({ serial: 8, completion: 'single' })
    expect(lines.join('')).not.toMatch(/[\x00-\x1f\x7f-\x9f\u202e]/)
  })

  it('prints what convert prints', async () => {
    const { out } = await watch({ frames: [frame(RECORDS)] }, '--format', 'csv')
    const [heading, first] = out.split('\r\n')
    expect(heading).toBe(CSV_COLUMNS.join(','))
    expect(first).toContain(',7,unlink,syscall,')
    const interpreted = await watch({ frames: [frame(RECORDS)] }, '--format', 'interpret')
    expect(interpreted.out).toContain(' syscall=unlink success=no exit=ENOENT(No such file or ')
  })

  it('prints lines of audit.log, one a record, whatever a message holds', async () => {
    const { out } = await watch({ frames: [frame(RECORDS)] }, '--format', 'raw')
    const lines = out.split('\n')
    expect(lines[0]).toBe(`type=SYSCALL msg=${SYSCALL}`)
    expect(lines).toHaveLength(RECORDS.length + 1)
    expect(lines.filter((line) => line.startsWith('type=FORGED'))).toEqual([])
  })

  it('says what was dropped on the way', async () => {
    const frames = [frame(RECORDS.slice(0, 5)), frame([[1112, 'audit(1.0:9): x']], 25)]
    const { err } = await watch({ frames })
    expect(err).toMatch(/; incomplete: 0 records dropped by the kernel, 20 by us \(ring\), /)
  })

  it('ends at once, and well, when it is told to', async () => {
    const ending = new AbortController()
    setTimeout(() => ending.abort(), 300)
    const { code, err } = await runWith(root, ['watch'], {
      machine: machineWith({ frames: [frame(RECORDS)] }),
      ending,
    })
    expect(code).toBe(0)
    expect(err).toContain('7 records')
  })

  it('ends with 1 when the helper dies, after printing what it had', async () => {
    const { code, out, err } = await watch({ frames: [frame(RECORDS)], dieAfterFrames: true })
    expect(code).toBe(1)
    expect(out).toContain('failed to delete')
    expect(err).toMatch(/\nauditscope watch: The helper was killed by a signal\./)
  })

  it('ends with 1 when the kernel refuses the mode', async () => {
    const refuse = { code: 'daemon-registered', message: 'auditd (812) is registered.' }
    const { code, err } = await watch({ refuse }, '--mode', 'never-lose')
    expect([code, err]).toEqual([1, 'auditscope watch: auditd (812) is registered.\n'])
  })

  it('ends with 1 when the helper is not there', async () => {
    const machine = machineWith({})
    machine.helper = () => Promise.resolve(ok({ command: '/none', args: [], env: {} }))
    const { code, err } = await runWith(root, ['watch'], { machine })
    expect(code).toBe(1)
    expect(err).toContain('is not installed')
  })

  it('holds only so much for a reader that takes nothing, and ends all the same', async () => {
    let most = 0
    const stuck = new Writable({ write: () => undefined })
    const ending = new AbortController()
    const out = output(stuck, ending)
    const err = sink()
    // Ends when what is held has long stopped to grow; on a busy machine that takes its time.
    let grewAt = Date.now()
    const timer = setInterval(() => {
      if (out.pending > most) grewAt = Date.now()
      most = Math.max(most, out.pending)
      if (most > 4 * 2 ** 20 && Date.now() - grewAt > 500) ending.abort()
    }, 5)
    const deadline = setTimeout(() => ending.abort(), 30_000)
    const code = await runCli(root, ['watch', '--format', 'raw'], {
      out,
      err: output(err.stream, ending),
      input: Readable.from([]),
      env: {},
      signal: ending.signal,
      machine: machineWith({
        frames: [frame(Array.from({ length: 200 }, () => RECORDS[0]!))],
        flood: 1000,
      }),
    })
    clearInterval(timer)
    clearTimeout(deadline)
    expect(code).toBe(0)
    expect(most).toBeGreaterThan(4 * 2 ** 20)
    expect(most).toBeLessThan(8 * 2 ** 20)
  })

  it.each([
    ['--mode', 'none'],
    ['--mode', ''],
    ['--duration', '-1'],
    ['--duration', '0'],
    ['--duration', 'forever'],
    ['--duration', '1e9'],
    ['--format', 'xml'],
  ])('%s "%s" is wrong usage and starts nothing', async (flag, value) => {
    const { code, err } = await runWith(root, ['watch', flag, value], {})
    expect(code).toBe(2)
    expect(err).toMatch(/^auditscope watch: --/)
  })
})
