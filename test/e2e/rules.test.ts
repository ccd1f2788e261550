/**
 * Rules in the real app, as root: built by form and by text, applied, kept, taken back by time-out, undone, moved, switched off
 * and on, saved to disk, imported and exported. `auditctl -l` and the files say what came of it. Every rule is about the tests'
 * own program, and auditing stays off.
 */
import { execFileSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Locator } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { PREVIOUS_SUFFIX, RULES_FOLDER, RULES_NAME } from '@native/helper/rules-file'
import { beforeCheck, describeOnKernel } from '../kernel/guard'
import { Generator } from '../kernel/programs'
import { App } from './support/app'

/** The kernel's rules as auditctl lists them; none for "No rules". */
function listed(): string[] {
  const lines = execFileSync('auditctl', ['-l'], { encoding: 'utf8' }).trim().split('\n')
  return lines.filter((line) => line !== 'No rules')
}

const rule = (syscall: string, key = syscall): string =>
  `-a always,exit -F arch=b64 -S ${syscall} -F exe=${Generator.program()} -F key=${key}`

const OUR_FILE = join(RULES_FOLDER, RULES_NAME)
/** Longer than the shortest time after which the app takes rules back. */
const ROLLED_BACK = { timeout: 25_000, interval: 250 }

describeOnKernel('rules in the app, as root', () => {
  let app: App
  let folder: string
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'auditscope-e2e-rules-'))
    app = await App.start({ args: ['--view', 'rules'] })
    await app.connect()
    await app.go('Rules')
  })
  afterAll(async () => {
    await app.stop()
    rmSync(folder, { recursive: true, force: true })
  })
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await app.screenshot(`failed-${task.name}`)
  })

  const button = (name: string | RegExp): Locator =>
    typeof name === 'string'
      ? app.page.getByRole('button', { name, exact: true })
      : app.page.getByRole('button', { name })
  const dialog = (): Locator => app.page.getByRole('dialog')
  const rows = (): Locator => app.page.getByRole('table', { name: /^Rules/ }).locator('tbody tr')
  const tab = (name: RegExp): Promise<void> => app.page.getByRole('tab', { name }).click()
  const inMenu = async (row: number, item: string): Promise<void> => {
    await button(`Actions for rule ${row}`).click()
    await app.page.getByRole('menuitem', { name: item }).first().click()
  }
  const inMore = async (item: string): Promise<void> => {
    await button('More about the rules').click()
    await app.page.getByRole('menuitem', { name: item }).click()
  }
  /** Opens the dialog of Apply and says what its summary promises. */
  const openApply = async (summary: string): Promise<void> => {
    await button(/^Apply \d+ changes?…$/).click()
    await dialog().getByText(summary).waitFor()
  }
  const add = async (text: string): Promise<void> => {
    await app.page.getByLabel('Add a rule as text').fill(text)
    await button('Add').click()
  }
  /** Puts the kernel back when a test ends, whatever became of it. */
  const emptyAtEnd = (): void =>
    beforeCheck(async () => {
      execFileSync('auditctl', ['-D'])
      await tab(/^Rules/)
      await inMore('Read again')
      const discard = button(/^Discard/)
      if ((await discard.count()) > 0) await discard.first().click()
    })

  it('builds a rule with the form, shows the difference, applies it, and takes it back when nobody keeps it', async () => {
    emptyAtEnd()
    await button('Build with a form…').click()
    await dialog().getByLabel('System calls').fill('unlink')
    await button('Remove condition 2').click()
    await app.page.getByLabel('Field 1').fill('exe')
    await app.choose('Operator 1', /^=$/)
    await app.page.getByLabel('Value 1').fill(Generator.program())
    await dialog().getByLabel('Key').fill('e2e-form')
    await dialog().getByText('Records unlink (64-bit)').waitFor()
    await app.screenshot('rules-form')
    await button('Add to the rules').click()
    await app.screenshot('rules-draft')
    expect(listed()).toEqual([])

    await openApply('1 rule added.')
    await app.choose('Take back automatically', /^after 15 s$/)
    await app.screenshot('rules-diff')
    await dialog().getByRole('button', { name: 'Apply', exact: true }).click()
    await app.page.getByText('Keep these rules?').waitFor()
    await app.screenshot('rules-countdown')
    expect(listed()).toEqual([rule('unlink', 'e2e-form')])
    await expect.poll(listed, ROLLED_BACK).toEqual([])
    await app.page.getByText('Keep these rules?').waitFor({ state: 'detached' })
  })

  it('takes a rule as text, keeps it, and undoes and redoes that', async () => {
    emptyAtEnd()
    await tab(/^Text/)
    await app.page.getByRole('textbox', { name: 'Rules as text' }).click()
    await app.page.keyboard.press('Control+a')
    await app.page.keyboard.insertText(`${rule('unlink')}\n${rule('opnat', 'openat')}\n`)
    await app.main.getByText('1 error').first().waitFor()
    await app.screenshot('rules-text-error')
    expect(await button(/^Apply|^No changes/).isDisabled()).toBe(true)
    await app.main.getByRole('region', { name: 'Problems' }).getByText('Change to openat').click()
    await app.page.keyboard.press('Escape')
    await openApply('2 rules added.')
    await dialog().getByRole('button', { name: 'Apply', exact: true }).click()
    await button('Keep').click()
    expect(listed()).toEqual([rule('unlink'), rule('openat')])

    await tab(/^Rules/)
    await app.page.keyboard.press('Control+z')
    await expect.poll(listed).toEqual([])
    await app.page.keyboard.press('Control+y')
    await expect.poll(listed).toEqual([rule('unlink'), rule('openat')])
  })

  it('duplicates, switches off and on, and moves rules, and says so to the kernel only when it is applied', async () => {
    emptyAtEnd()
    for (const syscall of ['unlink', 'mkdir', 'rmdir']) await add(rule(syscall))
    await app.applyRules()
    const before = [rule('unlink'), rule('mkdir'), rule('rmdir')]
    expect(listed()).toEqual(before)

    await inMenu(1, 'Duplicate')
    await expect.poll(() => rows().count()).toBe(4)
    expect(await app.page.getByLabel('Rule 2 is enabled').isChecked()).toBe(false)
    await app.page.getByLabel('Rule 3 is enabled').uncheck()
    await rows().nth(3).focus()
    await app.page.keyboard.press('Alt+ArrowUp')
    await app.page.keyboard.press('Alt+ArrowUp')
    await app.page.keyboard.press('Alt+ArrowUp')
    expect(listed()).toEqual(before)
    await app.applyRules()
    expect(listed()).toEqual([rule('rmdir'), rule('unlink')])
    await tab(/^Text/)
    await app.main.getByText(`#${rule('mkdir')}`).waitFor()
    await tab(/^Rules/)
    await app.page.getByLabel('Rule 4 is enabled').check()
    await app.applyRules()
    expect(listed()).toEqual([rule('rmdir'), rule('unlink'), rule('mkdir')])
  })

  it('saves to disk with the version of before, shows drift, and exports and imports', async () => {
    if (existsSync(OUR_FILE)) throw new Error(`${OUR_FILE} exists already.`)
    const made = mkdirSync(RULES_FOLDER, { recursive: true, mode: 0o750 })
    beforeCheck(async () => {
      for (const file of [OUR_FILE, `${OUR_FILE}${PREVIOUS_SUFFIX}`]) rmSync(file, { force: true })
      if (made !== undefined) {
        rmdirSync(RULES_FOLDER)
        if (made !== RULES_FOLDER) rmdirSync(made)
      }
      await Promise.resolve()
    })
    // After the files are gone, which must be whatever the app does.
    emptyAtEnd()
    /** The file's lines that are no comment. */
    const saved = (file: string): string[] =>
      readFileSync(file, 'utf8')
        .trim()
        .split('\n')
        .filter((line) => !line.startsWith('#'))
    const save = async (): Promise<void> => {
      await button('Save the kernel’s rules…').click()
      await dialog().getByRole('button', { name: 'Save', exact: true }).click()
      await dialog().waitFor({ state: 'detached' })
    }

    await add(rule('unlink'))
    await app.applyRules()
    await tab(/^On disk/)
    await save()
    await app.main.getByText('as in the kernel').waitFor()
    expect(saved(OUR_FILE)).toEqual([rule('unlink')])

    await tab(/^Rules/)
    await add(rule('mkdir'))
    await app.applyRules()
    await tab(/^On disk/)
    await app.main.getByText('differs from the kernel').waitFor()
    await app.screenshot('rules-drift')
    await save()
    await app.main.getByText('as in the kernel').waitFor()
    expect(saved(OUR_FILE)).toEqual([rule('unlink'), rule('mkdir')])
    expect(saved(`${OUR_FILE}${PREVIOUS_SUFFIX}`)).toEqual([rule('unlink')])

    const exported = join(folder, 'exported.rules')
    await app.electron.evaluate(({ dialog: files }, path) => {
      files.showSaveDialog = () => Promise.resolve({ canceled: false, filePath: path })
    }, exported)
    await inMore('Export…')
    await expect.poll(() => existsSync(exported)).toBe(true)
    expect(saved(exported)).toEqual([rule('unlink'), rule('mkdir')])

    const imported = join(folder, 'imported.rules')
    writeFileSync(imported, `# from elsewhere\n${rule('rmdir')}\n`)
    await app.electron.evaluate(({ dialog: files }, path) => {
      files.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [path] })
    }, imported)
    await inMore('Import…')
    await openApply('1 rule added, 2 rules removed.')
    await dialog().getByRole('button', { name: 'Apply', exact: true }).click()
    await button('Keep').click()
    expect(listed()).toEqual([rule('rmdir')])
  })

  it('has nothing to complain about on its console', () => {
    expect(app.complaints).toEqual([])
  })
})
