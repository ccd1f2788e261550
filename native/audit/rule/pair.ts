/** The text of a condition, taken apart: `auid>=1000`. */
import type { Operator } from './model'

/** The operators in the order in which auditctl looks for them anywhere in the text. */
const SEARCH_ORDER: readonly Operator[] = ['!=', '>=', '<=', '&=', '=', '>', '<', '&']

/** A condition's text taken apart. */
export interface Pair {
  name: string
  operator: Operator
  value: string
  /** Where the value begins. */
  valueAt: number
}

/** Splits `auid>=1000` as auditctl does; null when there is no operator. */
export function splitPair(
  text: string,
  operators: readonly Operator[] = SEARCH_ORDER,
): Pair | null {
  for (const operator of operators) {
    const at = text.indexOf(operator)
    if (at !== -1) {
      const valueAt = at + operator.length
      return { name: text.slice(0, at), operator, value: text.slice(valueAt), valueAt }
    }
  }
  return null
}
