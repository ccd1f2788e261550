/** The helper on this machine's kernel: delivery, settings, rules, modes, and putting everything back. */
import { describe, expect, it } from 'vitest'
import type { Mode } from '@native/helper/protocol'
import { describeOnKernel } from './guard'
import { eventKey, TestHelper, value } from './helper'
import { auditctl, callsOf, listen, startHelper } from './listen'
import { Generator } from './programs'
import { generatorRule, ruleOf } from './rules'

type ListenMode = Exclude<Mode, 'none'>

describeOnKernel('helper on this kernel', () => {
  describe.each<ListenMode>(['observe', 'best-effort', 'never-lose'])('mode %s', (mode) => {
    it('delivers exactly the events of five audited calls, each with all of its records', async () => {
      const helper = await startHelper()
      // The kernel counts since boot: what others lost before is not of this test.
      const lostBefore = value(await helper.client.command('status', {})).kernel?.lost
      await listen(helper, { mode }, 'unlink')
      const { calls } = await new Generator('unlink', 5).report()
      expect(calls).toBe(5)
      // A frame may end in the middle of an event: all are here when each has its EOE.
      const ended = (key: string): boolean =>
        helper.records.some(({ type, text }) => type === 1320 && eventKey(text) === key)
      await helper.until(() => callsOf(helper).filter(ended).length === 5)
      const keys = callsOf(helper)
      expect(keys).toHaveLength(5)
      for (const key of keys) {
        const types = helper.records.filter(({ text }) => eventKey(text) === key)
        // SYSCALL, CWD, PATH (the parent), PROCTITLE, EOE.
        expect(types.map(({ type }) => type)).toEqual([1300, 1307, 1302, 1327, 1320])
      }
      const sample = await helper.nextSample()
      expect(sample.mode).toBe(mode)
      expect(sample.drain.records).toBe(helper.records.length)
      expect(sample.ring.droppedRecords).toBe(0)
      expect(sample.socket).toMatchObject({ drops: 0, receiveBuffer: 64 * 1024 * 1024 })
      expect(sample.kernel?.lost).toBe(lostBefore)
    })
  })

  it('switches between multicast and unicast under load without losing or doubling a record', async () => {
    const helper = await startHelper()
    // Room enough that nothing is lost in best-effort on a busy machine.
    await listen(helper, { mode: 'observe' }, 'getppid', { backlogLimit: 200_000 })
    const generator = new Generator('getppid', 0, 20_000)
    for (const mode of [
      'best-effort',
      'observe',
      'never-lose',
      'best-effort',
      'observe',
    ] as const) {
      await new Promise((resolve) => setTimeout(resolve, 100))
      value(await helper.client.command('subscribe', { mode }))
    }
    await new Promise((resolve) => setTimeout(resolve, 100))
    const { calls } = await generator.end()
    await helper.until(() => callsOf(helper).length >= calls)
    const keys = callsOf(helper)
    expect(keys).toHaveLength(calls)
    expect(new Set(keys).size).toBe(calls)
    const serials = keys.map((key) => Number(key.split(':')[1]))
    expect(serials).toEqual([...serials].sort((a, b) => a - b))
    expect(new Set(helper.records.map(({ subscription }) => subscription)).size).toBeGreaterThan(2)
  })

  it('sets limits that auditctl -s shows, and puts them back at its end', async () => {
    const helper = await TestHelper.start()
    const set = value(
      await helper.client.command('set', {
        rateLimit: 4321,
        backlogLimit: 1234,
        backlogWaitTime: 100,
        failure: 0,
      }),
    )
    expect(set.status).toMatchObject({ rateLimit: 4321, backlogLimit: 1234, backlogWaitTime: 100 })
    const status = auditctl('-s')
    for (const line of [
      'rate_limit 4321',
      'backlog_limit 1234',
      'backlog_wait_time 100',
      'failure 0',
    ]) {
      expect(status).toContain(`${line}\n`)
    }
    expect(value(await helper.client.command('session.changes', {})).settings).toHaveLength(4)
    const restored = value(await helper.client.command('stop', {}))
    expect(restored.settings).toHaveLength(4)
    expect(await helper.client.end()).toMatchObject({ reason: 'stopped', code: 0 })
  })

  it('leaves what was meant to stay', async () => {
    const helper = await TestHelper.start()
    value(await helper.client.command('set', { rateLimit: 111, keep: true }))
    value(await helper.client.command('set', { backlogLimit: 222 }))
    value(await helper.client.command('session.keep', {}))
    value(await helper.client.command('set', { failure: 0 }))
    await helper.client.end()
    const status = auditctl('-s')
    auditctl('-r', '0')
    auditctl('-b', '64')
    expect(status).toContain('rate_limit 111\n')
    expect(status).toContain('backlog_limit 222\n')
    expect(status).toContain('failure 1\n')
  })

  it('adds, deletes and reorders rules as auditctl -l shows, and puts them back in their order', async () => {
    const program = Generator.program()
    const line = (key: string) =>
      `-a always,exit -F arch=b64 -S getppid -F exe=${program} -F key=${key}`
    const keys = () =>
      auditctl('-l')
        .split('\n')
        .flatMap((each) => /key=(\w+)/.exec(each)?.[1] ?? [])
    for (const key of ['one', 'two', 'three']) auditctl(...line(key).split(' '))
    const helper = await TestHelper.start()
    value(await helper.client.command('rules.add', { rule: ruleOf(line('four')), prepend: true }))
    value(await helper.client.command('rules.delete', { rule: ruleOf(line('two')) }))
    expect(keys()).toEqual(['four', 'one', 'three'])
    const wanted = ['five', 'three', 'two', 'one'].map((key) => ruleOf(line(key)))
    const replaced = value(await helper.client.command('rules.replace', { rules: wanted }))
    expect(replaced).toEqual({ added: 2, deleted: 1 })
    expect(keys()).toEqual(['five', 'three', 'two', 'one'])
    expect(value(await helper.client.command('rules.list', {}))).toEqual(wanted)
    expect(value(await helper.client.command('rules.deleteAll', {}))).toEqual({ deleted: 4 })
    expect(keys()).toEqual([])
    await helper.client.end()
    const after = keys()
    auditctl('-D')
    expect(after).toEqual(['one', 'two', 'three'])
  })

  it('says which rule the kernel has already, and which it has not', async () => {
    const helper = await startHelper()
    const rule = ruleOf(generatorRule('getppid'))
    value(await helper.client.command('rules.add', { rule }))
    expect(await helper.client.command('rules.add', { rule })).toMatchObject({ code: 'EEXIST' })
    value(await helper.client.command('rules.delete', { rule }))
    expect(await helper.client.command('rules.delete', { rule })).toMatchObject({ code: 'ENOENT' })
    expect(value(await helper.client.command('rules.list', {}))).toEqual([])
  })

  it('offers to put back what a killed helper left, and does', async () => {
    const killed = await TestHelper.start()
    await listen(killed, { mode: 'best-effort' }, 'getppid')
    value(await killed.client.command('set', { rateLimit: 77 }))
    process.kill(killed.client.hello!.pid, 'SIGKILL')
    await new Promise((resolve) => killed.client.once('exit', resolve))
    expect(killed.client.exit?.reason).toBe('killed')

    const next = await startHelper()
    const [leftover, ...others] = next.client.hello!.leftovers
    expect(others).toEqual([])
    expect(leftover?.pid).toBe(killed.client.hello!.pid)
    expect(leftover?.changes.settings.map(({ setting, to }) => [setting, to])).toEqual(
      expect.arrayContaining([
        ['enabled', 0],
        ['rateLimit', 0],
        ['backlogLimit', 64],
        ['backlogWaitTime', 15000],
      ]),
    )
    expect(leftover?.changes.rulesAdded).toHaveLength(1)
    value(await next.client.command('journal.restore', { id: leftover!.id }))
    const again = await startHelper()
    expect(again.client.hello!.leftovers).toEqual([])
    expect(auditctl('-s')).toMatch(/^enabled 0\n[^]*^pid 0\n[^]*^rate_limit 0\nbacklog_limit 64\n/m)
    expect(auditctl('-l')).toBe('No rules\n')
  })

  it('refuses to become the daemon beside another, names it, and observes instead', async () => {
    const first = await startHelper()
    value(await first.client.command('subscribe', { mode: 'best-effort' }))
    const second = await startHelper()
    expect(second.client.hello!.daemon?.pid).toBe(first.client.hello!.pid)
    const refused = await second.client.command('subscribe', { mode: 'never-lose' })
    expect(refused).toMatchObject({ ok: false, code: 'daemon-registered' })
    expect(JSON.stringify(refused)).toContain(String(first.client.hello!.pid))
    const preview = value(await second.client.command('preview', { mode: 'best-effort' }))
    expect(preview.refusal?.code).toBe('daemon-registered')
    value(await second.client.command('subscribe', { mode: 'observe' }))
    // Another program that asks the kernel directly is refused by the kernel, and the daemon hears of it.
    expect(() => auditctl('-s')).not.toThrow()
    expect(auditctl('-s')).toContain(`pid ${first.client.hello!.pid}\n`)
  })

  it('previews a mode without changing anything, and applies exactly that', async () => {
    const helper = await startHelper()
    const before = auditctl('-s')
    const preview = value(await helper.client.command('preview', { mode: 'never-lose' }))
    expect(auditctl('-s')).toBe(before)
    expect(preview.changes).toEqual([
      { setting: 'backlogLimit', from: 64, to: 8192 },
      { setting: 'pid', from: 0, to: helper.client.hello!.pid },
    ])
    const { changes } = value(await helper.client.command('subscribe', { mode: 'never-lose' }))
    expect(changes).toEqual(preview.changes)
    expect(auditctl('-s')).toContain('backlog_limit 8192\n')
    const sample = await helper.nextSample()
    expect(sample.boost.nice).toBe(-4)
    value(await helper.client.command('unsubscribe', {}))
    expect(auditctl('-s')).toBe(before)
    expect((await helper.nextSample()).boost.nice).toBe(0)
  })

  it('asks for a confirmation before anything that can panic or lock the machine, and changes nothing', async () => {
    const helper = await startHelper()
    const before = auditctl('-s')
    for (const [args, code] of [
      [{ failure: 2 }, 'confirm-panic'],
      [{ enabled: 2 }, 'confirm-lock'],
      [{ failure: 2, enabled: 2, confirm: ['lock'] as 'lock'[] }, 'confirm-panic'],
    ] as const) {
      expect(
        await helper.client.command('set', {
          ...args,
          confirm: [...('confirm' in args ? args.confirm : [])],
        }),
      ).toMatchObject({ ok: false, code })
    }
    expect(auditctl('-s')).toBe(before)
  })

  it('resets the counters and says what they were', async () => {
    const helper = await startHelper()
    await listen(helper, { mode: 'best-effort' }, 'getppid')
    value(await helper.client.command('set', { rateLimit: 10 }))
    await new Generator('getppid', 200).report()
    // With the limit in force the kernel may lose the very record of the reset.
    value(await helper.client.command('set', { rateLimit: 0 }))
    const { kernel } = value(await helper.client.command('status', {}))
    expect(kernel?.lost).toBeGreaterThan(0)
    expect(value(await helper.client.command('resetLost', {}))).toEqual({ lost: kernel!.lost })
    expect(auditctl('-s')).toContain('lost 0\n')
    expect(
      value(await helper.client.command('resetWaitTimeActual', {})).waited,
    ).toBeGreaterThanOrEqual(0)
  })

  it('puts exemptions first, replaces them, and removes them at its end', async () => {
    const helper = await TestHelper.start()
    value(await helper.client.command('rules.add', { rule: ruleOf(generatorRule('getppid')) }))
    const exempt = (pid: number) => ruleOf(`-a never,exit -F pid=${pid}`)
    value(await helper.client.command('exempt', { rules: [exempt(1001), exempt(1002)] }))
    value(await helper.client.command('exempt', { rules: [exempt(1003)] }))
    expect(auditctl('-l')).toMatch(/^-a never,exit .*pid=1003\n-a always,exit/)
    expect((await helper.nextSample()).exemptRules).toBe(1)
    const always = ruleOf(`-a always,exit -F arch=b64 -S getppid -F exe=${Generator.program()}`)
    expect(await helper.client.command('exempt', { rules: [always] })).toMatchObject({
      code: 'usage',
    })
    await helper.client.end()
    expect(auditctl('-l')).toBe('No rules\n')
  })

  it('notices what other programs change', async () => {
    const helper = await startHelper()
    await helper.nextSample()
    auditctl('-b', '99')
    await helper.until(() => helper.notices.some(({ type }) => type === 'setting-changed'))
    auditctl('-b', '64')
    expect(helper.notices.find(({ type }) => type === 'setting-changed')).toMatchObject({
      change: { setting: 'backlogLimit', from: 64, to: 99 },
    })
  })
})
