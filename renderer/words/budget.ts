/** What the governor does, in words: the ladder of its steps, and the sentence about now. */
import type { GovernorStatus, StatusSample } from '@native/helper/protocol'
import type { Step } from '@native/audit/governor/budget'
import { jiffiesText } from '@native/audit/settings/words'
import { formatCount, formatShare } from '@renderer/format/number'

export interface Rung {
  id: 'shed' | 'wait' | 'rate'
  title: string
  /** What it costs, and whom. */
  effect: string
  active: boolean
  /** What it is set to, when it is active. */
  value: string
}

/** The steps in the order in which they are taken. */
export function ladder(status: GovernorStatus | null, sample: StatusSample): Rung[] {
  const observes = sample.mode === 'observe'
  return [
    {
      id: 'shed',
      title: 'Take fewer records',
      effect: observes
        ? 'What does not fit is missing in Auditscope only; it is counted.'
        : 'What does not fit is lost, and counted.',
      active: status?.pace != null,
      value: status?.pace == null ? '' : `at most ${formatCount(status.pace)} records/s`,
    },
    {
      id: 'wait',
      title: 'Let no task wait',
      effect: 'The kernel’s wait time is bounded, and 0 while records are shed.',
      active: status?.waitTime != null,
      value:
        status?.waitTime == null
          ? ''
          : status.waitTime === 0
            ? 'no wait'
            : `${jiffiesText(status.waitTime, sample.hz)} for each record`,
    },
    {
      id: 'rate',
      title: 'Let the kernel make fewer records',
      effect: 'The last resort: its rate limit cuts events apart.',
      active: status?.rateLimit != null,
      value: status?.rateLimit == null ? '' : `${formatCount(status.rateLimit)} records/s`,
    },
  ]
}

/** How it stands now. */
export function budgetVerdict(
  status: GovernorStatus | null,
  sample: StatusSample,
): { kind: 'ok' | 'note' | 'warning'; text: string } {
  if (status === null)
    return {
      kind: 'note',
      text: 'No budget is in force: Auditscope takes every record, whatever that costs.',
    }
  const used = `${formatShare(status.cpuPercent / 100)} of a CPU`
  if (sample.mode === 'never-lose')
    return {
      kind: 'note',
      text: 'The mode never lose wins over the budget: nothing is shed. Change the mode to have the budget kept.',
    }
  if (status.pace === null)
    return { kind: 'ok', text: `Everything fits: every record is taken, for ${used}.` }
  return {
    kind: 'warning',
    text: `More comes than the budget allows: Auditscope takes ${formatCount(status.pace)} records/s at most, for ${used}. The rest is counted.`,
  }
}

/** Whose the kernel's settings are, so that it is clear what the budget may touch. */
export function reach(sample: StatusSample, ownPid: number | null): string {
  const { daemon, mode } = sample
  if (mode !== 'observe' && (daemon === null || daemon.pid === ownPid))
    return 'Auditscope is the audit daemon, so the budget may bound the kernel’s wait time and rate; both are put back.'
  return daemon === null
    ? 'Auditscope only listens, so the budget sheds its own copy and touches nothing of the kernel’s.'
    : `The kernel is ${daemon.comm}’s (pid ${daemon.pid}), so the budget sheds Auditscope’s own copy and touches nothing of the kernel’s.`
}

/** A step's kind, for the log. */
export const STEP_TITLES: Record<Step['action'], string> = {
  'bound-wait': 'Waits bounded',
  shed: 'Sheds',
  pace: 'Pace changed',
  full: 'Takes all again',
  'rate-limit': 'Rate limited',
  restore: 'Put back',
  cannot: 'Cannot',
}
