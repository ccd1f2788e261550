/** Whether somebody else uses audit, so that the lab must not. */
import { counted } from '@native/audit/numbers'
import { fail, type Result } from '@native/audit/result'
import type { HelperClient } from '@native/helper/client'
import type { Hello } from '@native/helper/protocol'
import { isExemption, ruleBytes } from '@native/helper/rule-bytes'

/** Why the lab must not touch this kernel now, or null: `in-use`, or `in-use-rules` when rules are all that there is. */
export async function inUse(client: HelperClient, hello: Hello): Promise<Result<never> | null> {
  if (hello.problem !== null) return hello.problem
  const rules = await client.command('rules.list', {})
  if (!rules.ok) return rules
  const why = usedBy(hello)
  if (why !== null) return refusal('in-use', why)
  const uses = rules.value.filter(isUse).length
  return uses === 0
    ? null
    : refusal('in-use-rules', `there ${uses === 1 ? 'is' : 'are'} ${counted(uses, 'rule')}`)
}

/** A rule that only exempts somebody records nothing, and nothing is lost by it. */
function isUse(rule: string): boolean {
  const bytes = ruleBytes(rule)
  return !bytes.ok || !isExemption(bytes.value)
}

function usedBy({ status, daemon }: Hello): string | null {
  if (status === null) return 'the kernel’s status is not known'
  if (daemon !== null)
    return `${daemon.comm || 'a process'} (pid ${daemon.pid}) is the audit daemon`
  if (status.enabled === 2) return 'the configuration is locked'
  if (status.failure === 2) return 'failure is 2, so that a lost record would panic the machine'
  return null
}

function refusal(code: string, why: string): Result<never> {
  return fail(
    code,
    `Audit is in use on this machine: ${why}.`,
    'The lab runs only where nobody else uses audit. Nothing was changed.',
  )
}
