/** `auditscope rules list`: the kernel's rules, as auditctl -l prints them, or explained, or as JSON. */
import { ok } from '@native/audit/result'
import { explainRule, ruleKeys, type PlannedRule, type RuleContext } from '@native/audit/rule'
import { escapeForDisplay } from '@native/audit/text'
import { command } from '../../command'
import { fileText, listRules, listedText, openRules } from './kernel-rules'

export const list = command({
  name: 'list',
  summary: 'Show the kernel’s rules, as auditctl -l does.',
  flags: {
    explain: { kind: 'switch', help: 'Say below each rule what it records.' },
    key: {
      kind: 'text',
      placeholder: 'TEXT',
      help: 'Only rules with a key that contains the text.',
    },
    json: { kind: 'switch', help: 'Print one JSON object.' },
  },
  async run({ flags, io }) {
    const kernel = await openRules(io)
    if (!kernel.ok) return kernel
    const { api, context } = kernel.value
    const rules = await listRules(api)
    if (!rules.ok) return rules
    const shown = rules.value.filter((rule) => hasKey(rule, flags.key))
    if (flags.json)
      await io.out.write(
        `${JSON.stringify({ rules: shown.map((rule) => report(rule, context)) })}\n`,
      )
    else if (shown.length === 0) await io.out.write('No rules\n')
    else for (const rule of shown) await io.out.write(lines(rule, context, flags.explain))
    return ok(null)
  },
})

function hasKey({ rule }: PlannedRule, text: string | undefined): boolean {
  if (text === undefined) return true
  return rule !== null && ruleKeys(rule).some((key) => key.includes(text))
}

function lines(planned: PlannedRule, context: RuleContext, explain: boolean): string {
  const text = escapeForDisplay(listedText(planned, context))
  if (!explain || planned.rule === null) return `${text}\n`
  return `${text}\n    ${escapeForDisplay(explainRule(planned.rule, context))}\n`
}

function report(planned: PlannedRule, context: RuleContext): object {
  const { rule, bytes } = planned
  return {
    listed: listedText(planned, context),
    text: fileText(planned, context),
    hex: Buffer.from(bytes).toString('hex'),
    list: planned.list,
    action: rule?.action ?? null,
    keys: rule === null ? [] : ruleKeys(rule),
    sentence: rule === null ? null : explainRule(rule, context),
  }
}
