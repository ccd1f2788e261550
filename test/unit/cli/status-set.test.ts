import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { root } from '@native/cli/table'
import { BOOT, FakeKernel } from './fake-kernel'
import { runWith, type Outcome } from './harness'

const run = (machine: FakeKernel, line: string): Promise<Outcome> =>
  runWith(root, line.split(' '), { machine })

describe('auditscope status', () => {
  it('tells every value in words', async () => {
    const kernel = new FakeKernel({
      enabled: 1,
      pid: 812,
      backlog: 3,
      backlogLimit: 8192,
      lost: 3804,
      backlogWaitTimeActual: 375,
    })
    kernel.processes = { 812: 'auditd\u001b[31m' }
    const { code, out } = await run(kernel, 'status')
    expect(code).toBe(0)
    const rows = Object.fromEntries(
      out
        .trimEnd()
        .split('\n')
        .map((line) => line.split(/ {2,}/)),
    )
    expect(rows).toEqual({
      enabled: 'on',
      daemon: 'auditd\\e[31m (812)',
      backlog: '3 of 8,192',
      lost: '3,804 records',
      backlog_limit: '8,192 records',
      backlog_wait_time: '60 s (15,000 jiffies)',
      rate_limit: 'no limit',
      failure: 'print',
      waited: '1.5 s',
      only_unset_loginuid: 'off',
      loginuid_immutable: 'on, locked',
      kernel: '6.1.0 x86_64',
    })
  })

  it('says what an old kernel does not know', async () => {
    const kernel = new FakeKernel({ pid: 5 })
    kernel.status = { ...kernel.status, backlogWaitTime: null, backlogWaitTimeActual: null }
    kernel.request = ({ type }) =>
      Promise.resolve(
        type === 1000
          ? { ok: true, value: { ack: 0, payloads: [new Uint8Array(32)] } }
          : { ok: false, code: 'EINVAL', message: '', hint: '' },
      )
    const { out } = await run(kernel, 'status')
    expect(out).toMatch(/backlog_wait_time +not known to this kernel/)
    expect(out).toMatch(/waited +not known to this kernel/)
    expect(out).not.toContain('loginuid')
  })

  it('prints the same as JSON', async () => {
    const { out } = await run(new FakeKernel(), 'status --json')
    expect(JSON.parse(out)).toEqual({
      kernel: { release: '6.1.0', machine: 'x86_64' },
      hz: 250,
      status: BOOT,
      daemon: null,
      abilities: expect.arrayContaining(['BACKLOG_WAIT_TIME', 'LOST_RESET']),
      features: [
        { name: 'only_unset_loginuid', enabled: false, locked: false },
        { name: 'loginuid_immutable', enabled: true, locked: true },
      ],
    })
  })

  it('ends with 1 and one line when the kernel refuses', async () => {
    const kernel = new FakeKernel()
    kernel.refuse = { get: 'EPERM' }
    const { code, out, err } = await run(kernel, 'status')
    expect([code, out]).toEqual([1, ''])
    expect(err).toMatch(/^auditscope status: [^\n]*CAP_AUDIT_CONTROL[^\n]*\n$/)
  })
})

