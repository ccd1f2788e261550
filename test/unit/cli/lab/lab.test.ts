import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LatencyHistogram } from '@native/cli/lab/latency'
import { keyCounter } from '@native/cli/lab/keys'
import { DEFAULTS, playing } from '@native/cli/lab/settings'
import { root } from '@native/cli/table'
import { runWith } from '../harness'

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
    expect(playing(DEFAULTS)).toEqual({ mode: 'never-lose', receiveBuffer: 106_496, pace: 885 })
    expect(playing({ ...DEFAULTS, consumer: 'observe', delayMs: 0 })).toMatchObject({
      mode: 'observe',
      pace: 0,
    })
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
