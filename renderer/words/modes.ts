/** The three modes in words. What exactly a mode changes in the kernel is asked from the helper (`preview`). */
import type { Mode } from '@contract/ipc'

export interface ModeWords {
  mode: Mode
  title: string
  /** For the toolbar: `observing (multicast)`. */
  doing: string
  purpose: string
  /** What the kernel and other tasks notice of it. */
  effect: string
}

export const MODE_WORDS: readonly ModeWords[] = [
  {
    mode: 'observe',
    title: 'Observe',
    doing: 'observing (multicast)',
    purpose: 'Look, beside auditd or journald.',
    effect:
      'The kernel’s settings stay untouched and no task ever waits. Under overload only this copy loses records, and they are counted.',
  },
  {
    mode: 'best-effort',
    title: 'Best effort',
    doing: 'best effort (registered)',
    purpose: 'Own the stream without ever stalling the machine.',
    effect:
      'Auditscope registers as the audit daemon and sets the wait time to 0: no task waits, and what finds the backlog full is dropped and counted.',
  },
  {
    mode: 'never-lose',
    title: 'Never lose',
    doing: 'never lose (registered)',
    purpose: 'Compliance: every record counts.',
    effect:
      'Auditscope registers as the audit daemon with a large backlog and raised priority. Tasks may be made to wait when it falls behind, so the machine may stall.',
  },
]

/** How much the kernel prefers the drain, and spares the helper when memory runs out. */
export function priorityText({ nice, oomScoreAdj }: { nice: number; oomScoreAdj: number }): string {
  const signed = (value: number) => (value < 0 ? `−${-value}` : String(value))
  const scheduling = nice === 0 ? 'normal' : `nice ${signed(nice)}`
  return oomScoreAdj === 0 ? scheduling : `${scheduling}, OOM score ${signed(oomScoreAdj)}`
}

/** The words of a mode. */
export function modeWords(mode: Mode): ModeWords {
  return MODE_WORDS.find((words) => words.mode === mode)!
}
