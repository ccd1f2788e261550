/** The ledger's verdict in words. */
import { counted, grouped } from '../numbers'
import { CAUSES, causeInfo } from './causes'
import type { CauseId, LedgerGap, LedgerView } from './types'

export interface VerdictFacts {
  /** Losses that fall into the time that is held. */
  gaps: readonly LedgerGap[]
  source: 'live' | 'file'
  /** When listening began; null when it has not yet. */
  startedAt: number | null
  /** Time of the oldest event held. */
  firstAt: number | null
  /** False when the kernel's counters cannot be seen (CAP_AUDIT_READ alone). */
  kernelKnown: boolean
  listening: boolean
  missingSerials: number
}

/** The clock in a sentence: local time, `12:04:10`. */
export type TimeText = (ms: number) => string
export const localTime: TimeText = (ms) => {
  const date = new Date(ms)
  return [date.getHours(), date.getMinutes(), date.getSeconds()]
    .map((part) => String(part).padStart(2, '0'))
    .join(':')
}

type Verdict = Pick<LedgerView, 'verdict' | 'sentence' | 'since'>
const NOT_LISTENING: Verdict = {
  verdict: 'unknown',
  sentence: 'not listening: no event arrives here',
  since: null,
}

/** Decides and words the verdict. */
export function verdictOf(facts: VerdictFacts, time: TimeText): Verdict {
  const { gaps, startedAt, firstAt } = facts
  if (facts.source === 'file') return fileVerdict(facts)
  if (startedAt === null) return NOT_LISTENING
  const start = Math.max(startedAt, firstAt ?? startedAt)
  const end = gaps.reduce((latest, gap) => Math.max(latest, gap.to), start)
  if (gaps.length > 0) {
    const from = Math.min(...gaps.map((gap) => gap.from))
    const parts = [...lossWords(gaps), `between ${time(from)} and ${time(end)}`]
    return {
      verdict: 'incomplete',
      sentence: `incomplete: ${parts.join(', ')}; complete since ${time(end)}`,
      since: end,
    }
  }
  if (!facts.listening) return NOT_LISTENING
  if (!facts.kernelKnown) {
    return {
      verdict: 'unknown',
      sentence: `nothing dropped by us since ${time(start)}; what the kernel lost cannot be seen without CAP_AUDIT_CONTROL`,
      since: null,
    }
  }
  return { verdict: 'complete', sentence: `complete since ${time(start)}`, since: start }
}

function fileVerdict({ missingSerials }: VerdictFacts): Verdict {
  const sentence =
    missingSerials === 0
      ? 'read from files, which hold every serial between their first and their last event'
      : `read from files, in which ${counted(missingSerials, 'serial')} between the first and the last event are missing`
  return { verdict: 'unknown', sentence, since: null }
}

/** "3,804 records dropped by the kernel (backlog)", "0 by us", "12 events missing without a counter". */
function lossWords(gaps: readonly LedgerGap[]): string[] {
  const sums = new Map<CauseId | 'several', number>()
  for (const { cause, records } of gaps) sums.set(cause, (sums.get(cause) ?? 0) + records)
  const by = (who: 'kernel' | 'us'): { total: number; names: string } => {
    const causes = CAUSES.filter((cause) => cause.by === who && (sums.get(cause.id) ?? 0) > 0)
    return {
      total: causes.reduce((sum, cause) => sum + (sums.get(cause.id) ?? 0), 0),
      names: causes.map((cause) => cause.short).join(', '),
    }
  }
  const kernel = by('kernel')
  const us = by('us')
  const named = (names: string): string => (names === '' ? '' : ` (${names})`)
  const words = [
    `${counted(kernel.total, 'record')} dropped by the kernel${named(kernel.names)}`,
    `${grouped(us.total)} by us${named(us.names)}`,
  ]
  const silent = sums.get('silent') ?? 0
  if (silent > 0)
    words.push(`${counted(silent, 'event')} ${causeInfo('silent').title.toLowerCase()}`)
  if (sums.get('disconnected') === 0) words.push('not listening for a part of it')
  const several = sums.get('several') ?? 0
  if (several > 0) words.push(`${grouped(several)} for several causes long ago`)
  return words
}
