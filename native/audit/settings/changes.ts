/** From the values in force and the values wanted: what would change, and what the kernel would refuse. */
import { grouped } from '../numbers'
import {
  SETTINGS,
  settingInfo,
  type SettingChoice,
  type SettingKey,
  type SettingValues,
} from './settings'
import { jiffiesText, valueText } from './words'

/** One line of a diff. */
export interface SettingDiff {
  key: SettingKey
  title: string
  kernelName: string
  from: number
  to: number
  fromText: string
  toText: string
}

/** A wish that the kernel would refuse, said before it is asked. */
export interface Refusal {
  key: SettingKey
  /** What is wrong, and what to do, one or two sentences. */
  text: string
}

/** What would change, in the order in which it is set. Settings that this kernel does not have are left out. */
export function settingDiff(
  current: SettingValues,
  wanted: SettingChoice,
  hz: number,
): SettingDiff[] {
  return SETTINGS.flatMap(({ key, title, kernelName }) => {
    const from = current[key]
    const to = wanted[key]
    if (to === undefined || from === null || from === to) return []
    const texts = { fromText: valueText(key, from, hz), toText: valueText(key, to, hz) }
    return [{ key, title, kernelName, from, to, ...texts }]
  })
}

/** The values that a diff leads to. */
export function applied(current: SettingValues, wanted: SettingChoice): SettingValues {
  const result = { ...current }
  for (const { key } of SETTINGS) {
    const value = wanted[key]
    if (value !== undefined && current[key] !== null) result[key] = value
  }
  return result
}

/** Everything that the kernel would refuse; empty when the wish can be granted. */
export function refusals(current: SettingValues, wanted: SettingChoice, hz: number): Refusal[] {
  return SETTINGS.flatMap(({ key }) => {
    const value = wanted[key]
    if (value === undefined || value === current[key]) return []
    const text = refusal(key, value, current, hz)
    return text === null ? [] : [{ key, text }]
  })
}

function refusal(
  key: SettingKey,
  value: number,
  current: SettingValues,
  hz: number,
): string | null {
  const { title, min, max, unit } = settingInfo(key)
  if (current[key] === null)
    return `This kernel has no ${title.toLowerCase()}: it came with Linux 3.14.`
  if (!Number.isInteger(value) || value < min || value > max(hz)) {
    const seconds = unit === 'jiffies' ? `, which is ${jiffiesText(max(hz), hz)}` : ''
    return `${title} is a whole number from ${min} to ${grouped(max(hz))}${seconds}.`
  }
  if (current.enabled === 2)
    return 'The configuration is locked (enabled=2): settings can be changed again after the next boot.'
  return null
}
