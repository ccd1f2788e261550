/** The app as an ordinary user, sandboxed, on this machine's kernel: what each answer of polkit looks like in the window. */
import { execFileSync } from 'node:child_process'
import { chmodSync, copyFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { _electron, type ElectronApplication, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { describeOnKernel } from '../kernel/guard'
import { Stage, USER } from './polkit/stage'

const MONITOR = 'org.auditscope.monitor'
const CONTROL = 'org.auditscope.control'

let stage: Stage
let app: ElectronApplication | undefined
let page: Page

/** A program that becomes the user and then the installed app; Playwright starts it in the app's place. */
function launcher(): string {
  const cookie = path.join(stage.folder, 'xauthority')
  copyFileSync(process.env.XAUTHORITY!, cookie)
  execFileSync('chown', [USER, cookie])
  const file = path.join(stage.folder, 'start-app')
  const environment = `HOME=${stage.folder} XAUTHORITY=${cookie} DISPLAY=${process.env.DISPLAY}`
  writeFileSync(
    file,
    `#!/bin/sh
exec setpriv --reuid ${USER} --regid ${USER} --init-groups env -i PATH=/usr/bin:/bin ${environment} /opt/auditscope/auditscope "$@"\n`,
  )
  chmodSync(file, 0o755)
  return file
}

/** Presses Connect, wherever the window offers it. */
const connect = () =>
  page
    .getByRole('main')
    .getByRole('button', { name: /^Connect( again)?$/ })
    .click()

const rateLimit = () =>
  /^rate_limit (\d+)$/m.exec(execFileSync('auditctl', ['-s'], { encoding: 'utf8' }))?.[1]

/** What a page that was taken over could do: call the bridge itself. */
const ask = (name: string, args: object) =>
  page.evaluate(([name, args]) => (globalThis as never as Bridge).auditscope.invoke(name, args), [
    name,
    args,
  ] as const)
const changeRateLimit = (rateLimit: number) =>
  ask('helper.command', { name: 'set', args: { rateLimit } })

interface Bridge {
  auditscope: { invoke(name: string, args: object): Promise<unknown> }
}

describeOnKernel('the app as an ordinary user', () => {
  beforeAll(async () => {
    stage = await Stage.set()
    app = await _electron.launch({
      executablePath: launcher(),
      args: ['--disable-gpu'],
      chromiumSandbox: true,
      cwd: '/',
    })
    page = await app.firstWindow()
    await page.getByRole('heading', { name: 'Not connected' }).waitFor()
  })
  afterAll(async () => {
    await app?.close()
    await stage.strike()
  })

  it('says that nobody could ask, when there is no agent', async () => {
    await stage.allow()
    await connect()
    await page.getByText('Nobody could ask for the password').waitFor()
  })

  it('takes a dismissed prompt for an answer, and offers to try again', async () => {
    const end = await stage.agentFor(app!.process().pid!, 'dismiss')
    await connect()
    await page.getByText('The prompt was dismissed').waitFor()
    await end()
    expect(stage.prompts().map(({ action }) => action)).toEqual([MONITOR])
  })

  it('says that the password was wrong', async () => {
    const end = await stage.agentFor(app!.process().pid!, 'wrong password')
    await connect()
    await page.getByText('Administrator rights were refused').waitFor()
    await end()
    stage.prompts()
  })

  it('connects with the password, and lets the page change nothing without the second answer', async () => {
    const ends = await stage.agentFor(app!.process().pid!, 'password')
    await connect()
    await page.getByText('observing (multicast)').waitFor()
    await ends()
    expect(stage.prompts().map(({ action }) => action)).toEqual([MONITOR])

    const end = await stage.agentFor(app!.process().pid!, 'dismiss')
    expect(await changeRateLimit(55)).toMatchObject({ ok: false, code: 'dismissed' })
    await end()
    expect(stage.prompts().map(({ action }) => action)).toEqual([CONTROL])
    expect(rateLimit()).toBe('0')
  })

  it('changes once the second answer was yes, and puts it back when it disconnects', async () => {
    const end = await stage.agentFor(app!.process().pid!, 'password')
    expect(await changeRateLimit(55)).toMatchObject({ ok: true })
    expect(await changeRateLimit(56)).toMatchObject({ ok: true })
    await end()
    expect(stage.prompts().map(({ action }) => action)).toEqual([CONTROL])
    expect(rateLimit()).toBe('56')
    await ask('helper.disconnect', {})
    await expect.poll(rateLimit).toBe('0')
  })
})
