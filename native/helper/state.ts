/** What the handlers of commands work with. */
import type { Result } from '../audit/result'
import type { AccessState } from './access'
import type { Authority } from './authority'
import type { Exemptions } from './exemptions'
import type { Governing } from './governing'
import type { KernelApi } from './kernel-api'
import type { SessionChanges } from './messages'
import type { Restorer } from './restorer'
import type { RuleSession } from './rule-session'
import type { Sampler } from './sampler'
import type { SettingSession } from './setting-session'
import type { Subscription } from './subscription'

/** The helper, as its commands see it. */
export interface HelperState {
  readonly access: AccessState
  readonly authority: Authority
  readonly hz: number
  /** On the command thread. */
  readonly api: KernelApi
  readonly settings: SettingSession
  readonly rules: RuleSession
  readonly exemptions: Exemptions
  readonly subscription: Subscription
  readonly sampler: Sampler
  readonly governing: Governing
  readonly restorer: Restorer
  /** When a session of this boot first saw that auditing was on, ms since the epoch; null when none did. */
  readonly seenOn: number | null
  /** Notes that it is on. */
  noteOn(): void
  /** Starts the process that puts this session's changes back should this one be killed. */
  startGuard(): Promise<Result<null>>
  /** Puts everything back and lets the helper end once the answer is out. */
  stop(): Promise<Result<SessionChanges>>
}
