/** The real app under test: started, watched for console errors, driven through what a user sees, stopped. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import {
  _electron,
  type ConsoleMessage,
  type ElectronApplication,
  type Locator,
  type Page,
} from 'playwright-core'

const ROOT = process.cwd()

/** Where pictures of every view go; looked at by people, never compared. */
export const SCREENSHOTS = path.join(ROOT, 'test-results', 'screenshots')

/** The views as the sidebar names them. */
export const VIEW_TITLES = [
  'Overview',
  'Events',
  'Processes',
  'Syscalls',
  'Files',
  'Users',
  'Keys',
  'Connections',
  'Rules',
  'Limits',
  'Lab',
  'Diagnosis',
  'Settings',
] as const

/** How to start it. */
export interface Start {
  /** Arguments behind the app's path. */
  args?: string[]
  env?: NodeJS.ProcessEnv
  /** Data folder to use again; a new one by default, removed at the end. */
  dataFolder?: string
}

/** One run of the app. */
export class App {
  /** Console errors and warnings, and uncaught exceptions, of the page. */
  readonly complaints: string[] = []
  private stopped = false

  private constructor(
    readonly electron: ElectronApplication,
    readonly page: Page,
    readonly dataFolder: string,
    private readonly ownsFolder: boolean,
  ) {}

  static async start({ args = [], env = {}, dataFolder }: Start = {}): Promise<App> {
    const folder = dataFolder ?? mkdtempSync(path.join(tmpdir(), 'auditscope-e2e-'))
    const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : []
    const electron = await _electron.launch({
      ...(process.env.ELECTRON_EXEC_PATH ? { executablePath: process.env.ELECTRON_EXEC_PATH } : {}),
      args: [
        '--disable-gpu',
        ...asRoot,
        `--user-data-dir=${folder}`,
        ROOT,
        '--size',
        '1440x900',
        ...args,
      ],
      cwd: ROOT,
      env: { ...process.env, ...env } as Record<string, string>,
    })
    const page = await electron.firstWindow()
    page.setDefaultTimeout(10_000)
    const app = new App(electron, page, folder, dataFolder === undefined)
    page.on('console', (message) => app.hear(message))
    page.on('pageerror', (error) => app.complaints.push(`uncaught: ${error.message}`))
    await page.waitForSelector('.app')
    return app
  }

  /** What the view shows. */
  get main(): Locator {
    return this.page.getByRole('main')
  }

  /** Goes to a view by the sidebar. */
  async go(title: (typeof VIEW_TITLES)[number]): Promise<void> {
    await this.page.getByRole('navigation').getByRole('button', { name: title }).first().click()
    await this.main.getByRole('heading', { level: 1, name: title }).waitFor({ state: 'attached' })
  }

  /** Connects from the not-connected panel. */
  async connect(): Promise<void> {
    await this.main.getByRole('button', { name: 'Connect', exact: true }).click()
    await this.main
      .getByRole('heading', { name: /Not connected|Connecting/ })
      .waitFor({ state: 'detached' })
  }

  /** Applies what is proposed in Limits and waits until nothing is proposed any more. */
  async applyProposal(): Promise<void> {
    const region = this.page.getByRole('region', { name: 'Proposed changes' })
    await region.getByRole('button', { name: 'Apply', exact: true }).click()
    await region.getByText('Change a value or choose a profile').waitFor()
  }

  /** Applies the draft of Rules and keeps it. */
  async applyRules(): Promise<void> {
    await this.page.getByRole('button', { name: /^Apply \d+ changes?…$/ }).click()
    await this.page.getByRole('dialog').getByRole('button', { name: 'Apply', exact: true }).click()
    await this.page.getByRole('button', { name: 'Keep', exact: true }).click()
  }

  /** Chooses an option of a select. */
  async choose(label: string, option: RegExp): Promise<void> {
    await this.page.getByLabel(label).click()
    await this.page.getByRole('option', { name: option }).click()
  }

  /** Chooses the theme as the settings do. */
  async theme(theme: 'dark' | 'light'): Promise<void> {
    await this.page.evaluate(
      (wanted) => window.auditscope?.invoke('settings.set', { theme: wanted }),
      theme,
    )
    await this.settle()
  }

  /** Waits until nothing is being loaded any more and the last change has been drawn. */
  async settle(): Promise<void> {
    await this.page.locator('.skeleton').first().waitFor({ state: 'detached' })
    await this.page.evaluate(
      'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))',
    )
  }

  /** Takes a picture for people. */
  async screenshot(name: string): Promise<void> {
    mkdirSync(SCREENSHOTS, { recursive: true })
    const file = name.toLowerCase().replace(/[^a-z0-9]+/g, '-')
    await this.page.screenshot({ path: path.join(SCREENSHOTS, `${file}.png`) })
  }

  async stop(): Promise<void> {
    if (this.stopped) return
    this.stopped = true
    await this.electron.close()
    if (this.ownsFolder) rmSync(this.dataFolder, { recursive: true, force: true })
  }

  private hear(message: ConsoleMessage): void {
    const type = message.type()
    if (type === 'error' || type === 'warning') this.complaints.push(`${type}: ${message.text()}`)
  }
}
