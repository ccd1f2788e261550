/**
 * Finds the moment at which tasks may be waiting for a backlog that is empty. Pure: fed with counters.
 *
 * When the kernel's sending thread has emptied its queue it wakes one of those who wait (an exclusive wait queue,
 * kernel/audit.c), trusting that this one makes a record, which runs the thread again, which wakes the next. But whoever
 * asks for the status while the queue is over its limit waits in the same line (audit_receive) and makes no record: an
 * audited task behind it then sleeps for the whole wait time, 60 s as a rule, although nobody is slow and nothing is
 * queued. The next record of anybody wakes it; on a machine whose audited tasks all wait there is none. Seen on
 * Linux 6.18 with a poll twice a second.
 */

/** How often {@link Forgotten.check} is called, ms. */
export const FORGOTTEN_INTERVAL = 250
/** Intervals over which the records are added up that a full backlog was. */
const WINDOW = 4
/** Most records made in a row to wake somebody, when that shows no effect: no task fewer waits. */
const MOST_IN_VAIN = 4

/** What is known at an interval. */
export interface Flow {
  /** Records received since the helper started. */
  records: number
  /** The kernel's backlog limit; 0 for none. */
  backlogLimit: number
  /** Whether the kernel makes tasks wait. */
  waits: boolean
}

export class Forgotten {
  readonly #last: number[] = []
  #records = 0
  #suspicious = false
  #inVain = 0
  /** How many waited at the last look. */
  #seen = 0

  /**
   * Takes a look; true when it is time to see whether somebody waits: at least a backlog's worth of records came, or
   * somebody was made to wait, and then, for an interval, nothing came. Say with {@link found} what was seen.
   */
  check({ records, backlogLimit, waits }: Flow): boolean {
    const came = records - this.#records
    this.#records = records
    if (!waits || backlogLimit === 0) {
      this.#last.length = 0
      this.#suspicious = false
      return false
    }
    this.#last.push(came)
    if (this.#last.length > WINDOW) this.#last.shift()
    if (this.#last.reduce((sum, each) => sum + each, 0) >= backlogLimit) this.suspect()
    return this.#suspicious && came === 0
  }

  /** Somebody was made to wait, or woken from waiting: others may wait still. */
  suspect(): void {
    this.#suspicious = true
    this.#inVain = 0
  }

  /**
   * How many tasks the look found that may wait; true when a record should be made to wake the next. Those who only asked
   * for the status may stand in front of the one that makes records: each record brings the line forward by one.
   */
  found(waiting: number): boolean {
    if (waiting < this.#seen) this.#inVain = 0
    this.#seen = waiting
    this.#suspicious = waiting > 0 && this.#inVain < MOST_IN_VAIN
    if (this.#suspicious) this.#inVain++
    return this.#suspicious
  }
}
