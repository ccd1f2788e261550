/** Whether somebody else uses audit, so that the lab must not. */
import { counted } from '@native/audit/numbers'
import { fail, type Result } from '@native/audit/result'
import type { HelperClient } from '@native/helper/client'
import type { Hello } from '@native/helper/protocol'
import { isExemption, ruleBytes } from '@native/helper/rule-bytes'

/** Why the lab must not touch this kernel now, or null. Asks for the rules, which needs control. */
export async function inUse(client: HelperClient, hello: Hello): Promise<Result<never> | null> {
  if (hello.problem !== null) return hello.problem
  const rules = await client.command('rules.list', {})
  if (!rules.ok) return rules
  const why = reason(hello, rules.value.filter(isUse).length)
  return why === null
    ? null
    : fail(
        'in-use',
        `Audit is in use on this machine: ${why}.`,
        'The lab runs only where nobody else uses audit. Nothing was changed.',
      )
}

/** A rule that only exempts somebody records nothing, and nothing is lost by it. */
function isUse(rule: string): boolean {
  const bytes = ruleBytes(rule)
  return !bytes.ok || !isExemption(bytes.value)
}

function reason({ status, daemon }: Hello, rules: number): string | null {
  if (status === null) return 'the kernel’s status is not known'
  if (daemon !== null)
    return `${daemon.comm || 'a process'} (pid ${daemon.pid}) is the audit daemon`
  if (status.enabled === 2) return 'the configuration is locked'
  if (status.failure === 2) return 'failure is 2, so that a lost record would panic the machine'
  return rules > 0 ? `there ${rules === 1 ? 'is' : 'are'} ${counted(rules, 'rule')}` : null
}
