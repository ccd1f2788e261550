/**
 * Whose a folder under the data folder is: a second instance of the app (another display, another sandbox) may use the
 * same data folder, and what it is writing must be left alone. A process is told by its number and its start, since
 * numbers are used again.
 */
import { readFileSync } from 'node:fs'

const TAG = /(\d+)\.(\d+)$/

/** When a process began, in ticks since boot (proc(5): field 22 of stat); null when there is none. */
function startOf(pid: number | 'self'): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // The second field is the name, which may hold spaces and brackets.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null
  } catch {
    return null
  }
}

const own = `${process.pid}.${startOf('self') ?? '0'}`

/** What to end a folder's name with. */
export function ownTag(): string {
  return own
}

/** Whether a folder belongs to another process that is still running. */
export function isElsewhereInUse(folderName: string): boolean {
  const match = TAG.exec(folderName)
  if (match === null || match[0] === own) return false
  return startOf(Number(match[1])) === match[2]
}
