/** Processes as /proc shows them (proc(5)). Names are attacker-controlled. Whatever has gone reads as absent. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** What /proc/PID/stat says: the name may hold spaces and parentheses, so fields are counted from its last one. */
export interface ProcessStat {
  comm: string
  ppid: number
  /** Start, ticks of the user-visible clock (100 per second) since boot: with the pid it names a process for good. */
  startTicks: number
}

/** A process. */
export interface ProcessRow extends ProcessStat {
  pid: number
  /** Executable; empty for kernel threads, and where it may not be read. */
  exe: string
  uid: number
  /** Login uid, 4294967295 when unset. */
  auid: number
}

/** Ticks per second of `startTicks` (USER_HZ, the same on every Linux that Electron runs on). */
export const USER_HZ = 100

/** Parses /proc/PID/stat; null when it is no such line. */
export function parseStat(text: string): ProcessStat | null {
  const open = text.indexOf('(')
  const close = text.lastIndexOf(')')
  if (open < 0 || close < open) return null
  const fields = text.slice(close + 2).split(' ')
  const ppid = Number(fields[1])
  const startTicks = Number(fields[19])
  if (!Number.isInteger(ppid) || !Number.isInteger(startTicks)) return null
  return { comm: text.slice(open + 1, close), ppid, startTicks }
}

/** The process, or null when there is none. */
export function readStat(pid: number): ProcessStat | null {
  const text = readText(`/proc/${pid}/stat`)
  return text === null ? null : parseStat(text)
}

/** The name that the process gives itself; empty when there is no such process. */
export function readComm(pid: number): string {
  return readText(`/proc/${pid}/comm`)?.trimEnd() ?? ''
}

/** The running processes, at most `limit`. */
export function readProcesses(limit: number): ProcessRow[] {
  const rows: ProcessRow[] = []
  for (const name of readdirSync('/proc')) {
    if (rows.length === limit) break
    if (!/^\d+$/.test(name)) continue
    const pid = Number(name)
    const stat = readStat(pid)
    if (stat !== null) {
      rows.push({ ...stat, pid, exe: readExe(pid), uid: readUid(pid), auid: readLoginUid(pid) })
    }
  }
  return rows
}

/** Time of boot, ms since the epoch (/proc/stat, btime). */
export function readBootTime(): number {
  const match = /^btime (\d+)$/m.exec(readText('/proc/stat') ?? '')
  return match === null ? 0 : Number(match[1]) * 1000
}

function readExe(pid: number): string {
  try {
    return readlinkSync(`/proc/${pid}/exe`)
  } catch {
    return ''
  }
}

function readUid(pid: number): number {
  const match = /^Uid:\s+(\d+)/m.exec(readText(`/proc/${pid}/status`) ?? '')
  return match === null ? 0 : Number(match[1])
}

function readLoginUid(pid: number): number {
  const text = readText(`/proc/${pid}/loginuid`)
  return text === null ? 0xffffffff : Number(text)
}

function readText(file: string): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return null
  }
}
