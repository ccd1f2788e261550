/** Draws the strip: stacked rates, the backlog and losses beneath, gaps hatched, the range that everything is restricted to. */
import type { Gap, Samples, Series } from '@contract/store'
import { formatSi } from '@renderer/format/number'
import { hatch } from '../charts/hatch'
import { xOf, type Scale } from './brush'
import { ticks, type TimeSpan } from './time-window'

export interface StripColours {
  series: string[]
  text: string
  muted: string
  line: string
  background: string
  backlog: string
  danger: string
  warning: string
  accent: string
  gap: string
}

export interface StripPicture {
  scale: Scale
  height: number
  series: Series | null
  samples: Samples | null
  range: Partial<TimeSpan>
  /** The pointer's place, px; null when it is elsewhere. */
  pointer: number | null
  colours: StripColours
  font: string
  /** Writes the label of a tick. */
  label: (time: number, unit: 'ms' | 's' | 'min' | 'day') => string
}

/** Heights in px from below: labels of the axis, losses, backlog. */
const AXIS = 14
const LOST = 4
const BACKLOG = 10
/** Room above the highest bar, for the legend: it hides nothing. */
const HEAD = 15
const TICK_PX = 110

/** Where bars stand, px from the top. A file has no samples of the kernel, so its bars have that room as well. */
export function barsBottom(height: number, samples: Samples | null): number {
  return height - AXIS - (samples === null ? 0 : LOST + BACKLOG)
}

/** The highest stack, events a second; 0 without events. */
export function peakRate(series: Series): number {
  const steps = series.counts[0]?.length ?? 0
  let peak = 0
  for (let step = 0; step < steps; step++) {
    let sum = 0
    for (const counts of series.counts) sum += counts[step]!
    peak = Math.max(peak, sum)
  }
  return peak / (series.stepMs / 1000)
}

export function paint(context: CanvasRenderingContext2D, picture: StripPicture): void {
  const { scale, height, colours, series, samples } = picture
  context.clearRect(0, 0, scale.width, height)
  context.font = picture.font
  paintAxis(context, picture)
  if (samples) paintSamples(context, picture, samples)
  if (series) paintBars(context, picture, series)
  paintGaps(context, picture, [...(series?.gaps ?? []), ...(samples?.gaps ?? [])])
  if (samples) paintMarks(context, picture, samples)
  paintRange(context, picture)
  if (picture.pointer !== null) {
    context.fillStyle = colours.muted
    context.fillRect(Math.round(picture.pointer), 0, 1, height - AXIS)
  }
}

function paintAxis(context: CanvasRenderingContext2D, picture: StripPicture): void {
  const { scale, height, colours } = picture
  const offset = -new Date(scale.to).getTimezoneOffset() * 60_000
  const { times, unit } = ticks(scale, Math.max(1, scale.width / TICK_PX), offset)
  context.textBaseline = 'alphabetic'
  context.textAlign = 'center'
  for (const time of times) {
    const x = Math.round(xOf(scale, time))
    context.fillStyle = colours.line
    context.fillRect(x, HEAD, 1, height - AXIS - HEAD)
    context.fillStyle = colours.muted
    if (x > 24 && x < scale.width - 24) {
      context.fillText(picture.label(time, unit), x, height - 3)
    }
  }
  context.fillStyle = colours.line
  context.fillRect(0, barsBottom(height, picture.samples), scale.width, 1)
}

function paintBars(
  context: CanvasRenderingContext2D,
  { scale, height, colours, samples }: StripPicture,
  series: Series,
): void {
  const bottom = barsBottom(height, samples)
  const peak = peakRate(series) * (series.stepMs / 1000)
  if (peak === 0) return
  const unit = (bottom - HEAD) / peak
  const steps = series.counts[0]?.length ?? 0
  for (let step = 0; step < steps; step++) {
    const left = xOf(scale, series.from + step * series.stepMs)
    const right = xOf(scale, series.from + (step + 1) * series.stepMs)
    if (right < 0 || left > scale.width) continue
    const x = Math.round(left)
    const width = Math.max(1, Math.round(right) - x - (right - left > 3 ? 1 : 0))
    let y = bottom
    for (const [group, counts] of series.counts.entries()) {
      const tall = counts[step]! * unit
      if (tall <= 0) continue
      context.fillStyle = colours.series[group % colours.series.length]!
      context.fillRect(x, y - tall, width, tall)
      y -= tall
    }
  }
}

