import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import type { ExportFormat, StoreArgs } from '@contract/store'
import { AuditStream } from '../../support/audit-stream'
import { Model } from './support/model'
import { OpenStore, temporaryFolder } from './support/open'

interface JsonEvent {
  schema: string
  timeMs: number
  serial: number
  event: string
  object?: string
  result?: string
  pid?: number | null
  comm?: string
  records: { raw: string }[]
}

const fixture = readFileSync('test/fixtures/audit.log')
const all = { result: undefined, format: 'raw', overwrite: false, masked: false } as const

async function opened(log: Buffer): Promise<{ open: OpenStore; session: number; folder: string }> {
  const folder = temporaryFolder()
  writeFileSync(path.join(folder, 'audit.log'), log)
  const open = new OpenStore()
  return { open, session: await open.open(path.join(folder, 'audit.log')), folder }
}

/** Exports to a file that the user chose, and waits; returns the last push. */
async function exported(open: OpenStore, args: StoreArgs<'export.start'>) {
  open.store.host({ kind: 'grant', path: args.path, access: 'write' })
  const { job } = await open.ask('export.start', args)
  return open.until('export', (push) => push.job === job && push.done)
}

/** Cells of a CSV text (RFC 4180). */
function cellsOf(text: string): string[][] {
  const rows: string[][] = [[]]
  for (const [, quoted, plain, end] of text.matchAll(
    /(?:"((?:[^"]|"")*)"|([^,\r\n]*))(,|\r?\n|$)/g,
  )) {
    if (plain === '' && quoted === undefined && end === '') break
    rows.at(-1)!.push(quoted === undefined ? plain! : quoted.replaceAll('""', '"'))
    if (end !== ',') rows.push([])
  }
  return rows.filter((row) => row.length > 0)
}

