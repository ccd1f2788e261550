/** A run of serials that never came, on one machine. */
export interface SerialGap {
  node: string
  /** First missing serial and how many there are (events, not records). */
  first: number
  count: number
  /** Time of the record after the gap, ms. */
  time: number
}

interface Hole {
  first: number
  count: number
  time: number
  /** Clock at which the hole is believed. */
  due: number
}

/** Holes that are kept open at once for one machine; the oldest is believed early when there are more. */
const MAX_HOLES = 1024
/** A step forward of more than this is another boot or garbage, not 16 million lost events. */
const MAX_STEP = 1 << 24

/**
 * Finds serials that never came. The kernel counts them up by one an event, but hands records of several processors over
 * in any order, so a hole is believed only after a while. Serials are compared modulo 2^32. A step back that comes with
 * a later time is a reboot: the count starts again.
 */
export class SerialTracker {
  private high = -1
  private newest = 0
  private holes: Hole[] = []

  constructor(
    private readonly node: string,
    /** How long a serial may be late, ms of event time. */
    private readonly patience: number,
    private readonly onGap: (gap: SerialGap) => void,
  ) {}

  /** Takes a record's serial; `clock` is the newest time seen on this machine. */
  seen(serial: number, time: number, clock: number): void {
    if (this.high < 0) {
      this.restart(serial, time)
      return
    }
    const step = (serial - this.high) | 0
    if (step === 1) {
      this.high = serial
    } else if (step > 1) {
      if (step > MAX_STEP) this.restart(serial, time)
      else {
        this.holes.push({
          first: (this.high + 1) >>> 0,
          count: step - 1,
          time,
          due: clock + this.patience,
        })
        this.high = serial
        if (this.holes.length > MAX_HOLES) this.believe(this.holes.shift()!)
      }
    } else if (step < 0 && !this.fill(serial) && time > this.newest + this.patience) {
      this.restart(serial, time)
    }
    if (time > this.newest) this.newest = time
  }

  /** Reports holes whose time has come; with Infinity all of them. */
  expire(clock: number): void {
    while (this.holes.length > 0 && this.holes[0]!.due <= clock) this.believe(this.holes.shift()!)
  }

  private restart(serial: number, time: number): void {
    this.expire(Infinity)
    this.high = serial
    this.newest = time
  }

  private believe(hole: Hole): void {
    this.onGap({ node: this.node, first: hole.first, count: hole.count, time: hole.time })
  }

  /** Takes a late serial out of the hole that waits for it; false when none does. */
  private fill(serial: number): boolean {
    for (let i = this.holes.length - 1; i >= 0; i--) {
      const hole = this.holes[i]!
      const offset = (serial - hole.first) >>> 0
      if (offset >= hole.count) continue
      const after = hole.count - offset - 1
      if (after > 0) {
        const rest = { ...hole, first: (serial + 1) >>> 0, count: after }
        this.holes.splice(i + 1, 0, rest)
      }
      if (offset > 0) hole.count = offset
      else this.holes.splice(i, 1)
      return true
    }
    return false
  }
}
