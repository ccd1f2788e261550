/** `auditscope rules explain` and `rules library`: rules in sentences, and rule sets of our own. */
import { fail, ok } from '@native/audit/result'
import { didYouMean } from '../../args'
import { explainStatement, parseLine, parseRuleFile } from '@native/audit/rule'
import { adviseFile, ruleCost } from '@native/audit/rule/advice'
import { RULE_SETS, textOfSet } from '@native/audit/rule/library'
import { escapeWord } from '@native/audit/rule/words'
import { escapeForDisplay } from '@native/audit/text'
import { command } from '../../command'
import { systemContext } from './context'

export const explain = command({
  name: 'explain',
  summary: 'Say in a sentence what a rule records, what it costs, and what could be better.',
  details: 'RULE is what auditctl takes, as words or as one quoted line. Touches nothing.',
  flags: {},
  positionals: { placeholder: 'RULE', min: 1, max: 1000 },
  verbatim: true,
  async run({ args, io }) {
    const context = systemContext()
    const text = args.length === 1 ? args[0]! : args.map(escapeWord).join(' ')
    const line = parseLine(text, context)
    const error = line.diagnostics.find(({ severity }) => severity === 'error')
    if (error !== undefined)
      return fail('usage', `Column ${error.start - line.start + 1}: ${error.message}`, error.hint)
    for (const statement of line.statements) {
      await io.out.write(`${escapeForDisplay(explainStatement(statement, context))}\n`)
      if (statement.kind === 'rule')
        await io.out.write(`${ruleCost(statement.rule, context).words}\n`)
    }
    const advice = adviseFile(parseRuleFile(text, context), context)
    for (const { message, hint } of [...line.diagnostics, ...advice])
      await io.out.write(`- ${escapeForDisplay(`${message} ${hint}`.trim())}\n`)
    return ok(null)
  },
})

export const library = command({
  name: 'library',
  summary: 'Show the rule sets that come with Auditscope, or the text of one.',
  flags: {},
  positionals: { placeholder: 'SET', min: 0, max: 1 },
  async run({ args, io }) {
    const [id] = args
    if (id === undefined) {
      for (const set of RULE_SETS)
        await io.out.write(`${set.id.padEnd(12)}${set.title}: ${set.purpose}.\n`)
      return ok(null)
    }
    const set = RULE_SETS.find((each) => each.id === id)
    if (set === undefined)
      return fail(
        'usage',
        `There is no rule set ${id}.`,
        didYouMean(
          id,
          RULE_SETS.map((each) => each.id),
          '',
        ),
      )
    await io.out.write(textOfSet(set, systemContext()))
    return ok(null)
  },
})
