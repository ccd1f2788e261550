/**
 * Counts what comes in and what each stage drops. Pure: every method is told the time. A session of the store has one
 * ledger; several runs of the helper may feed it one after the other.
 */
import type { RecordsHeader } from '../netlink/records-frame'
import { CAUSES } from './causes'
import { GapList } from './gaps'
import type { CauseId, LedgerGap, LedgerSample, SerialGap } from './types'

/** What has been counted so far, records unless said otherwise. */
export interface LedgerTotals {
  /** Received by the helper from the kernel. */
  received: number
  /** Arrived at the store, in whole frames. */
  arrived: number
  /** By cause, in the cause's own unit. */
  lost: Readonly<Record<CauseId, number>>
  /** Serials that are missing, whatever the cause: events. */
  missingSerials: number
}

const TWO_32 = 2 ** 32
const HALF_32 = 2 ** 31
const LEAVES_SERIAL_GAPS: ReadonlySet<string> = new Set(
  CAUSES.filter((cause) => cause.leavesSerialGaps).map((cause) => cause.id),
)

/** How far a kernel counter of 32 bits went; a smaller value is a wrap from near its end, or a reset. */
export function counterDelta(before: number, now: number): number {
  if (now >= before) return now - before
  return before - now > HALF_32 ? now + TWO_32 - before : now
}

export class Ledger {
  readonly #gaps = new GapList()
  readonly #lost = Object.fromEntries(CAUSES.map(({ id }) => [id, 0])) as Record<CauseId, number>
  #missingSerials = 0
  #arrived = 0
  /** Received by helpers that have ended. */
  #receivedBefore = 0
  /** Received by the helper that runs, as far as its samples and frames tell. */
  #received = 0
  /** The index that the next frame of this helper begins with when nothing is dropped. */
  #nextIndex = 0
  #frameAt: number | null = null
  #appDropsUntold: 'none' | 'some' = 'none'
  #appDropped = 0
  #sample: LedgerSample | null = null
  #connectedAt: number | null = null
  #startedAt: number | null = null
  #listenedUntil: number | null = null

  /** `source`: events of a live capture, or of files, where only serials tell what is missing. */
  constructor(readonly source: 'live' | 'file') {}

  /** When listening began, ms since the epoch; null when it has not yet. */
  get startedAt(): number | null {
    return this.#startedAt
  }
  /** The newest sample of the connected helper. */
  get sample(): LedgerSample | null {
    return this.#sample
  }
  /** Whether a helper is connected and listens. */
  get listening(): boolean {
    return this.#sample !== null && this.#sample.mode !== 'none'
  }

