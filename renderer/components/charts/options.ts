/** From the chart model to ECharts' option. Pure: colours come in, nothing is measured. */
import { formatClock } from '@renderer/format/time'
import { axisMaximum, lastValue, type ChartModel, type Panel, type Value } from './model'

/** The colours that the canvas needs, read from the tokens. */
export interface ChartColours {
  text: string
  muted: string
  axis: string
  grid: string
  zone: string
  /** A pattern, because a span without records must not look like one with few. */
  gap: { image: HTMLCanvasElement; repeat: 'repeat' } | string
  mark: string
  background: string
  line: string
  series: Record<string, string>
}

export interface Layout {
  width: number
  height: number
  columns: number
}

const TITLE_HEIGHT = 26
const AXIS_HEIGHT = 20
const LABEL_WIDTH = 46
const END_WIDTH = 12
const GUTTER = 24

interface Box {
  left: number
  top: number
  width: number
  height: number
}

/** Where a panel's plot lies: left to right, then down. */
export function plotBox(index: number, count: number, { width, height, columns }: Layout): Box {
  const rows = Math.ceil(count / columns)
  const cellWidth = (width - GUTTER * (columns - 1)) / columns
  const cellHeight = height / rows
  const column = index % columns
  const row = Math.floor(index / columns)
  return {
    left: column * (cellWidth + GUTTER) + LABEL_WIDTH,
    top: row * cellHeight + TITLE_HEIGHT,
    width: Math.max(40, cellWidth - LABEL_WIDTH - END_WIDTH),
    height: Math.max(24, cellHeight - TITLE_HEIGHT - AXIS_HEIGHT),
  }
}

/** Everything that ECharts is told, at once. */
export function chartOption(
  model: ChartModel,
  colours: ChartColours,
  layout: Layout,
): Record<string, unknown> {
  const indices = model.panels.map((_, index) => index)
  return {
    animation: false,
    backgroundColor: 'transparent',
    textStyle: { fontFamily: 'inherit', fontSize: 11, color: colours.muted },
    axisPointer: {
      link: [{ xAxisIndex: 'all' }],
      lineStyle: { color: colours.axis, type: 'solid', width: 1 },
      label: { show: false },
    },
    tooltip: tooltip(model, colours),
    grid: indices.map((index) => plotBox(index, model.panels.length, layout)),
    xAxis: indices.map((index) => xAxis(index, model, colours)),
    yAxis: model.panels.map((panel, index) => yAxis(panel, index, colours)),
    series: model.panels.flatMap((panel, index) => series(panel, index, model, colours)),
  }
}

function xAxis(gridIndex: number, { from, to }: ChartModel, colours: ChartColours): object {
  return {
    type: 'value',
    gridIndex,
    min: from,
    max: to,
    interval: tickInterval(to - from),
    axisLine: { lineStyle: { color: colours.line } },
    axisTick: { show: false },
    splitLine: { show: false },
    axisLabel: {
      color: colours.axis,
      hideOverlap: true,
      showMinLabel: false,
      showMaxLabel: false,
      formatter: (value: number) => formatClock(value).slice(0, to - from < 300_000 ? 8 : 5),
    },
    // Equal values are left out of the series: the nearest point may be far away, the sample under the pointer is not.
    axisPointer: { show: true, snap: false },
  }
}

/** Distance of the time axis' labels: about five of them. */
function tickInterval(span: number): number {
  return span <= 150_000 ? 30_000 : 120_000
}

function yAxis(panel: Panel, gridIndex: number, colours: ChartColours): object {
  const limits = panel.limit ? [...panel.limit.values] : []
  const max = axisMaximum([...panel.values, ...limits], 1)
  return {
    type: 'value',
    gridIndex,
    min: 0,
    max,
    interval: max / 2,
    axisLine: { show: false },
    axisTick: { show: false },
    splitLine: { lineStyle: { color: colours.grid } },
    axisLabel: { color: colours.axis, formatter: (value: number) => panel.format(value) },
    axisPointer: { show: false },
  }
}

/** Time in ms since the epoch, and the value then. */
export type Point = [time: number, value: Value]

/**
 * The points that a line's shape needs: a point between two equal ones changes nothing that is drawn. Most of what an
 * idle machine reports is left out that way, and a chart of it costs next to nothing.
 */
export function shapePoints(times: readonly number[], values: readonly Value[]): Point[] {
  const points: Point[] = []
  const last = times.length - 1
  for (let at = 0; at <= last; at++) {
    const value = values[at] ?? null
    const same = (other: number): boolean => (values[other] ?? null) === value
    if (at === 0 || at === last || !same(at - 1) || !same(at + 1)) points.push([times[at]!, value])
  }
  return points
}

