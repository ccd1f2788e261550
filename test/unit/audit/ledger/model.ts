/**
 * A pipeline of plain counters that loses records on purpose, and tells the ledger what the real one would be told: the
 * oracle of the property tests.
 */
import { Ledger } from '@native/audit/ledger/ledger'
import type { CauseId, LedgerSample, StoreCounts } from '@native/audit/ledger/types'

export const START = 1_700_000_000_000

/** What happens to a batch of records on its way. */
export interface Batch {
  /** Counted by the kernel as lost, before anything else. */
  kernelLost: number
  /** Lost at the multicast socket. */
  socketLost: number
  /** Lost by the helper's ring, before the kept ones of the batch. */
  ringLost: number
  kept: number
}

export class Pipeline {
  readonly ledger = new Ledger('live')
  readonly lost: Record<CauseId, number>
  now = START
  produced = 0
  mode: LedgerSample['mode'] = 'observe'
  rateLimit = 0
  #kernelLost = 4_294_967_290
  #drops = 0
  #subscription = 1
  #received = 0
  #ringLost = 0
  /** Frames between helper and app: index of the first record, records. */
  #frames: { firstIndex: number; count: number }[] = []
  store: StoreCounts = { held: 0, evicted: 0, waiting: 0, firstAt: null }

  constructor() {
    this.lost = {
      backlog: 0,
      'rate-limit': 0,
      'backlog-or-rate-limit': 0,
      socket: 0,
      ring: 0,
      app: 0,
      store: 0,
      disconnected: 0,
      silent: 0,
      cut: 0,
    }
    this.ledger.connect(START)
    this.sample()
  }

  batch({ kernelLost, socketLost, ringLost, kept }: Batch): void {
    this.#kernelLost = (this.#kernelLost + kernelLost) % 2 ** 32
    this.lost[this.rateLimit > 0 ? 'rate-limit' : 'backlog'] += kernelLost
    this.produced += kernelLost + ringLost + kept
    if (this.mode === 'observe') {
      this.#drops += socketLost
      this.lost.socket += socketLost
      this.produced += socketLost
    } else {
      // As daemon, what did not fit comes again.
      this.#drops += socketLost
    }
    this.#received += ringLost
    this.#ringLost += ringLost
    if (kept > 0) this.#frames.push({ firstIndex: this.#received, count: kept })
    this.#received += kept
  }

  sample(): void {
    this.ledger.addSample({
      at: this.now,
      mode: this.mode,
      subscription: this.#subscription,
      kernel: {
        lost: this.#kernelLost,
        backlog: 0,
        backlogLimit: 64,
        rateLimit: this.rateLimit,
      },
      socket: { drops: this.#drops },
      drain: { records: this.#received },
    })
  }

  /** Another mode begins: a new subscription, whose socket counts from 0. The old one is sampled before it goes. */
  switchTo(mode: 'observe' | 'best-effort' | 'never-lose'): void {
    this.sample()
    this.mode = mode
    this.#subscription++
    this.#drops = 0
  }

  setRateLimit(limit: number): void {
    this.sample()
    this.rateLimit = limit
    this.sample()
    this.sample()
  }

  /** The app takes the oldest frame: hands it on, or drops it and says so. */
  takeFrame(fate: 'deliver' | 'drop' | 'lose'): void {
    const frame = this.#frames.shift()
    if (frame === undefined) return
    if (fate === 'drop') {
      this.lost.app += frame.count
      this.ledger.addAppDrop(frame.count)
      return
    }
    this.ledger.addFrame({
      ...frame,
      subscription: this.#subscription,
      ringDropped: this.#ringLost,
      cutAt: this.now,
    })
    if (fate === 'lose') {
      this.lost.store += frame.count
      this.ledger.addStoreDrop(frame.count, this.now)
    } else this.store.waiting += frame.count
  }

  /** The store indexes what waits and removes the oldest of what it holds. */
  index(evict: number): void {
    this.store.held += this.store.waiting
    this.store.waiting = 0
    const gone = Math.min(evict, this.store.held)
    this.store.held -= gone
    this.store.evicted += gone
  }

  /** Everything on its way arrives, and the helper is sampled once more. */
  settle(): void {
    while (this.#frames.length > 0) this.takeFrame('deliver')
    // What the ring lost last shows in the index of a record that comes after it.
    this.batch({ kernelLost: 0, socketLost: 0, ringLost: 0, kept: 1 })
    this.takeFrame('deliver')
    this.lost.ring = this.#ringLost
    this.sample()
    this.index(0)
  }
}
