/**
 * The page as an attacker's: every request with garbage, frames and windows that should not exist, scripts from elsewhere.
 * Nothing crashes, everything is refused in words, and the app goes on.
 */
import { existsSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { IPC_REQUESTS, type IpcRequestName } from '@contract/ipc'
import { STORE_REQUESTS } from '@contract/store'
import { App } from './support/app'

const NAMES = Object.keys(IPC_REQUESTS) as IpcRequestName[]
/** Requests that an empty object fits: garbage cannot be told from a fair request. */
const WITH_ARGUMENTS = NAMES.filter((name) => !IPC_REQUESTS[name].safeParse({}).success)
const ATTACKS = readFileSync('test/e2e/hostile/page.js', 'utf8')

/** What page.js answers; a Result, or what the bridge threw in the page. */
type Answer = { ok: true } | { ok: false; code: string; message: string } | { thrown: string }

interface Ways {
  opened: boolean
  states: string[]
  camera: string | undefined
  isView: boolean
}

describe('a hostile page', () => {
  let app: App
  beforeAll(async () => {
    app = await App.start({ args: ['--view', 'overview'] })
    await app.page.evaluate(ATTACKS)
  })
  afterAll(() => app.stop())

  const attack = <T>(call: string) => app.page.evaluate<T>(`attacks.${call}`)

  /** What main answers to every request that comes from another window, or from another page in the app's own. */
  const askAllFrom = (where: 'another window' | 'another page') =>
    app.electron.evaluate(
      async ({ app, BrowserWindow }, [where, names]) => {
        const own = BrowserWindow.getAllWindows()[0]!
        const address = own.webContents.getURL()
        const preload = `${app.getAppPath()}/out/preload/index.js`
        const isOther = where === 'another window'
        const window = isOther
          ? new BrowserWindow({ show: false, webPreferences: { preload, sandbox: true } })
          : own
        await window.loadURL(isOther ? address : 'data:text/html,<p>elsewhere')
        const asked = JSON.stringify(names)
        const answers = (await window.webContents.executeJavaScript(
          `Promise.all(${asked}.map((name) => window.auditscope.invoke(name, {})))`,
        )) as { ok: boolean; code?: string }[]
        if (isOther) window.destroy()
        else await window.loadURL(address)
        return answers.map(({ ok, code }) => (ok ? 'answered' : code))
      },
      [where, NAMES] as const,
    )

  it('has no inline script, no eval, nothing from elsewhere: the policy stops it', async () => {
    const blocked = await attack<string[]>('policy()')
    for (const expected of [
      'script-src-elem inline',
      'script-src-attr inline',
      'script-src-elem https://example.invalid/x.js',
      'script-src eval',
      'img-src https://example.invalid/x.png',
      'frame-src https://example.invalid',
      'object-src https://example.invalid',
      'connect-src https://example.invalid/',
      'connect-src app',
      'connect-src ws://127.0.0.1:1/',
      'worker-src blob',
    ]) {
      const isBlocked = blocked.some((violation) => violation.startsWith(expected))
      expect(isBlocked, `${expected}, in ${blocked.join('; ')}`).toBe(true)
    }
    const ran = await app.page.evaluate(() =>
      ['inlineRan', 'evalRan'].filter((name) => name in globalThis),
    )
    expect(ran).toEqual([])
    expect(app.page.frames().map((frame) => frame.url())).not.toContain('https://example.invalid/')
  })

  it('has no bridge in the frames that it makes', async () => {
    const bridges = await app.page.evaluate(
      "[...document.querySelectorAll('iframe')].map((frame) => { try { return typeof frame.contentWindow.auditscope } catch { return 'closed' } })",
    )
    for (const bridge of bridges as string[]) expect(['undefined', 'closed']).toContain(bridge)
  })

  it('cannot open windows, go elsewhere, make a web view, or use a device', async () => {
    const { opened, states, camera, isView } = await attack<Ways>('ways()')
    expect({ opened, isView }).toEqual({ opened: false, isView: false })
    expect(camera).not.toBe('given')
    expect(states).not.toContain('granted')
    const pages = await app.electron.evaluate(({ webContents }) =>
      webContents.getAllWebContents().map((contents) => contents.getURL()),
    )
    expect(pages).toEqual(['app://auditscope/index.html'])
  })

  it('is served nothing in another window, with the same bridge and the same address', async () => {
    expect(await askAllFrom('another window')).toEqual(NAMES.map(() => 'sender'))
  })

  it('is served nothing when it came into the window from elsewhere', async () => {
    expect(await askAllFrom('another page')).toEqual(NAMES.map(() => 'sender'))
    await app.page.waitForSelector('.app')
    await app.page.evaluate(ATTACKS)
  })

  it('gets a clear answer to garbage on every channel', async () => {
    const names = JSON.stringify(WITH_ARGUMENTS)
    const answers = await attack<[string, string, Answer][]>(`garbage(${names})`)
    expect(answers.length).toBeGreaterThan(100)
    for (const [name, what, answer] of answers) {
      const where = `${name} with ${what}: ${JSON.stringify(answer).slice(0, 300)}`
      if ('thrown' in answer) {
        expect(answer.thrown, where).not.toContain('remote method')
        continue
      }
      expect(answer.ok, where).toBe(false)
      if (answer.ok) continue
      expect(['usage', 'not-connected'], where).toContain(answer.code)
      expect(answer.message.length, where).toBeLessThan(2000)
    }
    const polluted = () => (({}) as { polluted?: boolean }).polluted === true
    expect(await app.electron.evaluate(polluted)).toBe(false)
    expect(await app.page.evaluate(polluted)).toBe(false)
  })

  it('gets nothing but refusals from the store, and no file that nobody chose', async () => {
    await app.page.addInitScript({
      content: `addEventListener('message', ({ data, ports }) => {
        if (data === 'auditscope:store-port') globalThis.stolenPort = ports[0]
      })`,
    })
    await app.page.reload()
    await app.page.waitForSelector('.app')
    await expect.poll(() => app.page.evaluate(() => 'stolenPort' in globalThis)).toBe(true)
    await app.page.evaluate(ATTACKS)
    const names = Object.keys(STORE_REQUESTS)
    const answers = await attack<Record<string, Answer>>(`store(${JSON.stringify(names)})`)
    // Every question is answered, and what no schema takes is refused.
    expect(Object.keys(answers).length).toBe((names.length + 3) * 8 + 2)
    for (const [where, answer] of Object.entries(answers)) {
      if (!('ok' in answer)) throw new Error(where)
      if (answer.ok)
        expect(
          STORE_REQUESTS[where.split(' ')[0] as 'sessions.list'].safeParse({}).success,
          where,
        ).toBe(true)
      else expect(answer.code, where).not.toBe('internal')
    }
    for (const name of ['sessions.open', 'sessions.save'])
      expect(answers[`${name} with a path that nobody chose`], name).toMatchObject({ ok: false })
    expect(existsSync('/tmp/auditscope-hostile')).toBe(false)
  })

  it('has harmed neither main nor the store nor the window', async () => {
    await app.go('Events')
    await app.go('Overview')
    expect(
      app.complaints.filter(
        (line) => line.startsWith('uncaught: ') && !line.includes('unsafe-eval'),
      ),
    ).toEqual([])
    const log = readFileSync(`${app.dataFolder}/logs/main.log`, 'utf8')
    expect(log).toContain('A request from an unexpected frame was refused.')
    expect(log).not.toMatch(/failed|ended/)
  })
})
