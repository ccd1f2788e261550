/** What advice looks at: the rules of a file with their places, and ways to edit their text. */
import type { RuleContext } from '../context'
import type { Diagnostic, Fix, Span, TextEdit } from '../diagnostic'
import type { RuleFile } from '../file'
import { isFull, maskNumbers } from '../mask'
import type { FieldName, RuleField } from '../model'
import { twinOf, type Machine } from '../names'
import { machineOf } from '../print'
import type { RuleStatement } from '../statement'

/** A rule that a file adds, with what advice needs to know again and again. */
export interface Subject {
  statement: RuleStatement
  /** The whole line. */
  line: Span
  /** The syscalls' machine: that of arch, else the native one. */
  machine: Machine | null
  hasArch: boolean
  everySyscall: boolean
  /** Numbers in the mask; empty when every syscall is in it. */
  numbers: readonly number[]
  /** The conditions, without the key. */
  conditions: readonly RuleField[]
}

/** Everything that a piece of advice may look at. */
export interface Advised {
  file: RuleFile
  context: RuleContext
  /** The rules that are added, in the file's order. */
  subjects: readonly Subject[]
}

/** Collects the rules of a file for advice. */
export function subjectsOf(file: RuleFile, context: RuleContext): Subject[] {
  return file.lines.flatMap((line) =>
    line.statements.flatMap((statement) => {
      if (statement.kind !== 'rule' || statement.operation !== 'add') return []
      const { rule } = statement
      const everySyscall = isFull(rule.mask)
      return {
        statement,
        line: { start: line.start, end: line.end },
        machine: machineOf(rule, context),
        hasArch: hasField(statement, 'arch'),
        everySyscall,
        numbers: everySyscall ? [] : maskNumbers(rule.mask),
        conditions: rule.fields.filter(({ field }) => field !== 'key'),
      }
    }),
  )
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
