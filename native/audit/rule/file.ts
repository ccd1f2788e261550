/** A whole rules file: every line read and checked, also against the lines before it. */
import { ANY_KERNEL, checkRule, type KernelFacts } from './kernel-check'
import type { RuleContext } from './context'
import { LineIndex, type Diagnostic, type Span } from './diagnostic'
import { deleteLine } from './edit'
import { parseLine } from './parse'
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

/** Reads and checks a rules file. */
export function parseRuleFile(
  text: string,
  context: RuleContext,
  kernel: KernelFacts = ANY_KERNEL,
): RuleFile {
  const lines: ParsedLine[] = []
  let at = 0
  while (at <= text.length) {
    const newline = text.indexOf('\n', at)
    const end = newline === -1 ? text.length : newline
    lines.push(parseLine(text.slice(at, end), context, at))
    at = end + 1
  }
  const index = new LineIndex(text)
  const statements = lines.flatMap((line) => line.statements)
  const diagnostics = [
    ...lines.flatMap((line) => line.diagnostics),
    ...statements.flatMap((each) => kernelDiagnostics(each, kernel)),
    ...duplicates(text, statements, index),
    ...afterLock(statements),
  ].sort((a, b) => a.start - b.start)
  return { text, lines, diagnostics, index }
}

/** All statements of a file in order. */
export function statementsOf(file: RuleFile): Statement[] {
  return file.lines.flatMap(({ statements }) => statements)
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
function duplicates(
  text: string,
  statements: readonly Statement[],
  index: LineIndex,
): Diagnostic[] {
  const present = new Map<string, Span>()
  const found: Diagnostic[] = []
  for (const statement of statements) {
    if (statement.kind === 'deleteAll' && statement.key === null) present.clear()
    if (statement.kind !== 'rule') continue
    const identity = ruleIdentity(statement.rule)
    const first = present.get(identity)
    if (statement.operation === 'delete') present.delete(identity)
    else if (first !== undefined && !statement.rule.prepend)
      found.push(duplicate(text, statement, index.at(first.start).line))
    else present.set(identity, statement)
  }
  return found
}

function duplicate(text: string, statement: RuleStatement, line: number): Diagnostic {
  const diagnostic = fromKernel(
    statement,
    'EEXIST',
    `The same rule is on line ${line} already, and the kernel refuses a second one.`,
    'Delete this line.',
  )
  return {
    ...diagnostic,
    fixes: [{ title: 'Delete this line', edits: [deleteLine(text, statement)] }],
  }
}

/** What follows `-e 2` cannot be applied any more. */
function afterLock(statements: readonly Statement[]): Diagnostic[] {
  const lock = statements.findIndex(
    (each) => each.kind === 'set' && each.setting === 'enabled' && each.value === 2,
  )
  if (lock === -1) return []
  return statements
    .slice(lock + 1)
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
