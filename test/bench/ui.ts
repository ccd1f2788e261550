/**
 * How fluent the window is while 50,000 records/s arrive in a session of ten million events: frames while it follows,
 * scrolls by wheel, thumb and keys; the time from a key press to filtered rows; work done while hidden; memory.
 *
 *     npm run bench ui [-- --events 10000000 --rate 50000 --seconds 10 --minutes 0]
 *
 * The store is a made-up one in a worker (renderer/bench), behind the same port and client as the real one. The first
 * lines are an empty page and the same window with nothing arriving: compare the others with them, not with figures of
 * another machine. `busyMs` and its parts are what a frame costs the window's main thread on average; what is left of
 * 16.7 ms is room.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { _electron, type CDPSession, type ElectronApplication, type Page } from 'playwright-core'
import { numberOption, report, rounded } from './lib/report'

const EVENTS = numberOption('events', 10_000_000)
const RATE = numberOption('rate', 50_000)
const SECONDS = numberOption('seconds', 10)
const MINUTES = numberOption('minutes', 0)
const ROOT = resolve(__dirname, '../..')

/** The page's side, see renderer/bench/main.ts. */
interface Bench {
  rate(recordsPerSecond: number): void
  begin(): void
  end(): { frames: number[]; blank: number }
  asked(): Promise<Record<string, number>>
  woken(): { timers: number; frames: number }
  hide(hidden: boolean): void
  typeFilter(text: string): Promise<number>
}
declare const window: { bench: Bench }

/** Electron's side: serves the built page and says what its renderer costs. */
const MAIN = `
const { app, BrowserWindow, protocol, net } = require('electron')
const { join, normalize } = require('node:path')
const { pathToFileURL } = require('node:url')
protocol.registerSchemesAsPrivileged([{ scheme: 'bench', privileges: { standard: true, secure: true, supportFetchAPI: true } }])
app.whenReady().then(() => {
  protocol.handle('bench', ({ url }) => {
    const path = normalize(new URL(url).pathname).replace(/^[/.]+/, '')
    if (path === 'empty') return new Response('<p>Empty</p>', { headers: { 'content-type': 'text/html' } })
    return net.fetch(pathToFileURL(join(process.env.BENCH_PAGE, path)).href)
  })
  const window = new BrowserWindow({ width: 1600, height: 1000, useContentSize: true })
  window.loadURL('bench://page/index.html?' + process.env.BENCH_QUERY)
})
app.on('window-all-closed', () => app.quit())
`

const quantile = (values: readonly number[], share: number): number => {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0
}

/** What the main thread of the page did so far, seconds by kind (CDP's Performance domain). */
type Busy = Record<
  'TaskDuration' | 'ScriptDuration' | 'RecalcStyleDuration' | 'LayoutDuration',
  number
>

/** Counting begins when a session asks for it, and ends with that session. */
let counting: CDPSession | null = null

async function busy(page: Page): Promise<Busy> {
  if (counting === null) {
    counting = await page.context().newCDPSession(page)
    await counting.send('Performance.enable', { timeDomain: 'threadTicks' })
  }
  const { metrics } = await counting.send('Performance.getMetrics')
  return Object.fromEntries(metrics.map(({ name, value }) => [name, value])) as Busy
}

/** Runs a scenario and prints how its frames were. */
async function frames(page: Page, name: string, work: () => Promise<void>): Promise<void> {
  const before = await busy(page)
  await page.evaluate(() => window.bench.begin())
  const began = Date.now()
  await work()
  const seconds = (Date.now() - began) / 1000
  const measured = await page.evaluate(() => window.bench.end())
  const after = await busy(page)
  // The first one is the time since the call, not between two frames.
  const times = measured.frames.slice(1)
  const aFrame = (kind: keyof Busy): number =>
    rounded(((after[kind] - before[kind]) * 1000) / Math.max(1, times.length))
  report({
    bench: 'ui',
    what: name,
    framesPerSecond: rounded(times.length / seconds),
    medianMs: rounded(quantile(times, 0.5)),
    p99Ms: rounded(quantile(times, 0.99)),
    longestMs: rounded(quantile(times, 1)),
    framesWithBlankRows: measured.blank,
    busyMs: aFrame('TaskDuration'),
    scriptMs: aFrame('ScriptDuration'),
    styleMs: aFrame('RecalcStyleDuration'),
    layoutMs: aFrame('LayoutDuration'),
  })
}

const COUNT_FRAMES = `
let times = []
let last = 0
const frame = (now) => {
  times.push(now - last)
  last = now
  requestAnimationFrame(frame)
}
requestAnimationFrame(frame)
window.bench = { begin: () => { times = [] }, end: () => ({ frames: times, blank: 0 }) }
0`

/** The same counting in a page with nothing in it: what this machine can do at best. */
async function emptyPage(page: Page): Promise<void> {
  const home = page.url()
  await page.goto('bench://page/empty')
  await page.evaluate(COUNT_FRAMES)
  await frames(page, 'an empty page', () => pause(SECONDS * 500))
  await page.goto(home)
}

const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms))

