/** The budget on this machine's kernel: records are shed under load, counted, and taken again when it is gone. */
import { expect, it } from 'vitest'
import { Ledger } from '@native/audit/ledger/ledger'
import { beforeCheck, describeOnKernel } from './guard'
import { TestHelper, value } from './helper'
import { Generator } from './programs'
import { generatorRule, ruleOf } from './rules'

const BUDGET = { cpuPercent: 2, memoryBytes: 4 * 2 ** 20, waitMs: 20 }

async function governed(mode: 'observe' | 'best-effort'): Promise<TestHelper> {
  const helper = await TestHelper.start()
  beforeCheck(() => helper.client.end())
  value(await helper.client.command('set', { backlogLimit: 8192 }))
  value(await helper.client.command('subscribe', { mode }))
  value(await helper.client.command('rules.add', { rule: ruleOf(generatorRule('getppid')) }))
  value(await helper.client.command('governor', { budget: BUDGET }))
  value(await helper.client.command('set', { enabled: 1 }))
  return helper
}

const actionsOf = (helper: TestHelper): string[] =>
  helper.notices.flatMap((notice) => (notice.type === 'governor' ? [notice.action] : []))

describeOnKernel('the governor on this kernel', () => {
  it.each(['observe', 'best-effort'] as const)(
    'sheds in the mode %s under a load that does not fit, and takes every record again after it',
    async (mode) => {
      const helper = await governed(mode)
      const generator = new Generator('getppid', 0)
      await helper.until(() => helper.samples.at(-1)?.governor?.pace != null)
      await new Promise((resolve) => setTimeout(resolve, 2000))
      const under = await helper.nextSample()
      const { calls } = await generator.end()
      await helper.until(() => actionsOf(helper).includes('full'), 15_000)
      const after = await helper.nextSample()
      expect(under.governor!.pace).toBeGreaterThan(0)
      expect(after.governor).toMatchObject({ pace: null, rateLimit: null })
      // Three records a call were made; most of them did not fit.
      const missed = mode === 'observe' ? after.socket!.drops : after.kernel!.lost
      expect(missed).toBeGreaterThan(0)
      expect(helper.records.length).toBeLessThan(3 * calls)
      expect(under.kernel!.backlogWaitTime).toBe(mode === 'observe' ? 15_000 : 0)
      // Calls that fit again arrive whole.
      const before = helper.records.length
      await new Generator('getppid', 10).report()
      await helper.until(() => helper.records.length >= before + 30)
    },
  )

  it('tells the ledger whatever it shed', async () => {
    const helper = await governed('observe')
    const ledger = new Ledger('live')
    ledger.connect(Date.now())
    const generator = new Generator('getppid', 0)
    await helper.until(() => actionsOf(helper).includes('shed'))
    await generator.end()
    await helper.until(() => actionsOf(helper).includes('full'), 15_000)
    await helper.nextSample()
    for (const sample of helper.samples) ledger.addSample(sample)
    for (const header of helper.headers) ledger.addFrame(header)
    const { lost, arrived, received } = ledger.totals()
    expect(lost.socket).toBe(helper.samples.at(-1)!.socket!.drops)
    expect(arrived).toBe(helper.records.length)
    expect(received).toBe(arrived + lost.ring)
  })

  it('puts back what it changed when the budget is taken away', async () => {
    const helper = await TestHelper.start()
    beforeCheck(() => helper.client.end())
    value(await helper.client.command('subscribe', { mode: 'best-effort' }))
    value(await helper.client.command('set', { backlogWaitTime: 1000 }))
    value(await helper.client.command('governor', { budget: { ...BUDGET, waitMs: 400 } }))
    // 400 ms are 100 jiffies at 250 a second, for a call of 8 records.
    const bound = Math.floor((400 * helper.client.hello!.hz) / 1000 / 8)
    await helper.until(() => helper.samples.at(-1)?.kernel?.backlogWaitTime === bound)
    expect(value(await helper.client.command('governor', { budget: null }))).toBeNull()
    await helper.until(() => helper.samples.at(-1)?.kernel?.backlogWaitTime === 1000)
    expect((await helper.nextSample()).governor).toBeNull()
  })
})
