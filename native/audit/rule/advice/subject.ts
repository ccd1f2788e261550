/** What advice looks at: the rules of a file with their places, and ways to edit their text. */
import type { RuleContext } from '../context'
import type { Diagnostic, Fix, Span, TextEdit } from '../diagnostic'
import { isFull, maskNumbers } from '../mask'
import type { FieldName, Rule, RuleField } from '../model'
import { twinOf, type Machine } from '../names'
import { machineOf } from '../print'
import { cluesOf, type Clues } from './clues'
import type { ParsedLine, RuleStatement } from '../statement'

/** What advice needs to know of a rule again and again, wherever it stands. */
export interface RuleTraits {
  rule: Rule
  /** The syscalls' machine: that of arch, else the native one. */
  machine: Machine | null
  hasArch: boolean
  everySyscall: boolean
  /** Numbers in the mask; empty when every syscall is in it. */
  numbers: readonly number[]
  /** The conditions, without the key. */
  conditions: readonly RuleField[]
  /** What can be asked for to find the rules that cover this one. */
  clues: Clues
}

/** A rule that a file adds, in its place. */
export interface Subject extends RuleTraits {
  statement: RuleStatement
  /** The whole line. */
  line: Span
}

/** What advice on a rule by itself may look at. */
export interface AdvisedRule {
  subject: Subject
  context: RuleContext
  /** What auditctl itself complains about in its line. */
  complaints: readonly Diagnostic[]
}

/** A rule of a file among the others. */
export interface PlacedRule {
  /** Index of its line. */
  index: number
  line: ParsedLine
  traits: RuleTraits
}

/** Advice on a rule because of others. It is put into words only when somebody wants to read it. */
export interface OrderAdvice {
  /** Index of the rule's line. */
  index: number
  severity: 'warning' | 'advice'
  words(): Diagnostic
}

/** The rule that a line adds, or null. */
export function addedRule({ statements }: ParsedLine): RuleStatement | null {
  const added = statements.find((each) => each.kind === 'rule' && each.operation === 'add')
  return added?.kind === 'rule' ? added : null
}

/** Looks at a rule once for all advice. */
export function traitsOf(statement: RuleStatement, context: RuleContext): RuleTraits {
  const { rule } = statement
  const everySyscall = isFull(rule.mask)
  return {
    rule,
    machine: machineOf(rule, context),
    hasArch: hasField(statement, 'arch'),
    everySyscall,
    numbers: everySyscall ? [] : maskNumbers(rule.mask),
    conditions: rule.fields.filter(({ field }) => field !== 'key'),
    clues: cluesOf(rule),
  }
}

/** Whether the rule has a condition on a field. */
export function hasField({ rule }: RuleStatement, ...names: readonly FieldName[]): boolean {
  return rule.fields.some(({ field }) => names.includes(field))
}

/** Whether the rule is one of the exit list that records. */
export function records({ statement: { rule } }: Subject): boolean {
  return rule.list === 'exit' && rule.action === 'always'
}

/** The 32-bit machine beside the native one, or null. */
export function nativeTwin({ machine }: RuleContext): Machine | null {
  return twinOf(machine)
}

/** A piece of advice about part of a rule. */
export function advise(
  { start, end }: Span,
  code: string,
  message: string,
  hint: string,
  fixes: Fix[] = [],
  severity: 'advice' | 'warning' = 'advice',
): Diagnostic {
  return { severity, source: 'advice', code, message, hint, start, end, fixes }
}

/** Adds conditions to a rule: before its first key, else at its end. */
export function addConditions({ statement }: Subject, text: string): TextEdit {
  const key = statement.places.keys[0]
  return key === undefined
    ? { start: statement.end, end: statement.end, text: ` ${text}` }
    : { start: key.start, end: key.start, text: `${text} ` }
}

/** Puts a line of its own after another. */
export function insertLineAfter({ end }: Span, text: string): TextEdit {
  return { start: end, end, text: `\n${text}` }
}
