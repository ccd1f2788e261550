/** Advice on the fake events, worked out as the store does. */
import { Assembler } from '@native/audit/event'
import { RecordParser } from '@native/audit/record'
import { factsOf, type EventFacts } from '@native/audit/rule/whatif'
import { ok, type Result } from '@native/audit/result'
import { adviseLoad } from '@native/audit/talkers/advice'
import type { StoreResults } from '@contract/store'
import { ruleContext } from '@renderer/rules/context'
import type { FakeEvent } from './events'

const NEWEST = 2000

export async function adviceOf(
  events: readonly FakeEvent[],
  rules: string,
): Promise<Result<StoreResults['advice']>> {
  const facts: EventFacts[] = []
  const parser = new RecordParser()
  const assembler = new Assembler({ event: (event) => facts.push(factsOf(event)) })
  for (const { records } of events.slice(-NEWEST))
    for (const line of records) {
      const record = parser.line(new TextEncoder().encode(line))
      if (record) assembler.push(record)
    }
  assembler.flush()
  const context = ruleContext({ hello: null })
  const advised = await adviseLoad(rules, facts, context, () => Promise.resolve())
  return advised.ok ? ok({ judged: facts.length, ...advised.value }) : advised
}
