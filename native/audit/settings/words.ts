/** Values of settings in words, and the auditctl command that sets them. */
import { counted, grouped } from '../numbers'
import { SETTINGS, settingInfo, type SettingChoice, type SettingKey } from './settings'

/** A time in jiffies: `60 s`, `100 ms`, `0.4 ms`. `hz`: jiffies per second. */
export function jiffiesText(jiffies: number, hz: number): string {
  const ms = (jiffies * 1000) / hz
  return ms >= 1000 ? `${grouped(Math.round(ms) / 1000)} s` : `${grouped(ms)} ms`
}

/** A setting's value as a person reads it: `on and locked`, `8,192 records`, `60 s (15,000 jiffies)`, `no limit`. */
export function valueText(key: SettingKey, value: number, hz: number): string {
  const { options, unit } = settingInfo(key)
  if (options !== null) {
    const option = options.find((candidate) => candidate.value === value)
    return option === undefined ? String(value) : option.title.toLowerCase()
  }
  if (unit === 'jiffies') {
    const raw = value === 1 ? '1 jiffy' : `${grouped(value)} jiffies`
    return value === 0 ? 'no wait' : `${jiffiesText(value, hz)} (${raw})`
  }
  if (value === 0) return 'no limit'
  return `${counted(value, 'record')}${unit === 'records/s' ? '/s' : ''}`
}

/** The auditctl(8) command that sets these values; empty when there is nothing to set. Locking comes last. */
export function auditctlCommand(choice: SettingChoice): string {
  const options = settingLines(choice)
  return options.length === 0 ? '' : `auditctl ${options.join(' ')}`
}

/** The lines of a `.rules` file that set these values, one a setting, in the order in which they are safely set. */
export function settingLines(choice: SettingChoice): string[] {
  return SETTINGS.flatMap(({ key, auditctl }) =>
    choice[key] === undefined ? [] : [`${auditctl} ${choice[key]}`],
  )
}
