/**
 * The helper with CAP_AUDIT_READ alone. It changes nothing, so it also runs where auditing is locked, in use or idle: the
 * record that it waits for is one that a program sends (AUDIT_USER_AVC), which the kernel passes on in any case.
 */
import { afterEach, describe, expect, it } from 'vitest'
import { openSocket } from '@native/kernel/netlink-socket'
import { readCapabilities } from '@native/kernel/proc-system'
import { RequestSocket } from '@native/kernel/request'
import { TestHelper } from './helper'

const AUDIT_USER_AVC = 1107
const needed = ['CAP_AUDIT_READ', 'CAP_AUDIT_WRITE']
const isAskedFor = Boolean(process.env.CI) || process.env.AUDITSCOPE_HOST_KERNEL === '1'
const isAble =
  process.getuid?.() === 0 && needed.every((name) => readCapabilities().effective.includes(name))

let helper: TestHelper
afterEach(() => helper.client.end())

/** Has the kernel make a record with this text. */
function say(text: string): void {
  const socket = openSocket()
  if (!socket.ok) throw new Error(socket.message)
  const payload = new TextEncoder().encode(`${text}\0`)
  const sent = new RequestSocket(socket.value).run({
    type: AUDIT_USER_AVC,
    payload,
    expect: 'ack',
    timeoutMs: 5000,
  })
  if (!sent.ok) throw new Error(sent.message)
}

describe.skipIf(!isAskedFor || !isAble)('a helper that may read events and nothing else', () => {
  it('starts, delivers events, has no counters, and says which right is missing for what', async () => {
    helper = await TestHelper.start([
      'setpriv',
      '--bounding-set=-all,+audit_read',
      '--inh-caps=-all',
    ])
    const { client } = helper
    const hello = client.hello!
    expect(hello).toMatchObject({ access: 'read', status: null, daemon: null })
    expect(hello.problem?.code).toBe('read-only')
    expect(hello.problem?.message).toContain('Only CAP_AUDIT_READ')

    expect(await client.command('subscribe', { mode: 'observe' })).toMatchObject({ ok: true })
    const mark = `auditscope-read-only-${process.pid}`
    say(`avc: test=${mark}`)
    await helper.until(() => helper.records.some(({ text }) => text.includes(mark)))

    await helper.until(() => helper.samples.length > 0)
    expect(helper.samples.at(-1)!.kernel).toBe(null)
    // The helper's own counters go on.
    expect(await client.command('status', {})).toMatchObject({ ok: true, value: { kernel: null } })
    for (const refused of [
      await client.command('rules.list', {}),
      await client.command('features', {}),
      await client.command('set', { rateLimit: 0 }),
      await client.command('subscribe', { mode: 'best-effort' }),
    ]) {
      expect(refused).toMatchObject({ ok: false })
    }
    expect((await client.end()).reason).toBe('stopped')
  })
})
