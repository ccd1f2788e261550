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

/**
 * Keeps the kernel's exemptions equal to the processes that `processes` names; an empty list takes them all back. One
 * change at a time: what is wanted meanwhile follows it.
 */
export class Exemption {
  private timer: NodeJS.Timeout | null = null
  private applied = ''
  private wanted: number[] = []
  private applying = false
  /** Counts the helpers: what one was told does not hold for the next. */
  private helper = 0

  constructor(
    private readonly processes: () => number[],
    private readonly apply: (rules: string[]) => Promise<boolean>,
  ) {}

  /** Starts, or goes on after a change of settings or connection. */
  update(wanted: boolean): void {
    if (wanted && this.timer === null) {
      this.timer = setInterval(() => this.compare(), INTERVAL_MS)
      this.compare()
    }
    if (!wanted && this.timer !== null) {
      clearInterval(this.timer)
      this.timer = null
      this.set([])
    }
  }

  /** The helper ended and took its exemptions with it. */
  forget(): void {
    this.helper++
    this.applied = ''
  }

  private compare(): void {
    this.set([...new Set(this.processes())].sort((a, b) => a - b))
  }

  private set(pids: number[]): void {
    this.wanted = pids
    if (!this.applying) void this.applyWanted()
  }

  private async applyWanted(): Promise<void> {
    this.applying = true
    for (let refused = false; !refused && this.wanted.join() !== this.applied;) {
      const pids = this.wanted
      const { helper } = this
      const rules = pids.map((pid) =>
        Buffer.from(compileRule(exemptProcess(pid))).toString('base64'),
      )
      refused = !(await this.apply(rules))
      if (!refused && helper === this.helper) this.applied = pids.join()
      // Whether it took them or not: that helper has gone, and nobody may be there to be told again.
      if (helper !== this.helper) break
    }
    this.applying = false
  }
}
