import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fail, ok } from '@native/audit/result'
import { Dispatcher, MAX_WAITING, type DispatcherContext } from '@native/helper/dispatcher'
import { encodeFrame, encodeJsonFrame, FrameReader } from '@native/helper/frames'
import { HANDLERS } from '@native/helper/handlers'
import {
  COMMANDS,
  ERROR_CODES,
  FrameKind,
  MAX_COMMAND_BYTES,
  type CommandName,
  type ReplyFrame,
} from '@native/helper/protocol'
import { refuses, unboundedLists, wrongValues } from '../../support/wrong-values'

/** A dispatcher whose commands are noted instead of done. */
function makeDispatcher(overrides: Partial<DispatcherContext> = {}) {
  const replies: ReplyFrame[] = []
  const runs: { name: CommandName; args: unknown }[] = []
  const dispatcher = new Dispatcher({
    access: 'control',
    problem: null,
    objection: () => null,
    run(name, args) {
      runs.push({ name, args })
      return Promise.resolve(ok(null))
    },
    reply: (reply) => replies.push(reply),
    ...overrides,
  })
  const reader = new FrameReader(MAX_COMMAND_BYTES)
  const feed = (bytes: Uint8Array) => reader.push(bytes, (event) => dispatcher.take(event))
  const send = (name: string, args: unknown, id = 1) =>
    feed(encodeJsonFrame(FrameKind.command, { id, name, args }))
  const settled = () => new Promise((resolve) => setTimeout(resolve, 0))
  return { replies, runs, feed, send, settled }
}

/** What is wrong with the arguments of each command: all of these must be refused. */
const WRONG: readonly [CommandName, unknown][] = [
  ...(Object.keys(COMMANDS) as CommandName[]).flatMap((name): [CommandName, unknown][] => [
    [name, null],
    [name, 'text'],
    [name, []],
    [name, { surprise: 1 }],
  ]),
  ['set', { rateLimit: -1 }],
  ['set', { rateLimit: 1.5 }],
  ['set', { rateLimit: 2 ** 32 }],
  ['set', { rateLimit: '100' }],
  ['set', { rateLimit: null }],
  ['set', { enabled: 3 }],
  ['set', { enabled: true }],
  ['set', { failure: 1e308 }],
  ['set', { pid: 1 }],
  ['set', { keep: 'yes' }],
  ['set', { confirm: ['everything'] }],
  ['setFeature', { name: 'nonsense', enabled: true }],
  ['rules.add', { rule: 'not base64!' }],
  ['rules.add', { rule: 'A'.repeat(70_000) }],
  ['rules.replace', { rules: 'AAAA' }],
  ['rules.replace', { rules: Array.from({ length: 8193 }, () => 'AAAA') }],
  ['subscribe', { mode: 'none' }],
  ['subscribe', { mode: 'observe', receiveBuffer: 1 }],
  ['subscribe', { mode: 'observe', watchdog: -1 }],
  ['exempt', { rules: Array.from({ length: 65 }, () => 'AAAA') }],
  ['journal.restore', { id: 'x'.repeat(65) }],
  ['journal.restore', { id: 5 }],
]

