/** A rule as the helper takes it. */
import { ok, type Result } from '@native/audit/result'
import { compileRule, parseRule, type RuleContext } from '@native/audit/rule'

/** Base64 of struct audit_rule_data. */
export function encodedRule(text: string, context: RuleContext): Result<string> {
  const rule = parseRule(text, context)
  return rule.ok ? ok(Buffer.from(compileRule(rule.value.rule)).toString('base64')) : rule
}
