import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { logStreamOf, openLogFile, type LogStream } from '@native/system/log-stream'

const data = Buffer.from(Array.from({ length: 60_000 }, (_, i) => `line ${i} of a log\n`).join(''))
let folder: string
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'auditscope-logs-'))))
afterAll(() => rmSync(folder, { recursive: true }))

function file(name: string, content: Uint8Array): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}
const xz = (content: Buffer): Buffer =>
  execFileSync('xz', ['-c'], { input: content, maxBuffer: 1 << 26 })

async function read({ chunks }: LogStream): Promise<Buffer> {
  const parts: Buffer[] = []
  for await (const chunk of chunks) parts.push(Buffer.from(chunk))
  return Buffer.concat(parts)
}
async function opened(path: string): Promise<LogStream> {
  const result = await openLogFile(path)
  if (!result.ok) throw new Error(result.message)
  return result.value
}

describe('a log', () => {
  it.each([
    ['plain', data],
    ['gzip', gzipSync(data)],
    [
      'gzip in two members',
      Buffer.concat([gzipSync(data.subarray(0, 1000)), gzipSync(data.subarray(1000))]),
    ],
    ['xz', xz(data)],
    ['nothing', Buffer.alloc(0)],
  ])('%s is read whole, from a file and from a pipe, whatever its name', async (kind, content) => {
    const expected = kind === 'nothing' ? content : data
    const stream = await opened(file('audit.log', content))
    expect(stream.size).toBe(content.length)
    expect((await read(stream)).equals(expected)).toBe(true)
    expect(stream.taken()).toBe(content.length)
    expect((await read(logStreamOf(Readable.from([content])))).equals(expected)).toBe(true)
  })

  it.each([
    ['gzip', gzipSync(data).subarray(0, 2000), /broken or cut off/],
    ['xz', xz(data).subarray(0, 2000), /xz could not unpack it/],
  ])('%s that is cut off gives what there is, then says so', async (_kind, content, message) => {
    const stream = await opened(file('cut', content))
    const parts: Buffer[] = []
    const reading = (async () => {
      for await (const chunk of stream.chunks) parts.push(Buffer.from(chunk))
    })()
    await expect(reading).rejects.toThrow(message)
    const got = Buffer.concat(parts)
    expect(data.subarray(0, got.length).equals(got)).toBe(true)
  })

  it('that is not there, or no file, is refused in words', async () => {
    expect(await openLogFile(join(folder, 'missing'))).toMatchObject({
      ok: false,
      code: 'ENOENT',
      message: expect.stringContaining('does not exist'),
    })
    expect(await openLogFile(folder)).toMatchObject({
      ok: false,
      code: 'EISDIR',
      hint: expect.stringContaining('log files in it'),
    })
  })

  it('can be left before its end', async () => {
    for (const content of [data, gzipSync(data), xz(data)]) {
      const stream = await opened(file('left', content))
      for await (const chunk of stream.chunks) {
        expect(chunk.length).toBeGreaterThan(0)
        break
      }
    }
    expect(readFileSync(join(folder, 'left')).length).toBeGreaterThan(0)
  })
})
