/** What the store tells the renderer without being asked: collected, and sent ten times a second at most. */
import type { SessionInfo, StorePushes, StorePushName } from '@contract/store'

/** Time between two rounds of pushes while something changes, ms. */
export const PUSH_MS = 100
/** Time between two rounds while nothing does, ms: for what changes without a message, like a rate that falls. */
const REST_MS = 1000

/**
 * Calls `round` ten times a second at most: at once when something came after a pause, again for as long as a round had
 * something to say, and seldom otherwise. An idle machine wakes nobody.
 */
export class Rounds {
  readonly #round: () => boolean
  #timer: ReturnType<typeof setTimeout> | undefined
  #last = Number.NEGATIVE_INFINITY
  #due = Number.POSITIVE_INFINITY
  #stopped = false

  /** `round` answers whether something changed. */
  constructor(round: () => boolean) {
    this.#round = round
    this.#schedule(REST_MS)
  }

  /** Something may have changed: the next round is as early as it may be. Cheap enough to call for every message. */
  soon(): void {
    const earliest = Math.max(performance.now(), this.#last + PUSH_MS)
    if (earliest < this.#due) this.#schedule(earliest - performance.now())
  }

  /** Something was asked for that takes a moment: the next round is no later than the usual time from now. */
  later(): void {
    if (performance.now() + PUSH_MS < this.#due) this.#schedule(PUSH_MS)
  }

  stop(): void {
    this.#stopped = true
    clearTimeout(this.#timer)
  }

  #schedule(ms: number): void {
    if (this.#stopped) return
    clearTimeout(this.#timer)
    this.#due = performance.now() + ms
    this.#timer = setTimeout(() => this.#run(), ms)
  }

  #run(): void {
    this.#last = performance.now()
    this.#due = Number.POSITIVE_INFINITY
    const changed = this.#round()
    this.#schedule(changed ? PUSH_MS : REST_MS)
  }
}

export class Rate {
  #points: { at: number; count: number }[] = []

  /** Takes a counter's value now; returns how much it grew per second over the last second. */
  next(at: number, count: number): number {
    this.#points.push({ at, count })
    while (this.#points.length > 2 && this.#points[1]!.at <= at - 1000) this.#points.shift()
    const first = this.#points[0]!
    return at > first.at ? ((count - first.count) * 1000) / (at - first.at) : 0
  }
}

/** Remembers what was said last, so that nothing is said twice. */
export class Changes {
  #sessions = ''
  #tick = ''

  /** The sessions if any changed since the last call; else null. */
  sessions(infos: readonly SessionInfo[]): SessionInfo[] | null {
    const text = JSON.stringify(infos)
    if (text === this.#sessions) return null
    this.#sessions = text
    return [...infos]
  }

  /** The live numbers if any changed since the last call; else null. An idle machine wakes nobody. */
  tick(tick: StorePushes['tick']): StorePushes['tick'] | null {
    const text = JSON.stringify(tick)
    if (text === this.#tick) return null
    this.#tick = text
    return tick
  }

  /** Says everything again: somebody new listens. */
  forget(): void {
    this.#sessions = ''
    this.#tick = ''
  }
}

export type Push = <N extends StorePushName>(name: N, value: StorePushes[N]) => void
