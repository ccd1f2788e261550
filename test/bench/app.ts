/**
 * What the whole app costs while nothing happens: time to the first paint, CPU and memory of all of its processes.
 *
 *     npm run bench app [-- --seconds 20 --connect 1]
 *
 * With `--connect 1` (root, idle audit) it listens to this machine's kernel; without, it is not connected. Memory is the
 * proportional set size, so that pages which the processes share count once (proc(5), smaps_rollup).
 */
import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { numberOption, report, rounded } from './lib/report'

const SECONDS = numberOption('seconds', 20)
const CONNECT = numberOption('connect', 0)
/** Time for start-up's own work to be over, ms. */
const SETTLE_MS = 10_000
const ROOT = resolve(__dirname, '../..')
/** Ticks per second of /proc/PID/stat (proc(5): sysconf(_SC_CLK_TCK), 100 on Linux). */
const TICKS = 100

interface Process {
  pid: number
  parent: number
  cpuSeconds: number
}

function processes(): Process[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8')
        const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
        const cpuSeconds = (Number(fields[11]) + Number(fields[12])) / TICKS
        return [{ pid: Number(name), parent: Number(fields[1]), cpuSeconds }]
      } catch {
        return []
      }
    })
}

/** The process and all of its descendants. */
function treeOf(root: number): Process[] {
  const all = processes()
  const tree = all.filter(({ pid }) => pid === root)
  for (const { pid } of tree) tree.push(...all.filter(({ parent }) => parent === pid))
  return tree
}

/** Proportional set size, bytes; 0 for a process that ended. */
function memoryOf(pid: number): number {
  try {
    const kilobytes = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))
    return Number(kilobytes?.[1] ?? 0) * 1024
  } catch {
    return 0
  }
}

const wait = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms))

async function main(): Promise<void> {
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
    const spent = after.reduce((sum, { pid, cpuSeconds }) => {
      const was = before.find((process) => process.pid === pid)
      return sum + (was ? cpuSeconds - was.cpuSeconds : 0)
    }, 0)
    report({
      bench: 'app',
      connected: CONNECT !== 0,
      firstPaintMs: paint,
      idleCpuPercentOfOneCore: rounded((spent / SECONDS) * 100, 2),
      memoryMiB: rounded(after.reduce((sum, { pid }) => sum + memoryOf(pid), 0) / 2 ** 20, 1),
      processes: after.length,
    })
  } finally {
    child.kill('SIGTERM')
    await new Promise((done) => child.once('exit', done))
    rmSync(folder, { recursive: true, force: true })
  }
}

void main()
