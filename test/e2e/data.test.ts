/**
 * What is captured and where it stays: recorded for this user alone, secrets hidden on the screen, in copies and in exports
 * unless asked for, kept as long as the settings say, and gone when the user says so.
 */
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { App } from './support/app'

const SECRET = 'hunter2correct'
const HEX = Buffer.from(SECRET).toString('hex').toUpperCase()
const TITLE = Buffer.from(`login-tool\0--password\0${SECRET}`).toString('hex').toUpperCase()
/** An execve with a password among its arguments, and the title that the process has from it. */
const EVENT = `type=SYSCALL msg=audit(1795430000.181:7): arch=c000003e syscall=59 success=yes exit=0 a0=1 a1=2 a2=3 a3=4 items=0 ppid=1 pid=2 auid=0 uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 tty=pts0 ses=1 comm="login-tool" exe="/usr/bin/login-tool" key="e2e-secret"
type=EXECVE msg=audit(1795430000.181:7): argc=5 a0="login-tool" a1="--user" a2="alice" a3="--password" a4="${SECRET}"
type=PROCTITLE msg=audit(1795430000.181:7): proctitle=${TITLE}
`
/** Another one, so that there is something to look at that was not looked at before. */
const OTHER = EVENT.replaceAll('.181:7', '.182:8').replaceAll('e2e-secret', 'e2e-other')

/** Modes of everything below a folder, with its path inside of it. */
function modes(folder: string): [string, string][] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => {
    const stats = statSync(path.join(folder, name))
    return [name, `${stats.isDirectory() ? 'd' : '-'}${(stats.mode & 0o777).toString(8)}`]
  })
}

describe('captured data', () => {
  let app: App
  let folder: string
  let recordings: string

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'auditscope-data-'))
    const data = path.join(folder, 'app')
    recordings = path.join(data, 'sessions', 'recordings')
    // Of long ago, and of yesterday: only the first is older than the settings' 30 days.
    for (const [name, days] of [
      ['old', 40],
      ['new', 1],
    ] as const) {
      const time = Date.now() - days * 86_400_000
      mkdirSync(path.join(recordings, name), { recursive: true, mode: 0o700 })
      const manifest = {
        format: 1,
        title: name,
        started: time,
        ended: time,
        state: 'closed',
        ledger: null,
        bookmarks: [],
      }
      writeFileSync(path.join(recordings, name, 'session.json'), JSON.stringify(manifest), {
        mode: 0o600,
      })
    }
    const log = path.join(folder, 'audit.log')
    writeFileSync(log, EVENT + OTHER)
    app = await App.start({ dataFolder: data, args: ['--open', log, '--view', 'events'] })
  })
  afterAll(async () => {
    await app.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  const row = () => app.page.getByRole('row').filter({ hasText: 'e2e-secret' }).first()
  /** Exports all that is held as raw records; the file dialog answers by itself. */
  const exported = async (name: string, masked: boolean): Promise<string> => {
    const file = path.join(folder, name)
    await app.electron.evaluate(({ dialog }, filePath) => {
      dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath })
    }, file)
    await app.page.keyboard.press('Control+e')
    const box = app.page.getByRole('dialog')
    await box.getByRole('checkbox', { name: 'Mask secrets in command lines' }).setChecked(masked)
    await box.getByRole('button', { name: 'Choose a file…' }).click()
    await expect
      .poll(() =>
        app.page
          .getByText(/^Exported \d+ events?/)
          .last()
          .isVisible(),
      )
      .toBe(true)
    await box.waitFor({ state: 'detached' })
    expect(statSync(file).mode & 0o777).toBe(0o600)
    return readFileSync(file, 'utf8')
  }

  it('forgets recordings that are older than the settings say, and no others', async () => {
    await expect
      .poll(() => readdirSync(recordings).filter((name) => ['old', 'new'].includes(name)), {
        timeout: 10_000,
      })
      .toEqual(['new'])
  })

  it('hides a password on a command line, on the screen', async () => {
    await row().waitFor()
    await row().click()
    await app.page.keyboard.press('Enter')
    const inspector = app.page.getByRole('complementary', { name: 'Inspector' })
    await inspector.getByText('alice').first().waitFor()
    const shown = await app.page.locator('body').innerText()
    expect(shown).toContain('***')
    expect(shown).not.toContain(SECRET)
    expect(shown).not.toContain(HEX)
  })

  it('shows it when the settings ask for that', async () => {
    await app.page.evaluate(() => window.auditscope?.invoke('settings.set', { maskSecrets: false }))
    await app.page.getByRole('row').filter({ hasText: 'e2e-other' }).first().click()
    const inspector = app.page.getByRole('complementary', { name: 'Inspector' })
    await inspector.getByText(SECRET).first().waitFor()
    await app.page.evaluate(() => window.auditscope?.invoke('settings.set', { maskSecrets: true }))
  })

  it('exports without it unless asked, into a file for this user alone', async () => {
    const masked = await exported('masked.log', true)
    expect(masked).toContain('alice')
    expect(masked).not.toContain(SECRET)
    expect(masked).not.toContain(HEX)
    expect(await exported('whole.log', false)).toContain(SECRET)
  })

  it('is recorded for this user alone', () => {
    const found = modes(path.join(app.dataFolder, 'sessions'))
    expect(
      found.some(([name]) => name.startsWith('recordings/') && !/^recordings\/new/.test(name)),
    ).toBe(true)
    for (const [name, mode] of found) expect(['d700', '-600'], `${name} ${mode}`).toContain(mode)
    for (const file of ['settings.json'])
      expect(statSync(path.join(app.dataFolder, file)).mode & 0o777, file).toBe(0o600)
  })

  it('is all gone when the user deletes it, and nothing else is', async () => {
    await app.go('Settings')
    await app.page.getByRole('button', { name: 'Delete all captured data…' }).click()
    await app.page.getByRole('dialog').getByRole('button', { name: 'Delete', exact: true }).click()
    await app.page.getByText(/^Deleted \d+ files?/).waitFor()
    expect(readdirSync(recordings)).not.toContain('new')
    // A file that was opened, and what was exported, is the user's own.
    for (const file of ['audit.log', 'whole.log'])
      expect(readFileSync(path.join(folder, file), 'utf8'), file).toContain(SECRET)
  })
})
