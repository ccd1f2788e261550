/** How far a conversion is, for somebody who waits in front of a terminal. */
import { grouped } from '@native/audit/numbers'
import type { Io } from '../io'
import type { Converted } from './converter'

/** Redrawn at most so often, ms. */
const INTERVAL = 200
const CLEAR_LINE = '\r\x1b[K'

/** One line on stderr that is drawn over and over; nothing at all when stderr is no terminal. */
export class Progress {
  private drawn = false
  private next = performance.now() + INTERVAL
  private readonly start = performance.now()

  constructor(private readonly io: Io) {}

  /**
   * @param taken bytes of the files read so far
   * @param total bytes of all files; 0 when not known
   */
  async show(counts: Converted, taken: number, total: number): Promise<void> {
    const now = performance.now()
    if (!this.io.err.terminal || now < this.next) return
    this.next = now + INTERVAL
    const part = total > 0 ? `${Math.min(100, Math.floor((taken / total) * 100))} %, ` : ''
    const rate = Math.round(counts.records / ((now - this.start) / 1000))
    this.drawn = true
    await this.io.err.write(
      `${CLEAR_LINE}${part}${grouped(counts.records)} records, ${grouped(rate)} a second`,
    )
  }

  /** Takes the line away. */
  async end(): Promise<void> {
    if (this.drawn) await this.io.err.write(CLEAR_LINE)
    this.drawn = false
  }
}
