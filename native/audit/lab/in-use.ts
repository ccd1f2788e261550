/** Who else uses audit, so that the lab must not. Pure. */
import type { ProcessName } from '../doctor/facts'
import { counted } from '../numbers'
import { fail, type Failure } from '../result'
import type { AuditStatus } from '../status/status'

/** `in-use-rules`: rules are all that there is. */
type RefusalCode = 'in-use' | 'in-use-rules'

function refusal(code: RefusalCode, why: string): Failure {
  return fail(
    code,
    `Audit is in use on this machine: ${why}.`,
    'The lab runs only where nobody else uses audit. Nothing was changed.',
  )
}

/** Why the lab must not touch a kernel of this status, or null; its rules are {@link refusedByRules}' to judge. */
export function refusedByStatus(
  status: AuditStatus | null,
  daemon: ProcessName | null,
): Failure | null {
  if (status === null) return refusal('in-use', 'the kernel’s status is not known')
  if (daemon !== null)
    return refusal(
      'in-use',
      `${daemon.comm || 'a process'} (pid ${daemon.pid}) is the audit daemon`,
    )
  if (status.enabled === 2) return refusal('in-use', 'the configuration is locked')
  if (status.failure === 2)
    return refusal('in-use', 'failure is 2, so that a lost record would panic the machine')
  return null
}

/** The same because of so many rules that record something; null without any. */
export function refusedByRules(uses: number): Failure | null {
  return uses === 0
    ? null
    : refusal('in-use-rules', `there ${uses === 1 ? 'is' : 'are'} ${counted(uses, 'rule')}`)
}
