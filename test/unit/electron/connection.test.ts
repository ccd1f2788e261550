import path from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Connection, Settings } from '@contract/ipc'
import { ok } from '@native/audit/result'
import { DEFAULT_SETTINGS } from '../../../electron/main/settings'

vi.mock('electron', () => ({ app: {} }))
const { HelperConnection } = await import('../../../electron/main/helper/connection')

const script = path.join(import.meta.dirname, 'fake-helper.cjs')
let open: InstanceType<typeof HelperConnection>[] = []

function connectionTo(behaviour: object, settings: Partial<Settings> = {}) {
  const notices: unknown[] = []
  const states: Connection[] = []
  const records: number[] = []
  const connection = new HelperConnection(
    {
      changed: (state) => states.push(state),
      records: (payload) => records.push(payload.byteLength),
      status: () => undefined,
      notice: (notice) => notices.push(notice),
    },
    () => ({ ...DEFAULT_SETTINGS, ...settings }),
    () =>
      ok({
        command: process.execPath,
        args: [script, JSON.stringify(behaviour)],
        env: process.env,
      }),
  )
  open.push(connection)
  return { connection, states, records, notices }
}

afterEach(async () => {
  await Promise.all(open.map((connection) => connection.disconnect()))
  open = []
})

describe('the connection to the helper', () => {
  it('goes from disconnected through connecting to connected, and back', async () => {
    const { connection, states } = connectionTo({})
    const result = await connection.connect('observe')
    expect(result).toMatchObject({
      ok: true,
      value: { state: 'connected', mode: 'observe', control: 'full' },
    })
    await connection.disconnect()
    expect(states.map(({ state }) => state)).toEqual(['connecting', 'connected', 'disconnected'])
  })

  it('puts the budget of the settings in force when it connects, and not again with another mode', async () => {
    const budget = { cpuPercent: 3, memoryBytes: 2 ** 24, waitMs: 5 }
    const { connection, notices } = connectionTo({ tells: true }, { budget })
    await connection.connect('observe')
    await connection.connect('best-effort')
    // What the helper tells comes in frames of its own, after the answer.
    const told = (): string[] => notices.map((notice) => (notice as { message: string }).message)
    await vi.waitFor(() => expect(told()).toEqual(['subscribe', 'governor', 'subscribe']))
    expect(notices[1]).toMatchObject({ args: { budget } })
  })

  it('passes record frames on unparsed', async () => {
    const { connection, records } = connectionTo({})
    await connection.connect('observe')
    await vi.waitFor(() => expect(records).toEqual([32]))
  })

  it('subscribes with the boost and the watchdog of the settings', async () => {
    const { connection } = connectionTo({})
    await connection.connect('observe')
    const echoed = await connection.command('subscribe', { mode: 'never-lose', watchdog: 1000 })
    expect(echoed).toMatchObject({
      ok: true,
      value: { name: 'subscribe', args: { mode: 'never-lose', watchdog: 1000 } },
    })
  })

  it('takes a dismissed prompt as a normal answer with its own code', async () => {
    const { connection, states } = connectionTo({ exitBeforeHello: 126 })
    expect(await connection.connect('observe')).toMatchObject({ ok: false, code: 'dismissed' })
    expect(states.at(-1)).toMatchObject({ state: 'failed', problem: { code: 'dismissed' } })
    expect(states.at(-1)?.problem?.hint).not.toBe('')
  })

  it('tells a missing agent from a refusal', async () => {
    const noAgent = connectionTo({
      exitBeforeHello: 127,
      stderr: 'polkit-agent-helper: No authentication agent found',
    })
    expect(await noAgent.connection.connect('observe')).toMatchObject({
      ok: false,
      code: 'no-agent',
    })
    const refused = connectionTo({
      exitBeforeHello: 127,
      stderr: 'Error executing command as another user: Not authorized',
    })
    expect(await refused.connection.connect('observe')).toMatchObject({
      ok: false,
      code: 'not-authorized',
    })
  })

  it('hands on why the helper can do nothing, and ends it', async () => {
    const problem = {
      ok: false,
      code: 'no-audit',
      message: 'This kernel has no audit.',
      hint: 'Boot another.',
    }
    const { connection, states } = connectionTo({ access: 'none', problem })
    expect(await connection.connect('observe')).toMatchObject({ ok: false, code: 'no-audit' })
    expect(states.at(-1)).toMatchObject({ state: 'failed', pid: null })
  })

  it('stays connected in the old mode when a change of mode is refused', async () => {
    const refusal = { code: 'daemon-registered', message: 'auditd (42) is registered.' }
    const { connection } = connectionTo({ refuse: { 'subscribe never-lose': refusal } })
    await connection.connect('observe')
    expect(await connection.connect('never-lose')).toMatchObject({
      ok: false,
      code: 'daemon-registered',
    })
    expect(connection.connection).toMatchObject({ state: 'connected', mode: 'observe' })
  })

  it('fails as a whole when the first subscription is refused', async () => {
    const refusal = { code: 'daemon-registered', message: 'auditd (42) is registered.' }
    const { connection } = connectionTo({ refuse: { 'subscribe never-lose': refusal } })
    expect(await connection.connect('never-lose')).toMatchObject({
      ok: false,
      code: 'daemon-registered',
    })
    expect(connection.connection).toMatchObject({ state: 'failed', pid: null })
  })

  it('shows the death of the helper and connects again on request', async () => {
    const { connection, states } = connectionTo({ dieAfter: 'facts' })
    await connection.connect('observe')
    await connection.command('facts', {})
    await vi.waitFor(() =>
      expect(states.at(-1)).toMatchObject({ state: 'lost', problem: { code: 'killed' } }),
    )
    expect(await connection.connect('observe')).toMatchObject({
      ok: true,
      value: { state: 'connected' },
    })
  })

  it('refuses a second prompt while the first is open', async () => {
    const { connection } = connectionTo({})
    const first = connection.connect('observe')
    expect(await connection.connect('observe')).toMatchObject({ ok: false, code: 'busy' })
    expect(await first).toMatchObject({ ok: true })
  })

  it('forgets a prompt that the user cancelled', async () => {
    const { connection, states } = connectionTo({})
    const first = connection.connect('observe')
    await connection.disconnect()
    expect(await first).toMatchObject({ ok: false, code: 'cancelled' })
    expect(states.at(-1)).toMatchObject({ state: 'disconnected' })
    expect(await connection.connect('observe')).toMatchObject({ ok: true })
  })

  it.each([
    ['no.such', {}, /no command named/],
    ['__proto__', {}, /no command named/],
    ['set', { rateLimit: -1 }, /set:/],
    ['set', { failure: 3 }, /set:/],
    ['rules.add', { rule: 'not base64!' }, /rules.add:/],
    ['subscribe', { mode: 'root' }, /subscribe:/],
  ])('refuses %s %j before it reaches the helper', async (name, args, why) => {
    const { connection } = connectionTo({})
    await connection.connect('observe')
    const result = await connection.command(name, args)
    expect(result).toMatchObject({ ok: false, code: 'usage' })
    if (!result.ok) expect(result.message).toMatch(why)
  })

  it('says that it is not connected', async () => {
    const { connection } = connectionTo({})
    expect(await connection.command('features', {})).toMatchObject({
      ok: false,
      code: 'not-connected',
    })
  })
})

