/** The rules of a text as rows of a table: one document, two views. Edits are native/audit/rule/edit.ts. */
import type { Problems } from '@native/audit/rule/advice'
import {
  originOf,
  printRule,
  ruleKeys,
  type Diagnostic,
  type ParsedLine,
  type Rule,
  type RuleContext,
  type RuleFile,
  type RuleStatement,
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
export function rowsOf(file: RuleFile, problems: Problems, context: RuleContext): RuleRow[] {
  return file.lines.flatMap((line, index) => {
    const enabled = addedBy(line)
    const found = enabled ?? line.disabled
    if (!found) return []
    return [
      {
        index,
        line,
        enabled: enabled !== null,
        rule: found.rule,
        text: file.text.slice(found.start, found.end),
        listed: printRule(found.rule, context),
        keys: ruleKeys(found.rule),
        problems: problems.ofLine(index).sort((a, b) => RANK[a.severity] - RANK[b.severity]),
      },
    ]
  })
}

/** How many rows a file has. */
export function countRows(file: RuleFile): number {
  return file.lines.filter((line) => {
    const origin = originOf(line)
    return origin.disabled !== null || addedBy(origin) !== null
  }).length
}

/** The keys of a file's rules, disabled ones too. */
export function keysOf(file: RuleFile): string[] {
  const rules = file.lines.flatMap((line) => {
    const origin = originOf(line)
    return addedBy(origin) ?? origin.disabled ?? []
  })
  return [...new Set(rules.flatMap(({ rule }) => ruleKeys(rule)))]
}

function addedBy({ statements }: ParsedLine): RuleStatement | null {
  const added = statements.find((each) => each.kind === 'rule' && each.operation === 'add')
  return added?.kind === 'rule' ? added : null
}

const RANK = { error: 0, warning: 1, advice: 2 } as const
