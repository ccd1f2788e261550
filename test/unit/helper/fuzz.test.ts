/** The fuzz of test/e2e, on the dispatcher alone: every frame gets one reply, and none is irrevocable. */
import { describe, expect, it } from 'vitest'
import { ok } from '@native/audit/result'
import { Dispatcher } from '@native/helper/dispatcher'
import { FrameReader } from '@native/helper/frames'
import { MAX_COMMAND_BYTES, type ReplyFrame } from '@native/helper/protocol'
import { Fuzz } from '../../e2e/polkit/fuzz'

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
