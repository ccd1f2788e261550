/** Regular expressions over values that attackers write. */
import { setFlagsFromString } from 'node:v8'

/**
 * From now on a pattern that backtracks too much goes on in V8's linear engine, in this process: what
 * native/audit/query/pattern.ts relies on. To be called before the first pattern is compiled.
 */
export function boundBacktracking(): void {
  setFlagsFromString('--enable-experimental-regexp-engine-on-excessive-backtracks')
}