/** The backlog against its limit, and under it what was lost. */
function paintSamples(
  context: CanvasRenderingContext2D,
  { scale, height, colours }: StripPicture,
  samples: Samples,
): void {
  const bottom = height - AXIS - LOST
  const limit = Math.max(1, ...samples.backlogLimit.map((value) => value ?? 0))
  const mostLost = Math.max(1, ...samples.lostPerSecond.map((value) => value ?? 0))
  const { time } = samples
  for (let at = 0; at < time.length; at++) {
    const x = xOf(scale, time[at]!)
    const next = at + 1 < time.length ? xOf(scale, time[at + 1]!) : x + 2
    if (next < 0 || x > scale.width) continue
    const width = Math.max(1, next - x)
    const share = Math.min(1, (samples.backlog[at] ?? 0) / limit)
    context.fillStyle =
      share >= 1 ? colours.danger : share >= 0.8 ? colours.warning : colours.backlog
    if (share > 0) {
      const tall = Math.max(1, share * (BACKLOG - 1))
      context.fillRect(x, bottom - tall, width, tall)
    }
    const lost = (samples.lostPerSecond[at] ?? 0) / mostLost
    context.fillStyle = colours.danger
    if (lost > 0) context.fillRect(x, bottom, width, Math.max(2, lost * LOST))
  }
}

function paintGaps(
  context: CanvasRenderingContext2D,
  { scale, height, colours }: StripPicture,
  gaps: readonly Gap[],
): void {
  const tile = hatch(colours.gap)
  const pattern = typeof tile === 'string' ? null : context.createPattern(tile.image, 'repeat')
  for (const { from, to } of gaps) {
    const x = xOf(scale, from)
    const width = Math.max(3, xOf(scale, to) - x)
    if (x + width < 0 || x > scale.width) continue
    context.fillStyle = pattern ?? colours.gap
    context.fillRect(x, 0, width, height - AXIS)
    context.fillStyle = colours.gap
    context.fillRect(x, 0, width, 2)
  }
}

function paintMarks(
  context: CanvasRenderingContext2D,
  { scale, height, colours }: StripPicture,
  samples: Samples,
): void {
  context.fillStyle = colours.accent
  for (const { time } of samples.marks) {
    const x = Math.round(xOf(scale, time))
    if (x < 0 || x > scale.width) continue
    context.fillRect(x, 0, 1, height - AXIS)
    context.fillRect(x - 2, 0, 5, 3)
  }
}

/** What lies outside of the range is veiled. */
function paintRange(
  context: CanvasRenderingContext2D,
  { scale, height, colours, range }: StripPicture,
): void {
  if (range.from === undefined && range.to === undefined) return
  const left = range.from === undefined ? -1 : Math.round(xOf(scale, range.from))
  const right = range.to === undefined ? scale.width + 1 : Math.round(xOf(scale, range.to))
  context.globalAlpha = 0.72
  context.fillStyle = colours.background
  if (left > 0) context.fillRect(0, 0, left, height)
  if (right < scale.width) context.fillRect(right, 0, scale.width - right, height)
  context.globalAlpha = 1
  context.fillStyle = colours.accent
  context.fillRect(left - 1, 0, 2, height)
  context.fillRect(right - 1, 0, 2, height)
}

/** `at most 1.2 k/s`, for the corner. */
export function peakText(series: Series | null): string {
  return series === null ? '' : `${formatSi(peakRate(series))}/s`
}
