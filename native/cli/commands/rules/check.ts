/** `auditscope rules check`: what auditctl and the kernel would say to a file, and advice. Touches nothing. */
import { counted } from '@native/audit/numbers'
import { fail, ok, type Result } from '@native/audit/result'
import { adviseFile } from '@native/audit/rule/advice'
import {
  addedRules,
  diagnosticText,
  releaseOf,
  type Diagnostic,
  type KernelFacts,
} from '@native/audit/rule'
import { escapeForDisplay } from '@native/audit/text'
import { usage } from '../../args'
import { command } from '../../command'
import { systemContext } from './context'
import { readRules, thisKernel } from './read-file'

/** More complaints than a person reads. */
const MOST_SHOWN = 200

export const check = command({
  name: 'check',
  summary: 'Check rules files for errors; touch nothing.',
  details:
    'Says what auditctl or the kernel would refuse, and where auditctl silently takes something else than what is written. FILE can be - for standard input.',
  flags: {
    advice: { kind: 'switch', help: 'Also say what is slow, useless, incomplete or dangerous.' },
    'for-kernel': {
      kind: 'text',
      placeholder: 'RELEASE',
      help: 'Check for another kernel than this one, such as 5.4.',
    },
    json: { kind: 'switch', help: 'Print one JSON object a file.' },
  },
  positionals: { placeholder: 'FILE', min: 1, max: 1000 },
  async run({ flags, args, io }) {
    const kernel = kernelOf(flags['for-kernel'])
    if (!kernel.ok) return kernel
    const context = systemContext()
    let errors = 0
    for (const path of args) {
      const read = await readRules(path, io, context, kernel.value)
      if (!read.ok) return read
      const file = read.value
      const advice = flags.advice ? adviseFile(file, context) : []
      const found = [...file.diagnostics, ...advice].sort((a, b) => a.start - b.start)
      errors += found.filter(({ severity }) => severity === 'error').length
      if (flags.json) {
        const diagnostics = found.map((each) => ({ ...file.index.at(each.start), ...each }))
        await io.out.write(
          `${JSON.stringify({ file: path, rules: addedRules(file).length, diagnostics })}\n`,
        )
        continue
      }
      for (const diagnostic of found.slice(0, MOST_SHOWN))
        await io.out.write(`${line(path, diagnostic, diagnosticText(diagnostic, file.index))}\n`)
      if (found.length > MOST_SHOWN)
        await io.out.write(
          `${path}: ${counted(found.length - MOST_SHOWN, 'more message')}; --json shows all\n`,
        )
      if (found.length === 0)
        await io.out.write(`${path}: ${counted(addedRules(file).length, 'rule')}, no errors\n`)
    }
    return errors === 0 ? ok(null) : fail('refused', `${counted(errors, 'error')}.`, '')
  },
})

function line(path: string, { severity }: Diagnostic, text: string): string {
  return escapeForDisplay(`${path}: ${severity}: ${text}`)
}

function kernelOf(release: string | undefined): Result<KernelFacts> {
  if (release === undefined) return ok(thisKernel())
  const parsed = releaseOf(release)
  return parsed === null
    ? usage(`--for-kernel is a release such as 5.4, not "${release}".`)
    : ok({ release: parsed, locked: null })
}
