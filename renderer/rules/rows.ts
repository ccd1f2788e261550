/** The rules of a text as rows of a table: one document, two views. Edits are native/audit/rule/edit.ts. */
import {
  printRule,
  ruleKeys,
  type Diagnostic,
  type ParsedLine,
  type Rule,
  type RuleContext,
  type RuleFile,
} from '@native/audit/rule'

export interface RuleRow {
  /** Index of the line in the text, from 0. */
  index: number
  line: ParsedLine
  /** False for a rule that is kept as a comment. */
  enabled: boolean
  rule: Rule
  /** The rule's own text, without what disables it. */
  text: string
  /** As `auditctl -l` prints it. */
  listed: string
  keys: string[]
  /** What is wrong with the line, gravest first. */
  problems: Diagnostic[]
}

/** The rows of a file, in its order. Lines that are no rule have none; the text view shows them. */
export function rowsOf(
  file: RuleFile,
  diagnostics: readonly Diagnostic[],
  context: RuleContext,
): RuleRow[] {
  const problems = problemsByLine(file, diagnostics)
  return file.lines.flatMap((line, index) => {
    const added = line.statements.find((each) => each.kind === 'rule' && each.operation === 'add')
    const found = added?.kind === 'rule' ? added : line.disabled
    if (!found) return []
    return [
      {
        index,
        line,
        enabled: added !== undefined,
        rule: found.rule,
        text: file.text.slice(found.start, found.end),
        listed: printRule(found.rule, context),
        keys: ruleKeys(found.rule),
        problems: problems.get(index) ?? [],
      },
    ]
  })
}

const RANK = { error: 0, warning: 1, advice: 2 } as const

function problemsByLine(
  file: RuleFile,
  diagnostics: readonly Diagnostic[],
): Map<number, Diagnostic[]> {
  const byLine = new Map<number, Diagnostic[]>()
  for (const diagnostic of diagnostics) {
    const line = file.index.at(diagnostic.start).line - 1
    const list = byLine.get(line)
    if (list) list.push(diagnostic)
    else byLine.set(line, [diagnostic])
  }
  for (const list of byLine.values()) list.sort((a, b) => RANK[a.severity] - RANK[b.severity])
  return byLine
}
