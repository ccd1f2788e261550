/** The fuzz of test/e2e, on the dispatcher alone: every frame gets one reply, and none is irrevocable. */
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { fail, ok } from '@native/audit/result'
import { Dispatcher } from '@native/helper/dispatcher'
import { FrameReader } from '@native/helper/frames'
import { MAX_COMMAND_BYTES, type ReplyFrame } from '@native/helper/protocol'
import { Fuzz } from '../../e2e/polkit/fuzz'
import { requireLocked } from '../../e2e/polkit/require-locked'

describe('hostile frames', () => {
  it('get one reply each, in whatever pieces they come', async () => {
    const fuzz = new Fuzz(20_261_125)
    const replies: ReplyFrame[] = []
    const ran: string[] = []
    const dispatcher = new Dispatcher({
      access: 'control',
      problem: null,
      objection: () => null,
      run: async (name, args) => {
        ran.push(`${name} ${JSON.stringify(args)}`)
        return ok(null)
      },
      reply: (reply) => replies.push(reply),
    })
    const reader = new FrameReader(MAX_COMMAND_BYTES)
    const rounds = 60
    for (let round = 0; round < rounds; round++) {
      const frames = Array.from({ length: 25 }, () => fuzz.frame())
      for (const piece of fuzz.pieces(Buffer.concat(frames)))
        reader.push(piece, (event) => dispatcher.take(event))
      await expect.poll(() => replies.length).toBe((round + 1) * 25)
    }
    expect(ran.length).toBeGreaterThan(200)
    expect(new Set(ran.map((text) => text.split(' ')[0])).size).toBeGreaterThan(20)
    expect(ran.filter((text) => /"(lock|panic)"/.test(text))).toEqual([])
    const codes = new Set(replies.map(({ result }) => (result.ok ? 'ok' : result.code)))
    expect([...codes].sort()).toEqual(['bad-frame', 'ok', 'unknown-command', 'usage'])
  })
})

describe('a helper under fire', () => {
  const locked = { authorized: false }
  const no = { id: 1, result: fail('no-agent', 'x') }

  it('has refused changes before', () => {
    expect(() => requireLocked(locked, no)).not.toThrow()
  })

  it.each([
    ['was started by root', { authorized: true }, no],
    [
      'is root’s through pkexec, whom polkit allows everything',
      locked,
      { id: 1, result: ok(null) },
    ],
    ['gave no answer of polkit’s', locked, { id: 1, result: fail('busy', 'x') }],
  ])('is not one that %s', (_, hello, reply) => {
    expect(() => requireLocked(hello, reply)).toThrow('may change the kernel')
  })

  it('gets its fuzz from that one place', () => {
    const root = path.join(import.meta.dirname, '../../..')
    const users = ['test', 'build'].flatMap((folder) =>
      readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
        .filter((name) => /\.(ts|mjs|cjs|js)$/.test(name))
        .map((name) => path.join(folder, name))
        .filter((name) =>
          /polkit\/fuzz'|'\.\/fuzz'/.test(readFileSync(path.join(root, name), 'utf8')),
        ),
    )
    expect(users.sort()).toEqual(['test/e2e/polkit/under-fire.ts', 'test/unit/helper/fuzz.test.ts'])
    const underFire = readFileSync(path.join(root, users[0]!), 'utf8')
    expect(underFire.indexOf('requireLocked(target')).toBeGreaterThan(0)
    expect(underFire.indexOf('requireLocked(target')).toBeLessThan(
      underFire.indexOf('fuzz.frame()'),
    )
  })
})