async function wheel(page: Page): Promise<void> {
  await page.mouse.move(700, 500)
  for (let turn = 0; turn < 200; turn++) {
    await page.mouse.wheel(0, (turn % 40 < 25 ? -1 : 1) * (80 + (turn % 7) * 60))
    await pause(16)
  }
}

/** The thumb through the whole session and back. */
async function drag(page: Page): Promise<void> {
  const track = (await page.locator('.event-grid .track').boundingBox())!
  const x = track.x + track.width / 2
  await page.mouse.move(x, track.y + track.height - 12)
  await page.mouse.down()
  for (let step = 0; step <= 120; step++) {
    const share = Math.abs(1 - ((step / 60) % 2))
    await page.mouse.move(x, track.y + 12 + share * (track.height - 30))
    await pause(16)
  }
  await page.mouse.up()
}

async function keys(page: Page): Promise<void> {
  await page.locator('.event-grid').focus()
  for (const key of ['Home', 'PageDown', 'PageDown', 'ArrowDown', 'End', 'PageUp', 'Home', 'End']) {
    for (let times = 0; times < 6; times++) {
      await page.keyboard.press(key)
      await pause(30)
    }
  }
}

/** From the last key of a filter to rows of the result on the screen, ms. */
async function filter(page: Page): Promise<void> {
  const times: number[] = []
  for (let round = 0; round < 8; round++) {
    await page.keyboard.press('Control+f')
    const text = `serial>${round} and success=no`
    times.push(await page.evaluate((typed) => window.bench.typeFilter(typed), text))
    await page.keyboard.press('Enter')
    await page.keyboard.press('Control+Shift+F')
    await pause(300)
  }
  report({
    bench: 'ui',
    what: 'key press to filtered rows',
    medianMs: rounded(quantile(times, 0.5)),
    longestMs: rounded(Math.max(...times)),
  })
}

/** What wakes the window up while nobody can see it; events keep arriving. */
async function hidden(page: Page): Promise<void> {
  await page.evaluate(() => window.bench.hide(true))
  await pause(1000)
  const look = () =>
    page.evaluate(async () => ({ ...window.bench.woken(), asked: await window.bench.asked() }))
  const before = await look()
  await pause(3000)
  const after = await look()
  const sum = (asked: Record<string, number>): number =>
    Object.values(asked).reduce((all, count) => all + count, 0)
  report({
    bench: 'ui',
    what: 'hidden for 3 s',
    requests: sum(after.asked) - sum(before.asked),
    timers: after.timers - before.timers,
    frames: after.frames - before.frames,
  })
  await page.evaluate(() => window.bench.hide(false))
  await pause(500)
}

/** Resident memory of the window's process, MiB, and the JavaScript heap in it. */
async function memory(app: ElectronApplication, page: Page, what: string): Promise<void> {
  const session = await page.context().newCDPSession(page)
  await session.send('HeapProfiler.collectGarbage')
  const { usedSize } = await session.send('Runtime.getHeapUsage')
  await session.detach()
  const kilobytes = await app.evaluate(({ app: electron }) =>
    electron
      .getAppMetrics()
      .filter(({ type }) => type === 'Tab')
      .reduce((sum, { memory: used }) => sum + used.workingSetSize, 0),
  )
  report({
    bench: 'ui',
    what,
    rendererMiB: rounded(kilobytes / 1024),
    heapMiB: rounded(usedSize / 2 ** 20),
  })
}

async function main(): Promise<void> {
  execFileSync(
    process.execPath,
    ['node_modules/vite/bin/vite.js', 'build', '-c', 'build/ui-bench.config.mjs'],
    {
      cwd: ROOT,
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  )
  const folder = mkdtempSync(join(tmpdir(), 'auditscope-ui-bench-'))
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'ui-bench', main: 'main.js' }))
  writeFileSync(join(folder, 'main.js'), MAIN)
  const root = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  const app = await _electron.launch({
    args: [...root, '--disable-gpu', folder],
    cwd: ROOT,
    env: {
      ...process.env,
      BENCH_PAGE: join(ROOT, 'out/ui-bench'),
      BENCH_QUERY: `events=${EVENTS}&rate=0`,
    } as Record<string, string>,
  })
  try {
    const page = await app.firstWindow()
    report({ bench: 'ui', what: 'load', events: EVENTS, recordsPerSecond: RATE })
    await emptyPage(page)
    await page.locator('.event-grid .row:not([hidden]) .cell-time').first().waitFor()
    await pause(2000)
    await frames(page, 'nothing arrives', () => pause(SECONDS * 500))
    await page.evaluate((rate) => window.bench.rate(rate), RATE)
    await pause(1000)
    await frames(page, 'follows', () => pause(SECONDS * 1000))
    await memory(app, page, 'memory while it follows')
    await frames(page, 'scrolls by wheel', () => wheel(page))
    await frames(page, 'scrolls by thumb', () => drag(page))
    await frames(page, 'scrolls by keys', () => keys(page))
    await filter(page)
    await hidden(page)
    for (let minute = 0; minute < MINUTES; minute += 5) {
      await memory(app, page, `memory after ${minute} min`)
      await pause(Math.min(5, MINUTES - minute) * 60_000)
    }
    await memory(app, page, 'memory at the end')
  } finally {
    await app.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

void main()
