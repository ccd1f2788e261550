/** The client against programs that are no good helpers. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { HelperClient, type HelperExit } from '@native/helper/client'
import { FrameKind, MAX_FRAME_BYTES, PROTOCOL_VERSION } from '@native/helper/protocol'

const folder = mkdtempSync(path.join(os.tmpdir(), 'auditscope-client-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** Starts a Node program as the helper. `send(kind, payload)` and `json(kind, value)` write frames. */
async function start(program: string, client = new HelperClient()) {
  const file = path.join(folder, `${Math.random()}.cjs`)
  writeFileSync(
    file,
    `const send = (kind, payload, length = payload.length) => {
       const head = Buffer.alloc(5); head.writeUInt32LE(length); head[4] = kind
       process.stdout.write(Buffer.concat([head, payload]))
     }
     const json = (kind, value) => send(kind, Buffer.from(JSON.stringify(value)))
     const hello = (protocol = ${PROTOCOL_VERSION}) => json(${FrameKind.hello}, { protocol, pid: process.pid })
     ${program}`,
  )
  const exited = new Promise<HelperExit>((resolve) => client.on('exit', resolve))
  const result = await client.spawn(process.execPath, [file])
  return { client, result, exited }
}

const UNTIL_STDIN_ENDS = 'process.stdin.resume(); process.stdin.on("end", () => process.exit(0))'

describe('client', () => {
  it('gives the hello, then everything that comes, each as its event', async () => {
    const client = new HelperClient()
    const seen: unknown[] = []
    client.on('records', (payload) => seen.push(['records', [...payload]]))
    client.on('status', (sample) => seen.push(['status', sample]))
    client.on('notice', (notice) => seen.push(['notice', notice]))
    const { result, exited } = await start(
      `hello()
       json(${FrameKind.status}, { mode: 'none' })
       send(${FrameKind.records}, Buffer.from([1, 2, 3]))
       json(${FrameKind.notice}, { type: 'x' })
       ${UNTIL_STDIN_ENDS}`,
      client,
    )
    expect(result).toMatchObject({ ok: true, value: { protocol: PROTOCOL_VERSION } })
    await expect.poll(() => seen).toHaveLength(3)
    expect(seen).toEqual([
      ['status', { mode: 'none' }],
      ['records', [1, 2, 3]],
      ['notice', { type: 'x' }],
    ])
    expect(await client.end()).toMatchObject({ reason: 'stopped', code: 0 })
    expect(await exited).toEqual(client.exit)
  })

  it.each([
    ['a program that does not exist', null, 'missing'],
    ['dismissed', 'process.exit(126)', 'dismissed'],
    ['no agent', 'console.error("No authentication agent found."); process.exit(127)', 'no-agent'],
    [
      'a program that prints text',
      'console.log("Hello, world! This is no frame at all.")',
      'protocol',
    ],
    ['another version', `hello(${PROTOCOL_VERSION + 1}); ${UNTIL_STDIN_ENDS}`, 'protocol'],
    [
      'a hello that is no JSON',
      `send(${FrameKind.hello}, Buffer.from('{')); ${UNTIL_STDIN_ENDS}`,
      'protocol',
    ],
    ['a frame before the hello', `json(${FrameKind.status}, {}); ${UNTIL_STDIN_ENDS}`, 'protocol'],
    [
      'a frame without end',
      `send(${FrameKind.records}, Buffer.alloc(9), ${MAX_FRAME_BYTES + 1}); process.stdout.write(Buffer.alloc(${MAX_FRAME_BYTES + 1})); ${UNTIL_STDIN_ENDS}`,
      'protocol',
    ],
    ['a crash', 'throw new Error("x")', 'crashed'],
    ['a kill', 'process.kill(process.pid, "SIGKILL")', 'killed'],
  ])('says why there is no hello: %s', async (_, program, reason) => {
    const client = new HelperClient()
    const exited = new Promise<HelperExit>((resolve) => client.on('exit', resolve))
    const result =
      program === null
        ? await client.spawn('/nonexistent/helper', [])
        : (await start(program, client)).result
    expect(result).toMatchObject({ ok: false, code: reason })
    expect(await exited).toMatchObject({ reason })
    expect(await client.command('status', {})).toMatchObject({ ok: false, code: 'exited' })
    expect(await client.end()).toMatchObject({ reason })
  })

  it('answers commands by their id, whatever the order, and fails the open ones when the helper ends', async () => {
    const { client } = await start(
      `hello()
       let buffer = Buffer.alloc(0)
       process.stdin.on('data', (chunk) => {
         buffer = Buffer.concat([buffer, chunk])
         const commands = []
         while (buffer.length >= 5 && buffer.length >= 5 + buffer.readUInt32LE()) {
           const length = buffer.readUInt32LE()
           commands.push(JSON.parse(buffer.subarray(5, 5 + length)))
           buffer = buffer.subarray(5 + length)
         }
         for (const { id, name } of commands.reverse()) {
           if (name === 'stop') process.exit(70)
           if (name !== 'facts') json(${FrameKind.reply}, { id, result: { ok: true, value: name } })
         }
       })
       process.stdin.on('end', () => process.exit(0))`,
    )
    const replies = await Promise.all([
      client.command('features', {}),
      client.command('status', {}),
      client.command('processes', {}),
    ])
    expect(replies.map((reply) => reply.ok && reply.value)).toEqual([
      'features',
      'status',
      'processes',
    ])
    const open = client.command('facts', {})
    void client.command('stop', {})
    expect(await open).toMatchObject({ ok: false, code: 'exited' })
    await expect.poll(() => client.exit?.reason).toBe('crashed')
  })

  it('refuses arguments that no frame holds, and names that it does not know', async () => {
    const { client } = await start(`hello(); ${UNTIL_STDIN_ENDS}`)
    const rules = Array.from({ length: 100 }, () => 'A'.repeat(60_000))
    expect(await client.command('rules.replace', { rules })).toMatchObject({ code: 'usage' })
    expect(await client.command('reboot' as never, {} as never)).toMatchObject({ code: 'usage' })
    await client.end()
  })
})
