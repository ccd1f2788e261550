/** What reading a value gives. */
import { type RuleContext } from './context'

/** Something wrong or odd about a value: `error` is what auditctl refuses. */
export interface ValueProblem {
  severity: 'error' | 'warning'
  code: string
  message: string
  hint: string
  /** What to write instead; null when that is not known. */
  better: string | null
}

/** A value as it goes into a rule. */
export interface ReadValue {
  value: number
  text: string | null
  problems: ValueProblem[]
}

/** What a value is read from. */
export interface Input {
  field: string
  text: string
  context: RuleContext
}

/** A value without anything to say about it, or with warnings. */
export function value(number: number, ...problems: ValueProblem[]): ReadValue {
  return { value: number, text: null, problems }
}

/** What auditctl refuses. */
export function refusal(
  code: string,
  message: string,
  hint = '',
  better: string | null = null,
): ReadValue {
  return value(0, { severity: 'error', code, message, hint, better })
}

/** What auditctl takes, and reads as something else than it seems to be. */
export function warning(
  code: string,
  message: string,
  hint = '',
  better: string | null = null,
): ValueProblem {
  return { severity: 'warning', code, message, hint, better }
}
