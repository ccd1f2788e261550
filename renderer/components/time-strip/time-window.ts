/** The stretch of time that the strip shows, as arithmetic. Times in ms since the epoch, spans half open. */

export interface TimeSpan {
  from: number
  to: number
}

/** The strip moves with the newest events, or stands on a span. */
export type TimeWindow = { kind: 'live'; span: number } | ({ kind: 'fixed' } & TimeSpan)

export const DEFAULT_SPAN = 600_000
/** Shorter than this events are better read in the grid; longer than this is no log but an archive. */
export const MIN_SPAN = 1000
export const MAX_SPAN = 366 * 86_400_000

/** Widths of a bar that look like something: 10 ms to a day. */
const STEPS = [
  10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 30_000, 60_000, 120_000, 300_000,
  600_000, 1_800_000, 3_600_000, 7_200_000, 21_600_000, 86_400_000,
]

/** The width of a bar, ms: the smallest round one that needs no more than `most` bars for a span. */
export function stepFor(span: number, most: number): number {
  return STEPS.find((step) => span / step <= most) ?? Math.ceil(span / most)
}

/** A span widened to whole steps, so that bars keep their edges while time goes on. */
export function align({ from, to }: TimeSpan, step: number): TimeSpan {
  const start = Math.floor(from / step) * step
  return { from: start, to: Math.max(start + step, Math.ceil(to / step) * step) }
}

/** What a window shows at a moment. */
export function spanOf(window: TimeWindow, now: number): TimeSpan {
  return window.kind === 'fixed'
    ? { from: window.from, to: window.to }
    : { from: now - window.span, to: now }
}

/**
 * Zooms by a factor (below 1: closer) around a point in time, which stays where it is. A window that moves with the
 * newest events keeps doing so.
 */
export function zoom(window: TimeWindow, now: number, factor: number, around: number): TimeWindow {
  const { from, to } = spanOf(window, now)
  const span = Math.min(MAX_SPAN, Math.max(MIN_SPAN, (to - from) * factor))
  if (window.kind === 'live') return { kind: 'live', span }
  const share = (around - from) / (to - from)
  const start = around - share * span
  return { kind: 'fixed', from: start, to: start + span }
}

/** Moves by a share of the window; a window that moved with the newest events stands still then. */
export function pan(window: TimeWindow, now: number, share: number): TimeWindow {
  const { from, to } = spanOf(window, now)
  const by = (to - from) * share
  return { kind: 'fixed', from: from + by, to: to + by }
}

/** Times worth a label, and how to write them. */
export interface Ticks {
  times: number[]
  /** Whether seconds, or even ms, tell ticks apart; from a day on the date does. */
  unit: 'ms' | 's' | 'min' | 'day'
}

const TICK_STEPS = [...STEPS, 2 * 86_400_000, 7 * 86_400_000, 30 * 86_400_000]

/** At most `most` round times inside a span; `offset` is local time minus UTC in ms, so that days begin at midnight. */
export function ticks({ from, to }: TimeSpan, most: number, offset: number): Ticks {
  const step = TICK_STEPS.find((each) => (to - from) / each <= most) ?? (to - from) / most
  const times: number[] = []
  for (let at = Math.ceil((from + offset) / step) * step; at < to + offset; at += step) {
    times.push(at - offset)
  }
  const unit = step < 1000 ? 'ms' : step < 60_000 ? 's' : step < 86_400_000 ? 'min' : 'day'
  return { times, unit }
}
