/**
 * Why there is no connection: a title, and what can be done about it in the window, per code of the Failure. What exactly
 * happened and the next step outside of the window are the Failure's own `message` and `hint`.
 */
import type { ExitReason } from '@native/helper/exit'
import type { ErrorCode } from '@native/helper/protocol'

/** Codes of main's planning (electron/main/helper/launch.ts), before a helper was started. */
type LaunchCode = 'helper-missing' | 'no-pkexec' | 'unsafe-helper'

export type ProblemAction = 'connect' | 'observe' | 'open-file'

export interface ProblemWords {
  title: string
  /** The first is the one next step. */
  actions: readonly ProblemAction[]
  /** The user's own choice, no fault: shown without alarm. */
  calm?: boolean
}

const RETRY: readonly ProblemAction[] = ['connect', 'open-file']
const FILES: readonly ProblemAction[] = ['open-file', 'connect']
const OBSERVE: readonly ProblemAction[] = ['observe', 'open-file']

const WORDS: Partial<Record<ErrorCode | ExitReason | LaunchCode, ProblemWords>> = {
  dismissed: { title: 'The prompt was dismissed', actions: RETRY, calm: true },
  'not-authorized': { title: 'Administrator rights were refused', actions: RETRY },
  'no-agent': { title: 'Nobody could ask for the password', actions: RETRY },
  'no-polkit': { title: 'polkit could not be reached', actions: RETRY },
  'no-pkexec': { title: 'pkexec is not installed', actions: FILES },
  missing: { title: 'The helper could not be started', actions: FILES },
  'helper-missing': { title: 'The helper is not installed', actions: FILES },
  'unsafe-helper': { title: 'The helper could have been replaced', actions: FILES },
  refused: { title: 'The helper refused to start', actions: RETRY },
  'not-restored': { title: 'Some kernel settings could not be put back', actions: RETRY },
  killed: { title: 'The helper was killed', actions: RETRY },
  crashed: { title: 'The helper has failed', actions: RETRY },
  protocol: { title: 'App and helper do not fit together', actions: FILES },
  'no-audit': { title: 'This kernel has no audit subsystem', actions: FILES },
  'no-capability': { title: 'The capability to audit is missing', actions: FILES },
  'no-control': { title: 'The capability to change auditing is missing', actions: OBSERVE },
  'read-only': { title: 'Only events may be seen', actions: OBSERVE },
  'not-initial-pid-namespace': { title: 'This is a container', actions: FILES },
  'not-initial-user-namespace': { title: 'This is a user namespace', actions: FILES },
  'not-initial-net-namespace': {
    title: 'Events do not reach this network namespace',
    actions: FILES,
  },
  'no-multicast': { title: 'This kernel cannot be observed beside a daemon', actions: RETRY },
  'daemon-registered': { title: 'Another audit daemon is registered', actions: OBSERVE },
}

/** The words for a problem's code; `lost` says that there was a connection before. */
export function problemWords(code: string, lost = false): ProblemWords {
  const known = (WORDS as Record<string, ProblemWords | undefined>)[code]
  return (
    known ?? {
      title: lost ? 'The helper has ended' : 'The connection could not be made',
      actions: RETRY,
    }
  )
}

/** The codes that have words of their own. */
export const PROBLEM_CODES: readonly string[] = Object.keys(WORDS)
