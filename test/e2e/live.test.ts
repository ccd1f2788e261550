/** The app from start to end on this machine's kernel, as root: connect, see events, steer, and leave no trace. */
import { execFileSync } from 'node:child_process'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { describeOnKernel } from '../kernel/guard'
import { Generator } from '../kernel/programs'
import { App, VIEW_TITLES } from './support/app'

const auditctl = (...args: string[]): string => execFileSync('auditctl', args, { encoding: 'utf8' })

/** A rule that matches nothing but the generator. */
const ruleText = (key: string): string =>
  `-a always,exit -F arch=b64 -S unlink -F exe=${Generator.program()} -F key=${key}`

describeOnKernel('the app on a live kernel, as root', () => {
  let app: App
  beforeAll(async () => {
    app = await App.start()
  })
  afterAll(() => app.stop())

  it('opens unconnected and says what connecting does', async () => {
    await app.main.getByRole('heading', { name: 'Not connected' }).waitFor()
    expect(await app.main.innerText()).toContain('the only part that runs as root')
    await app.screenshot('not-connected')
  })

  it('connects, and finds auditing off and no rules', async () => {
    await app.connect()
    await app.go('Events')
    await app.page.getByRole('heading', { name: 'Auditing is off on this machine' }).waitFor()
    await app.screenshot('first-run')
  })

  it('adds a rule in Rules, as auditctl -l then says', async () => {
    await app.go('Rules')
    await app.page.getByLabel('Add a rule as text').fill(ruleText('e2e-live'))
    await app.page.getByRole('button', { name: 'Add', exact: true }).click()
    await app.page.getByRole('button', { name: 'Apply 1 change…' }).click()
    await app.page.getByRole('dialog').getByRole('button', { name: 'Apply', exact: true }).click()
    await app.page.getByRole('button', { name: 'Keep', exact: true }).click()
    expect(auditctl('-l').trim()).toBe(ruleText('e2e-live'))
    await app.screenshot('rules-one')
  })

  it('turns auditing on in Limits', async () => {
    await app.go('Limits')
    await app.page.getByLabel('Proposed value of Auditing').click()
    await app.page.getByRole('option', { name: /^On(?! and)/ }).click()
    await app.applyProposal()
    await expect.poll(() => auditctl('-s')).toContain('enabled 1')
  })

  it('shows audited calls in Events', async () => {
    await app.go('Events')
    await new Generator('unlink', 20, 100).report()
    const row = app.page.getByRole('row').filter({ hasText: 'e2e-live' })
    await row.first().waitFor({ timeout: 5000 })
    await expect.poll(() => row.count(), { timeout: 5000 }).toBe(20)
    await row.last().click()
    await app.page
      .getByText(/failed to delete/)
      .first()
      .waitFor()
    await app.screenshot('events-live')
  })

  it('counts them by process and by syscall', async () => {
    await app.go('Processes')
    await app.main
      .getByText(/generator/)
      .first()
      .waitFor()
    await app.go('Syscalls')
    await app.main.getByText('unlink', { exact: true }).first().waitFor()
  })

  it('sets the rate limit in Limits and puts it back, as auditctl -s then says', async () => {
    await app.go('Limits')
    const rateLimit = app.page.getByLabel(/^Proposed value of Rate limit/)
    await rateLimit.fill('1234')
    await app.applyProposal()
    await expect.poll(() => auditctl('-s')).toContain('rate_limit 1234')
    await rateLimit.fill('0')
    await app.applyProposal()
    await expect.poll(() => auditctl('-s')).toContain('rate_limit 0')
  })

  it('refuses what is no number and changes nothing', async () => {
    await app.go('Limits')
    const before = auditctl('-s')
    await app.page.getByLabel(/^Proposed value of Rate limit/).fill('many')
    await app.main.getByRole('alert').getByText('Type a whole number.').waitFor()
    await app.page.getByLabel(/^Proposed value of Rate limit/).fill('')
    expect(auditctl('-s').replace(/backlog \d+|lost \d+/g, '')).toBe(
      before.replace(/backlog \d+|lost \d+/g, ''),
    )
  })

  it('has every view, each with a picture, and none complains', async () => {
    for (const theme of ['dark', 'light'] as const) {
      await app.theme(theme)
      for (const title of VIEW_TITLES) {
        await app.go(title)
        await app.page.waitForTimeout(400)
        await app.screenshot(`live-${title.toLowerCase()}-${theme}`)
      }
    }
    expect(app.complaints).toEqual([])
  })

  it('deletes the rule again, as auditctl -l then says', async () => {
    await app.go('Rules')
    await app.page.getByRole('button', { name: 'Actions for rule 1' }).click()
    await app.page.getByRole('menuitem', { name: 'Delete' }).click()
    await app.page.getByRole('button', { name: 'Apply 1 change…' }).click()
    await app.page.getByRole('dialog').getByRole('button', { name: 'Apply', exact: true }).click()
    await app.page.getByRole('button', { name: 'Keep', exact: true }).click()
    expect(auditctl('-l')).toContain('No rules')
  })

  it('puts the kernel back when it is closed', async () => {
    await app.stop()
    expect(auditctl('-s')).toContain('enabled 0')
    expect(auditctl('-s')).toContain('pid 0')
  })
})
