/** Times as people write them in a query, and the span that each means: `12:04` is a minute long, `12:04:10` a second. */

/** A span in ms since the epoch, half open. */
export interface TimeSpan {
  from: number
  to: number
}

const SECOND = 1000
const UNITS: Record<string, number> = {
  ms: 1,
  s: SECOND,
  m: 60 * SECOND,
  min: 60 * SECOND,
  h: 3600 * SECOND,
  d: 86_400 * SECOND,
  w: 7 * 86_400 * SECOND,
}

const AGO = /^-(\d+(?:\.\d+)?)(ms|s|min|m|h|d|w)$/
const EPOCH = /^@?(\d{9,11})(\.\d{1,3})?$/
const CLOCK = /^(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,3}))?)?$/
const DATE =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,3}))?)?\s*(Z|[+-]\d{2}:?\d{2})?)?$/
const DAY_WORDS: Record<string, number> = { today: 0, yesterday: -1 }

/**
 * Reads a time. `now` is what relative times and bare clock times refer to, in ms; a clock time without a date is
 * today's, in local time like every time without a zone. Null when the text is no time.
 */
export function parseTime(text: string, now: number): TimeSpan | null {
  const trimmed = text.trim()
  if (trimmed.toLowerCase() === 'now') return instant(now)
  const days = DAY_WORDS[trimmed.toLowerCase()]
  if (days !== undefined) return day(new Date(now), days)
  const ago = AGO.exec(trimmed)
  if (ago !== null) return instant(now - Number(ago[1]) * UNITS[ago[2]!]!)
  const epoch = EPOCH.exec(trimmed)
  if (epoch !== null) return fromEpoch(epoch)
  const clock = CLOCK.exec(trimmed)
  if (clock !== null) {
    const today = new Date(now)
    return build(
      [today.getFullYear(), today.getMonth() + 1, today.getDate()],
      clock.slice(1, 5),
      undefined,
    )
  }
  const date = DATE.exec(trimmed)
  if (date === null) return null
  return build([Number(date[1]), Number(date[2]), Number(date[3])], date.slice(4, 8), date[8])
}

function instant(time: number): TimeSpan {
  return { from: time, to: time + 1 }
}

function day(now: Date, offset: number): TimeSpan {
  const [year, month, date] = [now.getFullYear(), now.getMonth(), now.getDate() + offset]
  return {
    from: new Date(year, month, date).getTime(),
    to: new Date(year, month, date + 1).getTime(),
  }
}

function fromEpoch(match: RegExpExecArray): TimeSpan {
  const fraction = match[2] ?? ''
  const from = Math.round((Number(match[1]) + Number(`0${fraction}`)) * SECOND)
  return { from, to: from + precision(fraction.slice(1)) }
}

/** Length in ms of what a fraction of a second with these digits means. */
function precision(digits: string): number {
  return digits === '' ? SECOND : SECOND / 10 ** digits.length
}

/** A calendar time whose parts may be missing from the right; null when a part is out of range. */
function build(
  [year, month, date]: [number, number, number],
  clock: (string | undefined)[],
  zone: string | undefined,
): TimeSpan | null {
  const [hour, minute, second, fraction] = clock
  const numbers = [
    year,
    month - 1,
    date,
    Number(hour ?? 0),
    Number(minute ?? 0),
    Number(second ?? 0),
  ] as const
  const ms = Math.round(Number(`0.${fraction ?? 0}`) * SECOND)
  const utc = Date.UTC(...numbers, ms)
  // A part out of range would silently become another day.
  if (new Date(utc).getUTCDate() !== date || new Date(utc).getUTCMonth() !== month - 1) return null
  if (numbers[3] > 23 || numbers[4] > 59 || numbers[5] > 59) return null
  const from = zone === undefined ? new Date(...numbers, ms).getTime() : utc - zoneOffset(zone)
  if (hour === undefined) return { from, to: new Date(year, month - 1, date + 1).getTime() }
  if (second === undefined) return { from, to: from + UNITS['m']! }
  return { from, to: from + precision(fraction ?? '') }
}

function zoneOffset(zone: string): number {
  if (zone === 'Z') return 0
  const [, sign, hours, minutes] = /^([+-])(\d{2}):?(\d{2})$/.exec(zone)!
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * UNITS['m']!
}
