import { PassThrough } from 'node:stream'
import { describe, expect, it, vi } from 'vitest'
import { MessageType } from '@native/audit/netlink/message'
import { fail, ok } from '@native/audit/result'
import { ClosedPaths, placerPipes } from '@native/helper/closed-paths'
import { encodeFrame, encodeJsonFrame, FrameReader } from '@native/helper/frames'
import { PlacerKind } from '@native/helper/placer-protocol'
import type { KernelRequest } from '@native/kernel/request'

const request = (type: number): KernelRequest => ({
  type,
  payload: Uint8Array.of(1, 2, 3),
  expect: 'ack',
  timeoutMs: 50,
})
const ADD = request(MessageType.AUDIT_ADD_RULE)
const refuses = (code: string) => ({ request: vi.fn(async () => fail(code, code)) })

/** The placer's end of the pipes: what it was sent, answered by `answer`; null for silence. */
function placer(answer: (kind: number) => Uint8Array | null) {
  const pipes = { ask: new PassThrough(), answer: new PassThrough() }
  const kinds: number[] = []
  let woken = 0
  const reader = new FrameReader(1 << 20)
  let asleep = true
  pipes.ask.on('data', (chunk: Buffer) => {
    let bytes = chunk
    if (asleep) {
      expect(bytes[0]).toBe('\n'.charCodeAt(0))
      bytes = bytes.subarray(1)
      asleep = false
      woken++
    }
    reader.push(bytes, (event) => {
      kinds.push(event.kind)
      asleep = event.kind === PlacerKind.end
      const frame = answer(event.kind)
      if (frame !== null) pipes.answer.write(frame)
    })
  })
  return { pipes, kinds, woken: () => woken }
}
const yes = (kind: number) => encodeJsonFrame(kind, { ok: true, value: { ack: 0 } })

describe('rules on closed paths', () => {
  it('go to the placer, which is woken once for several and sent to rest after them', async () => {
    const other = placer(yes)
    const paths = new ClosedPaths(refuses('EACCES'), other.pipes, 5)
    const answers = await Promise.all([
      paths.request(ADD),
      paths.request(request(MessageType.AUDIT_DEL_RULE)),
    ])
    expect(answers).toEqual([ok({ ack: 0, payloads: [] }), ok({ ack: 0, payloads: [] })])
    await expect
      .poll(() => other.kinds)
      .toEqual([PlacerKind.add, PlacerKind.delete, PlacerKind.end])
    expect((await paths.request(ADD)).ok).toBe(true)
    expect(other.woken()).toBe(2)
  })

  it.each([
    ['another refusal', refuses('EEXIST'), ADD],
    ['no change of rules', refuses('EACCES'), request(MessageType.AUDIT_SET)],
  ])('only they: not after %s', async (_, requester, what) => {
    const other = placer(yes)
    const answer = await new ClosedPaths(requester, other.pipes).request(what)
    expect(answer).toEqual(await requester.request())
    expect(other.woken()).toBe(0)
  })

  it('are refused as the kernel refuses them to the placer', async () => {
    const other = placer((kind) => encodeJsonFrame(kind, fail('ENOENT', 'No.')))
    const answer = await new ClosedPaths(refuses('EACCES'), other.pipes).request(ADD)
    expect(answer).toMatchObject({ ok: false, code: 'ENOENT' })
  })

  it.each<[string, (kind: number) => Uint8Array | null]>([
    ['something that is no JSON', (kind) => encodeFrame(kind, Uint8Array.of(1))],
    ['too much', (kind) => encodeFrame(kind, new Uint8Array(1 << 20))],
  ])('stay refused when the placer answers %s, and it is not asked again', async (_, answer) => {
    const other = placer(answer)
    const paths = new ClosedPaths(refuses('EACCES'), other.pipes)
    expect(await paths.request(ADD)).toMatchObject({ code: 'EACCES' })
    expect(await paths.request(ADD)).toMatchObject({ code: 'EACCES' })
    expect(other.kinds).toEqual([PlacerKind.add])
  })

  it('stay refused when the placer has ended', async () => {
    const other = placer(() => null)
    const paths = new ClosedPaths(refuses('EACCES'), other.pipes)
    const answer = paths.request(ADD)
    await expect.poll(() => other.kinds).toEqual([PlacerKind.add])
    other.pipes.answer.destroy()
    expect(await answer).toMatchObject({ code: 'EACCES' })
    expect(await paths.request(ADD)).toMatchObject({ code: 'EACCES' })
  })

  it('stay refused where there is no placer', async () => {
    expect(placerPipes({})).toBe(null)
    const answer = await new ClosedPaths(refuses('EACCES'), null).request(ADD)
    expect(answer).toMatchObject({ code: 'EACCES' })
  })
})
