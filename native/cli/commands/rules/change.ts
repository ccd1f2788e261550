/** `auditscope rules add` and `rules delete`: one rule, in auditctl's own words. */
import { ok, type Result } from '@native/audit/result'
import {
  checkRule,
  compileRule,
  onlyRule,
  parseArguments,
  parseLine,
  type ParsedLine,
  type RuleContext,
  type RuleStatement,
} from '@native/audit/rule'
import { usage } from '../../args'
import { command } from '../../command'
import type { Io } from '../../io'
import { escapeForDisplay } from '@native/audit/text'
import { withRootHint } from '../../refusal'
import { openRules, unlessLocked, type RulesKernel } from './kernel-rules'

const RULE = { placeholder: 'RULE', min: 1, max: 1000 } as const
const EXAMPLE =
  'RULE is what auditctl takes, as words or as one quoted line: -a always,exit -F arch=b64 -S unlink -k deleted'

export const add = command({
  name: 'add',
  summary: 'Add one rule to the kernel.',
  details: `${EXAMPLE}. The rule stays until it is deleted or the machine is booted.`,
  flags: {},
  positionals: RULE,
  verbatim: true,
  async run({ args, io }) {
    const opened = await openForChange(io)
    if (!opened.ok) return opened
    const { api, context, facts } = opened.value
    const statement = readRule(args, context)
    if (!statement.ok) return statement
    await warn(statement.value.line, io)
    const { operation, rule } = statement.value.rule
    if (operation === 'delete')
      return usage('This deletes a rule.', 'Use "auditscope rules delete", or begin with -a.')
    const [problem] = checkRule(rule, facts)
    if (problem !== undefined) return usage(problem.message, problem.hint)
    const added = await api.addRule(compileRule(rule))
    return added.ok ? added : withRootHint(added)
  },
})

export const remove = command({
  name: 'delete',
  summary: 'Delete one rule from the kernel.',
  details: `${EXAMPLE}. It must have the same list, action, syscalls and fields as the rule to delete, in the same order.`,
  flags: {},
  positionals: RULE,
  verbatim: true,
  async run({ args, io }) {
    const opened = await openForChange(io)
    if (!opened.ok) return opened
    const statement = readRule(args, opened.value.context)
    if (!statement.ok) return statement
    const { rule } = statement.value.rule
    const deleted = await opened.value.api.deleteRule(compileRule({ ...rule, prepend: false }))
    return deleted.ok ? deleted : withRootHint(deleted)
  },
})

async function openForChange(io: Io): Promise<Result<RulesKernel>> {
  const kernel = await openRules(io)
  if (!kernel.ok) return kernel
  const unlocked = unlessLocked(kernel.value)
  return unlocked.ok ? kernel : unlocked
}

/** Words as a shell splits them, or one quoted text as a line of a rules file. */
function readRule(
  args: readonly string[],
  context: RuleContext,
): Result<{ rule: RuleStatement; line: ParsedLine }> {
  const [only] = args
  const line =
    args.length === 1 && only !== undefined
      ? parseLine(only, context)
      : parseArguments(args, context)
  const rule = onlyRule(line)
  return rule.ok ? ok({ rule: rule.value, line }) : rule
}

/** What is odd about the rule, on standard error. */
async function warn({ diagnostics }: ParsedLine, io: Io): Promise<void> {
  for (const { severity, message, hint } of diagnostics)
    if (severity === 'warning')
      await io.err.write(
        escapeForDisplay(`warning: ${message}${hint === '' ? '' : ` ${hint}`}`) + '\n',
      )
}
