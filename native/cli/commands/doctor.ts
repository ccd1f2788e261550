/** `auditscope doctor`: why there are no events, or could be none. */
import type { CheckState } from '@native/audit/doctor/check'
import { diagnose, tally, type CheckResult } from '@native/audit/doctor/doctor'
import { counted } from '@native/audit/numbers'
import { ok } from '@native/audit/result'
import { command } from '../command'
import { escapeForDisplay } from '@native/audit/text'

/** One word and one sign a state; the word stands so that nothing depends on the sign. */
const SIGNS: Readonly<Record<CheckState, string>> = {
  ok: '✓ ok',
  note: 'i note',
  warning: '! warning',
  problem: '✗ problem',
  unknown: '? unknown',
}

export const doctor = command({
  name: 'doctor',
  summary: 'Check why there are no events, and what can lose them.',
  details: 'Changes nothing. Without root it says what it could not see.',
  flags: { json: { kind: 'switch', help: 'Print one JSON object: facts and results.' } },
  async run({ flags, io }) {
    const facts = await io.machine.facts()
    const results = diagnose(facts)
    await io.out.write(
      flags.json
        ? JSON.stringify({ results, tally: tally(results), facts }) + '\n'
        : results.map(paragraph).join('') + verdict(results),
    )
    return ok(null)
  },
})

function paragraph({ number, title, state, reason, action, command: hint }: CheckResult): string {
  const lines = [`${String(number).padStart(2)}. ${SIGNS[state].padEnd(9)}  ${title}: ${reason}`]
  if (action !== '') lines.push(`${' '.repeat(15)}${action}`)
  if (hint !== null) lines.push(`${' '.repeat(15)}$ ${hint}`)
  return lines.map((line) => escapeForDisplay(line) + '\n').join('')
}

function verdict(results: readonly CheckResult[]): string {
  const { problem, warning, unknown } = tally(results)
  const rest = unknown === 0 ? '' : `, ${unknown} could not be checked`
  return `${counted(results.length, 'check')}: ${counted(problem, 'problem')}, ${counted(warning, 'warning')}${rest}.\n`
}
