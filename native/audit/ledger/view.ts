/** From the ledger's counts to what is shown: stages that close, causes, gaps and the verdict. */
import { CAUSES } from './causes'
import type { Ledger, LedgerTotals } from './ledger'
import type { Rates } from './rates'
import type { CauseId, LedgerCause, LedgerStage, LedgerView, StageName, StoreCounts } from './types'
import { localTime, verdictOf, type TimeText } from './verdict'

interface StageInfo {
  name: StageName
  title: string
  policy: string
}
const STAGES: readonly StageInfo[] = [
  {
    name: 'kernel',
    title: 'Kernel',
    policy:
      'When the backlog is full, tasks wait for up to the wait time, then the newest record is lost.',
  },
  {
    name: 'socket',
    title: 'Socket',
    policy:
      'A full receive buffer of an observer loses the newest records; a registered daemon gets them again.',
  },
  { name: 'helper', title: 'Helper', policy: 'A full ring loses the newest records.' },
  { name: 'app', title: 'App', policy: 'A full queue to the store loses the newest records.' },
  { name: 'store', title: 'Store', policy: 'A record that can be written nowhere is lost.' },
  {
    name: 'memory',
    title: 'Held',
    policy: 'The oldest events are removed to stay within the budget.',
  },
]

/** Copies that the kernel made of records in its own log; nothing of ours is missing by them. */
export interface KernelLogCounts {
  records: number
  suppressed: number
}

export interface ViewOptions {
  now: number
  /** Keeps what rates need between two views; one for a ledger. */
  rates: Rates
  kernelLog?: KernelLogCounts | null
  time?: TimeText
}

/** What each stage dropped, and what waits in it. The sums close by construction; a property test holds it to a model. */
export function stagesOf(totals: LedgerTotals, store: StoreCounts): Omit<LedgerStage, 'rate'>[] {
  const { lost, received, arrived } = totals
  const kernelLost = lost.backlog + lost['rate-limit'] + lost['backlog-or-rate-limit']
  const helperDropped = lost.ring + lost.disconnected
  const onTheWay = received - helperDropped - lost.app - arrived
  const steps: Record<StageName, { dropped: number; waiting: number }> = {
    kernel: { dropped: kernelLost, waiting: 0 },
    socket: { dropped: lost.socket, waiting: 0 },
    helper: { dropped: helperDropped, waiting: onTheWay },
    app: { dropped: lost.app, waiting: 0 },
    store: { dropped: lost.store, waiting: store.waiting },
    memory: { dropped: store.evicted, waiting: 0 },
  }
  let entering = received + lost.socket + kernelLost
  return STAGES.map((stage) => {
    const { dropped, waiting } = steps[stage.name]
    const row = { ...stage, in: entering, out: entering - dropped - waiting, dropped, waiting }
    entering = row.out
    return row
  })
}

/** The whole view. */
export function ledgerView(ledger: Ledger, store: StoreCounts, options: ViewOptions): LedgerView {
  const totals = ledger.totals()
  const stages = stagesOf(totals, store)
  const rates = options.rates.next(
    options.now,
    stages.map((stage) => stage.out),
  )
  const heldSince = store.evicted > 0 && store.firstAt !== null ? store.firstAt : -Infinity
  const gaps = ledger.gapsAfter(heldSince)
  const verdict = verdictOf(
    {
      source: ledger.source,
      gaps,
      startedAt: ledger.startedAt,
      firstAt: store.evicted > 0 ? store.firstAt : null,
      kernelKnown: ledger.sample === null || ledger.sample.kernel !== null,
      listening: ledger.listening,
      missingSerials: totals.missingSerials,
    },
    options.time ?? localTime,
  )
  return {
    ...verdict,
    stages: stages.map((stage, i) => ({ ...stage, rate: rates[i]! })),
    causes: causesOf(totals.lost, options.kernelLog ?? null),
    gaps,
  }
}

function causesOf(
  lost: Readonly<Record<CauseId, number>>,
  kernelLog: KernelLogCounts | null,
): LedgerCause[] {
  const rows: LedgerCause[] = CAUSES.map(({ id, title, unit, explanation }) => ({
    id,
    title,
    unit,
    explanation,
    records: lost[id],
  }))
  if (kernelLog === null) return rows
  rows.push(
    {
      id: 'kernel-log',
      title: 'Copied into the kernel log',
      records: kernelLog.records,
      unit: 'records',
      explanation:
        'No audit daemon is registered, so the kernel prints its records as well; nothing is missing here by that.',
    },
    {
      id: 'kernel-log-suppressed',
      title: 'Not copied into the kernel log',
      records: kernelLog.suppressed,
      unit: 'records',
      explanation:
        'The kernel log has a rate limit of its own and left these out; they came here all the same.',
    },
  )
  return rows
}
