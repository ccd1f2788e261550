/** What a rule set would have recorded of the events held: each is read again and put to the rules. */
import { addedRules, parseRuleFile, type RuleContext } from '@native/audit/rule'
import { factsOf, WhatIfSum } from '@native/audit/rule/whatif'
import { fail, ok, type Result } from '@native/audit/result'
import type { StoreResults } from '@contract/store'
import { BATCH_EVENTS } from '../export/formats'
import { Slice } from '../schedule'
import type { Session } from '../session'

/** Each event has to be read and taken apart again; the answer is needed while somebody edits rules, so after this the rest is left, ms. */
const MOST_MS = 4000

/** Judgements that run, by session: a newer question ends the one before. */
const running = new WeakMap<Session, Slice>()

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
  running.get(session)?.cancel()
  running.set(session, slice)
  const begun = performance.now()
  const { first, next } = session.index
  let gone = 0
  let at = next
  // The newest first: they are what the rules that are loaded now record.
  while (at > first && performance.now() - begun < MOST_MS) {
    if (!(await slice.pause()))
      return fail('cancelled', 'Another set of rules was asked about meanwhile.')
    const count = Math.min(BATCH_EVENTS, at - first)
    at -= count
    const seqs = Array.from({ length: count }, (_, index) => at + index)
    for (const event of await session.loader.load(seqs)) {
      if (event === null) gone++
      else sum.addFacts(factsOf(event))
    }
  }
  const { held, recorded, undecidable, byKey, byProcess, bySyscall, notes } = sum.result()
  const partly = at > first ? [partlySentence(next - at, next - first)] : []
  return ok({
    held: held + gone,
    recorded,
    undecidable: undecidable + gone,
    byKey: byKey.map(({ name, before, after }) => ({ key: name, before, after })),
    byProcess,
    bySyscall,
    notes: [...partly, ...notes],
  })
}

function partlySentence(judged: number, held: number): string {
  return `The newest ${judged.toLocaleString('en')} of ${held.toLocaleString('en')} events were judged, as many as ${MOST_MS / 1000} s allow.`
}
