/** Tells when the drain has been stuck for too long. Pure: fed with the drain's heartbeat and a clock. */
import { HEARTBEAT_MS } from '../kernel/drain'

/** How often {@link Watchdog.check} is called, ms. */
export const WATCHDOG_INTERVAL = 250

/**
 * Adds up for how long the drain's heartbeat has stood still. An interval counts for twice its nominal length at most:
 * after the whole helper was stopped and goes on, the drain gets its chance before it is called stuck.
 */
export class Watchdog {
  #checkedAt: number | null = null
  #stuck = 0
  /** For how long the drain had been stuck when the registration was last given up, ms. */
  #answered = 0
  #letGo = 0

  /** How often the registration was given up. */
  get letGo(): number {
    return this.#letGo
  }

  /** For how long the drain has been stuck, ms. */
  get stuck(): number {
    return this.#stuck
  }

  /** There is nothing to watch until the next {@link check}: the time until then does not count. */
  rest(): void {
    this.#checkedAt = null
    this.#stuck = 0
  }

  /**
   * Takes a look; true when the registration should be given up: once, and again when that had no effect for the limit.
   * @param heartbeatAge ms since the drain was last seen going round its loop
   * @param now monotonic time, ms
   * @param limit how long the drain may be stuck, ms; 0: for ever
   */
  check(heartbeatAge: number, now: number, limit: number): boolean {
    const elapsed = this.#checkedAt === null ? 0 : now - this.#checkedAt
    this.#checkedAt = now
    const beats = heartbeatAge < 2 * HEARTBEAT_MS
    if (beats) this.#stuck = 0
    else this.#stuck += Math.min(elapsed, 2 * WATCHDOG_INTERVAL)
    if (beats || limit === 0) this.#answered = 0
    if (limit === 0 || this.#stuck - this.#answered < limit) return false
    this.#answered = this.#stuck
    this.#letGo++
    return true
  }
}
