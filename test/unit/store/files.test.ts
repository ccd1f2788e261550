import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  appendFileSync,
  chmodSync,
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { open as openFile } from 'node:fs/promises'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it, onTestFinished } from 'vitest'
import { AuditStream } from '../../support/audit-stream'
import { Model } from './support/model'
import { OpenStore, temporaryFolder } from './support/open'

const log = new AuditStream({ seed: 41, interleave: 20 }).lines(400)
const expected = new Model(log).events.map(({ time, serial }) => ({ time, serial }))

function has(program: string): boolean {
  return spawnSync(program, ['--version']).status === 0
}

async function rowsOf(open: OpenStore, session: number) {
  const { rows } = await open.ask('rows', { session, from: 0, count: 1000 })
  return rows.map(({ time, serial }) => ({ time, serial }))
}

/** A store with a data folder, where what is unpacked goes. */
function storeWithDisk(): { open: OpenStore; folder: string } {
  const dataFolder = temporaryFolder()
  return { open: new OpenStore({ dataFolder, diskBudgetBytes: 2 ** 30 }), folder: dataFolder }
}

describe('a log that is opened', () => {
  it.each([
    ['gzip', (bytes: Buffer) => gzipSync(bytes)],
    ...['xz', 'bzip2', 'zstd']
      .filter(has)
      .map((program): [string, (bytes: Buffer) => Buffer] => [
        program,
        (input) => execFileSync(program, ['-c'], { input }),
      ]),
  ])('packed with %s says the same, whatever its name', async (_, pack) => {
    const file = path.join(temporaryFolder(), 'audit.log')
    writeFileSync(file, pack(log))
    const { open, folder } = storeWithDisk()
    const session = await open.open(file)
    const held = open.store.session(session)!
    expect(held).toMatchObject({ state: 'done', message: '', bytesRead: held.bytesTotal })
    expect(await rowsOf(open, session)).toEqual(expected)
    expect((await open.ask('event', { session, seq: 5 })).records.length).toBeGreaterThan(0)
    await open.ask('sessions.close', { session })
    expect(readdirSync(path.join(folder, 'unpacked'))).toEqual([])
  })

  it.each([
    ['gzip', (bytes: Buffer) => gzipSync(bytes)],
    ...(has('xz')
      ? [['xz', (input: Buffer) => execFileSync('xz', ['-c'], { input })] as const]
      : []),
  ] as const)('packed with %s and cut off shows what there is, and says so', async (_, pack) => {
    const file = path.join(temporaryFolder(), 'audit.log.gz')
    const long = new AuditStream({ seed: 42 }).lines(6000)
    const packed = pack(long)
    writeFileSync(file, packed.subarray(0, Math.floor(packed.length * 0.8)))
    const { open } = storeWithDisk()
    const session = await open.open(file)
    const held = open.store.session(session)!
    expect(held.state).toBe('failed')
    expect(held.message).toContain('could not be read to its end')
    expect(held.message).toContain('What could be read is shown.')
    expect(held.index.next).toBeGreaterThan(1000)
  })

  it('and is no log is refused in words', async () => {
    const file = path.join(temporaryFolder(), 'audit.log')
    const bytes = Buffer.alloc(3_000_000)
    for (let at = 0; at < bytes.length; at++) bytes[at] = (at * 7919 + (at >>> 7)) & 0xff
    writeFileSync(file, bytes)
    const open = new OpenStore()
    const session = await open.open(file)
    expect(open.store.session(session)).toMatchObject({
      state: 'failed',
      message: expect.stringContaining('no audit record') as string,
    })
  })

  it('and is empty is no error but says that nothing is in it', async () => {
    const file = path.join(temporaryFolder(), 'audit.log')
    writeFileSync(file, '')
    const open = new OpenStore()
    const session = await open.open(file)
    const held = open.store.session(session)!
    expect(held.index.next).toBe(0)
    expect(held.message).toContain('no audit record')
  })

  it('with a line of many megabytes, zeros and carriage returns loses none of its other records', async () => {
    const file = path.join(temporaryFolder(), 'audit.log')
    const half = log.indexOf(10, log.length / 2) + 1
    const crlf = Buffer.from(
      log.subarray(half).toString('latin1').replaceAll('\n', '\r\n'),
      'latin1',
    )
    writeFileSync(
      file,
      Buffer.concat([
        log.subarray(0, half),
        Buffer.alloc(6 * 2 ** 20, 0x61),
        Buffer.from('\n\0\0\0\n\n\r\n'),
        crlf,
      ]),
    )
    const open = new OpenStore()
    const session = await open.open(file)
    const { rows } = await open.ask('rows', { session, from: 0, count: 1000 })
    const records = rows.filter(({ type }) => type !== 'MALFORMED')
    expect(new Set(records.map(({ serial }) => serial))).toEqual(
      new Set(expected.map(({ serial }) => serial)),
    )
    const info = open.store.session(session)!.info()
    expect(info.malformed).toBeGreaterThan(2)
    expect(info.state).toBe('done')
    // The long line is shown in parts, not as nothing.
    const malformed = rows.find(({ type }) => type === 'MALFORMED')!
    expect((await open.ask('event', { session, seq: malformed.seq })).records).toHaveLength(1)
  })

  it('and grows or shrinks meanwhile is read as far as it went, and its rows stay', async () => {
    const file = path.join(temporaryFolder(), 'audit.log')
    writeFileSync(file, log)
    const open = new OpenStore()
    const session = await open.open(file)
    appendFileSync(file, new AuditStream({ seed: 43 }).lines(10))
    expect(await rowsOf(open, session)).toEqual(expected)
    truncateSync(file, 1000)
    expect(await rowsOf(open, session)).toEqual(expected)
    const last = expected.length - 1
    const detail = await open.ask('event', { session, seq: last })
    expect(detail.row.serial).toBe(expected[last]!.serial)
    expect(detail.records).toEqual([])
  })

  it.each(['-rf', 'a\nb.log', '$(touch x)', '‮gol.tidua', 'ü'.repeat(80), 'audit.log.gz'])(
    'may have any name: %j',
    async (name) => {
      const folder = temporaryFolder()
      writeFileSync(path.join(folder, name), log)
      const open = new OpenStore()
      const session = await open.open(path.join(folder, name))
      expect(await rowsOf(open, session)).toEqual(expected)
      expect(open.store.session(session)!.title).toBe(name)
      expect(readdirSync(folder)).toEqual([name])
    },
  )

  it('in pieces, rotated and packed, is put together in the order of time', async () => {
    const folder = temporaryFolder()
    const stream = new AuditStream({ seed: 44, interleave: 0 })
    const [oldest, middle, newest] = [stream.lines(50), stream.lines(50), stream.lines(50)]
    writeFileSync(path.join(folder, 'audit.log'), newest)
    writeFileSync(path.join(folder, 'audit.log.1'), middle)
    writeFileSync(path.join(folder, 'audit.log.2.gz'), gzipSync(oldest))
    writeFileSync(path.join(folder, 'unrelated.txt'), 'x')
    const { open } = storeWithDisk()
    const session = await open.open(folder)
    const serials = (await rowsOf(open, session)).map(({ serial }) => serial)
    expect(serials).toHaveLength(150)
    expect(serials).toEqual([...serials].sort((a, b) => a - b))
    const detail = await open.ask('event', { session, seq: 149 })
    expect(detail.records.length).toBeGreaterThan(0)
  })

  it('is refused when it is a device, a broken link, a loop, or not there', async () => {
    const folder = temporaryFolder()
    const broken = path.join(folder, 'broken')
    symlinkSync(path.join(folder, 'nothing'), broken)
    const loop = path.join(folder, 'loop')
    symlinkSync(loop, loop)
    const open = new OpenStore()
    for (const [file, code] of [
      ['/dev/zero', 'usage'],
      [broken, 'ENOENT'],
      [loop, 'ELOOP'],
      [folder, 'usage'],
    ] as const) {
      open.store.host({ kind: 'grant', path: file, access: 'read' })
      expect(await open.store.answer('sessions.open', { paths: [file] })).toMatchObject({
        ok: false,
        code,
      })
    }
    expect(await open.ask('sessions.list', {})).toHaveLength(1)
  })

  it('can be cancelled; what was read stays, and closing it frees its rows', async () => {
    const file = path.join(temporaryFolder(), 'audit.log')
    writeFileSync(file, new AuditStream({ seed: 45 }).lines(60_000))
    const open = new OpenStore()
    open.store.host({ kind: 'grant', path: file, access: 'read' })
    const { session } = await open.ask('sessions.open', { paths: [file] })
    const held = open.store.session(session)!
    await expect.poll(() => held.index.next, { interval: 1 }).toBeGreaterThan(100)
    await open.ask('sessions.cancel', { session })
    await open.store.files.finished(held)
    expect(held.state).toBe('cancelled')
    expect(held.index.next).toBeLessThan(60_000)
    expect((await open.ask('rows', { session, from: 0, count: 5 })).rows).toHaveLength(5)
    await open.ask('sessions.close', { session })
    expect(await open.store.answer('rows', { session, from: 0, count: 5 })).toMatchObject({
      code: 'no-session',
    })
  })

  it('is read without a place for what is unpacked, in memory', async () => {
    const dataFolder = temporaryFolder()
    // A file where the folder should be: nobody, root included, can make it.
    writeFileSync(path.join(dataFolder, 'unpacked'), '')
    chmodSync(path.join(dataFolder, 'unpacked'), 0o600)
    const file = path.join(temporaryFolder(), 'audit.log.gz')
    writeFileSync(file, gzipSync(log))
    const open = new OpenStore()
    const session = await open.open(file)
    expect(await rowsOf(open, session)).toEqual(expected)
  })
})

