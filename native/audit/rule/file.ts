/** A whole rules file, and the checks of a line against the lines before it. */
import { checkRule, type KernelFacts } from './kernel-check'
import type { Diagnostic, LineIndex, Span } from './diagnostic'
import { deleteLine } from './edit'
import { originOf } from './shift'
import type { ParsedLine, RuleStatement, Statement } from './statement'
import { ruleIdentity } from './struct'

/** A file that was read. */
export interface RuleFile {
  text: string
  lines: ParsedLine[]
  /** auditctl's and the kernel's complaints, in the order of the text. Advice is separate (advice.ts). */
  diagnostics: Diagnostic[]
  /** Lines and columns. */
  index: LineIndex
}

/** All statements of a file in order. */
export function statementsOf(file: RuleFile): Statement[] {
  return file.lines.flatMap(({ statements }) => statements)
}

/** All statements of a file in order, for who does not look at their places: these can be those of an earlier version. */
export function unplacedStatements(file: RuleFile): Statement[] {
  return file.lines.flatMap((line) => originOf(line).statements)
}

/** All rules of a file that are added, in order, whatever is deleted in between. */
export function addedRules(file: RuleFile): RuleStatement[] {
  return statementsOf(file).filter(
    (each): each is RuleStatement => each.kind === 'rule' && each.operation === 'add',
  )
}

/** Whether the file can be loaded as it is. */
export function isLoadable(file: RuleFile): boolean {
  return !file.diagnostics.some(({ severity }) => severity === 'error')
}

function fromKernel(
  { start, end }: Span,
  code: string,
  message: string,
  hint: string,
  severity: 'error' | 'warning' = 'error',
): Diagnostic {
  return { severity, source: 'kernel', code, message, hint, start, end, fixes: [] }
}

/** The kernel's complaints about a statement. */
export function kernelDiagnostics(statement: Statement, kernel: KernelFacts): Diagnostic[] {
  if (statement.kind !== 'rule') return []
  return checkRule(statement.rule, kernel).map(({ field, errno, message, hint }) => {
    const place = field === null ? statement.places.head : statement.places.fields[field]
    return fromKernel(place ?? statement, errno, message, hint)
  })
}

/** Rules that are there already when they are added. The kernel compares flags too: a prepended rule is never one. */
export function duplicates(text: string, lines: readonly ParsedLine[]): Diagnostic[] {
  /** Number of the line that added a rule. */
  const present = new Map<string, number>()
  const found: Diagnostic[] = []
  lines.forEach((line, index) => {
    for (const statement of originOf(line).statements) {
      if (statement.kind === 'deleteAll' && statement.key === null) present.clear()
      if (statement.kind !== 'rule') continue
      const identity = ruleIdentity(statement.rule)
      const first = present.get(identity)
      if (statement.operation === 'delete') present.delete(identity)
      else if (first !== undefined && !statement.rule.prepend)
        found.push(duplicate(text, line, first))
      else present.set(identity, index + 1)
    }
  })
  return found
}

function duplicate(text: string, line: ParsedLine, first: number): Diagnostic {
  const diagnostic = fromKernel(
    line,
    'EEXIST',
    `The same rule is on line ${first} already, and the kernel refuses a second one.`,
    'Delete this line.',
  )
  return {
    ...diagnostic,
    fixes: [{ title: 'Delete this line', edits: [deleteLine(text, line)] }],
  }
}

/** What follows `-e 2` cannot be applied any more. */
export function afterLock(lines: readonly ParsedLine[]): Diagnostic[] {
  const lock = lines.findIndex((line) => originOf(line).statements.some(isLock))
  if (lock === -1) return []
  const statements = lines.slice(lock).flatMap((line) => line.statements)
  return statements
    .slice(statements.findIndex(isLock) + 1)
    .filter(({ kind }) => kind === 'rule' || kind === 'set' || kind === 'deleteAll')
    .map((each) =>
      fromKernel(
        each,
        'EPERM',
        '`-e 2` above has locked the configuration, and the kernel refuses this.',
        'Make -e 2 the last line.',
      ),
    )
}

function isLock(statement: Statement): boolean {
  return statement.kind === 'set' && statement.setting === 'enabled' && statement.value === 2
}
