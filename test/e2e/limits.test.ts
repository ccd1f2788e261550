/** Limits and the lab in the real app on this machine's kernel, as root; auditctl is the judge. */
import { execFileSync } from 'node:child_process'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { describeOnKernel } from '../kernel/guard'
import { Generator } from '../kernel/programs'
import { App } from './support/app'

const auditctl = (...args: string[]): string => execFileSync('auditctl', args, { encoding: 'utf8' })
const RULE = ['-a', 'always,exit', '-F', 'arch=b64', '-S', 'unlink,getppid']
const KEY = 'e2e-limits'

describeOnKernel('limits in the app, as root', () => {
  let app: App
  beforeAll(async () => {
    app = await App.start()
  })
  afterAll(() => app.stop())
  beforeEach(() =>
    app.page.evaluate(`window.auditscope.invoke('helper.connect', { mode: 'observe' })`),
  )
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await app.screenshot(`failed-${task.name}`)
    // Puts back what was not taken back by hand, as the end of the app does.
    await app.page.evaluate(`window.auditscope.invoke('helper.disconnect', {})`)
  })
  const openTab = async (name: string): Promise<void> => {
    await app.go('Limits')
    await app.page.getByRole('tab', { name }).click()
  }

  it('shows what a profile changes before it does, applies it, and goes back', async () => {
    await openTab('Kernel settings')
    await app.page.getByRole('button', { name: /^Never stall/ }).click()
    const proposed = app.page.getByRole('region', { name: 'Proposed changes' })
    await proposed.getByText('Mode → Best effort').waitFor()
    await proposed.getByText(/^Wait time: 60 s \(15,000 jiffies\) → no wait/).waitFor()
    const command = await proposed.locator('code').innerText()
    expect(command).toContain('--backlog_wait_time 0')
    expect(auditctl('-s')).toContain('backlog_wait_time 15000')
    await app.screenshot('profile-never-stall')
    await app.applyProposal()
    const status = auditctl('-s')
    expect(status).toContain('backlog_wait_time 0\n')
    expect(status).not.toContain('pid 0\n')
    await app.page.getByRole('button', { name: /^Observe/ }).click()
    await app.applyProposal()
    await expect.poll(() => auditctl('-s')).toContain('pid 0\n')
  })

  it('keeps a budget, and takes it away', async () => {
    await openTab('Budget')
    await app.page.getByLabel('CPU, at most').fill('7')
    await app.page.getByRole('button', { name: 'Put in force' }).click()
    await app.main.getByText('Everything fits: every record is taken').waitFor()
    await app.screenshot('budget')
    await app.page.getByRole('button', { name: 'Take away' }).click()
    await app.main.getByText('No budget is in force').waitFor()
  })

  it('runs the lab, and leaves the kernel as it was', async () => {
    const before = auditctl('-s').replace(/(lost|backlog_wait_time_actual) \d+/g, '')
    await app.go('Lab')
    await app.page.getByLabel('Backlog limit').fill('64')
    await app.page.getByLabel('Calls of each').fill('400')
    await app.page.getByRole('button', { name: 'Run', exact: true }).click()
    await app.main.getByText('The load runs').waitFor()
    await app.screenshot('lab-running')
    await app.main.getByText(/^The audited calls were held up/).waitFor({ timeout: 30_000 })
    await app.main.getByText('All 400 calls were recorded').waitFor()
    // A wait time of 0 loses instead; both stand side by side.
    await app.page.getByLabel('Wait time').fill('0')
    await app.page.getByRole('button', { name: 'Run', exact: true }).click()
    await app.main.getByText('Nobody is held up any more.').waitFor({ timeout: 30_000 })
    await app.screenshot('lab-compared')
    await app.page.getByRole('button', { name: 'Run', exact: true }).isEnabled()
    await expect
      .poll(() => auditctl('-s').replace(/(lost|backlog_wait_time_actual) \d+/g, ''))
      .toBe(before)
    expect(auditctl('-l').trim()).toBe('No rules')
  })

  it('gives advice on the load, and opens it in the rule editor', async () => {
    await app.page.evaluate(`window.auditscope.invoke('helper.disconnect', {})`)
    auditctl(...RULE, '-F', `exe=${Generator.program()}`, '-F', `key=${KEY}`)
    try {
      await app.page.evaluate(`window.auditscope.invoke('helper.connect', { mode: 'observe' })`)
      auditctl('-e', '1')
      await new Generator('unlink', 200, 1000).report()
      await openTab('Load and advice')
      const advice = app.main
        .getByRole('listitem')
        .filter({ hasText: `Only calls that succeed, for key=${KEY}` })
      await expect
        .poll(
          async () => {
            await app.page.getByRole('button', { name: 'Measure again' }).click()
            return advice.count()
          },
          { timeout: 10_000 },
        )
        .toBe(1)
      await app.settle()
      await app.screenshot('advice')
      await advice.getByRole('button', { name: 'Open in the rules' }).click()
      await app.main
        .getByRole('heading', { level: 1, name: 'Rules' })
        .waitFor({ state: 'attached' })
      await app.main.getByText('success=1').first().waitFor()
      // It is a draft: the kernel's rule is as it was.
      expect(auditctl('-l')).not.toContain('success')
      await app.screenshot('advice-followed')
    } finally {
      auditctl('-e', '0')
      auditctl('-D')
    }
  })

  it('never wrote an error to the console', () => {
    expect(app.complaints).toEqual([])
  })
})