describe('the second question, about changes', () => {
  const locked = { authorized: false, needControl: ['rules.deleteAll', 'subscribe best-effort'] }

  it('is asked before the first change, and the change is then made', async () => {
    const { connection } = connectionTo(locked)
    await connection.connect('observe')
    expect(connection.connection.control).toBe('locked')
    const result = await connection.command('rules.deleteAll', {})
    expect(result).toMatchObject({ ok: true, value: { name: 'rules.deleteAll' } })
    expect(connection.connection.control).toBe('full')
  })

  it('leaves the lock closed and the connection open when the prompt is dismissed', async () => {
    const refuse = { authorize: { code: 'dismissed', message: 'No.' } }
    const { connection } = connectionTo({ ...locked, refuse })
    await connection.connect('observe')
    expect(await connection.command('rules.deleteAll', {})).toMatchObject({ code: 'dismissed' })
    expect(connection.connection).toMatchObject({ state: 'connected', control: 'locked' })
  })

  it('is asked before this program becomes the daemon', async () => {
    const { connection } = connectionTo(locked)
    expect(await connection.connect('best-effort')).toMatchObject({
      ok: true,
      value: { mode: 'best-effort', control: 'full' },
    })
  })

  it('is never asked for the exemption of our own processes, which nobody clicked on', async () => {
    const { connection } = connectionTo({ authorized: false, needControl: ['exempt'] })
    await connection.connect('observe')
    expect(await connection.command('exempt', { rules: [] })).toMatchObject({
      code: 'control-locked',
    })
  })
})
