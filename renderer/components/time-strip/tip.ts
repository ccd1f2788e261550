/** What stands beside the pointer on the strip: the rates of that moment, the backlog, losses, gaps and marks. */
import type { Samples, Series } from '@contract/store'
import { formatCount, formatRate, formatSi } from '@renderer/format/number'
import { visible } from '@renderer/format/visible'

export interface TipLine {
  text: string
  value: string
  colour: string | null
}

/** The colour of a group, as the bars have it. */
export function groupColour(index: number): string {
  return `var(--series-${(index % 8) + 1})`
}

const plain = (text: string, value: string): TipLine => ({ text, value, colour: null })

/** All lines for a time; `nearMs` is how far from a mark still counts as on it. */
export function tipLines(
  { series, samples }: { series: Series | null; samples: Samples | null },
  time: number,
  nearMs: number,
): TipLine[] {
  return [
    ...(series === null ? [] : rateLines(series, time)),
    ...(samples === null ? [] : sampleLines(samples, time)),
    ...gapLines([...(series?.gaps ?? []), ...(samples?.gaps ?? [])], time),
    ...(samples?.marks ?? [])
      .filter((mark) => Math.abs(mark.time - time) < nearMs)
      .slice(0, 1)
      .map(({ text }) => plain(visible(text), '')),
  ]
}

function rateLines({ from, stepMs, groups, counts }: Series, time: number): TipLine[] {
  const step = Math.floor((time - from) / stepMs)
  const lines = groups.map((name, index) => ({
    text: visible(name),
    colour: groupColour(index),
    count: counts[index]?.[step] ?? 0,
  }))
  const total = lines.reduce((sum, { count }) => sum + count, 0)
  return [
    plain('Events', `${formatCount(total)} · ${formatRate(total / (stepMs / 1000))}`),
    ...lines
      .filter(({ count }) => count > 0)
      .map(({ text, colour, count }) => ({ text, colour, value: formatCount(count) })),
  ]
}

function sampleLines({ time: times, backlog, lostPerSecond }: Samples, time: number): TipLine[] {
  const at = times.findIndex((each) => each >= time)
  if (at < 0) return []
  const lost = lostPerSecond[at] ?? 0
  return [
    plain('Backlog', formatCount(backlog[at] ?? null)),
    ...(lost > 0 ? [plain('Lost', `${formatSi(lost)}/s`)] : []),
  ]
}

function gapLines(gaps: Samples['gaps'], time: number): TipLine[] {
  const gap = gaps.find(({ from, to }) => time >= from && time < to)
  return gap === undefined
    ? []
    : [plain(`Gap: ${gap.cause}`, `${formatCount(gap.records)} records`)]
}
