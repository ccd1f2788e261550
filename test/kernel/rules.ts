/** Rules of tests, from text to what the helper takes. */
import { compileRule, parseLine } from '@native/audit/rule/index'
import { systemContext } from '@native/cli/commands/rules/context'
import { Generator } from './programs'

/** Base64 of a rule's struct audit_rule_data. */
export function ruleOf(line: string): string {
  const [statement] = parseLine(line, systemContext()).statements
  if (statement?.kind !== 'rule') throw new Error(`Not a rule: ${line}`)
  return Buffer.from(compileRule(statement.rule)).toString('base64')
}

/** The rule that audits a call of the generator, and nothing else on this machine. */
export function generatorRule(call: 'getppid' | 'unlink' | 'open'): string {
  const syscall = call === 'open' ? 'openat' : call
  return `-a always,exit -F arch=b64 -S ${syscall} -F exe=${Generator.program()} -F key=auditscope-test`
}
