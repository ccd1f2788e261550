import { spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { once } from 'node:events'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { encodeRecords } from '@native/audit/netlink/records-frame'
import { readManifest } from '../../../electron/store/recordings'
import { OpenChunk } from '../../../electron/store/columns/chunk'
import { Vocabulary } from '../../../electron/store/columns/vocabulary'
import { AuditStream } from '../../support/audit-stream'
import { bundle } from './support/bundle'
import { Model } from './support/model'
import { OpenStore, temporaryFolder } from './support/open'

const LIVE = 0
/** Memory that a few tens of thousands of events need more than, bytes. */
const BUDGET = 16 * 2 ** 20

/** The folder of the one recording under a data folder. */
function recordingIn(dataFolder: string): string {
  const folder = path.join(dataFolder, 'recordings')
  return path.join(folder, readdirSync(folder)[0]!)
}

function segments(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.log'))
    .sort()
}

function textIn(folder: string): string {
  return segments(folder)
    .map((name) => readFileSync(path.join(folder, name), 'utf8'))
    .join('')
}

describe('the live session', () => {
  it('writes what came, line by line, for nobody else to read', async () => {
    const dataFolder = temporaryFolder()
    const open = new OpenStore({ dataFolder, diskBudgetBytes: 2 ** 30 })
    const log = new AuditStream({ seed: 21 }).lines(300).toString()
    await open.feed(log, 97)
    const folder = recordingIn(dataFolder)
    await expect.poll(() => textIn(folder)).toBe(log)
    expect(statSync(folder).mode & 0o777).toBe(0o700)
    for (const name of segments(folder))
      expect(statSync(path.join(folder, name)).mode & 0o777).toBe(0o600)
  })

  it('acknowledges every byte', async () => {
    const open = new OpenStore({ dataFolder: temporaryFolder(), diskBudgetBytes: 2 ** 30 })
    const frames = Array.from({ length: 20 }, (_, index) =>
      new AuditStream({ seed: index }).frame(50, 0),
    )
    for (const bytes of frames)
      open.store.host({ kind: 'records', bytes: bytes as Uint8Array<ArrayBuffer> })
    const sent = frames.reduce((sum, { byteLength }) => sum + byteLength, 0)
    await expect
      .poll(() =>
        open.replies.reduce((sum, reply) => sum + (reply.kind === 'ack' ? reply.bytes : 0), 0),
      )
      .toBe(sent)
  })

  it('acknowledges frames that are no frames, and counts what they claim as dropped', async () => {
    const open = new OpenStore()
    const whole = new AuditStream().frame(5, 0)
    for (const bytes of [
      new Uint8Array(0),
      new Uint8Array(10),
      whole.slice(0, whole.length - 20),
    ]) {
      open.store.host({ kind: 'records', bytes: bytes as Uint8Array<ArrayBuffer> })
    }
    await open.store.settle()
    await expect.poll(() => open.replies.filter(({ kind }) => kind === 'ack')).toHaveLength(3)
    const { stages } = await open.ask('ledger', { session: LIVE })
    expect(stages.find(({ name }) => name === 'store')?.dropped).toBe(1)
  })

  it('cannot be made to forge a record by a newline in a message', async () => {
    const dataFolder = temporaryFolder()
    const open = new OpenStore({ dataFolder, diskBudgetBytes: 2 ** 30 })
    const forged =
      "audit(1790000000.000:7): pid=1 uid=0 auid=1000 ses=1 msg='op=x\ntype=USER_LOGIN msg=audit(1790000000.000:8): res=success'"
    const record = { type: 1100, flags: 0, text: Buffer.from(forged) }
    const bytes = encodeRecords({ firstIndex: 0, subscription: 1, ringDropped: 0, cutAt: 0 }, [
      record,
      record,
    ])
    open.store.host({ kind: 'records', bytes: bytes as Uint8Array<ArrayBuffer> })
    await open.store.settle()
    const { rows } = await open.ask('rows', { session: LIVE, from: 0, count: 10 })
    expect(rows.map(({ type }) => type)).toEqual(['USER_AUTH', 'USER_AUTH'])
    await expect.poll(() => textIn(recordingIn(dataFolder)).split('\n')).toHaveLength(3)
  })

  it('completes an event that never ends, without more records', async () => {
    const open = new OpenStore()
    await open.feed(
      `type=SYSCALL msg=audit(${(Date.now() / 1000 - 60).toFixed(3)}:5): arch=c000003e syscall=2\n`,
    )
    await expect.poll(async () => (await open.ask('sessions.list', {}))[0]!.next).toBe(1)
    const { causes } = await open.ask('ledger', { session: LIVE })
    expect(causes.find(({ id }) => id === 'cut')?.records).toBe(1)
  })

  it('says that all is complete only while it is, and closes its ledger', async () => {
    const open = new OpenStore()
    const stream = new AuditStream({ seed: 22 })
    let index = 0
    const send = async (events: number, gap = 0) => {
      index += gap
      const bytes = stream.frame(events, index) as Uint8Array<ArrayBuffer>
      index += new DataView(bytes.buffer).getUint32(8, true)
      open.store.host({ kind: 'records', bytes })
      await open.store.settle()
    }
    await send(100)
    await send(100, 17)
    const { stages, causes } = await open.ask('ledger', { session: LIVE })
    expect(causes.find(({ id }) => id === 'ring')?.records).toBe(17)
    for (const stage of stages) expect(stage.in).toBe(stage.out + stage.dropped + stage.waiting)
    expect(stages.at(-1)).toMatchObject({ out: index - 17, waiting: expect.any(Number) as number })
  })

  it('counts what main dropped', async () => {
    const open = new OpenStore()
    await open.store.settle()
    open.store.host({ kind: 'dropped', bytes: 5000, frames: 2, records: 30 })
    await expect.poll(() => open.pushes.tick.at(-1)?.droppedByUs).toBe(30)
  })

  it('starts anew when it is closed', async () => {
    const open = new OpenStore({ dataFolder: temporaryFolder(), diskBudgetBytes: 2 ** 30 })
    await open.feed(new AuditStream().lines(50).toString())
    await open.ask('sessions.close', { session: LIVE })
    const [live] = await open.ask('sessions.list', {})
    expect(live).toMatchObject({ kind: 'live', first: 0, next: 0, records: 0 })
    await open.feed(new AuditStream().lines(5).toString())
    expect((await open.ask('sessions.list', {}))[0]!.next).toBe(5)
  })

  it('is quiet while nobody looks', async () => {
    const open = new OpenStore()
    await open.store.settle()
    await open.ask('visibility', { visible: false })
    await open.feed(new AuditStream().lines(50).toString())
    const before = open.pushes.tick.length
    await new Promise((resolve) => setTimeout(resolve, 350))
    expect(open.pushes.tick).toHaveLength(before)
    await open.ask('visibility', { visible: true })
    await open.until('sessions', (infos) => infos[0]!.next === 50)
  })
})

describe('the budgets', () => {
  it('let the oldest go first, and count them', async () => {
    const open = new OpenStore({ memoryBudgetBytes: BUDGET })
    const stream = new AuditStream({ seed: 23, interleave: 0 })
    for (let round = 0; round < 6; round++) await open.feed(stream.lines(10_000).toString())
    await open.enforced()
    const [info] = await open.ask('sessions.list', {})
    expect(info!.first).toBeGreaterThan(0)
    expect(info!.next).toBe(60_000)
    expect(open.store.memory.used).toBeLessThanOrEqual(BUDGET)
    const { stages } = await open.ask('ledger', { session: LIVE })
    const held = stages.find(({ name }) => name === 'memory')!
    expect(held.dropped).toBeGreaterThan(0)
    expect(held.in).toBe(held.out + held.dropped)
    const { rows, first } = await open.ask('rows', { session: LIVE, from: 0, count: 5 })
    expect(first).toBe(info!.first)
    expect(rows).toEqual([])
    const oldest = await open.ask('rows', { session: LIVE, from: first, count: 5 })
    expect(oldest.rows.map(({ seq }) => seq)).toEqual([0, 1, 2, 3, 4].map((step) => first + step))
  })

  it('keep the positions of a result while its first rows go', async () => {
    const open = new OpenStore({ memoryBudgetBytes: BUDGET })
    const stream = new AuditStream({ seed: 24, interleave: 0 })
    await open.feed(stream.lines(20_000).toString())
    const result = await open.query({ session: LIVE, query: 'syscall=unlink', range: {} })
    const before = await open.ask('rows', { session: LIVE, result, from: 0, count: 1 })
    for (let round = 0; round < 6; round++) await open.feed(stream.lines(10_000).toString())
    await open.until(
      'query',
      (push) =>
        push.result === result && push.scanned > 0 && push.rows > before.next + 1000 && push.done,
    )
    await open.enforced()
    // The result follows the session a few times a second.
    const unlinks = { session: LIVE, query: 'syscall=unlink', range: {} }
    const { events } = await open.ask('count', unlinks)
    await expect
      .poll(async () => {
        const held = await open.ask('rows', { session: LIVE, result, from: 0, count: 1 })
        return held.next - held.first
      })
      .toBe(events)
    const after = await open.ask('rows', { session: LIVE, result, from: 0, count: 1000 })
    expect(after.first).toBeGreaterThan(0)
    const { first } = after
    const some = await open.ask('rows', { session: LIVE, result, from: first, count: 3 })
    expect(some.rows.map(({ position }) => position)).toEqual([first, first + 1, first + 2])
    expect(some.rows.every(({ syscall }) => syscall === 'unlink')).toBe(true)
  })

  it('free whole segments of the disk, with their events', async () => {
    const dataFolder = temporaryFolder()
    const budget = 16 * 2 ** 20
    const open = new OpenStore({ dataFolder, diskBudgetBytes: budget })
    const stream = new AuditStream({ seed: 25 })
    for (let round = 0; round < 8; round++) await open.feed(stream.lines(5000).toString())
    // Written behind the indexing: the budget is about what is on the disk.
    const acks = () => open.replies.filter(({ kind }) => kind === 'ack').length
    await expect.poll(acks).toBe(open.frames)
    await open.store.keepHouse()
    const folder = recordingIn(dataFolder)
    const bytes = segments(folder).reduce(
      (sum, name) => sum + statSync(path.join(folder, name)).size,
      0,
    )
    expect(bytes).toBeLessThanOrEqual(budget)
    expect(segments(folder)[0]).not.toBe('audit-000000.log')
    const [info] = await open.ask('sessions.list', {})
    expect(info!.first).toBeGreaterThan(0)
    const { rows } = await open.ask('rows', { session: LIVE, from: info!.first, count: 3 })
    expect(rows).toHaveLength(3)
    const detail = await open.ask('event', { session: LIVE, seq: info!.first })
    expect(detail.records.length).toBeGreaterThan(0)
  })
})

describe('a memory budget smaller than one chunk', () => {
  it('holds little, loses nothing uncounted, and still answers', async () => {
    const budget = 2 ** 20
    const open = new OpenStore({ memoryBudgetBytes: budget })
    expect(budget).toBeLessThan(new OpenChunk(0, new Vocabulary()).bytes)
    const stream = new AuditStream({ seed: 30, interleave: 0 })
    const rounds = 4
    for (let round = 0; round < rounds; round++) {
      await open.feed(stream.lines(1000).toString())
      await open.store.memory.enforce()
    }
    const [info] = await open.ask('sessions.list', {})
    expect(info!.next).toBe(rounds * 1000)
    expect(info!.first).toBeGreaterThan(0)
    const { stages } = await open.ask('ledger', { session: LIVE })
    for (const stage of stages) expect(stage.in).toBe(stage.out + stage.dropped + stage.waiting)
    const { first, next } = await open.ask('rows', { session: LIVE, from: 0, count: 1 })
    const result = await open.query({ session: LIVE, query: 'pid>0', range: {} })
    expect(await open.seqs(LIVE, result)).toHaveLength(next - first)
    const args = { session: LIVE, by: 'process', query: '', range: {}, limit: 10 } as const
    expect((await open.ask('summary', args)).scanned).toBe(next - first)
  })
})

describe('after a crash', () => {
  it('everything but what was not written yet is opened again', async () => {
    const dataFolder = temporaryFolder()
    const script = await bundle('test/unit/store/support/crasher.ts')
    const child = spawn(process.execPath, [script, dataFolder], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [chunk] = (await once(child.stdout, 'data')) as [Buffer]
    const acknowledged = Number(chunk.toString())
    child.kill('SIGKILL')
    await once(child, 'exit')
    expect(acknowledged).toBeGreaterThan(1000)

    const open = new OpenStore({ dataFolder, diskBudgetBytes: 2 ** 30 })
    await open.store.settle()
    const recovered = [...open.store.sessions.values()].find(({ kind }) => kind === 'saved')!
    await open.store.files.finished(recovered)
    expect(recovered.state).toBe('done')
    expect(recovered.indexer.counts.records).toBeGreaterThanOrEqual(acknowledged)
    const recordings = await open.ask('recordings.list', {})
    expect(recordings).toMatchObject([{ cut: true, ended: null }])
  })

  it('a line that was cut is kept as it is, and told', async () => {
    const dataFolder = temporaryFolder()
    const open = new OpenStore({ dataFolder, diskBudgetBytes: 2 ** 30 })
    const log = new AuditStream({ seed: 26, interleave: 0 }).lines(100).toString()
    await open.feed(log)
    await open.store.keepHouse()
    await open.stop()
    const folder = recordingIn(dataFolder)
    const text = textIn(folder)
    writeFileSync(path.join(folder, segments(folder)[0]!), text.slice(0, text.length - 40))
    const again = new OpenStore({ dataFolder, diskBudgetBytes: 2 ** 30 })
    await again.store.settle()
    const session = await again.open(folder)
    const held = again.store.session(session)!
    expect(held.index.next).toBe(
      new Model(Buffer.from(text.slice(0, text.length - 40))).events.length,
    )
    expect(held.kind).toBe('saved')
  })
})

describe('a recording', () => {
  it('of a quiet run leaves nothing behind', async () => {
    const dataFolder = temporaryFolder()
    const open = new OpenStore({ dataFolder, diskBudgetBytes: 2 ** 30 })
    await open.store.settle()
    await open.stop()
    expect(readdirSync(path.join(dataFolder, 'recordings'))).toEqual([])
  })

  it('can be opened by the next run, with its bookmarks and its ledger', async () => {
    const dataFolder = temporaryFolder()
    const open = new OpenStore({ dataFolder, diskBudgetBytes: 2 ** 30 })
    await open.feed(new AuditStream({ seed: 27, interleave: 0 }).lines(200).toString())
    await open.ask('bookmarks.set', { session: LIVE, seq: 42, marked: true, note: 'why' })
    const before = await open.ask('rows', { session: LIVE, from: 42, count: 1 })
    await open.stop()

    const next = new OpenStore({ dataFolder, diskBudgetBytes: 2 ** 30 })
    const [recording] = await next.ask('recordings.list', {})
    expect(recording).toMatchObject({ cut: false, ended: expect.any(Number) as number })
    const session = await next.open(recording!.path)
    expect(await next.ask('bookmarks.list', { session })).toMatchObject([
      { note: 'why', row: { serial: before.rows[0]!.serial } },
    ])
    expect(
      (await next.ask('ledger', { session })).stages.find(({ name }) => name === 'memory')!.out,
    ).toBeGreaterThan(0)
  })

  it('has changed bookmarks on the disk soon, also when nothing is recorded', async () => {
    const dataFolder = temporaryFolder()
    // The clock of the housekeeping stands still, so only the change itself can have them written.
    const open = new OpenStore({
      dataFolder,
      diskBudgetBytes: 2 ** 30,
      now: () => 1_790_000_000_000,
    })
    await open.feed(new AuditStream({ seed: 31, interleave: 0 }).lines(20).toString())
    const folder = recordingIn(dataFolder)
    const notes = async () => (await readManifest(folder))?.bookmarks.map(({ note }) => note)
    await open.store.keepHouse()
    const mark = (note: string) =>
      open.ask('bookmarks.set', { session: LIVE, seq: 3, marked: note !== '', note })
    await mark('first')
    await mark('second')
    await expect.poll(notes).toEqual(['second'])
    // One that comes while the last ones are being written is not forgotten.
    const writing = open.store.keepHouse()
    await mark('third')
    await writing
    await expect.poll(notes).toEqual(['third'])
    await mark('')
    await expect.poll(notes).toEqual([])
  })

  it('has its bookmarks as soon as its events, and keeps what is done to them meanwhile', async () => {
    const dataFolder = temporaryFolder()
    const open = new OpenStore({ dataFolder, diskBudgetBytes: 2 ** 30 })
    await open.feed(new AuditStream({ seed: 32, interleave: 0 }).lines(20_000).toString())
    for (const seq of [3, 5, 19_990])
      await open.ask('bookmarks.set', { session: LIVE, seq, marked: true, note: `at ${seq}` })
    await open.stop()
    const next = new OpenStore({ dataFolder, diskBudgetBytes: 2 ** 30 })
    const [recording] = await next.ask('recordings.list', {})
    const { session: id } = await next.ask('sessions.open', { paths: [recording!.path] })
    const session = next.store.session(id)!
    while (session.index.next <= 5) await new Promise((resolve) => setImmediate(resolve))
    const early = await next.ask('rows', { session: id, from: 3, count: 3 })
    expect(early.rows.map(({ marked }) => marked)).toEqual([true, false, true])
    expect(session.state).toBe('reading')
    await next.ask('bookmarks.set', { session: id, seq: 5, marked: false, note: '' })
    await next.store.files.finished(session)
    const marks = await next.ask('bookmarks.list', { session: id })
    expect(marks.map(({ note }) => note)).toEqual(['at 3', 'at 19990'])
  })

  it('that is too old, or too much, is removed', async () => {
    const dataFolder = temporaryFolder()
    const open = new OpenStore({ dataFolder, diskBudgetBytes: 2 ** 30 })
    await open.feed(new AuditStream({ seed: 28 }).lines(2000).toString())
    await open.stop()
    const next = new OpenStore({ dataFolder, diskBudgetBytes: 2 ** 20 })
    await next.store.settle()
    await next.store.keepHouse()
    expect(await next.ask('recordings.list', {})).toEqual([])
  })

  it('and everything else is gone when all data are deleted', async () => {
    const dataFolder = temporaryFolder()
    const open = new OpenStore({ dataFolder, diskBudgetBytes: 2 ** 30 })
    await open.feed(new AuditStream({ seed: 29 }).lines(500).toString())
    open.store.host({ kind: 'delete-all' })
    await expect
      .poll(() => open.replies.find(({ kind }) => kind === 'deleted'))
      .toMatchObject({ files: expect.any(Number) as number })
    const [live] = await open.ask('sessions.list', {})
    expect(live).toMatchObject({ kind: 'live', next: 0 })
    const left = readdirSync(path.join(dataFolder, 'recordings')).flatMap((name) =>
      segments(path.join(dataFolder, 'recordings', name)),
    )
    expect(left).toEqual([])
    expect(existsSync(path.join(dataFolder, 'unpacked'))).toBe(false)
  })
})
