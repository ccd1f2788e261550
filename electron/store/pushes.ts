/** What the store tells the renderer without being asked: collected, and sent ten times a second at most. */
import type { SessionInfo, StorePushes, StorePushName } from '@contract/store'

/** Time between two rounds of pushes, ms. */
export const PUSH_MS = 100

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
