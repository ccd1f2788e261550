/** A wait time as people write it: jiffies, as the kernel counts, or a time with a unit. */
import { ok, type Result } from '@native/audit/result'
import { usage } from '../args'

/** `15000`, `500ms`, `60s` → jiffies. A time that is not 0 becomes at least one jiffy. */
export function readJiffies(text: string, hz: number): Result<number> {
  const [, digits, unit] = /^(\d{1,10}(?:\.\d{1,6})?)(ms|s)?$/.exec(text) ?? []
  if (digits === undefined || (unit === undefined && digits.includes('.')))
    return usage(
      `--backlog-wait-time is a number of jiffies, or a time such as 500ms or 60s, not "${text}".`,
    )
  const value = Number(digits)
  if (unit === undefined) return ok(value)
  const seconds = unit === 's' ? value : value / 1000
  return ok(value === 0 ? 0 : Math.max(1, Math.round(seconds * hz)))
}