describe('a pipe', () => {
  function fifo(): string {
    const name = path.join(temporaryFolder(), 'pipe')
    execFileSync('mkfifo', [name])
    return name
  }

  async function opening(open: OpenStore, name: string): Promise<number> {
    open.store.host({ kind: 'grant', path: name, access: 'read' })
    return (await open.ask('sessions.open', { paths: [name] })).session
  }

  it('shows rows while its writer goes on, and is done when that ends', async () => {
    const { open } = storeWithDisk()
    const name = fifo()
    const session = await opening(open, name)
    const writer = await openFile(name, 'w')
    const half = log.indexOf(10, log.length / 2) + 1
    await writer.writeFile(log.subarray(0, half))
    const held = open.store.session(session)!
    await expect.poll(() => held.index.next).toBeGreaterThan(100)
    await expect.poll(() => held.info().bytesRead).toBe(half)
    expect(held.info()).toMatchObject({ state: 'reading', bytesTotal: 0 })
    await writer.writeFile(log.subarray(half))
    await writer.close()
    await open.store.files.finished(held)
    expect(held.state).toBe('done')
    expect(await rowsOf(open, session)).toEqual(expected)
  })

  it('may be packed, and its last line may have no end', async () => {
    const { open } = storeWithDisk()
    const name = fifo()
    const session = await opening(open, name)
    const writer = await openFile(name, 'w')
    await writer.writeFile(gzipSync(log.subarray(0, log.length - 1)))
    await writer.close()
    await open.store.files.finished(open.store.session(session)!)
    expect(await rowsOf(open, session)).toEqual(expected)
  })

  it.each(['without a writer', 'with a silent writer', 'in the middle'])(
    'can be cancelled %s',
    async (when) => {
      const { open } = storeWithDisk()
      const name = fifo()
      const session = await opening(open, name)
      const held = open.store.session(session)!
      if (when !== 'without a writer') {
        const writer = openSync(name, 'w')
        onTestFinished(() => closeSync(writer))
        if (when === 'in the middle') {
          writeSync(writer, log.subarray(0, 20_000))
          await expect.poll(() => held.index.next).toBeGreaterThan(10)
        }
      }
      await open.ask('sessions.cancel', { session })
      await open.store.files.finished(held)
      expect(held.state).toBe(when === 'in the middle' ? 'cancelled' : 'failed')
      await open.ask('sessions.close', { session })
    },
  )
})

