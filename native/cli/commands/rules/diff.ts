/** `auditscope rules diff`: what loading a file would change. Touches nothing. */
import { ok } from '@native/audit/result'
import {
  diffRules,
  isSameSet,
  planLoad,
  printRule,
  type LoadPlan,
  type RuleChange,
  type RuleContext,
} from '@native/audit/rule'
import { escapeForDisplay } from '@native/audit/text'
import { command } from '../../command'
import { withRootHint } from '../../refusal'
import { openRules } from './kernel-rules'
import { readRules } from './read-file'

export const diff = command({
  name: 'diff',
  summary: 'Show what a rules file would change in the kernel.',
  details:
    'Shows what "rules load --replace FILE" would do, or with --add what "rules load FILE" would do: "+" is added, "-" removed, "~" moved. What stays is left out. Touches nothing.',
  flags: {
    add: { kind: 'switch', help: 'Keep the rules that the kernel has and the file does not.' },
    all: { kind: 'switch', help: 'Show the rules that stay as well.' },
  },
  positionals: { placeholder: 'FILE', min: 1, max: 1 },
  async run({ flags, args, io }) {
    const opened = await openRules(io)
    if (!opened.ok) return opened
    const { api, context, facts } = opened.value
    const file = await readRules(args[0]!, io, context, facts)
    if (!file.ok) return file
    const current = await api.rules()
    if (!current.ok) return withRootHint(current)
    const plan = planLoad(file.value, current.value, !flags.add)
    if (!plan.ok) return plan
    const found = diffPlan(plan.value)
    for (const change of found.changes)
      if (flags.all || change.kind !== 'same') await io.out.write(`${line(change, context)}\n`)
    for (const { setting, value } of plan.value.settings)
      await io.out.write(`  sets ${setting} to ${value}\n`)
    if (isSameSet(found) && !flags.all) await io.out.write('No difference in rules\n')
    return ok(null)
  },
})

function diffPlan({ before, after }: LoadPlan): ReturnType<typeof diffRules> {
  const understood = (rules: LoadPlan['before']) => rules.flatMap(({ rule }) => rule ?? [])
  return diffRules(understood(before), understood(after))
}

const SIGNS = { same: ' ', added: '+', removed: '-', moved: '~' } as const

function line({ kind, rule }: RuleChange, context: RuleContext): string {
  return escapeForDisplay(`${SIGNS[kind]} ${printRule(rule, context)}`)
}
