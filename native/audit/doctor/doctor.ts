/** "Why are there no events?": the numbered checks, from facts to findings. */
import { decompileRule } from '../rule/struct'
import type { Rule } from '../rule/model'
import type { Case, Check, CheckState } from './check'
import type { Facts } from './facts'
import { KERNEL_CHECKS } from './kernel-checks'
import { RULE_CHECKS } from './rule-checks'
import { STATE_CHECKS } from './state-checks'

/** All checks, in the order in which a record meets what they look at. */
export const CHECKS: readonly Check[] = [...KERNEL_CHECKS, ...STATE_CHECKS, ...RULE_CHECKS]

/** One numbered line of the diagnosis. Texts may quote names that come from processes: show them escaped. */
export interface CheckResult {
  /** From 1. */
  number: number
  id: string
  title: string
  state: CheckState
  /** What is so, and what follows from it. */
  reason: string
  /** What to do; empty when there is nothing to do. */
  action: string
  /** The command that does it; null when there is none. */
  command: string | null
}

/** Runs every check. */
export function diagnose(facts: Facts): CheckResult[] {
  const { rules, ...rest } = facts
  const given: Case = { ...rest, rules: rules === null ? null : decodeRules(rules) }
  return CHECKS.map((check, index) => {
    const { state, reason, action = '', command = null } = check.find(given)
    const result = { number: index + 1, id: check.id, title: check.title, state, reason }
    return isLocked(given) && command?.startsWith('auditctl') === true
      ? {
          ...result,
          action: 'The configuration is locked: this can be changed after the next boot.',
          command: null,
        }
      : { ...result, action, command }
  })
}

/** How many results are of each state. */
export function tally(results: readonly CheckResult[]): Record<CheckState, number> {
  const counts: Record<CheckState, number> = { ok: 0, note: 0, warning: 0, problem: 0, unknown: 0 }
  for (const { state } of results) counts[state]++
  return counts
}

/** The rules that are understood; what this version does not know is left out. */
function decodeRules(encoded: readonly string[]): Rule[] {
  return encoded.flatMap((text) => {
    const rule = decompileRule(Uint8Array.from(atob(text), (char) => char.charCodeAt(0)))
    return rule.ok ? [rule.value] : []
  })
}

function isLocked({ status }: Case): boolean {
  return status?.enabled === 2
}
