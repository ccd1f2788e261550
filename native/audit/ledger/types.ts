/**
 * The completeness ledger: whether the picture is complete, and if not, where records went. What goes in are samples of
 * the helper, headers of record frames, and what each stage says it dropped; what comes out is {@link LedgerView}.
 */
import type { AuditStatus } from '../status/status'

/** What the ledger reads of the helper's status sample (twice a second); a StatusSample fits as it is. */
export interface LedgerSample {
  /** When it was taken, ms since the epoch. */
  at: number
  mode: 'none' | 'observe' | 'best-effort' | 'never-lose'
  /** Counts subscriptions of the helper from 1; the socket's counters begin at 0 with each. */
  subscription: number
  /** Null without control access: then the kernel's losses are not known. */
  kernel: Pick<AuditStatus, 'lost' | 'backlog' | 'backlogLimit' | 'rateLimit'> | null
  /** Records that this client's multicast socket lost; in the daemon modes the kernel sends them again. */
  socket: { drops: number } | null
  /** Records received from the kernel since the helper started. */
  drain: { records: number }
}

/** Serials that never came, as the assembler found when it was sure. */
export interface SerialGap {
  /** How many serials are missing: events, of one record or more each. */
  events: number
  /** Time of the event before and of the event after, ms since the epoch. */
  from: number
  to: number
}

/** What the store has and had, at the moment of the view; records. */
export interface StoreCounts {
  /** Records that can be shown. */
  held: number
  /** Records removed to stay within the budget, the oldest first. */
  evicted: number
  /** Records received and not indexed yet. */
  waiting: number
  /** Time of the oldest event held, ms since the epoch; null when there is none. */
  firstAt: number | null
}

/** One stage on the way of a record: `in = out + dropped + waiting`, and `out` of one stage is `in` of the next. */
export interface LedgerStage {
  name: StageName
  title: string
  in: number
  out: number
  dropped: number
  /** Records inside the stage, or between it and the next one. */
  waiting: number
  /** Records per second that leave the stage, over the last seconds. */
  rate: number
  /** What the stage does when it is full, one sentence. */
  policy: string
}
export type StageName = 'kernel' | 'socket' | 'helper' | 'app' | 'store' | 'memory'

/** Why records are missing. */
export type CauseId =
  | 'backlog'
  | 'rate-limit'
  | 'backlog-or-rate-limit'
  | 'socket'
  | 'ring'
  | 'app'
  | 'store'
  | 'disconnected'
  | 'silent'
  | 'cut'

/** A span in which records went missing. */
export interface LedgerGap {
  /** ms since the epoch. */
  from: number
  to: number
  /** How many, as far as known: records, or events for the causes that are counted so. */
  records: number
  cause: CauseId | 'several'
}

export interface LedgerCause {
  id: string
  title: string
  /** How many, in `unit`. */
  records: number
  unit: 'records' | 'events' | 'drops'
  explanation: string
}

export interface LedgerView {
  /** `unknown`: nothing is known to be missing, but not every counter can be seen. */
  verdict: 'complete' | 'incomplete' | 'unknown'
  /** The verdict in words, e.g. "complete since 12:04:10". */
  sentence: string
  /** Since when nothing went missing, ms since the epoch; null when that is not known. */
  since: number | null
  stages: LedgerStage[]
  /** Every known cause, also those with 0. */
  causes: LedgerCause[]
  gaps: LedgerGap[]
}
