/** The kernel's rules, as commands need them. */
import { fail, ok, type Result } from '@native/audit/result'
import {
  plannedRule,
  printRule,
  releaseOf,
  ruleText,
  type KernelFacts,
  type PlannedRule,
  type RuleContext,
} from '@native/audit/rule'
import type { KernelApi } from '@native/helper/kernel-api'
import type { Io } from '../../io'
import { withRootHint } from '../../refusal'
import { systemContext } from './context'

/** The kernel with what its rules mean. */
export interface RulesKernel {
  api: KernelApi
  context: RuleContext
  facts: KernelFacts
}

/** Opens the kernel and asks what it can do. */
export async function openRules(io: Io): Promise<Result<RulesKernel>> {
  const session = await io.machine.kernel()
  if (!session.ok) return session
  const { api, kernel } = session.value
  const status = await api.status()
  if (!status.ok) return withRootHint(status)
  const { featureBitmap, enabled } = status.value
  return ok({
    api,
    context: systemContext(featureBitmap),
    facts: { release: releaseOf(kernel.release), locked: enabled === 2 },
  })
}

/** Fails when the kernel takes no changes until the next boot. */
export function unlessLocked({ facts }: RulesKernel): Result<null> {
  return facts.locked === true
    ? fail(
        'locked',
        'The rules are locked (enabled=2), and the kernel changes none until the next boot.',
        'Boot without -e 2 in the rules, or change the files in /etc/audit/rules.d for the next boot.',
      )
    : ok(null)
}

/** The kernel's rules in its order. */
export async function listRules(api: KernelApi): Promise<Result<PlannedRule[]>> {
  const rules = await api.rules()
  return rules.ok ? ok(rules.value.map(plannedRule)) : withRootHint(rules)
}

/** The rule as `auditctl -l` prints it. */
export function listedText({ rule, bytes }: PlannedRule, context: RuleContext): string {
  return rule === null ? notUnderstood(bytes) : printRule(rule, context)
}

/** The rule as a line of a rules file. */
export function fileText({ rule, bytes }: PlannedRule, context: RuleContext): string {
  return rule === null ? notUnderstood(bytes) : ruleText(rule, context)
}

function notUnderstood(bytes: Uint8Array): string {
  return `# not understood by this version: ${Buffer.from(bytes).toString('hex')}`
}
