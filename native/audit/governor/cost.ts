/** What a record costs the helper, learnt from what it used. */

/** Weight of the newest measurement. */
const LEARNING = 0.3
/** Records per second below which CPU use tells the helper's own overhead, above which it tells the cost of records. */
const FEW = 50
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
      this.#idle += LEARNING * (cpu - this.#idle)
      return
    }
    const cost = Math.min(DEAREST, Math.max(CHEAPEST, (cpu - this.#idle) / rate))
    this.#perRecord =
      this.#perRecord === null ? cost : this.#perRecord + LEARNING * (cost - this.#perRecord)
  }

  /** Records per second that fit into `cpu` ms per second. */
  affordable(cpu: number): number {
    return Math.max(0, cpu - this.#idle) / (this.#perRecord ?? CHEAPEST)
  }
}