describe('the standard input of another process', () => {
  it('is opened as what it is: a pipe, with a title of its own', async () => {
    const { open } = storeWithDisk()
    const holder = spawn('sleep', ['60'], { stdio: ['pipe', 'ignore', 'ignore'] })
    onTestFinished(() => void holder.kill())
    await once(holder, 'spawn')
    const name = `/proc/${holder.pid}/fd/0`
    // Node's pipes to children are sockets, which nobody else can open: as a shell, it has to be a real one.
    open.store.host({ kind: 'grant', path: name, access: 'read' })
    expect(await open.store.answer('sessions.open', { paths: [name] })).toMatchObject({
      ok: false,
      code: 'usage',
    })
    const shell = spawn('sh', ['-c', 'cat | (echo $$; exec sleep 60)'], {
      stdio: ['pipe', 'pipe', 'ignore'],
      detached: true,
    })
    onTestFinished(() => void process.kill(-shell.pid!, 'SIGKILL'))
    await once(shell.stdout, 'data')
    // It says that it is there a moment before it becomes what is looked for.
    const sleeperNow = () =>
      readdirSync('/proc')
        .filter((pid) => /^\d+$/.test(pid))
        .find((pid) => parentAndName(pid) === `${shell.pid} sleep`)
    await expect.poll(sleeperNow).toBeDefined()
    const sleeper = sleeperNow()!
    const pipe = `/proc/${sleeper}/fd/0`
    open.store.host({ kind: 'grant', path: pipe, access: 'read' })
    const { session } = await open.ask('sessions.open', { paths: [pipe] })
    shell.stdin.end(log)
    await open.store.files.finished(open.store.session(session)!)
    expect(open.store.session(session)!.title).toBe('standard input')
    expect(await rowsOf(open, session)).toEqual(expected)
  })
})

