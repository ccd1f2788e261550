/** A parsed query made ready to run, with everything that is wrong with it. */
import { nearest } from '../nearest'
import type { Compare, Condition, Node, Problem } from './ast'
import { fieldByName, FIELDS } from './fields'
import { parseQuery } from './parser'
import { printValue } from './printer'
import { compileAmong, compileCompare, type FieldTest, type TestContext } from './test'

/** What a bare word asks: some text contains it (already lower case), or pid, ppid or serial is the number. */
export interface WordTest {
  text: string
  number: number | null
}

/** A query ready to run. Negation inside of a test is in the test. */
export type Plan =
  | { kind: 'everything' }
  | { kind: 'test'; test: FieldTest }
  | { kind: 'words'; words: WordTest }
  | { kind: 'not'; item: Plan }
  | { kind: 'and' | 'or'; items: Plan[] }

export interface Compiled {
  /** Null when a problem is an error. */
  plan: Plan | null
  query: Node | null
  problems: Problem[]
}

/** Parses and checks a query: the one way from text to a plan. */
export function compileQuery(text: string, context: TestContext): Compiled {
  const parsed = parseQuery(text)
  if (!parsed.ok) return { plan: null, query: null, problems: [parsed.problem] }
  const problems: Problem[] = []
  const plan = planOf(parsed.query, context, problems)
  const broken = problems.some(({ severity }) => severity === 'error')
  return { plan: broken ? null : plan, query: parsed.query, problems }
}

function planOf(node: Node, context: TestContext, problems: Problem[]): Plan {
  switch (node.kind) {
    case 'everything':
      return { kind: 'everything' }
    case 'not':
      return { kind: 'not', item: planOf(node.item, context, problems) }
    case 'and':
    case 'or':
      return { kind: node.kind, items: node.items.map((item) => planOf(item, context, problems)) }
    default:
      return conditionPlan(node, context, problems)
  }
}

function conditionPlan(node: Condition, context: TestContext, problems: Problem[]): Plan {
  if (node.kind === 'words') return { kind: 'words', words: wordTest(node.value.text) }
  problems.push(...doubts(node, context))
  const test = node.kind === 'in' ? compileAmong(node, context) : compileCompare(node, context)
  if (!('severity' in test)) return { kind: 'test', test }
  problems.push(test)
  return { kind: 'everything' }
}

/** The test that a bare word stands for. */
export function wordTest(text: string): WordTest {
  return { text: text.toLowerCase(), number: /^\d{1,10}$/.test(text) ? Number(text) : null }
}

/** What is allowed but probably not meant. */
function doubts(node: Exclude<Condition, { kind: 'words' }>, { names }: TestContext): Problem[] {
  const field = fieldByName(node.field)
  if (field === null) {
    if (names.recordFields().includes(node.field)) return []
    const fix = nearest(node.field, [...FIELDS.map(({ name }) => name), ...names.recordFields()])
    const message = `Records have no field ${node.field} that is known here.`
    return [{ severity: 'warning', span: node.fieldSpan, message, fix }]
  }
  const known = names.values(field.name)
  if (known === null || (node.kind === 'compare' && !isEquality(node))) return []
  const set = new Set(known.map((value) => value.toLowerCase()))
  const values = node.kind === 'compare' ? [node.value] : node.values
  return values
    .filter(({ text }) => !set.has(text.toLowerCase()) && !/^[\w-]*\*|^(?:0x)?\d+$/i.test(text))
    .map(({ text, span }) => {
      const near = nearest(text, known)
      return {
        severity: 'warning',
        span,
        message: `No ${field.name} of the name ${text} is known here.`,
        fix: near === null ? null : printValue(near),
      }
    })
}

function isEquality(node: Compare): boolean {
  return node.operator === '=' || node.operator === '!='
}
