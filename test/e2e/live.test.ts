/** The app from start to end on this machine's kernel, as root: connect, see events, steer, and leave no trace. */
import { execFileSync } from 'node:child_process'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { describeOnKernel } from '../kernel/guard'
import { Generator } from '../kernel/programs'
import { App, VIEW_TITLES } from './support/app'
import { browseUnderLoad } from './support/under-load'

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
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await app.screenshot(`failed-${task.name}`)
  })

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

  it('sets the rate limit in Limits and puts it back, as auditctl -s then says', async () => {
    await app.go('Limits')
    const rateLimit = app.page.getByLabel(/^Proposed value of Rate limit/)
    await rateLimit.fill('1234')
    await app.applyProposal()
    await expect.poll(() => auditctl('-s')).toContain('rate_limit 1234')
    await rateLimit.fill('0')
    await app.applyProposal()
    await expect.poll(() => auditctl('-s')).toContain('rate_limit 0\n')
  })

  it('refuses what is no number and changes nothing', async () => {
    await app.go('Limits')
    const settings = (): string => auditctl('-s').replace(/(backlog|lost) \d+\n/g, '')
    const before = settings()
    await app.page.getByLabel(/^Proposed value of Rate limit/).fill('many')
    await app.main.getByRole('alert').getByText('Type a whole number.').waitFor()
    await app.page.getByLabel(/^Proposed value of Rate limit/).fill('')
    expect(settings()).toBe(before)
  })

  // One test, because between tests the guard expects the kernel as it was found.
  it('adds a rule, turns auditing on, shows what happens, and takes all of it back', async () => {
    await app.go('Rules')
    await app.page.getByLabel('Add a rule as text').fill(ruleText('e2e-live'))
    await app.page.getByRole('button', { name: 'Add', exact: true }).click()
    await app.applyRules()
    expect(auditctl('-l').trim()).toBe(ruleText('e2e-live'))

    await app.go('Limits')
    await app.choose('Proposed value of Auditing', /^On(?! and)/)
    await app.applyProposal()
    await expect.poll(() => auditctl('-s')).toContain('enabled 1')

    await new Generator('unlink', 20, 100).report()
    await app.go('Events')
    const row = app.page.getByRole('row').filter({ hasText: 'e2e-live' })
    await expect.poll(() => row.count(), { timeout: 5000 }).toBe(20)
    await row.last().click()
    await app.page.keyboard.press('Enter')
    await app.page
      .getByText(/failed to delete/)
      .first()
      .waitFor()

    await app.page.keyboard.press('Escape')
    const load = new Generator('unlink', 0, 400)
    await browseUnderLoad(app).finally(() => load.end())

    await app.go('Processes')
    await app.main
      .getByText(/generator/)
      .first()
      .waitFor()
    await app.go('Syscalls')
    await app.main.getByText('unlink', { exact: true }).first().waitFor()

    for (const theme of ['dark', 'light'] as const) {
      await app.theme(theme)
      for (const title of VIEW_TITLES) {
        await app.go(title)
        await app.settle()
        await app.screenshot(`live-${title.toLowerCase()}-${theme}`)
      }
    }

    await app.go('Limits')
    await app.choose('Proposed value of Auditing', /^Off/)
    await app.applyProposal()
    await expect.poll(() => auditctl('-s')).toContain('enabled 0')
    await app.go('Rules')
    await app.page.getByRole('button', { name: 'Actions for rule 1' }).click()
    await app.page
      .getByRole('menuitem', { name: /^Delete/ })
      .first()
      .click()
    await app.applyRules()
    expect(auditctl('-l')).toContain('No rules')
  })

  it('has nothing to complain about on its console', () => {
    expect(app.complaints).toEqual([])
  })
})
