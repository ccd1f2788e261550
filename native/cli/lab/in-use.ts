/** Whether somebody else uses audit, so that the lab must not: asked of the helper. */
import { refusedByRules, refusedByStatus } from '@native/audit/lab/in-use'
import type { Result } from '@native/audit/result'
import type { HelperClient } from '@native/helper/client'
import type { Hello } from '@native/helper/protocol'
import { isExemption, ruleBytes } from '@native/helper/rule-bytes'

/** Why the lab must not touch this kernel now, or null: `in-use`, or `in-use-rules` when rules are all that there is. */
export async function inUse(client: HelperClient, hello: Hello): Promise<Result<never> | null> {
  if (hello.problem !== null) return hello.problem
  const rules = await client.command('rules.list', {})
  if (!rules.ok) return rules
  return (
    refusedByStatus(hello.status, hello.daemon) ?? refusedByRules(rules.value.filter(isUse).length)
  )
}

/** A rule that only exempts somebody records nothing, and nothing is lost by it. */
function isUse(rule: string): boolean {
  const bytes = ruleBytes(rule)
  return !bytes.ok || !isExemption(bytes.value)
}
