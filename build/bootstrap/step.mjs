/** One step of the set-up: says what it does, how it ended and how long it took. */

/** Ends the run with one sentence that says what to do; anything else that is thrown is a bug and shows its stack. */
export class Stop extends Error {
  /**
   * @param {string} message one sentence: what is wrong and what to do
   * @param {number} [exitCode] 1 for a failure, 2 for wrong usage
   */
  constructor(message, exitCode = 1) {
    super(message)
    this.exitCode = exitCode
  }
}

const began = performance.now()

/**
 * @param {number} from a `performance.now()` value, ms
 * @returns the time since then, in seconds, for a person
 */
const since = (from) => `${((performance.now() - from) / 1000).toFixed(2)} s`

/** How long the whole run has taken so far, for a person. */
export const total = () => since(began)

/**
 * Runs one step and prints a line when it ends. `action` may call `say` before work that takes time, and answers
 * what came of it ("up to date", "installed 3 packages").
 * @template T
 * @param {string} name
 * @param {(say: (doing: string) => void) => Promise<{ note: string, value: T }> | { note: string, value: T }} action
 * @returns {Promise<T>}
 */
export async function step(name, action) {
  const start = performance.now()
  const label = name.padEnd(14)
  const { note, value } = await action((doing) => console.log(`  ${label}${doing} ...`))
  console.log(`  ${label}${note} (${since(start)})`)
  return value
}
