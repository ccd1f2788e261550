/** Hostile input goes to no helper that could change the machine's kernel: a random command may be a real one. */
import type { Hello, ReplyFrame } from '@native/helper/protocol'

/** How polkit says no. */
const REFUSALS: ReadonlySet<string> = new Set(['no-agent', 'not-authorized', 'dismissed'])

/**
 * Throws unless this helper has just refused to allow changes: neither did its hello allow them, as it does for root, nor
 * did polkit when it was asked, as it does for root behind pkexec.
 */
export function requireLocked(hello: Pick<Hello, 'authorized'>, authorize: ReplyFrame): void {
  const { result } = authorize
  const isLocked = !hello.authorized && !result.ok && REFUSALS.has(result.code)
  if (!isLocked) throw new Error('This helper may change the kernel; nothing random is sent to it.')
}
