/** Advice against load, from the newest events held: each is read again, and put to the rules and to each changed set. */
import type { RuleContext } from '@native/audit/rule'
import { factsOf, type EventFacts } from '@native/audit/rule/whatif'
import { adviseLoad } from '@native/audit/talkers/advice'
import { ok, type Result } from '@native/audit/result'
import type { StoreResults } from '@contract/store'
import { BATCH_EVENTS } from '../export/formats'
import { Slice } from '../schedule'
import type { Session } from '../session'

/** Enough for a share to mean something; each is held in memory while the rules are tried. */
const MOST_EVENTS = 20_000

export async function advice(
  session: Session,
  rules: string,
  context: RuleContext,
): Promise<Result<StoreResults['advice']>> {
  const slice = new Slice()
  const { next } = session.index
  const first = Math.max(session.index.first, next - MOST_EVENTS)
  const facts: EventFacts[] = []
  for (let at = first; at < next; at += BATCH_EVENTS) {
    await slice.pause()
    const seqs = Array.from({ length: Math.min(BATCH_EVENTS, next - at) }, (_, index) => at + index)
    for (const event of await session.loader.load(seqs))
      if (event !== null) facts.push(factsOf(event))
  }
  const advised = await adviseLoad(rules, facts, context, () => slice.pause())
  return advised.ok ? ok({ judged: facts.length, ...advised.value }) : advised
}
