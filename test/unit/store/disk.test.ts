import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { encodeRecords } from '@native/audit/netlink/records-frame'
import { AuditStream } from '../../support/audit-stream'
import { bundle } from './support/bundle'
import { Model } from './support/model'
import { OpenStore, temporaryFolder } from './support/open'

const LIVE = 0
const ROOM = 2 ** 30

/** A file system of so many MiB, or null where none can be mounted. */
function smallDisk(mebibytes: number): string | null {
  const folder = path.join(temporaryFolder(), 'disk')
  mkdirSync(folder)
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${mebibytes}m`, 'tmpfs', folder])
  if (mounted.status !== 0) return null
  onTestFinished(() => void spawnSync('umount', ['-l', folder]))
  return folder
}
const canMount = process.getuid?.() === 0 && spawnSync('mount', ['--version']).status === 0

function recordingsIn(dataFolder: string): string[] {
  const folder = path.join(dataFolder, 'recordings')
  return readdirSync(folder).map((name) => path.join(folder, name))
}

function textIn(folder: string): string {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.log'))
    .sort()
    .map((name) => readFileSync(path.join(folder, name), 'utf8'))
    .join('')
}

const problems = (open: OpenStore) => open.replies.filter(({ kind }) => kind === 'problem')

describe.skipIf(!canMount)('a full disk (as root, who can mount a small one)', () => {
  it('costs no event: they stay in memory, it is told once, and all is written when there is room', async () => {
    const disk = smallDisk(3)
    if (disk === null) throw new Error('mount refused')
    const filler = path.join(disk, 'filler')
    writeFileSync(filler, Buffer.alloc(2 * 2 ** 20))
    const open = new OpenStore({ dataFolder: disk, diskBudgetBytes: ROOM })
    const log = new AuditStream({ seed: 61, interleave: 0 }).lines(3000).toString()
    expect(log.length).toBeGreaterThan(1.5 * 2 ** 20)
    await open.feed(log, 200)
    await expect
      .poll(() => problems(open))
      .toMatchObject([
        {
          code: 'disk',
          solved: false,
          message: expect.stringContaining('the disk is full') as string,
        },
      ])
    const acks = () => open.replies.filter(({ kind }) => kind === 'ack').length
    await expect.poll(acks).toBe(open.frames)
    expect((await open.ask('sessions.list', {}))[0]!.next).toBe(3000)
    expect((await open.ask('event', { session: LIVE, seq: 2999 })).records.length).toBeGreaterThan(
      0,
    )
    rmSync(filler)
    await expect
      .poll(() => problems(open).at(-1), { timeout: 10_000 })
      .toMatchObject({ solved: true })
    await expect.poll(() => textIn(recordingsIn(disk)[0]!)).toBe(log)
  })

  it('leaves no half of a saved session, and none of an export', async () => {
    const disk = smallDisk(1)
    if (disk === null) throw new Error('mount refused')
    const open = new OpenStore()
    await open.feed(new AuditStream({ seed: 62 }).lines(4000).toString())
    for (const name of ['saved', 'out.log'])
      open.store.host({ kind: 'grant', path: path.join(disk, name), access: 'write' })
    expect(
      await open.store.answer('sessions.save', { session: LIVE, path: path.join(disk, 'saved') }),
    ).toMatchObject({ ok: false, code: 'ENOSPC', message: /the disk is full/ })
    const { job } = await open.ask('export.start', {
      session: LIVE,
      format: 'raw',
      path: path.join(disk, 'out.log'),
      overwrite: false,
      masked: false,
    })
    const { error } = await open.until('export', (push) => push.job === job && push.done)
    expect(error).toContain('the disk is full')
    expect(readdirSync(disk)).toEqual([])
  })
})

describe('a data folder', () => {
  it('that cannot be made is told, and events are kept in memory', async () => {
    const file = path.join(temporaryFolder(), 'file')
    writeFileSync(file, '')
    const open = new OpenStore({ dataFolder: file, diskBudgetBytes: ROOM })
    await open.feed(new AuditStream().lines(100).toString())
    expect(problems(open)).toMatchObject([{ code: 'disk', solved: false }])
    expect((await open.ask('sessions.list', {}))[0]!.next).toBeGreaterThan(90)
    expect((await open.ask('event', { session: LIVE, seq: 5 })).records.length).toBeGreaterThan(0)
  })

  it('is closed to others, also when it was there before', async () => {
    const dataFolder = temporaryFolder()
    mkdirSync(path.join(dataFolder, 'recordings'))
    chmodSync(path.join(dataFolder, 'recordings'), 0o755)
    const open = new OpenStore({ dataFolder, diskBudgetBytes: ROOM })
    await open.feed(new AuditStream().lines(10).toString())
    expect(statSync(path.join(dataFolder, 'recordings')).mode & 0o777).toBe(0o700)
    const [folder] = recordingsIn(dataFolder)
    expect(statSync(path.join(folder!, 'session.json')).mode & 0o777).toBe(0o600)
  })

  it('may hold links: what they point to stays as it is', async () => {
    const outside = temporaryFolder()
    const manifest = {
      format: 1,
      title: 'x',
      started: 1,
      ended: 2,
      state: 'closed',
      ledger: null,
      bookmarks: [],
    }
    writeFileSync(path.join(outside, 'session.json'), JSON.stringify(manifest))
    writeFileSync(path.join(outside, 'audit-000000.log'), 'precious\n')
    const dataFolder = temporaryFolder()
    mkdirSync(path.join(dataFolder, 'recordings'))
    symlinkSync(outside, path.join(dataFolder, 'recordings', 'link'))
    const open = new OpenStore({ dataFolder, diskBudgetBytes: 1, retentionDays: 1 })
    await open.store.settle()
    await open.store.keepHouse()
    expect(existsSync(path.join(dataFolder, 'recordings', 'link'))).toBe(false)
    expect(readFileSync(path.join(outside, 'audit-000000.log'), 'utf8')).toBe('precious\n')
  })

  it('that another running instance uses as well is shared: neither touches what the other records', async () => {
    const dataFolder = temporaryFolder()
    const script = await bundle('test/unit/store/support/crasher.ts')
    const other = spawn(process.execPath, [script, dataFolder], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    onTestFinished(() => void other.kill('SIGKILL'))
    await once(other.stdout, 'data')
    const [theirs] = recordingsIn(dataFolder)

    const open = new OpenStore({ dataFolder, diskBudgetBytes: 2 ** 20, retentionDays: 1 })
    await open.store.settle()
    await open.store.keepHouse()
    expect(await open.ask('recordings.list', {})).toEqual([])
    expect([...open.store.sessions.values()].map(({ kind }) => kind)).toEqual(['live'])
    open.store.host({ kind: 'delete-all' })
    await expect.poll(() => open.replies.some(({ kind }) => kind === 'deleted')).toBe(true)
    expect(existsSync(path.join(theirs!, 'audit-000000.log'))).toBe(true)

    other.kill('SIGKILL')
    await once(other, 'exit')
    expect(await open.ask('recordings.list', {})).toMatchObject([{ path: theirs, cut: true }])
  })
})

describe('a recorded session', () => {
  it('whose manifest was lost is still found, and opens', async () => {
    const dataFolder = temporaryFolder()
    const open = new OpenStore({ dataFolder, diskBudgetBytes: ROOM })
    await open.feed(new AuditStream({ seed: 63, interleave: 0 }).lines(50).toString())
    await open.stop()
    const [folder] = recordingsIn(dataFolder)
    writeFileSync(path.join(folder!, 'session.json'), '')
    writeFileSync(path.join(folder!, 'audit-000001.log'), '')
    const next = new OpenStore({ dataFolder, diskBudgetBytes: ROOM })
    expect(await next.ask('recordings.list', {})).toMatchObject([{ path: folder, cut: true }])
    const session = await next.open(folder!)
    expect(next.store.session(session)!.index.next).toBe(50)
  })
})

describe('saving', () => {
  it('while events arrive takes what is there by then, for nobody else to read', async () => {
    const folder = path.join(temporaryFolder(), 'saved')
    const open = new OpenStore()
    const stream = new AuditStream({ seed: 64, interleave: 0 })
    const logs = Array.from({ length: 12 }, () => stream.lines(500))
    open.store.host({ kind: 'grant', path: folder, access: 'write' })
    await open.feed(logs[0]!.toString())
    await open.ask('bookmarks.set', { session: LIVE, seq: 7, marked: true, note: 'here' })
    const [saved] = await Promise.all([
      open.ask('sessions.save', { session: LIVE, path: folder }),
      ...logs.slice(1).map((log) => open.feed(log.toString(), 50)),
    ])
    const text = textIn(folder)
    expect(saved.bytes).toBe(text.length)
    const whole = Buffer.concat(logs).toString()
    expect(whole.startsWith(text)).toBe(true)
    expect(statSync(folder).mode & 0o777).toBe(0o700)
    for (const name of readdirSync(folder))
      expect(statSync(path.join(folder, name)).mode & 0o777).toBe(0o600)

    const session = await open.open(folder)
    const held = open.store.session(session)!
    expect(held).toMatchObject({ kind: 'saved', state: 'done', title: 'saved' })
    expect(held.index.next).toBe(new Model(Buffer.from(text)).events.length)
    expect(held.index.next).toBeGreaterThanOrEqual(500)
    expect(await open.ask('bookmarks.list', { session })).toMatchObject([{ seq: 7, note: 'here' }])
    expect(await open.store.answer('sessions.save', { session: LIVE, path: folder })).toMatchObject(
      {
        ok: false,
        code: 'EEXIST',
      },
    )
  })
})

describe('a stream that plays tricks', () => {
  const line = (time: number, serial: number, type = 'USER_LOGIN') =>
    `type=${type} msg=audit(${(time / 1000).toFixed(3)}:${serial}): pid=1 uid=0 auid=0 ses=1 msg='op=login acct="root" res=success'\n`

  it('has serials that wrap, start again, and times that go back; no event is lost or merged', async () => {
    const open = new OpenStore()
    const at = 1_790_000_000_000
    const stamps: [number, number][] = [
      [at, 4294967294],
      [at, 4294967295],
      [at + 1, 0],
      [at + 1, 1],
      [at - 3_600_000, 2],
      [at - 3_600_000, 3],
      [at + 2, 4],
      [at + 60_000, 1],
      [0, 5],
      [9_999_999_999_999, 6],
    ]
    await open.feed(stamps.map(([time, serial]) => line(time, serial)).join(''))
    const { rows } = await open.ask('rows', { session: LIVE, from: 0, count: 100 })
    expect(rows.map(({ time, serial }) => [time, serial])).toEqual(stamps)
    const { from, to } = (await open.ask('sessions.list', {}))[0]!
    expect([from, to]).toEqual([0, 9_999_999_999_999])
    const found = await open.ask('count', { session: LIVE, query: 'serial=4294967295', range: {} })
    expect(found.events).toBe(1)
    const series = await open.ask('series', {
      session: LIVE, by: 'type', query: '', range: { from: at, to: at + 10 }, steps: 10, top: 3,
    }) // prettier-ignore
    expect(series.counts.flat().reduce((a, b) => a + b, 0)).toBe(5)
  })

  it('has a record that comes after its event was given up: it becomes an event of its own', async () => {
    const open = new OpenStore()
    const at = 1_790_000_000_000
    const call = (serial: number, time: number) =>
      `type=SYSCALL msg=audit(${(time / 1000).toFixed(3)}:${serial}): arch=c000003e syscall=87 success=yes exit=0 a0=0 a1=0 a2=0 a3=0 items=0 ppid=1 pid=2 auid=0 uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 tty=pts0 ses=1 comm="x" exe="/x" subj=x key=(null)\n`
    await open.feed(
      call(1, at) +
        line(at + 60_000, 2) +
        `type=PROCTITLE msg=audit(${(at / 1000).toFixed(3)}:1): proctitle="late"\n`,
    )
    const { rows } = await open.ask('rows', { session: LIVE, from: 0, count: 10 })
    expect(rows.map(({ serial, type }) => [serial, type])).toEqual([
      [1, 'SYSCALL'],
      [2, 'USER_LOGIN'],
      [1, 'PROCTITLE'],
    ])
  })

  it('counts records beyond 2^32 from the start without losing its sum', async () => {
    const open = new OpenStore()
    const text = Buffer.from(
      "audit(1790000000.000:7): pid=1 uid=0 auid=1000 ses=1 msg='op=x res=success'",
    )
    const frame = (firstIndex: number) =>
      encodeRecords({ firstIndex, subscription: 1, ringDropped: 0, cutAt: Date.now() }, [
        { type: 1100, flags: 0, text },
      ]) as Uint8Array<ArrayBuffer>
    open.store.host({ kind: 'records', bytes: frame(2 ** 32 + 5) })
    open.store.host({ kind: 'records', bytes: frame(2 ** 32 + 9) })
    await open.store.settle()
    const { causes } = await open.ask('ledger', { session: LIVE })
    // What came before the first frame was never seen either.
    expect(causes.find(({ id }) => id === 'ring')?.records).toBe(2 ** 32 + 5 + 3)
  })

  it('has strings that are all different: memory stays within the budget, whatever is asked', async () => {
    const budget = 32 * 2 ** 20
    const open = new OpenStore({ memoryBudgetBytes: budget })
    let most = 0
    for (let round = 0; round < 8; round++) {
      const lines: string[] = []
      for (let made = 0; made < 1500; made++) {
        const serial = round * 1500 + made
        const stamp = `msg=audit(1790000000.000:${serial})`
        const unique = `${serial}-${'x'.repeat(900)}`
        lines.push(
          `type=SYSCALL ${stamp}: arch=c000003e syscall=87 success=no exit=-2 a0=0 a1=0 a2=0 a3=0 items=1 ppid=1 pid=${serial} auid=0 uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 tty=pts0 ses=${serial} comm="c${serial}" exe="/${unique}" subj=x key="k${serial}"\n`,
          `type=CWD ${stamp}: cwd="/cwd/${unique}"\n`,
          `type=PATH ${stamp}: item=0 name="/tmp/${unique}" inode=1 dev=fe:00 mode=0100644 ouid=0 ogid=0 rdev=00:00 nametype=DELETE\n`,
          `type=PROCTITLE ${stamp}: proctitle="${unique}"\n`,
        )
      }
      await open.feed(lines.join(''))
      for (const by of ['file', 'process', 'key'] as const)
        await open.ask('summary', { session: LIVE, by, query: '', range: {}, limit: 10 })
      await open.store.memory.enforce()
      most = Math.max(most, open.store.memory.used)
    }
    const [info] = await open.ask('sessions.list', {})
    expect(info!.first).toBeGreaterThan(0)
    expect(info!.next).toBe(12_000)
    // One chunk grows beyond what was last looked at before it can go.
    expect(most).toBeLessThan(budget * 1.75)
  })
})