function series(panel: Panel, index: number, model: ChartModel, colours: ChartColours): object[] {
  const colour = colours.series[panel.colour] ?? colours.text
  const data = (values: readonly Value[]): Point[] => shapePoints(model.time, values)
  const common = {
    xAxisIndex: index,
    yAxisIndex: index,
    silent: true,
    animation: false,
    emphasis: { disabled: true },
  }
  const main =
    panel.kind === 'bars'
      ? { type: 'bar', barWidth: 2, itemStyle: { color: colour } }
      : {
          type: 'line',
          showSymbol: false,
          connectNulls: false,
          lineStyle: { width: 1.25, color: colour },
          areaStyle: { color: colour, opacity: 0.12 },
        }
  const result: object[] = [
    {
      ...common,
      ...main,
      name: panel.title,
      data: data(panel.values),
      markArea: { silent: true, data: [...zone(panel, model, colours), ...gaps(model, colours)] },
      markLine: marks(model, colours),
    },
  ]
  if (panel.limit) {
    result.push({
      ...common,
      type: 'line',
      name: panel.limit.title,
      step: 'end',
      showSymbol: false,
      lineStyle: { width: 1, color: colours.mark, type: 'dashed' },
      data: data(panel.limit.values),
    })
  }
  return result
}

/** The part near the limit, tinted up to the limit of the newest sample. */
function zone({ limit, zoneShare }: Panel, model: ChartModel, colours: ChartColours): object[] {
  const now = limit ? lastValue(limit.values) : null
  if (!now || zoneShare === undefined) return []
  const [first] = model.time
  const itemStyle = { color: colours.zone }
  return [
    [
      { xAxis: first, yAxis: now * zoneShare, itemStyle },
      { xAxis: model.to, yAxis: now },
    ],
  ]
}

/** Spans in which records are missing, hatched. */
function gaps({ gaps: spans }: ChartModel, colours: ChartColours): object[] {
  const itemStyle = { color: colours.gap }
  return spans.map(({ from, to }) => [{ xAxis: from, itemStyle }, { xAxis: to }])
}

function marks({ marks: list }: ChartModel, colours: ChartColours): object {
  return {
    silent: true,
    symbol: 'none',
    animation: false,
    label: { show: false },
    lineStyle: { color: colours.mark, type: 'solid', width: 1, opacity: 0.6 },
    data: list.map(({ time }) => ({ xAxis: time })),
  }
}

/** How near the pointer must be to a mark or a gap for the tooltip to name it, ms. */
const NEAR_MS = 3000

function tooltip(model: ChartModel, colours: ChartColours): object {
  return {
    trigger: 'axis',
    renderMode: 'richText',
    confine: true,
    backgroundColor: colours.background,
    borderColor: colours.line,
    borderWidth: 1,
    padding: [6, 8],
    textStyle: { color: colours.text, fontSize: 12, lineHeight: 17 },
    formatter: (points: unknown) => tooltipText(model, hoveredTime(points)),
  }
}

function hoveredTime(points: unknown): number | null {
  const first: unknown = Array.isArray(points) ? points[0] : points
  const value = (first as { axisValue?: unknown } | undefined)?.axisValue
  return typeof value === 'number' ? value : null
}

/** All panels at one time, in words; also what the marks and gaps there are about. */
export function tooltipText(model: ChartModel, time: number | null): string {
  if (time === null) return ''
  const at = nearestIndex(model.time, time)
  const lines = [formatClock(time)]
  for (const panel of model.panels) {
    const value = panel.values[at]
    const limit = panel.limit?.values[at]
    const of = limit == null ? '' : ` of ${panel.format(limit)}`
    lines.push(`${panel.title}: ${value == null ? 'not known' : panel.format(value) + of}`)
  }
  for (const mark of model.marks) if (Math.abs(mark.time - time) < NEAR_MS) lines.push(mark.text)
  for (const gap of model.gaps) {
    if (time >= gap.from - NEAR_MS && time <= gap.to + NEAR_MS) lines.push(gap.text)
  }
  return lines.join('\n')
}

/** The index of the time nearest to `time`; times ascend. */
export function nearestIndex(times: readonly number[], time: number): number {
  let low = 0
  let high = times.length - 1
  while (low < high) {
    const middle = (low + high) >> 1
    if (times[middle]! < time) low = middle + 1
    else high = middle
  }
  const before = times[low - 1]
  return before !== undefined && time - before < (times[low] ?? Infinity) - time ? low - 1 : low
}
