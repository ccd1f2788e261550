/** `auditscope rules compile`: the rules of a file as the kernel would get or list them. Touches nothing. */
import { fail, ok } from '@native/audit/result'
import {
  compileRule,
  diagnosticText,
  isLoadable,
  netlinkPayload,
  printRule,
  statementsOf,
  type RuleStatement,
} from '@native/audit/rule'
import { escapeForDisplay } from '@native/audit/text'
import { command } from '../../command'
import { systemContext } from './context'
import { readRules } from './read-file'

export const compile = command({
  name: 'compile',
  summary: 'Show the rules of a file as auditctl -l would list them, or as bytes.',
  details:
    'With --hex, prints one line a rule: the payload of the netlink message that auditctl would send, struct audit_rule_data.',
  flags: { hex: { kind: 'switch', help: 'Print the bytes, hexadecimal.' } },
  positionals: { placeholder: 'FILE', min: 1, max: 1 },
  async run({ flags, args, io }) {
    const context = systemContext()
    const read = await readRules(args[0]!, io, context)
    if (!read.ok) return read
    const file = read.value
    if (!isLoadable(file)) {
      const error = file.diagnostics.find(({ severity }) => severity === 'error')!
      return fail(
        'refused',
        escapeForDisplay(`${args[0]}: ${diagnosticText(error, file.index)}`),
        '',
      )
    }
    const rules = statementsOf(file).filter((each): each is RuleStatement => each.kind === 'rule')
    for (const { rule } of rules) {
      const text = flags.hex
        ? Buffer.from(netlinkPayload(compileRule(rule))).toString('hex')
        : escapeForDisplay(printRule(rule, context))
      await io.out.write(`${text}\n`)
    }
    return ok(null)
  },
})
