/** What is loaded after the statements of a rules file have run, from nothing, in the kernel's order. */
import { ruleIdentity, ruleKeys, type Rule, type Statement } from '@native/audit/rule'
import { inKernelOrder } from '@native/audit/rule/diff'

/** The rules: `-A` goes to the front, `-d` and `-D` take away what was added above. */
export function resultingRules(statements: readonly Statement[]): Rule[] {
  let rules = new Map<string, Rule>()
  for (const statement of statements) {
    if (statement.kind === 'deleteAll') {
      const { key } = statement
      rules = new Map(key === null ? [] : [...rules].filter(([, rule]) => !hasKey(rule, key)))
    }
    if (statement.kind !== 'rule') continue
    const identity = ruleIdentity(statement.rule)
    if (statement.operation === 'delete') rules.delete(identity)
    else if (!rules.has(identity)) rules.set(identity, statement.rule)
  }
  return inKernelOrder([...rules.values()])
}

/** `-D -k` takes every rule whose key contains the text. */
function hasKey(rule: Rule, text: string): boolean {
  return ruleKeys(rule).some((key) => key.includes(text))
}