describe('dispatcher', () => {
  it('has a handler for every declared command, and none besides', () => {
    expect(Object.keys(HANDLERS).sort()).toEqual(Object.keys(COMMANDS).sort())
  })

  it('runs a good command with its defaults filled in, and replies under its id', async () => {
    const { send, runs, replies, settled } = makeDispatcher()
    send('set', { rateLimit: 5 }, 7)
    await settled()
    expect(runs).toEqual([{ name: 'set', args: { rateLimit: 5, keep: false, confirm: [] } }])
    expect(replies).toEqual([{ id: 7, result: ok(null) }])
  })

  it.each(WRONG)('refuses %s with %j, in words, and does nothing', async (name, args) => {
    const { send, runs, replies, settled } = makeDispatcher()
    send(name, args)
    await settled()
    expect(runs).toEqual([])
    expect(replies).toHaveLength(1)
    expect(replies[0]).toMatchObject({ id: 1, result: { ok: false, code: 'usage' } })
    expect(JSON.stringify(replies[0])).toContain(name)
  })

  it.each(Object.keys(COMMANDS) as CommandName[])(
    'bounds every field of %s, and refuses wrong types and huge values',
    async (name) => {
      const schema = COMMANDS[name].args
      expect(unboundedLists(schema)).toEqual([])
      const taken = wrongValues(schema).filter((wrong) => !refuses(schema, wrong))
      expect(taken.map(({ field, what }) => `${field}: ${what}`)).toEqual([])
      const { send, runs, replies, settled } = makeDispatcher()
      // What is longer than a frame may be, or is no JSON, does not come this far.
      const bad = wrongValues(schema).filter(
        ({ value }) =>
          JSON.stringify(value).length < 10_000 &&
          (typeof value !== 'number' || Number.isFinite(value)),
      )
      for (const { field, value } of bad) send(name, { [field]: value })
      await settled()
      expect(runs).toEqual([])
      expect(replies).toHaveLength(bad.length)
      for (const { result } of replies) expect(result).toMatchObject({ ok: false })
    },
  )

  it('says which commands there are when it does not know one', async () => {
    const { send, replies, settled } = makeDispatcher()
    for (const name of ['reboot', '__proto__', 'constructor', 'toString', '']) send(name, {})
    await settled()
    expect(replies).toHaveLength(5)
    for (const { result } of replies) expect(result).toMatchObject({ code: 'unknown-command' })
    expect(JSON.stringify(replies[0])).toContain('rules.list')
  })

  it('answers frames that are no commands and goes on with the next', async () => {
    const { feed, send, replies, runs, settled } = makeDispatcher()
    feed(encodeFrame(FrameKind.command, Buffer.from('{"id":')))
    feed(encodeFrame(FrameKind.command, Uint8Array.of(0xff, 0xfe)))
    feed(encodeFrame(FrameKind.records, Buffer.from('{}')))
    feed(encodeFrame(FrameKind.command, Buffer.from('[]')))
    feed(encodeFrame(FrameKind.command, Buffer.from('{"id":-1,"name":"status","args":{}}')))
    feed(encodeFrame(FrameKind.command, new Uint8Array(MAX_COMMAND_BYTES + 1)))
    send('status', {}, 9)
    await settled()
    expect(replies.slice(0, 6).map(({ id }) => id)).toEqual([null, null, null, null, null, null])
    for (const { result } of replies.slice(0, 6))
      expect(result).toMatchObject({ code: 'bad-frame' })
    expect(runs).toEqual([{ name: 'status', args: {} }])
    expect(replies.at(-1)).toMatchObject({ id: 9, result: { ok: true } })
  })

  it('survives any bytes: one reply for each frame, and nothing is run', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 255 }), fc.uint8Array({ maxLength: 200 })), {
          maxLength: 20,
        }),
        async (frames) => {
          const { feed, replies, runs, settled } = makeDispatcher()
          for (const [kind, payload] of frames) feed(encodeFrame(kind, payload))
          await settled()
          expect(replies).toHaveLength(frames.length)
          expect(runs).toEqual([])
        },
      ),
    )
  })

  it('survives any JSON: nothing is run unless its arguments fit', async () => {
    const names = fc.constantFrom(...Object.keys(COMMANDS), 'nonsense')
    await fc.assert(
      fc.asyncProperty(names, fc.jsonValue(), async (name, args) => {
        const { send, replies, runs, settled } = makeDispatcher()
        send(name, args)
        await settled()
        expect(replies).toHaveLength(1)
        const fits = name in COMMANDS && COMMANDS[name as CommandName].args.safeParse(args).success
        expect(runs).toHaveLength(fits ? 1 : 0)
      }),
    )
  })

  it('runs changes one after the other, and lets questions through', async () => {
    const order: string[] = []
    let release = (): void => undefined
    const blocked = new Promise<void>((resolve) => {
      release = resolve
    })
    const { send, settled } = makeDispatcher({
      async run(name) {
        order.push(`begin ${name}`)
        if (name === 'set') await blocked
        order.push(`end ${name}`)
        return ok(null)
      },
    })
    send('set', {})
    send('unsubscribe', {})
    send('status', {})
    await settled()
    expect([...order].sort()).toEqual(['begin set', 'begin status', 'end status'])
    release()
    await settled()
    expect(order.slice(3)).toEqual(['end set', 'begin unsubscribe', 'end unsubscribe'])
  })

  it('bounds how many commands wait', async () => {
    const { send, replies, settled } = makeDispatcher({ run: () => new Promise(() => undefined) })
    for (let id = 0; id < MAX_WAITING + 3; id++) send('set', {}, id)
    await settled()
    expect(replies.map(({ id }) => id)).toEqual([MAX_WAITING, MAX_WAITING + 1, MAX_WAITING + 2])
    for (const { result } of replies) expect(result).toMatchObject({ code: 'busy' })
  })

  it('turns a bug into an answer', async () => {
    const { send, replies, settled } = makeDispatcher({
      run: () => Promise.reject(new Error('null is not an object')),
    })
    send('set', {})
    await settled()
    expect(replies[0]).toMatchObject({ id: 1, result: { ok: false, code: 'internal' } })
  })

  it('refuses what the helper was not granted, with the reason', async () => {
    const problem = fail('read-only', 'Only CAP_AUDIT_READ.')
    const { send, replies, runs, settled } = makeDispatcher({ access: 'read', problem })
    send('set', {}, 1)
    send('subscribe', { mode: 'observe' }, 2)
    send('facts', {}, 3)
    await settled()
    expect(replies.find(({ id }) => id === 1)?.result).toEqual(problem)
    expect(runs.map(({ name }) => name).sort()).toEqual(['facts', 'subscribe'])
  })

  it('documents each of its error codes', () => {
    for (const code of ['usage', 'unknown-command', 'bad-frame', 'busy', 'internal']) {
      expect(ERROR_CODES).toHaveProperty(code)
    }
  })
})
