// @vitest-environment happy-dom
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { axisMaximum, type ChartModel } from '@renderer/components/charts/model'
import {
  nearestIndex,
  plotBox,
  shapePoints,
  tooltipText,
} from '@renderer/components/charts/options'

const model: ChartModel = {
  time: [1000, 2000, 3000],
  from: 0,
  to: 10_000,
  panels: [
    {
      id: 'backlog',
      title: 'Backlog',
      unit: 'records',
      kind: 'line',
      colour: 'series-1',
      values: [3, null, 7],
      limit: { title: 'Limit', values: [64, 64, 64] },
      format: String,
    },
  ],
  marks: [{ time: 9000, text: 'Rules applied: 2 added' }],
  gaps: [{ from: 2000, to: 2500, text: '38 records missing (backlog)' }],
}

describe('charts', () => {
  it('begin at zero and end at a round number above everything', () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.double({ min: 0, max: 1e9, noNaN: true }))), (values) => {
        const most = axisMaximum(values, 1)
        expect(most).toBeGreaterThanOrEqual(Math.max(1, ...values.map((value) => value ?? 0)))
        expect(most).toBeLessThanOrEqual(2 * Math.max(1, ...values.map((value) => value ?? 0)))
      }),
    )
  })

  it('draw what they would draw with every sample, gaps included, and of a still line only its ends', () => {
    expect(shapePoints([1, 2, 3, 4], [7, 7, 7, 7])).toEqual([
      [1, 7],
      [4, 7],
    ])
    fc.assert(
      fc.property(fc.array(fc.constantFrom(0, 1, 5, null), { minLength: 1 }), (values) => {
        const times = values.map((_, at) => at * 500)
        const points = shapePoints(times, values)
        values.forEach((value, at) => {
          const after = points.findIndex(([time]) => time >= times[at]!)
          const [time, drawn] = points[after]!
          // On a point that was left out the line runs level between two points of the same value.
          const level = time === times[at] || points[after - 1]![1] === drawn
          expect([drawn, level]).toEqual([value, true])
        })
      }),
    )
  })

  it('find the sample that is nearest to the pointer', () => {
    expect([500, 1400, 1600, 2600, 9000].map((time) => nearestIndex(model.time, time))).toEqual([
      0, 0, 1, 2, 2,
    ])
  })

  it('say in words what is under the crosshair, also what is not known and what is missing', () => {
    expect(tooltipText(model, 3000)).toContain('Backlog: 7 of 64')
    expect(tooltipText(model, 2000)).toContain('not known')
    expect(tooltipText(model, 2100)).toContain('38 records missing (backlog)')
    expect(tooltipText(model, 9500)).toContain('Rules applied')
    expect(tooltipText(model, null)).toBe('')
  })

  it('keep every plot inside of the canvas, and apart', () => {
    const layout = { width: 800, height: 400, columns: 2 }
    const boxes = [0, 1, 2, 3].map((index) => plotBox(index, 4, layout))
    for (const { left, top, width, height } of boxes) {
      expect(left + width).toBeLessThanOrEqual(800)
      expect(top + height).toBeLessThanOrEqual(400)
    }
    expect(boxes[0]!.left + boxes[0]!.width).toBeLessThan(boxes[1]!.left)
    expect(boxes[0]!.top + boxes[0]!.height).toBeLessThan(boxes[2]!.top)
  })
})
