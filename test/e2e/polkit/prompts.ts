/**
 * The installed package as its user meets it: started by an ordinary user in a desktop session, with Chromium's sandbox, and
 * steered through the dialogs of the graphical polkit agent, answered by keyboard.
 */
import { execFileSync } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { chromium, type Browser, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { describeOnKernel } from '../../kernel/guard'
import { Generator } from '../../kernel/programs'
import { generatorRule } from '../../kernel/rules'
import { Desktop, whyNoDesktop, type Prompt } from './desktop'
import { USER, type Stage } from './stage'

const reason = whyNoDesktop()
if (reason !== null) process.stdout.write(`No graphical prompt is tested: ${reason}.\n`)

const auditctl = (...args: string[]) => execFileSync('auditctl', args, { encoding: 'utf8' })
const rateLimit = () => /^rate_limit (\d+)$/m.exec(auditctl('-s'))?.[1]

/** Where the app says that its page can be steered; the package has Node's own inspector switched off. */
async function devTools(app: ChildProcess): Promise<string> {
  let said = ''
  for await (const chunk of app.stderr as AsyncIterable<Buffer>) {
    said += chunk.toString()
    const address = /DevTools listening on (ws:\S+)/.exec(said)?.[1]
    if (address !== undefined) return address
  }
  throw new Error(`The app ended: ${said}`)
}

/** Declares the tests; `stage` has the package installed, and no bus yet. */
export function steeredByPrompts(stage: () => Stage): void {
  describe.skipIf(reason !== null)('in a desktop session', () => {
    describeOnKernel('with graphical prompts', () => {
      let desktop: Desktop
      let app: ChildProcess
      let browser: Browser
      let page: Page

      const main = () => page.getByRole('main')
      const dialog = async () => {
        const prompt = await desktop.prompt()
        if (prompt === null) throw new Error('No dialog asks for a password.')
        return prompt
      }
      const connect = () =>
        main()
          .getByRole('button', { name: /^Connect( again)?$/ })
          .click()
      const fromMenu = async (item: string) => {
        await page.getByTitle('Connection and mode').click()
        await page.getByRole('menuitem', { name: item }).click()
      }
      const locked = () =>
        page
          .getByText('The first change asks for an administrator’s password')
          .waitFor({ state: 'attached' })
      const unlocked = () =>
        page.getByText('Settings and rules can be changed').waitFor({ state: 'attached' })
      const propose = async (value: string) => {
        await page.getByLabel(/^Proposed value of Rate limit/).fill(value)
        await page
          .getByRole('region', { name: 'Proposed changes' })
          .getByRole('button', { name: 'Apply', exact: true })
          .click()
      }

      beforeAll(async () => {
        desktop = Desktop.open(USER, stage().uid, stage().folder)
        await stage().openBus()
        await stage().allow()
        app = desktop.spawn(['auditscope-gui', '--disable-gpu', '--remote-debugging-port=0'])
        browser = await chromium.connectOverCDP(await devTools(app), {
          // Electron has one context, whose settings Playwright cannot change.
          noDefaults: true,
        })
        const context = browser.contexts()[0]!
        page = context.pages()[0] ?? (await context.waitForEvent('page'))
        page.setDefaultTimeout(10_000)
      })
      afterAll(async () => {
        await browser?.close()
        const ended = once(app, 'close')
        app.kill()
        await ended
        desktop.close()
      })

      it('runs its page in Chromium’s sandbox, without privileges', async () => {
        await main().getByRole('heading', { name: 'Not connected' }).waitFor()
        const renderers = readdirSync('/proc')
          .filter((name) => /^\d+$/.test(name))
          .filter((pid) => isRenderer(pid, stage().uid))
        expect(renderers.length).toBeGreaterThan(0)
        for (const pid of renderers) {
          const status = readFileSync(`/proc/${pid}/status`, 'utf8')
          expect(status).toMatch(/^Seccomp:\s*2$/m)
          expect(status).toMatch(/^NoNewPrivs:\s*1$/m)
          expect(status).toMatch(/^CapEff:\s*0+$/m)
        }
      })

      it('says that nobody could ask while no agent runs', async () => {
        await connect()
        await page.getByText('Nobody could ask for the password').waitFor()
      })

      it('takes a dismissed dialog for an answer', async () => {
        desktop.startAgent()
        // The agent needs a moment to tell polkit of itself; until then nobody can ask.
        let prompt: Prompt | null = null
        for (let tries = 0; prompt === null && tries < 5; tries++) {
          await connect()
          prompt = await desktop.prompt(2000)
        }
        prompt!.dismiss()
        expect(await desktop.promptClosed()).toBe(true)
        await page.getByText('The prompt was dismissed').waitFor()
      })

      it('asks again after a wrong password, and connects with the right one', async () => {
        await connect()
        const prompt = await dialog()
        prompt.answer('not the password')
        // PAM takes its time after a wrong one, and what is typed meanwhile goes nowhere.
        for (let tries = 0; tries < 3 && (await desktop.prompt(0)) !== null; tries++) {
          await new Promise((resolve) => setTimeout(resolve, 3000))
          expect(await page.getByText('observing (multicast)').count()).toBe(0)
          prompt.answer(stage().password)
          await desktop.promptClosed(2000)
        }
        await page.getByText('observing (multicast)').waitFor()
        await locked()
      })

      it('opens the lock with a second answer, and shuts it again', async () => {
        await fromMenu('Unlock changes…')
        ;(await dialog()).dismiss()
        expect(await desktop.promptClosed()).toBe(true)
        await locked()
        await fromMenu('Unlock changes…')
        ;(await dialog()).answer(stage().password)
        await unlocked()
        await fromMenu('Lock changes')
        await locked()
      })

      it('shows events', async () => {
        auditctl('-a', ...generatorRule('unlink').split(' ').slice(1))
        auditctl('-e', '1')
        try {
          await page.getByRole('navigation').getByRole('button', { name: 'Events' }).click()
          await new Generator('unlink', 5, 100).report()
          const rows = page.getByRole('row').filter({ hasText: 'auditscope-test' })
          await expect.poll(() => rows.count(), { timeout: 5000 }).toBe(5)
        } finally {
          auditctl('-e', '0')
          auditctl('-d', ...generatorRule('unlink').split(' ').slice(1))
        }
      })

      it('asks before the first change, changes nothing without that answer, and puts back what it changed with it', async () => {
        await page.getByRole('navigation').getByRole('button', { name: 'Limits' }).click()
        await propose('1234')
        ;(await dialog()).dismiss()
        expect(await desktop.promptClosed()).toBe(true)
        await page.getByText('The authorization prompt was dismissed').first().waitFor()
        expect(rateLimit()).toBe('0')

        await propose('1234')
        ;(await dialog()).answer(stage().password)
        await expect.poll(rateLimit, { timeout: 5000 }).toBe('1234')
        await unlocked()
        await propose('1235')
        await expect.poll(rateLimit).toBe('1235')
        await fromMenu('Disconnect')
        await expect.poll(rateLimit, { timeout: 5000 }).toBe('0')
      })
    })
  })
}

/** Whether a process is a renderer of the app, of this user's. */
function isRenderer(pid: string, uid: number): boolean {
  try {
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8')
    const owner = /^Uid:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    return (
      command.startsWith('/opt/auditscope/auditscope') &&
      command.includes('--type=renderer') &&
      owner === String(uid)
    )
  } catch {
    return false
  }
}
