/**
 * Why a helper ended, from its exit code, its signal and what pkexec printed. pkexec(1): 126 when the prompt was
 * dismissed, 127 when it could not authorise or start the program.
 */

/** Exit codes of the helper itself; none that pkexec or a shell uses. */
export const EXIT_CODES = {
  /** Asked to end (stop, end of stdin, parent gone); everything was put back. */
  done: 0,
  /** Started in a way it refuses: a terminal, arguments, a path that others can write. */
  refused: 64,
  /** A bug. */
  internal: 70,
  /** Ended, but could not put everything back; the journal stays for the next start. */
  notRestored: 75,
} as const

/** Why a helper ended, each with its own sentence and its own next step. */
export type ExitReason =
  | 'stopped'
  | 'dismissed'
  | 'no-agent'
  | 'not-authorized'
  | 'no-polkit'
  | 'missing'
  | 'refused'
  | 'not-restored'
  | 'killed'
  | 'crashed'
  | 'protocol'

/** How a helper ended. */
export interface HelperExit {
  /** Exit code; null when a signal ended it or it never started. */
  code: number | null
  signal: NodeJS.Signals | null
  reason: ExitReason
  /** What happened and why, one sentence. */
  message: string
  /** What to do next, one sentence. */
  hint: string
  /** The end of what it printed on stderr, at most 4 KiB. */
  stderr: string
}

const SENTENCES: Record<ExitReason, readonly [message: string, hint: string]> = {
  stopped: ['The helper ended as asked.', 'Connect again to see live events.'],
  dismissed: ['The authorization prompt was dismissed.', 'Connect again to get a new prompt.'],
  'no-agent': [
    'No polkit authentication agent is running in this session, so nobody could be asked.',
    'Start your desktop’s polkit agent, or run Auditscope as root.',
  ],
  'not-authorized': [
    'polkit refused: wrong password, or this user may not start the helper.',
    'Try again, or ask an administrator to allow the action for your user.',
  ],
  'no-polkit': [
    'polkit could not be reached.',
    'Check that the system bus and polkitd are running, or run Auditscope as root.',
  ],
  missing: [
    'The helper program, or pkexec, is not installed.',
    'Install the package with its helper, and polkit’s pkexec.',
  ],
  refused: ['The helper refused to start.', 'Read its message and correct what it names.'],
  'not-restored': [
    'The helper ended but could not put all kernel settings back.',
    'Connect again and choose to restore what the last session left.',
  ],
  killed: [
    'The helper was killed by a signal.',
    'Connect again; what it could not put back is offered then.',
  ],
  crashed: [
    'The helper ended because of an error of its own.',
    'Connect again, and report the error if it happens once more.',
  ],
  protocol: [
    'The program that was started does not speak this version of the helper’s protocol.',
    'Install app and helper of the same version.',
  ],
}

/** What pkexec prints, by reason (pkexec.c). */
const PKEXEC_MESSAGES: readonly (readonly [RegExp, ExitReason])[] = [
  [/No authentication agent found|textual authentication agent/i, 'no-agent'],
  [/Error getting authority|Error getting bus|polkit.*not.*(running|reachable)/i, 'no-polkit'],
  [/No such file or directory|not found/i, 'missing'],
]

/** Makes the {@link HelperExit} for a reason. */
export function exitOf(
  reason: ExitReason,
  code: number | null = null,
  signal: NodeJS.Signals | null = null,
  stderr = '',
): HelperExit {
  const [message, hint] = SENTENCES[reason]
  return { code, signal, reason, message, hint, stderr: stderr.slice(-4096) }
}

/** Maps how a child ended to why. `greeted`: its hello had come, so the program did start. */
export function explainExit(
  code: number | null,
  signal: NodeJS.Signals | null,
  stderr: string,
  greeted: boolean,
): HelperExit {
  return exitOf(reasonOf(code, signal, stderr, greeted), code, signal, stderr)
}

function reasonOf(
  code: number | null,
  signal: NodeJS.Signals | null,
  stderr: string,
  greeted: boolean,
): ExitReason {
  if (signal !== null) return 'killed'
  if (code === EXIT_CODES.done) return greeted ? 'stopped' : 'protocol'
  if (code === EXIT_CODES.refused) return 'refused'
  if (code === EXIT_CODES.notRestored) return 'not-restored'
  if (!greeted && code === 126) return 'dismissed'
  if (!greeted && code === 127) {
    return PKEXEC_MESSAGES.find(([pattern]) => pattern.test(stderr))?.[1] ?? 'not-authorized'
  }
  return 'crashed'
}
