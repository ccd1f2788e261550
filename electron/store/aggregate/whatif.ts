/** What a rule set would have recorded of the events held: each is read again and put to the rules. */
import { addedRules, parseRuleFile, type RuleContext } from '@native/audit/rule'
import { factsOf, WhatIfSum } from '@native/audit/rule/whatif'
import { fail, ok, type Result } from '@native/audit/result'
import type { StoreResults } from '@contract/store'
import { BATCH_EVENTS } from '../export/formats'
import { Slice } from '../schedule'
import type { Session } from '../session'

/** Each event has to be read and taken apart again, so only the newest are judged. */
const MOST_EVENTS = 200_000

export async function whatIf(
  session: Session,
  rules: string,
  context: RuleContext,
): Promise<Result<StoreResults['whatif']>> {
  const file = parseRuleFile(rules, context)
  const wrong = file.diagnostics.find(({ severity }) => severity === 'error')
  if (wrong !== undefined) {
    return fail('usage', `Line ${file.index.at(wrong.start).line}: ${wrong.message}`, wrong.hint)
  }
  const sum = new WhatIfSum(addedRules(file).map(({ rule }) => rule))
  const slice = new Slice()
  const { next } = session.index
  const first = Math.max(session.index.first, next - MOST_EVENTS)
  let gone = 0
  for (let at = first; at < next; at += BATCH_EVENTS) {
    await slice.pause()
    const seqs = Array.from({ length: Math.min(BATCH_EVENTS, next - at) }, (_, index) => at + index)
    for (const event of await session.loader.load(seqs)) {
      if (event === null) gone++
      else sum.addFacts(factsOf(event))
    }
  }
  const { held, recorded, undecidable, byKey, notes } = sum.result()
  const partly =
    first > session.index.first
      ? [
          `The newest ${(next - first).toLocaleString('en')} of ${(next - session.index.first).toLocaleString('en')} events were judged.`,
        ]
      : []
  return ok({
    held: held + gone,
    recorded,
    undecidable: undecidable + gone,
    byKey: byKey.map(({ name, before, after }) => ({ key: name, before, after })),
    notes: [...partly, ...notes],
  })
}
