/** Counts what a plan matches, without keeping which. */
import type { Plan } from '@native/audit/query'
import { Query } from '../query/query'
import type { Session } from '../session'

export async function countMatches(
  session: Session,
  plan: Plan,
): Promise<{ events: number; scanned: number }> {
  const query = new Query(session, plan)
  await query.advance(() => undefined)
  const { result } = query
  return { events: result.next - result.first, scanned: session.index.next - session.index.first }
}
