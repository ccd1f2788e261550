/** Rules on the wire are base64 of struct audit_rule_data; people read and write auditctl's text. */
import { fail, type Result } from '@native/audit/result'
import {
  compileRule,
  decompileRule,
  printRule,
  ruleText,
  type Rule,
  type RuleContext,
} from '@native/audit/rule'

/** A rule of the kernel. What a newer kernel knows and this version does not stays as bytes. */
export interface KernelRule {
  encoded: string
  /** Null when it is not understood. */
  rule: Rule | null
  /** As `auditctl -l` prints it, or why that cannot be said. */
  listed: string
  /** As a line of a rules file that reads back to the same rule; a comment when it is not understood. */
  text: string
}

/** Base64 of the rule's bytes. */
export function encodeRule(rule: Rule): string {
  return btoa(String.fromCharCode(...compileRule(rule)))
}

/** The rule of base64 bytes. Failure codes as `decompileRule`, and `malformed` for what is no base64. */
export function decodeRule(encoded: string): Result<Rule> {
  try {
    return decompileRule(Uint8Array.from(atob(encoded), (character) => character.charCodeAt(0)))
  } catch {
    return fail('malformed', 'The rule’s bytes are not base64.')
  }
}

/** A rule of the kernel with its texts. */
export function kernelRule(encoded: string, context: RuleContext): KernelRule {
  const rule = decodeRule(encoded)
  if (!rule.ok) {
    return { encoded, rule: null, listed: rule.message, text: `# not understood: ${rule.message}` }
  }
  return {
    encoded,
    rule: rule.value,
    listed: printRule(rule.value, context),
    text: ruleText(rule.value, context),
  }
}
