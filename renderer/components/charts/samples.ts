/** From the store's samples to the charts of the Overview. */
import type { Samples } from '@contract/store'
import { formatCount, formatDuration, formatRate, formatSi } from '@renderer/format/number'
import { BACKLOG_WARNING_SHARE } from '@renderer/stores/attention'
import { lastValue, type ChartModel } from './model'

/** Causes of the ledger in a word or two, for the hover of a gap. */
export function gapText({ records, cause }: Samples['gaps'][number]): string {
  const count = records > 0 ? `${formatCount(records)} ` : ''
  return `${count}records missing (${cause})`
}

/** The four charts, over a fixed window. */
export function overviewCharts(samples: Samples, from: number, to: number): ChartModel {
  const total = lastValue(samples.lost)
  return {
    time: samples.time,
    from,
    to,
    marks: samples.marks,
    gaps: samples.gaps.map((gap) => ({ from: gap.from, to: gap.to, text: gapText(gap) })),
    panels: [
      {
        id: 'records',
        title: 'Records',
        unit: '/s',
        kind: 'line',
        colour: 'series-1',
        values: samples.recordsPerSecond,
        format: formatRate,
      },
      {
        id: 'backlog',
        title: 'Backlog',
        unit: 'records',
        kind: 'line',
        colour: 'series-3',
        values: samples.backlog,
        limit: { title: 'Limit', values: samples.backlogLimit },
        zoneShare: BACKLOG_WARNING_SHARE,
        format: formatSi,
        note: limitNote(samples),
      },
      {
        id: 'lost',
        title: 'Lost by the kernel',
        unit: '/s',
        kind: 'bars',
        colour: 'danger',
        values: samples.lostPerSecond,
        format: formatRate,
        ...(total === null ? {} : { note: `${formatCount(total)} in all` }),
      },
      {
        id: 'waited',
        title: 'Time that tasks waited',
        unit: 'ms/s',
        kind: 'line',
        colour: 'series-2',
        values: samples.waitedMsPerSecond,
        format: (value) => `${formatDuration(value)}/s`,
      },
    ],
  }
}

function limitNote({ backlogLimit }: Samples): string {
  const limit = lastValue(backlogLimit)
  if (limit === null) return ''
  return limit === 0 ? 'records, no limit' : `of ${formatCount(limit)} records`
}
