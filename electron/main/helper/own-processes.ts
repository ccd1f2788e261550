/** The processes that live from the records: this app's, and the registered daemon's children. */
import { readFileSync } from 'node:fs'

/** How often they are looked up, ms: processes come and go. */
const INTERVAL_MS = 5000

/**
 * Direct children of a process, as the kernel lists them (proc(5), /proc/PID/task/TID/children); none where it cannot.
 * The kernel exempts the daemon's threads, not the plugins that it starts.
 */
export function childrenOf(pid: number, root = '/proc'): number[] {
  try {
    return readFileSync(`${root}/${pid}/task/${pid}/children`, 'utf8')
      .split(' ')
      .filter(Boolean)
      .map(Number)
  } catch {
    return []
  }
}

/** Tells of the own processes regularly while it runs. */
export class OwnProcesses {
  private timer: NodeJS.Timeout | null = null

  constructor(
    readonly list: () => number[],
    private readonly tell: (pids: number[]) => void,
  ) {}

  update(wanted: boolean): void {
    if (wanted && this.timer === null) {
      this.timer = setInterval(() => this.tell(this.list()), INTERVAL_MS)
      this.tell(this.list())
    }
    if (!wanted && this.timer !== null) {
      clearInterval(this.timer)
      this.timer = null
    }
  }
}
