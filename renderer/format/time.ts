/** Points in time as the user chose to see them. */
import type { Settings } from '@contract/ipc'
import { formatDuration, UNKNOWN } from './number'

export type TimeFormat = Settings['timeFormat']

const pad = (value: number, width = 2): string => String(value).padStart(width, '0')

function clock(hours: number, minutes: number, seconds: number, ms: number): string {
  return `${pad(hours)}:${pad(minutes)}:${pad(seconds)}.${pad(ms, 3)}`
}

/** Time of day of an event with milliseconds. `relative` counts back from `now`; `epoch` is what the record says. */
export function formatTime(
  ms: number | null,
  format: TimeFormat,
  now: number = Date.now(),
): string {
  if (ms === null || !Number.isFinite(ms)) return UNKNOWN
  const date = new Date(ms)
  switch (format) {
    case 'local':
      return clock(date.getHours(), date.getMinutes(), date.getSeconds(), date.getMilliseconds())
    case 'utc':
      return clock(
        date.getUTCHours(),
        date.getUTCMinutes(),
        date.getUTCSeconds(),
        date.getUTCMilliseconds(),
      )
    case 'relative':
      return ms <= now ? `${formatDuration(now - ms)} ago` : `in ${formatDuration(ms - now)}`
    case 'epoch':
      return (ms / 1000).toFixed(3)
  }
}

/** Time of day without milliseconds, for sentences and axes. */
export function formatClock(ms: number | null, format: TimeFormat = 'local'): string {
  if (ms === null || !Number.isFinite(ms)) return UNKNOWN
  return formatTime(ms, format === 'utc' ? 'utc' : 'local').slice(0, 8)
}

/** Everything about a point in time, for the hover: date, time, offset, and the seconds that the record holds. */
export function formatInstant(ms: number): string {
  if (!Number.isFinite(ms)) return UNKNOWN
  const date = new Date(ms)
  const offset = -date.getTimezoneOffset()
  const sign = offset < 0 ? '-' : '+'
  const zone = `${sign}${pad(Math.floor(Math.abs(offset) / 60))}:${pad(Math.abs(offset) % 60)}`
  const day = `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`
  return `${day} ${formatTime(ms, 'local')} ${zone} · ${(ms / 1000).toFixed(3)}`
}
