/** Tasks that sleep where nothing interrupts them, as /proc shows it to anybody (proc(5)). */
import { readdirSync, readFileSync } from 'node:fs'

/** Where the kernel makes tasks wait for room in the audit backlog (kernel/audit.c). */
const WAITS_IN = 'audit_log_start'
/** The function is only told to those who may trace the task; to others this. */
const UNTOLD = '0'

/**
 * How many tasks may be waiting for room in the audit backlog: each is in the state D, and sleeps in the kernel's function
 * for that, or where we are not told. Looks at every thread of the machine, which takes milliseconds: not for polling.
 * @param root where proc is mounted
 */
export function waitingForAudit(root = '/proc'): number {
  return numbersIn(root)
    .flatMap((pid) => numbersIn(`${root}/${pid}/task`).map((tid) => `${root}/${pid}/task/${tid}`))
    .filter(waits).length
}

function waits(task: string): boolean {
  const stat = read(`${task}/stat`)
  if (stat[stat.lastIndexOf(')') + 2] !== 'D') return false
  const where = read(`${task}/wchan`)
  return where === WAITS_IN || where === UNTOLD || where === ''
}

function numbersIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => /^\d+$/.test(name))
  } catch {
    // It ended while we looked.
    return []
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'latin1').trimEnd()
  } catch {
    return ''
  }
}
