/**
 * Advice against load: changes of a rule set, each with what it would have left out of the events that were captured, as
 * the kernel's filters decide it. Pure; measuring is given out in pieces, because it takes a while.
 */
import { addedRules, parseRuleFile, type Rule, type RuleContext } from '../rule'
import { WhatIf, type EventFacts } from '../rule/whatif'
import { fail, ok, type Result } from '../result'
import { candidates, type Candidate } from './candidates'

/** What was recorded, or would have been. */
export interface Amount {
  events: number
  records: number
}

/** A change with its measured effect. */
export interface Advice extends Candidate {
  before: Amount
  after: Amount
}

/** Less than this share of the records is not worth losing anything for. */
const WORTH_IT = 0.05
const MOST_ADVICE = 8

/**
 * The advice on these rules, best first. `pause` is awaited after each candidate.
 * @param facts of captured events
 */
export async function adviseLoad(
  text: string,
  facts: readonly EventFacts[],
  context: RuleContext,
  pause: () => Promise<unknown>,
): Promise<Result<{ before: Amount; advice: Advice[] }>> {
  const file = parseRuleFile(text, context)
  const wrong = file.diagnostics.find(({ severity }) => severity === 'error')
  if (wrong !== undefined)
    return fail('usage', `Line ${file.index.at(wrong.start).line}: ${wrong.message}`, wrong.hint)
  const whatIf = new WhatIf(addedRules(file).map(({ rule }) => rule))
  const recorded = facts.flatMap((each) => {
    const { recorded: kept, rule } = whatIf.judge(each)
    return kept === false ? [] : [{ facts: each, rule }]
  })
  const before = amountOf(whatIf, facts)
  const advice: Advice[] = []
  for (const candidate of candidates(file, text, recorded, context)) {
    await pause()
    const after = amountOf(new WhatIf(rulesOf(candidate.rules, context)), facts)
    if (before.records - after.records >= WORTH_IT * before.records)
      advice.push({ ...candidate, before, after })
  }
  advice.sort((a, b) => a.after.records - b.after.records)
  return ok({ before, advice: advice.slice(0, MOST_ADVICE) })
}

function rulesOf(text: string, context: RuleContext): Rule[] {
  return addedRules(parseRuleFile(text, context)).map(({ rule }) => rule)
}

function amountOf(whatIf: WhatIf, facts: readonly EventFacts[]): Amount {
  let events = 0
  let records = 0
  for (const each of facts) {
    const kept = whatIf.recordsOf(each)
    records += kept
    if (kept > 0) events++
  }
  return { events, records }
}
