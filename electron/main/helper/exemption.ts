/**
 * Rules that keep the kernel from auditing Auditscope's own processes, when the user agreed to them. A multicast listener
 * is audited like anyone else, and a viewer whose reads make events feeds on itself.
 *
 * By pid and not by `exe=`: an exempt executable would be a way for anybody to run unaudited (the runtime can execute
 * scripts), an exempt pid is one process of ours. Processes come and go, so the set is kept current; whoever gets the pid of
 * one that has just ended is exempt until the next look.
 */
import { compileRule, type Rule } from '@native/audit/rule'
import { fullMask } from '@native/audit/rule/mask'

/** How often the set of processes is compared with what the kernel has, ms. */
const INTERVAL_MS = 5000

/** A rule that records nothing of a process. */
export function exemptProcess(pid: number): Rule {
  return {
    list: 'exit',
    action: 'never',
    prepend: true,
    mask: fullMask(),
    fields: [{ field: 'pid', operator: '=', value: pid, text: null }],
  }
}

/** Keeps the kernel's exemptions equal to the processes that `processes` names; an empty list takes them all back. */
export class Exemption {
  private timer: NodeJS.Timeout | null = null
  private applied = ''

  constructor(
    private readonly processes: () => number[],
    private readonly apply: (rules: string[]) => Promise<boolean>,
  ) {}

  /** Starts, or goes on after a change of settings or connection. */
  update(wanted: boolean): void {
    if (wanted && this.timer === null) {
      this.timer = setInterval(() => void this.compare(), INTERVAL_MS)
      void this.compare()
    }
    if (!wanted && this.timer !== null) {
      clearInterval(this.timer)
      this.timer = null
      if (this.applied !== '') void this.set([])
    }
  }

  /** The helper ended and took its exemptions with it. */
  forget(): void {
    this.applied = ''
  }

  private compare(): Promise<void> {
    return this.set([...new Set(this.processes())].sort((a, b) => a - b))
  }

  private async set(pids: number[]): Promise<void> {
    const key = pids.join()
    if (key === this.applied) return
    const rules = pids.map((pid) => Buffer.from(compileRule(exemptProcess(pid))).toString('base64'))
    if (await this.apply(rules)) this.applied = key
  }
}
