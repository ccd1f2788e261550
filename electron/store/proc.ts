/** Running processes as /proc shows them (man 5 proc). What cannot be read is left empty; nothing here fails. */
import { readFile, readlink } from 'node:fs/promises'

/** Clock ticks in /proc are this on every Linux architecture (USER_HZ). */
const USER_HZ = 100

export interface RunningProcess {
  pid: number
  ppid: number
  comm: string
  /** Empty for kernel threads, and where this user may not see it. */
  exe: string
  /** The program's name as it was called, and its arguments; none for kernel threads. Secrets as they are. */
  words: string[]
  /** ms since the epoch. */
  startedAt: number
}

let bootTime: Promise<number> | null = null

/** When the machine started, ms since the epoch. */
function bootedAt(): Promise<number> {
  bootTime ??= readFile('/proc/stat', 'utf8')
    .then((text) => Number(/^btime (\d+)$/m.exec(text)?.[1] ?? 0) * 1000)
    .catch(() => 0)
  return bootTime
}

/** A running process; null when it has ended. */
export async function readProcess(pid: number): Promise<RunningProcess | null> {
  const folder = `/proc/${Math.trunc(pid)}`
  const stat = await readFile(`${folder}/stat`, 'latin1').catch(() => null)
  if (stat === null) return null
  // The name is in parentheses and may have some itself; what follows the last one is numbers.
  const close = stat.lastIndexOf(')')
  const fields = stat.slice(close + 2).split(' ')
  const exe = await readlink(`${folder}/exe`).catch(() => '')
  const arguments_ = await readFile(`${folder}/cmdline`, 'utf8').catch(() => '')
  return {
    pid,
    ppid: Number(fields[1]),
    comm: stat.slice(stat.indexOf('(') + 1, close),
    exe,
    words: arguments_ === '' ? [] : arguments_.replace(/\0$/, '').split('\0'),
    startedAt: (await bootedAt()) + (Number(fields[19]) * 1000) / USER_HZ,
  }
}