/** Parent and name of a process, `12 sh`; empty when it is gone. */
function parentAndName(pid: string): string {
  try {
    const [, name, rest] = /\((.*)\) (.*)/s.exec(readFileSync(`/proc/${pid}/stat`, 'latin1'))!
    return `${rest!.split(' ')[1]} ${name}`
  } catch {
    return ''
  }
}

describe('several sessions', () => {
  it('stand side by side, each with its own events, bookmarks and queries', async () => {
    const folder = temporaryFolder()
    mkdirSync(path.join(folder, 'a'))
    mkdirSync(path.join(folder, 'b'))
    const other = new AuditStream({ seed: 46, interleave: 0 }).lines(30)
    writeFileSync(path.join(folder, 'a/audit.log'), log)
    writeFileSync(path.join(folder, 'b/audit.log'), other)
    const open = new OpenStore()
    const first = await open.open(path.join(folder, 'a/audit.log'))
    const second = await open.open(path.join(folder, 'b/audit.log'))
    await open.ask('bookmarks.set', { session: second, seq: 3, marked: true, note: '' })
    const result = await open.query({ session: first, query: 'type=SYSCALL', range: {} })
    expect(
      await open.store.answer('rows', { session: second, result, from: 0, count: 1 }),
    ).toMatchObject({ ok: false, code: 'no-result' })
    expect((await open.ask('sessions.list', {})).map(({ kind, next }) => [kind, next])).toEqual([
      ['live', 0],
      ['file', expected.length],
      ['file', 30],
    ])
    await open.ask('sessions.close', { session: first })
    expect(await open.ask('bookmarks.list', { session: second })).toHaveLength(1)
  })
})
