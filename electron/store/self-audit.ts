/**
 * Notices that the app is audited and feeds on its own events: each event that it reads makes it do what makes events.
 * Looks once a second at the process ids of the events that were indexed since.
 */
import type { StorePushes } from '@contract/store'
import type { EventIndex } from './event-index'
import { idAt } from './columns/codes'
import { numberAt } from './columns/numbers'

export type SelfAudit = NonNullable<StorePushes['tick']['selfAudit']>

/** Time between two looks, ms. */
const LOOK_MS = 1000
/** Our own events in a second from which on they matter, and their share of all. */
const MANY = 50
const LARGE_SHARE = 0.2
/** Looks in a row that must agree before it is said, and before it is no longer said. */
const LOOKS = 3

/** Names an event's key and system call from its chunk. */
export type NameEvent = (seq: number) => { key: string; call: string } | null

export class SelfAuditWatch {
  #pids: ReadonlySet<number> = new Set()
  #next = 0
  #lookedAt: number | null = null
  #agreeing = 0
  #found: SelfAudit | null = null

  constructor(private readonly name: NameEvent) {}

  /** The process ids of the app and of what else feeds on its events. */
  watch(pids: readonly number[]): void {
    this.#pids = new Set(pids)
  }

  /** The newest finding, after a look when it is time for one; `now` in ms. */
  look(index: EventIndex, now: number): SelfAudit | null {
    const since = this.#lookedAt
    if (since !== null && now - since < LOOK_MS) return this.#found
    const { all, own, example } = this.#count(index)
    this.#lookedAt = now
    this.#next = index.next
    if (since === null) return this.#found
    const seconds = (now - since) / 1000
    const feeds = own / seconds >= MANY && own >= all * LARGE_SHARE
    this.#agreeing = feeds === (this.#found === null) ? this.#agreeing + 1 : 0
    if (this.#found === null && this.#agreeing < LOOKS) return null
    if (this.#found !== null && this.#agreeing >= LOOKS) {
      this.#found = null
      this.#agreeing = 0
      return null
    }
    if (!feeds) return this.#found
    if (this.#found === null) this.#agreeing = 0
    const { key, call } = (example === null ? null : this.name(example)) ?? { key: '', call: '' }
    this.#found = {
      ownPerSecond: Math.round(own / seconds),
      eventsPerSecond: Math.round(all / seconds),
      key,
      call,
    }
    return this.#found
  }

  /** Events since the last look, how many of them are of our processes, and one of the commonest kind among those. */
  #count(index: EventIndex): { all: number; own: number; example: number | null } {
    const kinds = new Map<string, { count: number; seq: number }>()
    const from = Math.max(this.#next, index.first)
    let own = 0
    for (const chunk of index.chunks()) {
      if (chunk.first + chunk.count <= from) continue
      const pids = chunk.numbers('pid')
      const actors = chunk.codes('actor')
      const calls = chunk.codes('call')
      for (let at = Math.max(0, from - chunk.first); at < chunk.count; at++) {
        if (!this.#pids.has(numberAt(pids, at))) continue
        own++
        const kind = `${idAt(actors, at)} ${idAt(calls, at)}`
        const known = kinds.get(kind)
        if (known === undefined) kinds.set(kind, { count: 1, seq: chunk.first + at })
        else known.count++
      }
    }
    let best: { count: number; seq: number } | null = null
    for (const kind of kinds.values()) if (best === null || kind.count > best.count) best = kind
    return { all: index.next - from, own, example: best?.seq ?? null }
  }
}
