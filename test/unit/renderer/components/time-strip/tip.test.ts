import { describe, expect, it } from 'vitest'
import type { Samples, Series } from '@contract/store'
import { barsBottom } from '@renderer/components/time-strip/paint'
import { tipLines } from '@renderer/components/time-strip/tip'

const series: Series = {
  from: 1000,
  stepMs: 500,
  groups: ['delete', 'exec'],
  counts: [
    [4, 0],
    [1, 2],
  ],
  gaps: [],
}
const nothing = [null, null]
const samples: Samples = {
  time: [1000, 1500],
  recordsPerSecond: nothing,
  eventsPerSecond: nothing,
  backlog: [7, 8192],
  backlogLimit: [8192, 8192],
  lost: nothing,
  lostPerSecond: [0, 1200],
  waitedMsPerSecond: nothing,
  droppedPerSecond: nothing,
  helperCpu: nothing,
  marks: [{ time: 1600, text: 'mode changed' }],
  gaps: [{ from: 1500, to: 2000, records: 42, cause: 'kernel' }],
}
const texts = (time: number, with_: Samples | null = samples): string[] =>
  tipLines({ series, samples: with_ }, time, 60).map(({ text, value }) => `${text} ${value}`.trim())

describe('what stands beside the pointer on the strip', () => {
  it('has the rate and the groups that occurred', () => {
    expect(texts(1200, null)).toEqual(['Events 5 · 10/s', 'delete 4', 'exec 1'])
  })

  it('has the backlog, losses, the gap and the mark of that moment', () => {
    expect(texts(1450)).toEqual([
      'Events 5 · 10/s',
      'delete 4',
      'exec 1',
      'Backlog 8,192',
      'Lost 1.2 k/s',
    ])
    expect(texts(1590).slice(-2)).toEqual(['Gap: kernel 42 records', 'mode changed'])
  })
})

describe('the bars', () => {
  it('have the room of the backlog where there is none', () => {
    expect(barsBottom(72, null)).toBeGreaterThan(barsBottom(72, samples))
  })
})