describe('auditscope set', () => {
  it('sets what was asked for, what locks last, and says what changed', async () => {
    const kernel = new FakeKernel()
    const { code, out } = await run(
      kernel,
      'set --enabled 2 --rate-limit 20000 --backlog-limit 8192 --backlog-wait-time 0 --confirm lock',
    )
    expect(code).toBe(0)
    expect(kernel.log).toEqual([
      'backlogLimit=8192',
      'backlogWaitTime=0',
      'rateLimit=20000',
      'enabled=2',
    ])
    expect(out).toBe(
      'backlog_limit: 64 records → 8,192 records\nbacklog_wait_time: 60 s (15,000 jiffies) → no wait\nrate_limit: no limit → 20,000 records/s\nenabled: off → on and locked\n',
    )
  })

  it('sets nothing that is so already', async () => {
    const kernel = new FakeKernel()
    expect(await run(kernel, 'set --failure 1 --enabled 0')).toEqual({ code: 0, out: '', err: '' })
    expect(kernel.log).toEqual([])
  })

  it.each([
    ['60s', 15000],
    ['100ms', 25],
    ['0.5s', 125],
    ['1ms', 1],
    ['0', 0],
    ['0s', 0],
    ['7', 7],
  ])('takes the wait time as %s', async (text, jiffies) => {
    const kernel = new FakeKernel({ backlogWaitTime: 999 })
    await run(kernel, `set --backlog-wait-time ${text}`)
    expect(kernel.status.backlogWaitTime).toBe(jiffies)
  })

  it('takes a profile, over which other options win', async () => {
    const kernel = new FakeKernel()
    await run(kernel, 'set --profile never-stall --enabled 0')
    expect(kernel.log).toEqual(['backlogLimit=8192', 'backlogWaitTime=0'])
  })

  it.each([
    ['set --failure 2', 'confirm-panic', /The machine will panic.* Add --confirm panic /],
    ['set --enabled 2', 'confirm-lock', /will be locked.* Add --confirm lock /],
    ['set --enabled 2 --failure 2 --confirm panic', 'confirm-lock', /Add --confirm panic,lock /],
    ['set --profile compliance', 'both', /Add --confirm panic,lock /],
  ])('%s: does nothing without its word', async (line, _code, message) => {
    const kernel = new FakeKernel()
    const { code, err } = await run(kernel, line)
    expect(code).toBe(1)
    expect(err).toMatch(message)
    expect(kernel.log).toEqual([])
  })

  it('puts back what it set when the kernel refuses a later one', async () => {
    const kernel = new FakeKernel()
    kernel.refuse = { rateLimit: 'EINVAL' }
    const { code, err } = await run(kernel, 'set --backlog-limit 8192 --rate-limit 5')
    expect(code).toBe(1)
    expect(err).toContain('rate_limit:')
    expect(kernel.status).toEqual(BOOT)
  })

  it('refuses before it asks a locked kernel', async () => {
    const kernel = new FakeKernel({ enabled: 2 })
    const { code, err } = await run(kernel, 'set --rate-limit 5')
    expect([code, kernel.log]).toEqual([1, []])
    expect(err).toContain('locked (enabled=2)')
  })

  it('resets counters, also of a locked kernel', async () => {
    const kernel = new FakeKernel({ enabled: 2, lost: 7, backlogWaitTimeActual: 5 })
    const { code } = await run(kernel, 'set --reset-lost --reset-waited')
    expect(code).toBe(0)
    expect(kernel.log).toEqual(['reset lost', 'reset backlogWaitTimeActual'])
  })

  it('shows what it would do, with the command of auditctl, and does nothing', async () => {
    const kernel = new FakeKernel()
    const { code, out } = await run(kernel, 'set --backlog-limit 8192 --enabled 1 --dry-run')
    expect(code).toBe(0)
    expect(out).toMatch(/\nauditctl -b 8192 -e 1\n$/)
    expect(kernel.log).toEqual([])
  })

  it('warns on stderr and prints JSON on stdout', async () => {
    const { out, err } = await run(new FakeKernel(), 'set --rate-limit 5 --json')
    expect(err).toMatch(/^warning: A rate limit drops single records/)
    expect(JSON.parse(out)).toMatchObject({
      changes: [{ setting: 'rateLimit', from: 0, to: 5 }],
      status: { rateLimit: 5 },
    })
  })

  it.each([
    ['set', /Nothing to set/],
    ['set --rate-limit 4294967296', /from 0 to 4294967295/],
    ['set --failure 3', /from 0 to 2/],
    ['set --enabled -1', /from 0 to 2/],
    ['set --backlog-wait-time soon', /not "soon"/],
    ['set --backlog-wait-time 1.5', /not "1.5"/],
    ['set --backlog-wait-time -1', /not "-1"/],
    ['set --confirm yes', /--confirm is one of/],
    ['set --profile fast', /--profile is one of/],
    ['set rate_limit=5', /one argument too many/],
  ])('%s is wrong usage and changes nothing', async (line, message) => {
    const kernel = new FakeKernel()
    const { code, err } = await run(kernel, line)
    expect(code).toBe(2)
    expect(err).toMatch(message)
    expect(kernel.log).toEqual([])
  })

  it('answers any values with an exit code, and never leaves half of them set', async () => {
    const value = fc.oneof(fc.integer(), fc.string(), fc.constantFrom('0', '1', '2', '60s'))
    const option = fc.constantFrom(
      'rate-limit',
      'backlog-limit',
      'backlog-wait-time',
      'failure',
      'enabled',
      'confirm',
    )
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(option, value), { maxLength: 4 }), async (pairs) => {
        const kernel = new FakeKernel()
        const argv = pairs.flatMap(([name, text]) => [`--${name}`, String(text)])
        const { code, err } = await runWith(root, ['set', ...argv], { machine: kernel })
        expect(err).not.toMatch(/This is a bug/)
        if (code !== 0) expect(kernel.status).toEqual(BOOT)
      }),
    )
  })
})
