/** Runs a plan on one event: for single events, and as the model that the store's columns are tested against. */
import type { Plan, WordTest } from './compile'

/** A value as a record has it, and what it means; the two are the same when there is nothing to interpret. */
export interface FieldValue {
  raw: string
  value: string
}

/** An event as a query sees it. */
export interface QueryEvent {
  /** All values of a field (canonical name); empty when the event does not have it. */
  values(field: string): readonly FieldValue[]
  /** The texts that a bare word is looked for in. */
  texts(): Iterable<string>
  /** pid, ppid and serial, as far as the event has them. */
  numbers(): readonly number[]
}

/** Whether an event fits a plan. */
export function matchesPlan(plan: Plan, event: QueryEvent): boolean {
  switch (plan.kind) {
    case 'everything':
      return true
    case 'not':
      return !matchesPlan(plan.item, event)
    case 'and':
      return plan.items.every((item) => matchesPlan(item, event))
    case 'or':
      return plan.items.some((item) => matchesPlan(item, event))
    case 'words':
      return matchesWords(plan.words, event)
    case 'test': {
      const { test } = plan
      const fits = event
        .values(test.field.name)
        .some(({ raw, value }) => test.present || test.matches(raw, value))
      return fits !== test.negated
    }
  }
}

function matchesWords(words: WordTest, event: QueryEvent): boolean {
  if (words.number !== null && event.numbers().includes(words.number)) return true
  for (const text of event.texts()) if (text.toLowerCase().includes(words.text)) return true
  return false
}
