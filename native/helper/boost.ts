/** The priority that the mode never-lose gives the drain, as auditd's priority_boost does, and back. */
import fs from 'node:fs'
import { owningProc } from '../kernel/process-control'
import type { DrainThread } from './drain-thread'
import type { BoostSample, Notice } from './messages'

const OOM_FILE = '/proc/self/oom_score_adj'

/** Sets the drain thread's nice value and the helper's oom_score_adj; refusals are notices, not failures. */
export class Boost {
  readonly #drain: DrainThread
  readonly #notify: (notice: Notice) => void
  /** oom_score_adj as the helper was started. */
  readonly #oomBefore: number
  #inForce: BoostSample

  constructor(drain: DrainThread, notify: (notice: Notice) => void) {
    this.#drain = drain
    this.#notify = notify
    this.#oomBefore = Number(fs.readFileSync(OOM_FILE, 'utf8'))
    this.#inForce = { nice: 0, oomScoreAdj: this.#oomBefore }
  }

  /** What is in force now. */
  get inForce(): BoostSample {
    return this.#inForce
  }

  /** Puts a boost in force, or takes it back (null). */
  async apply(boost: BoostSample | null): Promise<void> {
    const wanted = boost ?? { nice: 0, oomScoreAdj: this.#oomBefore }
    if (wanted.nice !== this.#inForce.nice) {
      const refusal = await this.#drain.setNice(wanted.nice)
      if (refusal === null) this.#inForce = { ...this.#inForce, nice: wanted.nice }
      else this.#refused('nice', refusal, 'CAP_SYS_NICE')
    }
    if (wanted.oomScoreAdj !== this.#inForce.oomScoreAdj) this.#setOom(wanted.oomScoreAdj)
  }

  #setOom(value: number): void {
    try {
      owningProc(() => fs.writeFileSync(OOM_FILE, String(value)))
      this.#inForce = { ...this.#inForce, oomScoreAdj: value }
    } catch (error) {
      this.#refused(
        'oom_score_adj',
        (error as NodeJS.ErrnoException).code ?? 'EINVAL',
        'CAP_SYS_RESOURCE',
      )
    }
  }

  #refused(what: 'nice' | 'oom_score_adj', errno: string, capability: string): void {
    this.#notify({
      type: 'boost-refused',
      at: Date.now(),
      message: `The kernel refused to change ${what} (${errno}; it needs ${capability}): the drain runs at normal priority there.`,
      what,
      errno,
    })
  }
}
