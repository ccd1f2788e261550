/** `auditscope rules save`: the kernel's rules as a rules file that loads to the same rules. */
import { writeFileSync } from 'node:fs'
import { counted } from '@native/audit/numbers'
import { fail, ok, type Result } from '@native/audit/result'
import { encodeUtf8 } from '@native/audit/text'
import { command } from '../../command'
import { fileText, listRules, openRules } from './kernel-rules'

export const save = command({
  name: 'save',
  summary: 'Write the kernel’s rules as a rules file.',
  details: 'To standard output, or to FILE, which must not exist unless --force is given.',
  flags: { force: { kind: 'switch', help: 'Overwrite FILE.' } },
  positionals: { placeholder: 'FILE', min: 0, max: 1 },
  async run({ flags, args, io }) {
    const opened = await openRules(io)
    if (!opened.ok) return opened
    const { api, context } = opened.value
    const rules = await listRules(api)
    if (!rules.ok) return rules
    const text = rules.value.map((rule) => `${fileText(rule, context)}\n`).join('')
    const [path] = args
    if (path === undefined || path === '-') {
      await io.out.write(encodeUtf8(text))
      return ok(null)
    }
    const written = write(path, text, flags.force)
    if (written.ok)
      await io.out.write(`${counted(rules.value.length, 'rule')} written to ${path}\n`)
    return written
  },
})

function write(path: string, text: string, force: boolean): Result<null> {
  try {
    // Rules tell an attacker what is not watched.
    writeFileSync(path, encodeUtf8(text), { flag: force ? 'w' : 'wx', mode: 0o600 })
    return ok(null)
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException
    return code === 'EEXIST'
      ? fail('exists', `${path} exists.`, 'Give another name, or --force to overwrite it.')
      : fail('unwritable', `${path} cannot be written: ${message}.`, '')
  }
}
