/** What a record costs the helper, learnt from what it used. */

/** Weight of the newest measurement. */
const LEARNING = 0.3
/** Records per second below which CPU use tells the helper's own overhead, above which it tells the cost of records. */
const FEW = 50
/** A tick changes the idea of a record's cost by this factor at most: a garbage collection is no record's fault. */
const STEP = 1.25
/** What the overhead may grow by beside that, ms per second. */
const IDLE_STEP = 2
/** Cost of a record that cannot be right, ms: nobody copies one in less than 0.2 us, or needs more than 1 ms. */
const CHEAPEST = 0.0002
const DEAREST = 1

export class CostModel {
  /** CPU time that is used without records, ms per second. */
  #idle = 0
  /** CPU time that a record takes, ms; null before one came. */
  #perRecord: number | null = null

  /** Takes what was used within a tick: `cpu` in ms per second, `rate` in records per second. */
  learn(cpu: number, rate: number): void {
    if (rate < FEW) {
      // Likewise: what comes once is not what is always there.
      const near = Math.min(cpu, STEP * this.#idle + IDLE_STEP)
      this.#idle += LEARNING * (near - this.#idle)
      return
    }
    const cost = Math.min(DEAREST, Math.max(CHEAPEST, (cpu - this.#idle) / rate))
    const known = this.#perRecord
    if (known === null) this.#perRecord = cost
    else {
      const near = Math.min(known * STEP, Math.max(known / STEP, cost))
      this.#perRecord = known + LEARNING * (near - known)
    }
  }

  /** Records per second that fit into `cpu` ms per second. */
  affordable(cpu: number): number {
    return Math.max(0, cpu - this.#idle) / (this.#perRecord ?? CHEAPEST)
  }
}
