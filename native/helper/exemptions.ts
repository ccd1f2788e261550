/** Rules of ours, put first, that exempt our own processes from auditing; gone with the session. */
import { ok, type Result } from '../audit/result'
import type { RuleSession } from './rule-session'

/** The exemptions in force. */
export class Exemptions {
  readonly #rules: RuleSession
  #inForce: Uint8Array[] = []

  constructor(rules: RuleSession) {
    this.#rules = rules
  }

  /** The rules in force, as the kernel lists them. */
  get inForce(): readonly Uint8Array[] {
    return this.#inForce
  }

  /**
   * Puts these in place of the ones in force, the first one first. One that the kernel had already, or that somebody
   * has deleted, is no failure.
   */
  async replace(rules: readonly Uint8Array[]): Promise<Result<null>> {
    for (const rule of this.#inForce) {
      const deleted = await this.#rules.delete(rule, 'session')
      if (!deleted.ok && deleted.code !== 'ENOENT') return deleted
    }
    this.#inForce = []
    for (const rule of [...rules].reverse()) {
      const added = await this.#rules.add(rule, true, 'session')
      if (added.ok) this.#inForce.unshift(added.value)
      else if (added.code !== 'EEXIST') return added
    }
    return ok(null)
  }
}
