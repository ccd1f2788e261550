/**
 * What may stand in Auditscope's own rules file, decided by the privileged writer itself: rules, and settings that
 * neither lock nor panic the machine nor undo what the administrator's other files say. Pure.
 */
import { fail, ok, type Result } from '../audit/result'
import { parseLine, type RuleContext, type Statement } from '../audit/rule'

/** Largest text, bytes: more rules than any kernel wants to match. */
export const MAX_RULES_BYTES = 10_000_000

/** Why a statement is refused, or null when it may be kept. */
function refusal(statement: Statement): string | null {
  switch (statement.kind) {
    case 'rule':
      return statement.operation === 'add' ? null : 'it deletes a rule of another file'
    case 'set':
      if (statement.setting === 'enabled')
        return 'turning auditing on, off or locking it belongs in a file of your own'
      if (statement.setting === 'failure' && statement.value === 2)
        return 'the machine would panic when a record is lost'
      return null
    default:
      return 'only rules and limits are kept in this file'
  }
}

/** Checks a whole file; the failure names the first line that is not accepted. */
export function checkRulesText(text: string, context: RuleContext): Result<null> {
  if (Buffer.byteLength(text) > MAX_RULES_BYTES) {
    return fail('usage', `The rules are longer than ${MAX_RULES_BYTES} bytes.`, 'Keep fewer rules.')
  }
  for (const [index, line] of text.split('\n').entries()) {
    const { statements, diagnostics } = parseLine(line, context)
    const error = diagnostics.find(({ severity }) => severity === 'error')
    if (error) return fail('usage', `Line ${index + 1}: ${error.message}`, error.hint)
    const reason = statements.map(refusal).find((why) => why !== null)
    if (reason)
      return fail('usage', `Line ${index + 1} is not kept: ${reason}.`, 'Remove the line.')
  }
  return ok(null)
}
