import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CSV_COLUMNS } from '@native/audit/format'
import { convert } from '@native/cli/commands/convert'
import type { CommandGroup } from '@native/cli/command'
import { fixture } from '../audit/fixtures'
import { runWith } from './harness'

const root: CommandGroup = { name: 'auditscope', summary: 'test', commands: [convert] }
const run = (args: string[], options = {}) => runWith(root, ['convert', ...args], options)
const LINE =
  'type=USER_LOGIN msg=audit(1700000000.123:7): pid=1 uid=0 auid=0 ses=1 msg=\'op=login acct="root" addr=192.0.2.7 res=success\'\n'

let folder: string
beforeAll(() => {
  process.env.TZ = 'UTC'
  folder = mkdtempSync(join(tmpdir(), 'auditscope-convert-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

describe('convert', () => {
  it('writes what ausearch -i would when nothing else is asked for', async () => {
    const { code, out, err } = await run(['-'], { input: LINE })
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toBe(
      "----\ntype=USER_LOGIN msg=audit(11/14/23 22:13:20.123:7) : pid=1 uid=root auid=root ses=1 msg='op=login acct=root addr=192.0.2.7 res=success' \n",
    )
  })

  it('reads the standard input when it is told nothing', async () => {
    expect((await run(['-f', 'text'], { input: LINE })).out).toBe(
      '2023-11-14 22:13:20.123 root logged in from 192.0.2.7\n',
    )
  })

  it.each(['json', 'csv', 'raw', 'text', 'interpret'])('has the format %s', async (format) => {
    const { code, out } = await run(['--format', format, fixture('audit.log')])
    expect(code).toBe(0)
    expect(out.length).toBeGreaterThan(10_000)
    if (format === 'csv') expect(out.startsWith(CSV_COLUMNS.join(','))).toBe(true)
  })

  it('reads packed logs, several, one after the other', async () => {
    const packed = join(folder, 'packed')
    writeFileSync(packed, gzipSync(LINE))
    const { out } = await run(['-f', 'raw', packed, '-', packed], {
      input: LINE.replace(':7)', ':8)'),
    })
    expect(out.match(/:\d\)/g)).toEqual([':7)', ':8)', ':7)'])
  })

  it('puts an event together that two files have parts of', async () => {
    const log = readFileSync(fixture('audit-raw.log'), 'latin1')
    const [serial] = /:\d+\)(?=: item=1 .*nametype=DELETE)/.exec(log)!
    const lines = log.split('\n').filter((line) => line.includes(serial))
    expect(lines.length).toBeGreaterThan(3)
    const paths = lines.map((line, i) => {
      const path = join(folder, `part-${i}`)
      writeFileSync(path, line, 'latin1')
      return path
    })
    const { out } = await run(['-f', 'json', ...paths])
    expect(JSON.parse(out).records).toHaveLength(lines.length)
  })

  it('writes only what fits a filter', async () => {
    const { out } = await run([
      '-f',
      'text',
      '--filter',
      'success=no exit=ENOENT path~/etc/*',
      fixture('audit.log'),
    ])
    const lines = out.trimEnd().split('\n')
    expect(lines.length).toBeGreaterThan(3)
    for (const line of lines)
      expect(line).toMatch(/failed to .*\/etc\/.*: No such file or directory$/)
  })

  it('says where a filter is wrong', async () => {
    const { code, err } = await run(['--filter', 'success=', fixture('audit.log')])
    expect(code).toBe(2)
    expect(err).toContain('The filter is not right')
  })

  it('leaves numbers as they are when the log is from elsewhere', async () => {
    const log = LINE.replace('auid=0', 'auid=1').replace('uid=0', 'uid=2')
    const { out } = await run(['--no-resolve', '-'], { input: log })
    expect(out).toContain('uid=unknown(2) auid=unknown(1)')
  })

  it('keeps lines that are no records, and says how many', async () => {
    const { code, out, err } = await run(['-f', 'raw', '-'], { input: `what is this\n${LINE}` })
    expect(code).toBe(0)
    expect(out).toBe(`what is this\n${LINE}`)
    expect(err).toContain('1 line could not be read as records')
  })

  it('fails for a file that holds no record at all, after keeping what is in it', async () => {
    const binary = join(folder, 'binary')
    writeFileSync(binary, Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0x0a, 0x00, 0xff]))
    const { code, err } = await run(['-f', 'raw', binary])
    expect(code).toBe(1)
    expect(err).toContain('binary holds no audit records: none of its 2 lines is one.')
    const empty = join(folder, 'empty')
    writeFileSync(empty, '')
    expect((await run([empty])).code).toBe(0)
  })

  it('reads the other files when one cannot be read, and fails in the end', async () => {
    const good = join(folder, 'good')
    writeFileSync(good, LINE)
    const { code, out, err } = await run(['-f', 'raw', join(folder, 'missing'), good, folder])
    expect(code).toBe(1)
    expect(out).toBe(LINE)
    expect(err).toContain('missing could not be opened: it does not exist')
    expect(err).toContain(`${folder} is a folder`)
  })

  it('gives what it could unpack of a log that is cut off', async () => {
    const cut = join(folder, 'cut')
    const log = readFileSync(fixture('audit.log'))
    writeFileSync(cut, gzipSync(log).subarray(0, 20_000))
    const { code, out, err } = await run(['-f', 'raw', cut])
    expect(code).toBe(1)
    expect(err).toContain('could not be read to its end')
    expect(out.length).toBeGreaterThan(1000)
  })

  it('stops when it is told to', async () => {
    const ending = new AbortController()
    ending.abort()
    const { code, out } = await run(['-f', 'raw', fixture('audit.log')], { ending })
    expect({ code, out }).toEqual({ code: 0, out: '' })
  })
})
