/**
 * What the whole app costs while nothing happens (time to the first paint, CPU and memory of all of its processes), and
 * how long an event takes from its system call to the screen.
 *
 *     npm run bench app [-- --seconds 20 --connect 1 --rate 1000 --messages 1]
 *
 * With `--connect 1` (root, idle audit) it listens to this machine's kernel; without, it is not connected, and there are
 * no events to wait for. `--messages 1` takes records of user space for events: for a kernel that takes no rules.
 */
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { App } from '../e2e/support/app'
import { Generator } from '../kernel/programs'
import { enableAudit, prepareKernel, settleKernel } from './lib/kernel'
import { sendMessages } from './lib/messages'
import { memoryOf, treeOf } from './lib/processes'
import { median, numberOption, report, rounded } from './lib/report'
import { delays, watchFrames } from './lib/visible'

const SECONDS = numberOption('seconds', 20)
const CONNECT = numberOption('connect', 0) !== 0
const RATE = numberOption('rate', 1000)
const MESSAGES = numberOption('messages', 0) !== 0
/** Time for start-up's own work to be over, ms. */
const SETTLE_MS = 15_000
/** The first events come while the view is still being compiled, ms. */
const WARM_UP_MS = 2000
/** Time for the last event to become visible, ms. */
const LAST_MS = 1000
const ROOT = resolve(__dirname, '../..')

const wait = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms))

/** Without anything attached to it that could cost something. */
async function idle(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'auditscope-bench-app-'))
  const executable = process.env.ELECTRON_EXEC_PATH
  if (!executable)
    throw new Error('ELECTRON_EXEC_PATH is not set; run this by "npm run bench app".')
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  const child = spawn(
    executable,
    [
      '--disable-gpu',
      ...asRoot,
      `--user-data-dir=${folder}`,
      ROOT,
      ...(CONNECT ? ['--connect'] : []),
    ],
    { cwd: ROOT, stdio: 'ignore' },
  )
  try {
    await wait(SETTLE_MS)
    const log = readFileSync(join(folder, 'logs', 'main.log'), 'utf8')
    const paint = Number(/First paint after (\d+) ms/.exec(log)?.[1] ?? Number.NaN)
    const before = treeOf(child.pid!)
    await wait(SECONDS * 1000)
    const after = treeOf(child.pid!)
    const percent: Record<string, number> = {}
    for (const { pid, role, cpuSeconds } of after) {
      const was = before.find((process) => process.pid === pid)?.cpuSeconds ?? 0
      percent[role] = rounded((percent[role] ?? 0) + ((cpuSeconds - was) / SECONDS) * 100)
    }
    const sum = Object.values(percent).reduce((total, share) => total + share, 0)
    report({
      bench: 'app',
      case: 'idle',
      connected: CONNECT,
      firstPaintMs: paint,
      idleCpuPercentOfOneCore: rounded(sum),
      idleCpuPercentByRole: percent,
      memoryMiB: rounded(after.reduce((total, { pid }) => total + memoryOf(pid), 0) / 2 ** 20),
      processes: after.length,
    })
  } finally {
    child.kill('SIGTERM')
    await new Promise((done) => child.once('exit', done))
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The Events view follows the newest event while calls are audited at the rate. */
async function visible(): Promise<void> {
  const app = await App.start({ args: ['--view', 'events', '--connect'] })
  try {
    await app.page.evaluate(() =>
      window.auditscope?.invoke('settings.set', { timeFormat: 'epoch' }),
    )
    await app.page.getByText(/observing|best effort|never lose/).waitFor()
    if (!MESSAGES) {
      prepareKernel('unlink', 8192)
      enableAudit()
    }
    await watchFrames(app.page)
    const made = MESSAGES
      ? await sendMessages(RATE, SECONDS)
      : (await new Generator('unlink', RATE * SECONDS, RATE).report()).calls
    await wait(LAST_MS)
    const all = await delays(app.page, RATE, WARM_UP_MS)
    const at = (share: number): number => rounded(all[Math.floor((all.length - 1) * share)]!)
    report({
      bench: 'app',
      case: 'visible',
      source: MESSAGES ? 'messages' : 'unlink',
      rate: RATE,
      made,
      seen: all.length,
      medianMs: rounded(median(all)),
      p95Ms: at(0.95),
      p99Ms: at(0.99),
      maxMs: at(1),
    })
  } finally {
    if (!MESSAGES) await settleKernel()
    await app.stop()
  }
}

async function main(): Promise<void> {
  await idle()
  if (CONNECT) await visible()
}

void main()