describe('an export', () => {
  it('as raw text is the log again, event by event, and opens as the same session', async () => {
    const { open, session, folder } = await opened(fixture)
    const file = path.join(folder, 'out.log')
    const last = await exported(open, { session, ...all, path: file })
    expect(last).toMatchObject({ error: '', rows: last.total, bytes: statSync(file).size })
    expect(statSync(file).mode & 0o777).toBe(0o600)
    const lines = (bytes: Buffer) => bytes.toString('latin1').trimEnd().split('\n').sort()
    // End markers that came after their event was complete belong to none.
    const written = new Set(lines(readFileSync(file)))
    const missing = lines(fixture).filter(
      (line) => !written.has(line) && !line.startsWith('type=EOE'),
    )
    expect(missing).toEqual([])
    const again = await open.open(file)
    const before = await open.ask('rows', { session, from: 0, count: 1000 })
    const after = await open.ask('rows', { session: again, from: 0, count: 1000 })
    expect(after.rows.map(({ serial, time, what }) => [serial, time, what])).toEqual(
      before.rows.map(({ serial, time, what }) => [serial, time, what]),
    )
  })

  it.skipIf(spawnSync('ausearch', ['--version']).error !== undefined)(
    'as raw text is read by ausearch as the log is',
    async () => {
      const { open, session, folder } = await opened(fixture)
      const file = path.join(folder, 'out.log')
      await exported(open, { session, ...all, path: file })
      const read = (input: string) =>
        execFileSync('ausearch', ['--raw', '-if', input], { encoding: 'latin1' })
          .split('\n')
          .filter((line) => line !== '' && !line.startsWith('type=EOE'))
          .sort()
      expect(read(file)).toEqual(read('test/fixtures/audit.log'))
      expect(read(file).length).toBeGreaterThan(100)
    },
  )

  it('as JSON has every event, with the values that its rows show', async () => {
    const { open, session, folder } = await opened(fixture)
    const file = path.join(folder, 'out.json')
    await exported(open, { session, ...all, format: 'json', path: file })
    const events = readFileSync(file, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as JsonEvent)
    const told = ({ timeMs, serial, records }: JsonEvent) =>
      [timeMs, serial, ...records.map(({ raw }) => raw)] as const
    expect(events.map(told)).toEqual(
      new Model(fixture).events.map(({ time, serial, records }) => [
        time,
        serial,
        ...records.map(({ line }) => line),
      ]),
    )
    const { rows } = await open.ask('rows', { session, from: 0, count: 1000 })
    const shown = ({ event, object, result, pid, comm }: JsonEvent | (typeof rows)[number]) => ({
      event,
      object: object ?? '',
      result: result ?? '',
      pid: pid ?? null,
      comm: comm ?? '',
    })
    expect(events.slice(0, rows.length).map(shown)).toEqual(rows.map(shown))
    expect(events.every(({ schema }) => schema === 'auditscope.event/1')).toBe(true)
  })

  it('as CSV has a line for each event, and no cell that a spreadsheet would run', async () => {
    const evil = ['=1+1', '+cmd', '-2+3', '@SUM(A1)', '=HYPERLINK("http://x","y")']
    const log = evil
      .map(
        (name, index) =>
          `type=SYSCALL msg=audit(1790000000.00${index}:${index + 1}): arch=c000003e syscall=87 success=yes exit=0 a0=0 a1=0 a2=0 a3=0 items=1 ppid=1 pid=2 auid=0 uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 tty=pts0 ses=1 comm=${Buffer.from(name).toString('hex').toUpperCase()} exe="/bin/rm" subj=x key="k"\n` +
          `type=PROCTITLE msg=audit(1790000000.00${index}:${index + 1}): proctitle="rm"\n`,
      )
      .join('')
    const { open, session, folder } = await opened(Buffer.from(log))
    const file = path.join(folder, 'out.csv')
    await exported(open, { session, ...all, format: 'csv', path: file })
    const [header, ...rows] = cellsOf(readFileSync(file, 'utf8'))
    expect(rows).toHaveLength(evil.length)
    for (const row of rows) {
      expect(row).toHaveLength(header!.length)
      for (const cell of row) expect(cell).not.toMatch(/^[=+@]|^-[^0-9]|^-\d+\D/)
    }
    expect(rows.flat().join('\n')).toContain("'=1+1")
  })

  it.each(['raw', 'json', 'csv', 'text', 'interpret'] as ExportFormat[])(
    'of a filter or a selection as %s is just that',
    async (format) => {
      const { open, session, folder } = await opened(
        new AuditStream({ seed: 51, interleave: 0 }).lines(300),
      )
      const result = await open.query({ session, query: 'syscall=unlink', range: {} })
      const seqs = await open.seqs(session, result)
      const filtered = path.join(folder, 'filtered')
      const selected = path.join(folder, 'selected')
      await exported(open, { ...all, session, result, format, path: filtered })
      await exported(open, { ...all, session, seqs: [...seqs].reverse(), format, path: selected })
      const text = readFileSync(filtered, 'utf8')
      expect(readFileSync(selected, 'utf8')).toBe(text)
      expect(text.length).toBeGreaterThan(seqs.length * 20)
      expect(await open.ask('copy', { session, seqs, format })).toEqual({ text })
    },
  )

  it('never replaces a file without being asked, also one that appears meanwhile', async () => {
    const { open, session, folder } = await opened(fixture)
    const file = path.join(folder, 'mine')
    writeFileSync(file, 'precious')
    open.store.host({ kind: 'grant', path: file, access: 'write' })
    const args = { ...all, session, path: file }
    expect(await open.store.answer('export.start', args)).toMatchObject({
      ok: false,
      code: 'EEXIST',
    })
    const late = path.join(folder, 'late')
    open.store.host({ kind: 'grant', path: late, access: 'write' })
    const { job } = await open.ask('export.start', { ...args, path: late })
    writeFileSync(late, 'precious')
    const { error } = await open.until('export', (push) => push.job === job && push.done)
    expect(error).toContain('exists already')
    expect(readFileSync(file, 'utf8') + readFileSync(late, 'utf8')).toBe('preciousprecious')
    const replaced = await exported(open, { ...args, overwrite: true })
    expect(replaced.error).toBe('')
    expect(readFileSync(file, 'utf8')).not.toContain('precious')
    expect(readdirSync(folder).sort()).toEqual(['audit.log', 'late', 'mine'])
  })

  it('follows no link: what it points to stays as it is', async () => {
    const { open, session, folder } = await opened(fixture)
    const target = path.join(folder, 'target')
    writeFileSync(target, 'precious')
    symlinkSync(target, path.join(folder, 'link'))
    await exported(open, { ...all, session, path: path.join(folder, 'link'), overwrite: true })
    expect(readFileSync(target, 'utf8')).toBe('precious')
  })

  it('can be cancelled, and leaves nothing behind', async () => {
    const { open, session, folder } = await opened(new AuditStream({ seed: 52 }).lines(20_000))
    const file = path.join(folder, 'out')
    open.store.host({ kind: 'grant', path: file, access: 'write' })
    const { job } = await open.ask('export.start', { ...all, session, format: 'json', path: file })
    await open.ask('export.cancel', { job })
    const last = await open.until('export', (push) => push.job === job && push.done)
    expect(last.error).toBe('Cancelled.')
    expect(last.rows).toBeLessThan(last.total)
    expect(readdirSync(folder)).toEqual(['audit.log'])
  })

  it('says why it cannot be written, and leaves nothing behind', async () => {
    const { open, session, folder } = await opened(fixture)
    mkdirSync(path.join(folder, 'taken'))
    for (const [file, overwrite, why] of [
      [path.join(folder, 'nowhere/out'), false, 'does not exist'],
      [path.join(folder, 'audit.log/out'), false, 'could not be written'],
    ] as const) {
      open.store.host({ kind: 'grant', path: file, access: 'write' })
      const answer = await open.store.answer('export.start', {
        ...all,
        session,
        path: file,
        overwrite,
      })
      expect(answer).toMatchObject({ ok: false, message: expect.stringContaining(why) as string })
    }
    const onFolder = await exported(open, {
      ...all,
      session,
      path: path.join(folder, 'taken'),
      overwrite: true,
    })
    expect(onFolder.error).toContain('it is a folder')
    expect(readdirSync(folder).sort()).toEqual(['audit.log', 'taken'])
  })

  it('hides what look like secrets when asked to, and nothing else', async () => {
    const title = Buffer.from('curl\0-u\0alice:s3cret\0https://bob:hunter2@example.org/').toString(
      'hex',
    )
    const stamp = 'msg=audit(1790000000.000:1)'
    const log =
      `type=SYSCALL ${stamp}: arch=c000003e syscall=59 success=yes exit=0 a0=0 a1=0 a2=0 a3=0 items=0 ppid=1 pid=2 auid=0 uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 tty=pts0 ses=1 comm="curl" exe="/usr/bin/curl" subj=x key="k"\n` +
      `type=EXECVE ${stamp}: argc=4 a0="curl" a1="-u" a2="alice:s3cret" a3="--token=abcdef"\n` +
      `type=PROCTITLE ${stamp}: proctitle=${title.toUpperCase()}\n`
    const { open, session, folder } = await opened(Buffer.from(log))
    for (const format of ['raw', 'json', 'csv', 'text', 'interpret'] as const) {
      const masked = path.join(folder, `masked-${format}`)
      const plain = path.join(folder, `plain-${format}`)
      await exported(open, { ...all, session, format, path: masked, masked: true })
      await exported(open, { ...all, session, format, path: plain })
      const text = readFileSync(masked, 'utf8')
      for (const secret of ['s3cret', 'hunter2', 'abcdef', title.toUpperCase().slice(-60)])
        expect({ format, secret, found: text.includes(secret) }).toEqual({
          format,
          secret,
          found: false,
        })
      // A sentence names no command here.
      if (format === 'text') continue
      expect(text).toContain('curl')
      if (format !== 'csv') expect(readFileSync(plain, 'utf8')).toContain('s3cret')
    }
  })
})
