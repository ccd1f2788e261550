/** The situations that the demo and the tests can start in. */

export const SCENARIOS = [
  /** Connected, a busy and healthy machine. */
  'live',
  /** Connected, the backlog over its limit, records lost. */
  'overload',
  /** Connected, a rule records Auditscope itself, which feeds on its own events. */
  'feeding',
  /** Connected, auditing off, no rules. */
  'first-run',
  /** Connected, auditing on, nothing happens. */
  'quiet',
  /** Connected with CAP_AUDIT_READ alone. */
  'read-only',
  /** Connected to a kernel with enabled=2. */
  'locked',
  'disconnected',
  /** The prompt was dismissed. */
  'dismissed',
  'no-agent',
  'daemon-registered',
  /** The helper died while events were shown. */
  'lost',
  /** A killed session left something in the kernel. */
  'leftovers',
  /** An opened file is shown. */
  'file',
  /** Nothing answers: every view stays in its loading state. */
  'loading',
  /** Every question fails. */
  'failing',
] as const
export type Scenario = (typeof SCENARIOS)[number]
