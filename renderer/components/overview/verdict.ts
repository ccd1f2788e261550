/** The Overview's one sentence: is all well, and is the picture complete? */
import type { LedgerView } from '@contract/store'
import type { StatusSample } from '@native/helper/protocol'
import {
  formatCount,
  formatDuration,
  formatQuantity,
  formatRate,
  formatShare,
} from '@renderer/format/number'
import { BACKLOG_WARNING_SHARE } from '@renderer/stores/attention'

export interface Verdict {
  kind: 'ok' | 'note' | 'warning' | 'danger'
  text: string
}

/** What the sentence is made of. */
export interface Situation {
  sample: StatusSample | null
  ledger: LedgerView | null
  /** Records received a second, now. */
  recordsPerSecond: number
  /** Records that the kernel lost a second, now. */
  lostPerSecond: number
  /** Time that tasks waited, ms a second, now; null when the kernel does not tell. */
  waitedMsPerSecond: number | null
  /** When the kernel's count of lost records was last seen to rise, ms; null never. */
  lastLossAt: number | null
  /** Since when the kernel has been watched, ms. */
  watchedSince: number | null
  /** Rules of the kernel; null when not known. */
  rules: number | null
  now: number
}

/** The gravest thing that is so. */
export function verdictOf(situation: Situation): Verdict {
  const { sample } = situation
  if (!sample) return { kind: 'note', text: 'Waiting for the first numbers from the kernel.' }
  if (!sample.kernel) return withoutCounters(situation)
  return (
    waiting(situation, sample.kernel) ??
    losing(situation) ??
    notRecording(situation, sample.kernel) ??
    nearlyFull(sample.kernel) ??
    incomplete(situation, sample.kernel) ??
    fine(situation, sample.kernel)
  )
}

type Kernel = NonNullable<StatusSample['kernel']>

function withoutCounters({ recordsPerSecond }: Situation): Verdict {
  return {
    kind: 'note',
    text: `Events arrive, ${formatRate(recordsPerSecond)} records. Whether some are lost cannot be seen without CAP_AUDIT_CONTROL.`,
  }
}

function waiting({ waitedMsPerSecond, sample }: Situation, kernel: Kernel): Verdict | null {
  if (sample!.kernelOverdue > 1000) {
    return {
      kind: 'danger',
      text: `The kernel has held an answer back for ${formatDuration(sample!.kernelOverdue)}: its backlog is over the limit and tasks wait.`,
    }
  }
  if (!waitedMsPerSecond) return null
  return {
    kind: 'danger',
    text: `Tasks are made to wait: ${formatDuration(waitedMsPerSecond)} in the last second. ${backlogWords(kernel)}`,
  }
}

function losing({ lostPerSecond, sample }: Situation): Verdict | null {
  if (lostPerSecond <= 0) return null
  const { rateLimit, lost } = sample!.kernel!
  const cause =
    rateLimit > 0
      ? `a rate limit of ${formatCount(rateLimit)}/s is in force`
      : 'the backlog is full'
  return {
    kind: 'danger',
    text: `Records are being lost: ${formatRate(lostPerSecond)} by the kernel, because ${cause}. ${formatCount(lost)} in all.`,
  }
}

function notRecording({ rules }: Situation, kernel: Kernel): Verdict | null {
  if (kernel.enabled === 0) {
    return { kind: 'note', text: 'Auditing is off: rules record nothing.' }
  }
  if (rules === 0 && kernel.enabled === 2) {
    return {
      kind: 'note',
      text: 'No rules are loaded, and none can be: the configuration is locked until the next boot.',
    }
  }
  if (rules === 0) {
    return {
      kind: 'note',
      text: 'No rules are loaded: only what programs and the kernel report by themselves is recorded.',
    }
  }
  return null
}

function nearlyFull(kernel: Kernel): Verdict | null {
  const share = kernel.backlogLimit > 0 ? kernel.backlog / kernel.backlogLimit : 0
  if (share < BACKLOG_WARNING_SHARE) return null
  return { kind: 'warning', text: `The backlog is nearly full. ${backlogWords(kernel)}` }
}

function incomplete(situation: Situation, kernel: Kernel): Verdict | null {
  const { ledger, lastLossAt, now } = situation
  if (ledger?.verdict !== 'incomplete') return null
  const ago =
    lastLossAt === null ? '' : ` The last loss was ${formatDuration(now - lastLossAt)} ago.`
  const now_ = `Auditing keeps up now, ${backlogShare(kernel)}.`
  return { kind: 'warning', text: `${now_} The picture is ${ledger.sentence}.${ago}` }
}

function fine(
  { recordsPerSecond, watchedSince, lastLossAt, now }: Situation,
  kernel: Kernel,
): Verdict {
  const since = Math.max(watchedSince ?? 0, lastLossAt ?? 0)
  const span = since > 0 ? ` for ${formatDuration(Math.max(1000, now - since))}` : ''
  return {
    kind: 'ok',
    text: `Auditing keeps up. ${formatCount(Math.round(recordsPerSecond))} records/s, ${backlogShare(kernel)}, nothing lost${span}.`,
  }
}

function backlogShare({ backlog, backlogLimit }: Kernel): string {
  if (backlogLimit === 0) return `backlog ${formatQuantity(backlog, 'record')} without a limit`
  return `backlog ${formatShare(backlog / backlogLimit)} of its limit`
}

function backlogWords({ backlog, backlogLimit }: Kernel): string {
  const of = backlogLimit === 0 ? '' : ` of ${formatCount(backlogLimit)}`
  return `${formatCount(backlog)}${of} records wait.`
}
