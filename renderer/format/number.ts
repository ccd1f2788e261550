/** Numbers for people: separators, SI steps, bytes, durations. English, because the app's words are. */

const grouped = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 })

/** What stands where a number is not known. */
export const UNKNOWN = '–'

/** `1204` → `1,204`; null → `–`. */
export function formatCount(value: number | null | undefined): string {
  return value == null || Number.isNaN(value) ? UNKNOWN : grouped.format(value)
}

/** A count with its noun: `1 record`, `1,204 records`. */
export function formatQuantity(value: number, singular: string, plural = `${singular}s`): string {
  return `${formatCount(value)} ${value === 1 ? singular : plural}`
}

const SI = ['', ' k', ' M', ' G', ' T']

/** Three digits and an SI step: `1204` → `1.2 k`, `0.25` → `0.25`. For axes, labels and rates; exact values go into the hover. */
export function formatSi(value: number | null | undefined): string {
  if (value == null || Number.isNaN(value)) return UNKNOWN
  let scaled = Math.abs(value)
  let step = 0
  // 999.95 would be printed as 1000.
  while (scaled >= 999.5 && step < SI.length - 1) {
    scaled /= 1000
    step++
  }
  const digits =
    step === 0 && Number.isInteger(value) ? 0 : scaled >= 100 ? 0 : scaled >= 10 ? 1 : 2
  const text = trimZeros(scaled.toFixed(digits))
  return `${value < 0 ? '-' : ''}${text}${SI[step]}`
}

/** `1830` → `1.83 k/s`. */
export function formatRate(perSecond: number | null | undefined): string {
  const text = formatSi(perSecond)
  return text === UNKNOWN ? text : `${text}/s`
}

const BYTE_UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB']

/** `33554432` → `32 MiB`. */
export function formatBytes(bytes: number | null | undefined): string {
  if (bytes == null || Number.isNaN(bytes)) return UNKNOWN
  let scaled = bytes
  let step = 0
  while (scaled >= 1023.5 && step < BYTE_UNITS.length - 1) {
    scaled /= 1024
    step++
  }
  return `${trimZeros(scaled.toFixed(scaled >= 100 || step === 0 ? 0 : 1))} ${BYTE_UNITS[step]}`
}

/** A share of 1 in percent: `0.02` → `2 %`; small shares that are not zero show as `<0.1 %`. */
export function formatShare(share: number | null | undefined): string {
  if (share == null || Number.isNaN(share)) return UNKNOWN
  const percent = share * 100
  if (percent > 0 && percent < 0.1) return '<0.1 %'
  return `${trimZeros(percent.toFixed(percent < 10 ? 1 : 0))} %`
}

/** A duration from ms in its two largest units: `250 ms`, `4.5 s`, `3 h 12 min`, `2 d 4 h`. */
export function formatDuration(ms: number | null | undefined): string {
  if (ms == null || Number.isNaN(ms)) return UNKNOWN
  if (ms < 1000) return `${trimZeros(ms.toFixed(ms > 0 && ms < 10 ? 1 : 0))} ms`
  const seconds = ms / 1000
  if (seconds < 59.5) return `${trimZeros(seconds.toFixed(seconds < 10 ? 1 : 0))} s`
  const minutes = Math.round(seconds / 60)
  if (seconds < 600) {
    const whole = Math.floor(Math.round(seconds) / 60)
    return joinUnits(whole, 'min', Math.round(seconds) - whole * 60, 's')
  }
  if (minutes < 60) return `${minutes} min`
  if (minutes < 48 * 60) return joinUnits(Math.floor(minutes / 60), 'h', minutes % 60, 'min')
  const hours = Math.round(minutes / 60)
  return joinUnits(Math.floor(hours / 24), 'd', hours % 24, 'h')
}

function joinUnits(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0
    ? `${formatCount(large)} ${largeUnit}`
    : `${formatCount(large)} ${largeUnit} ${small} ${smallUnit}`
}

function trimZeros(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text
}
