import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { booksOf, compare, explain, type LabResult } from '@native/audit/lab/result'
import { LatencyHistogram } from '@native/audit/lab/latency'
import { keyCounter } from '@native/cli/lab/keys'
import { DEFAULTS, playing } from '@native/audit/lab/settings'
import { root } from '@native/cli/table'
import { runWith } from './harness'

const times = fc.array(fc.double({ min: 0.01, max: 1e9, noNaN: true }), {
  minLength: 1,
  maxLength: 300,
})
const histogramOf = (values: readonly number[]): LatencyHistogram => {
  const histogram = new LatencyHistogram()
  for (const value of values) histogram.add(value)
  return histogram
}

describe('LatencyHistogram', () => {
  it('tells quantiles to within 5 %, and the longest exactly', () => {
    fc.assert(
      fc.property(times, fc.double({ min: 0.01, max: 1, noNaN: true }), (values, share) => {
        const sorted = [...values].sort((a, b) => a - b)
        const exact = sorted[Math.ceil(share * sorted.length) - 1]!
        const told = histogramOf(values).quantile(share)
        expect(told).toBeGreaterThanOrEqual(exact * 0.9999)
        expect(told).toBeLessThanOrEqual(exact * 1.05)
        expect(histogramOf(values).longest).toBe(sorted.at(-1))
      }),
    )
  })

  it('is the same whether one process counts or several', () => {
    fc.assert(
      fc.property(times, times, (one, other) => {
        const merged = histogramOf(one)
        merged.merge(histogramOf(other).toJSON())
        expect(merged.toJSON()).toEqual(histogramOf([...one, ...other]).toJSON())
        expect(merged.count).toBe(one.length + other.length)
      }),
    )
  })
})

describe('how a consumer is played', () => {
  it('is a small buffer and a pause a record for the naive one, and all that there is for the helper', () => {
    expect(playing(DEFAULTS)).toEqual({
      mode: 'never-lose',
      receiveBuffer: 106_496,
      pauseMicroseconds: 1000,
    })
    expect(playing({ ...DEFAULTS, consumer: 'observe', delayMs: 0 })).toMatchObject({
      mode: 'observe',
      pauseMicroseconds: null,
    })
  })
})

const RESULT: LabResult = {
  settings: DEFAULTS,
  kernel: '6.1.0',
  seconds: 9.3,
  callsPerSecond: 215,
  latencyMs: { p50: 0.004, p90: 0.01, p99: 0.02, p999: 0.1, longest: 8300 },
  unauditedMs: 0.0003,
  events: { made: 2000, recorded: 2000 },
  records: {
    expected: 10_000,
    received: 10_000,
    lostByKernel: 0,
    lostAtSocket: 0,
    droppedByHelper: 0,
  },
  waitedMs: 8290,
  mostBacklog: 8000,
  series: [],
  explanation: [],
}
const losing: LabResult = {
  ...RESULT,
  settings: { ...DEFAULTS, waitSeconds: 0 },
  seconds: 0.02,
  callsPerSecond: 100_000,
  latencyMs: { ...RESULT.latencyMs, longest: 1.2 },
  events: { made: 2000, recorded: 1685 },
  records: { ...RESULT.records, received: 8425, lostByKernel: 315 },
  waitedMs: 0,
}

describe('the books of a result', () => {
  it('add up to what was made, whatever was counted', () => {
    const count = fc.integer({ min: 0, max: 20_000 })
    fc.assert(
      fc.property(count, count, count, count, (received, lostAtSocket, lostByKernel, dropped) => {
        const droppedByHelper = Math.min(dropped, received, 10_000)
        const records = { expected: 10_000, received, lostByKernel, lostAtSocket, droppedByHelper }
        const { made, ...parts } = booksOf({ records })
        const sum = Object.values(parts).reduce((total, part) => total + part, 0)
        expect(sum).toBe(made)
        for (const part of Object.values(parts)) expect(part).toBeGreaterThanOrEqual(0)
      }),
    )
  })
})

describe('the explanation', () => {
  it('says who was held up, for how long, and that nothing is missing', () => {
    expect(explain(RESULT)).toEqual([
      'The audited calls were held up: one took 8.3 s, and together they waited for 8.29 s.',
      'All 2,000 calls were recorded, with all of their 5 records each.',
      expect.stringMatching(/^A larger backlog makes such pauses rarer and longer/),
    ])
  })

  it('says what is missing, and who counted it', () => {
    expect(explain(losing)).toEqual([
      'No audited call was held up by the backlog; the longest took 1.2 ms.',
      '1,685 of 2,000 calls were recorded.',
      'The kernel counts 315 as lost, about one for each event that found the backlog of 8,192 full.',
    ])
    const silent = { ...losing, records: { ...losing.records, lostByKernel: 0 } }
    expect(explain(silent)).toContain(
      '1,575 records never left the kernel, and its counter of lost records does not say so.',
    )
    const limited = { ...losing, settings: { ...losing.settings, rateLimit: 200 } }
    expect(explain(limited)[2]).toMatch(
      /^The rate limit of 200 records\/s made the kernel drop 315/,
    )
    const overflown = {
      ...losing,
      records: { ...RESULT.records, received: 8425, lostAtSocket: 1575, droppedByHelper: 2 },
    }
    expect(explain(overflown).slice(2)).toEqual([
      expect.stringMatching(/^1,575 records did not fit into the receive buffer of the listener/),
      expect.stringMatching(/^2 records came faster than they were taken from the helper/),
    ])
  })
})

describe('the comparison', () => {
  it('says what became better and what worse, and nothing of what is the same', () => {
    expect(compare(RESULT, losing)).toEqual([
      'The longest call took 1.2 ms instead of 8.3 s, 6,900 times less.',
      'The load made 100,000 calls/s instead of 215 calls/s.',
      'Now 315 calls of 2,000 left no record.',
      'Nobody is held up any more.',
    ])
    expect(compare(losing, RESULT)).toContain('Now every call was recorded.')
    expect(compare(RESULT, RESULT)).toEqual([])
  })
})

describe('keyCounter', () => {
  it('counts a key in a frame, and no other', () => {
    const count = keyCounter('k1')
    expect(count(Buffer.from('key="k1" key="k10" key="k1"'))).toBe(2)
    expect(count(new Uint8Array(0))).toBe(0)
  })
})

describe('auditscope lab', () => {
  it.each([
    ['--consumer', 'fast'],
    ['--calls', '0'],
    ['--calls', '1000001'],
    ['--processes', '33'],
    ['--backlog-limit', '0'],
    ['--wait-seconds', '601'],
    ['--rate-limit', '-1'],
    ['--delay-ms', 'x'],
    ['--call', 'reboot'],
  ])('%s %s is wrong usage and starts nothing', async (flag, value) => {
    const { code, err } = await runWith(root, ['lab', flag, value], {})
    expect(code).toBe(2)
    expect(err).toMatch(/^auditscope lab: --/)
  })
})