  /** A helper said hello: its counters begin at 0. */
  connect(at: number): void {
    if (this.#connectedAt !== null) this.disconnect(at)
    this.#connectedAt = at
    this.#received = 0
    this.#nextIndex = 0
    this.#frameAt = null
    this.#sample = null
  }

  /** The helper ended; what it had received and not handed over is gone. */
  disconnect(at: number): void {
    if (this.#connectedAt === null) return
    const gone = this.#received - this.#nextIndex - this.#appDropped
    this.#settleAppDrops(at)
    if (gone > 0) this.#count('disconnected', this.#frameAt ?? this.#connectedAt, at, gone)
    this.#receivedBefore += this.#received
    this.#received = 0
    this.#nextIndex = 0
    this.#connectedAt = null
    this.#sample = null
    if (this.#listenedUntil !== null) this.#listenedUntil = at
  }

  /** A sample of the helper. */
  addSample(sample: LedgerSample): void {
    const before = this.#sample
    this.#sample = sample
    this.#received = Math.max(this.#received, sample.drain.records)
    if (sample.mode === 'none') return
    this.#listen(before, sample.at)
    if (before === null) return
    this.#addKernelLoss(before, sample)
    this.#addSocketLoss(before, sample)
  }

  /** A frame arrived at the store. A jump of its index is what helper and app dropped before it. */
  addFrame(header: RecordsHeader): void {
    const jump = header.firstIndex - this.#nextIndex
    const from = this.#frameAt ?? this.#connectedAt ?? header.cutAt
    if (jump > 0) {
      const byApp = this.#appDropsUntold === 'some' ? jump : Math.min(jump, this.#appDropped)
      if (byApp > 0) this.#count('app', from, header.cutAt, byApp)
      if (jump > byApp) this.#count('ring', from, header.cutAt, jump - byApp)
    }
    this.#appDropped = 0
    this.#appDropsUntold = 'none'
    this.#arrived += header.count
    this.#nextIndex = header.firstIndex + header.count
    this.#received = Math.max(this.#received, this.#nextIndex)
    this.#frameAt = header.cutAt
    this.#startedAt ??= header.cutAt
  }

  /** The app dropped frames before the next one that arrives; `records` null when it does not know how many they held. */
  addAppDrop(records: number | null): void {
    if (records === null) {
      this.#appDropsUntold = 'some'
      return
    }
    this.#appDropped += records
    this.#received = Math.max(this.#received, this.#nextIndex + this.#appDropped)
  }

  /** The store dropped records that had arrived. */
  addStoreDrop(records: number, at: number): void {
    this.#count('store', at, at, records)
  }

  /** Serials are missing; they count as a loss of their own only where nothing else explains them. */
  addSerialGap({ events, from, to }: SerialGap): void {
    this.#missingSerials += events
    if (!this.#gaps.explains(LEAVES_SERIAL_GAPS, from, to)) this.#count('silent', from, to, events)
  }

  /** Events that never got their last record. */
  addCutEvents(events: number): void {
    this.#lost.cut += events
  }

  totals(): LedgerTotals {
    return {
      received: this.#receivedBefore + this.#received,
      arrived: this.#arrived,
      lost: { ...this.#lost, app: this.#lost.app + this.#appDropped },
      missingSerials: this.#missingSerials,
    }
  }

  /** The gaps that reach into the time from `since` on. */
  gapsAfter(since: number): LedgerGap[] {
    return this.#gaps.after(since)
  }

  /** Notes that records are being listened to, and the time before in which they were not. */
  #listen(before: LedgerSample | null, at: number): void {
    const until = this.#listenedUntil
    const wasAway = before === null || before.mode === 'none'
    if (until !== null && wasAway) this.#gaps.add('disconnected', until, at, 0)
    this.#listenedUntil = at
    this.#startedAt ??= at
  }

  #addKernelLoss(before: LedgerSample, now: LedgerSample): void {
    if (before.kernel === null || now.kernel === null) return
    const lost = counterDelta(before.kernel.lost, now.kernel.lost)
    if (lost > 0) this.#count(kernelCause(before.kernel, now.kernel), before.at, now.at, lost)
  }

  #addSocketLoss(before: LedgerSample, now: LedgerSample): void {
    if (now.socket === null || now.mode !== 'observe') return
    const same = before.subscription === now.subscription
    const drops = now.socket.drops - (same ? (before.socket?.drops ?? 0) : 0)
    if (drops > 0) this.#count('socket', before.at, now.at, drops)
  }

  #settleAppDrops(at: number): void {
    if (this.#appDropped > 0)
      this.#count('app', this.#frameAt ?? this.#connectedAt ?? at, at, this.#appDropped)
    this.#appDropped = 0
    this.#appDropsUntold = 'none'
  }

  #count(cause: CauseId, from: number, to: number, records: number): void {
    this.#lost[cause] += records
    this.#gaps.add(cause, from, to, records)
  }
}

type KernelCounters = NonNullable<LedgerSample['kernel']>

/** Why the kernel's lost counter rose between two samples. */
function kernelCause(before: KernelCounters, now: KernelCounters): CauseId {
  const limited = before.rateLimit > 0 || now.rateLimit > 0
  if (!limited) return 'backlog'
  const full = [before, now].some(
    ({ backlog, backlogLimit }) => backlogLimit > 0 && backlog >= backlogLimit,
  )
  return full ? 'backlog-or-rate-limit' : 'rate-limit'
}
