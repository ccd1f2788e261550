/** Settings as text to keep: the control lines of a `.rules` file, which auditctl and augenrules read as well. */
import { fail, ok, type Result } from '../result'
import { SETTINGS, type SettingChoice } from './settings'
import { settingLines } from './words'

const MAX_TEXT = 64 * 1024
const BY_OPTION = new Map(SETTINGS.map((setting) => [setting.auditctl, setting]))

/** The text of a file that sets these values. */
export function writeSettings(choice: SettingChoice): string {
  return [
    '## Audit settings, written by Auditscope; auditctl -R reads them.',
    ...settingLines(choice),
    '',
  ].join('\n')
}

/** Reads such a file. Bounds are the kernel's business and are checked by `refusals`; what is not a number is refused here. */
export function readSettings(text: string): Result<SettingChoice> {
  if (text.length > MAX_TEXT)
    return fail('usage', 'The file is too long for settings: more than 64 KiB.')
  const choice: SettingChoice = {}
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const words = line
      .replace(/#.*/, '')
      .split(/[\s=]+/)
      .filter((word) => word !== '')
    const problem = readWords(words, choice)
    if (problem !== null) return fail('usage', `Line ${index + 1}: ${problem}`)
  }
  return ok(choice)
}

/** Options with their values, attached (`-e1`) or not (`-e 1`), several to a line as auditctl takes them. */
function readWords(words: string[], choice: SettingChoice): string | null {
  for (let i = 0; i < words.length; i++) {
    const [, option = '', attached] = /^(-[a-z]|--[a-z_]+)(\d*)$/.exec(words[i]!) ?? []
    const setting = BY_OPTION.get(option)
    if (setting === undefined) return `only ${known()} are settings.`
    const value = attached === '' ? words[++i] : attached
    if (choice[setting.key] !== undefined) return `${option} is set a second time.`
    if (value === undefined || !/^\d{1,10}$/.test(value)) return `${option} needs a whole number.`
    choice[setting.key] = Number(value)
  }
  return null
}

function known(): string {
  return SETTINGS.map(({ auditctl, kernelName }) => `${auditctl} (${kernelName})`).join(', ')
}
