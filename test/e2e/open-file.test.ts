/** Without a helper and without any privilege: open a log, browse it, filter it; every view accessible in both themes. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { App, VIEW_TITLES } from './support/app'

const FIXTURE = 'test/fixtures/audit.log'
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** Serious findings of axe in the page as it is, a line each. */
async function seriousFindings(app: App): Promise<string[]> {
  await app.page.evaluate(AXE)
  return app.page.evaluate(async () => {
    const axe = (globalThis as unknown as { axe: { run(): Promise<AxeResults> } }).axe
    const { violations } = await axe.run()
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`)
  })
}

interface AxeResults {
  violations: { id: string; impact: string; nodes: { html: string }[] }[]
}

describe('a log file, opened without privilege', () => {
  let app: App
  beforeAll(async () => {
    app = await App.start({ args: ['--open', FIXTURE, '--view', 'events'] })
  })
  afterAll(() => app.stop())
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await app.screenshot(`failed-${task.name}`)
  })

  it('shows its events', async () => {
    await app.page.getByRole('row').filter({ hasText: 'DAEMON_START' }).first().waitFor()
    await app.page.getByText('1,144 events', { exact: true }).waitFor()
    await app.screenshot('open-events')
  })

  it('filters them while the filter is typed, and shows all again', async () => {
    await app.page.keyboard.press('Control+f')
    const filter = app.page.getByRole('combobox', { name: 'Filter' })
    await filter.fill('syscall=unlinkat')
    await filter.press('Enter')
    await app.page
      .getByText(/of 1,144 events/)
      .first()
      .waitFor()
    await app.screenshot('open-filtered')
    await app.page.getByRole('button', { name: 'Remove filter and time range' }).click()
    await app.page.getByText('1,144 events', { exact: true }).waitFor()
  })

  it('explains an event in the inspector', async () => {
    const row = app.page.getByRole('row').filter({ hasText: 'ENOENT' }).first()
    await row.click()
    await app.page.keyboard.press('Enter')
    const inspector = app.page.getByRole('complementary', { name: 'Inspector' })
    await inspector.getByText(/failed to check access to/).waitFor()
    await inspector.getByRole('table', { name: 'SYSCALL record' }).scrollIntoViewIfNeeded()
    await app.screenshot('open-inspector')
  })

  it.each(['dark', 'light'] as const)('is accessible in every view, %s', async (theme) => {
    await app.theme(theme)
    const findings: string[] = []
    for (const title of VIEW_TITLES) {
      await app.go(title)
      await app.settle()
      findings.push(...(await seriousFindings(app)).map((finding) => `${title}: ${finding}`))
      await app.screenshot(`open-${title}-${theme}`)
    }
    expect(findings).toEqual([])
  })

  it('fits the smallest window', async () => {
    await app.page.setViewportSize({ width: 1024, height: 700 })
    for (const title of ['Overview', 'Events', 'Limits'] as const) {
      await app.go(title)
      await app.screenshot(`small-${title}`)
      const overflow = await app.page.evaluate('document.documentElement.scrollWidth > innerWidth')
      expect(overflow).toBe(false)
    }
  })

  it('has nothing to complain about on its console', () => {
    expect(app.complaints).toEqual([])
  })
})
