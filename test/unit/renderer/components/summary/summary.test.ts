import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { SummaryRow } from '@contract/store'
import { heat } from '@renderer/components/summary/heat'
import { held, Order, sorted } from '@renderer/components/summary/order'
import { subtreePids, treeRows } from '@renderer/components/summary/tree'

function process(pid: number, ppid: number | null, events = 1): SummaryRow {
  return {
    name: `p${pid}`,
    filter: `pid=${pid}`,
    events,
    failures: 0,
    firstSeen: 0,
    lastSeen: 0,
    rate: 0,
    spark: [],
    errors: [],
    process: { pid, ppid, comm: '', exe: '', user: '', alive: null, commandLine: '' },
  }
}
const keyOf = (row: SummaryRow): string => row.filter

describe('the order of a live table', () => {
  const rows = fc.uniqueArray(
    fc.tuple(fc.nat(100), fc.nat(50)).map(([pid, events]) => process(pid, null, events)),
    { selector: keyOf },
  )

  it('moves nothing that stays while the pointer is over it', () => {
    fc.assert(
      fc.property(rows, rows, (before, after) => {
        const order = before.map(keyOf)
        const now = held(order, after, keyOf).map(keyOf)
        const stayed = order.filter((key) => after.some((row) => keyOf(row) === key))
        expect(now.slice(0, stayed.length)).toEqual(stayed)
        expect([...now].sort()).toEqual(after.map(keyOf).sort())
      }),
    )
  })

  it('is the same for the same rows however they come', () => {
    fc.assert(
      fc.property(rows, fc.boolean(), (each, descending) => {
        const one = sorted(each, keyOf, (row) => row.events, descending)
        const other = sorted([...each].reverse(), keyOf, (row) => row.events, descending)
        expect(one).toEqual(other)
        for (let at = 1; at < one.length; at++) {
          const [a, b] = [one[at - 1]!.events, one[at]!.events]
          expect(descending ? a >= b : a <= b).toBe(true)
        }
      }),
    )
  })
})

describe('a table under a resting pointer', () => {
  const ask = (rows: SummaryRow[], hold: boolean, question = 'a') => ({
    rows,
    valueOf: (row: SummaryRow) => row.events,
    descending: true,
    question,
    hold,
  })
  const pids = (rows: readonly SummaryRow[]): (number | undefined)[] =>
    rows.map((row) => row.process?.pid)

  it('is sorted when it is first shown, and when another question is asked', () => {
    const order = new Order<SummaryRow>(keyOf)
    const first = order.arrange(ask([process(1, null, 5), process(2, null, 9)], true))
    expect([pids(first.rows), first.held]).toEqual([[2, 1], false])
    const rows = [process(1, null, 50), process(2, null, 9), process(3, null, 20)]
    expect(pids(order.arrange(ask(rows, true, 'b')).rows)).toEqual([1, 3, 2])
  })

  it('stands still while somebody points, says so, and is put right afterwards', () => {
    const order = new Order<SummaryRow>(keyOf)
    order.arrange(ask([process(1, null, 5), process(2, null, 9)], false))
    const rows = [process(1, null, 50), process(2, null, 9), process(3, null, 20)]
    const during = order.arrange(ask(rows, true))
    expect([pids(during.rows), during.held]).toEqual([[2, 1, 3], true])
    const after = order.arrange(ask(rows, false))
    expect([pids(after.rows), after.held]).toEqual([[1, 3, 2], false])
  })
})

describe('the tree of processes', () => {
  const forest = fc
    .array(fc.tuple(fc.nat(30), fc.nat(30)), { maxLength: 40 })
    .map((pairs) => [...new Map(pairs.map(([pid, ppid]) => [pid, process(pid, ppid)])).values()])

  it('shows every process once, below its parent, even when pids were used again in a circle', () => {
    fc.assert(
      fc.property(forest, (rows) => {
        const lines = treeRows(rows, new Set())
        expect(lines.map(({ row }) => keyOf(row)).sort()).toEqual(rows.map(keyOf).sort())
        for (const [at, line] of lines.entries()) {
          const last = lines.slice(at + 1, at + 1 + line.descendants)
          expect(last.every(({ depth }) => depth > line.depth)).toBe(true)
          const sum = [line, ...last].reduce((all, { row }) => all + row.events, 0)
          expect(line.subtreeEvents).toBe(sum)
        }
      }),
    )
  })

  it('folds what is below a process away, and still counts it', () => {
    const rows = [process(1, 0, 5), process(2, 1, 7), process(3, 2, 11), process(9, 0)]
    const lines = treeRows(rows, new Set(['pid=2']))
    expect(lines.map(({ row, depth }) => [row.name, depth])).toEqual([
      ['p1', 0],
      ['p2', 1],
      ['p9', 0],
    ])
    expect(lines[1]).toMatchObject({ open: false, descendants: 1, subtreeEvents: 18 })
    expect(subtreePids(rows, 'pid=1')).toEqual([1, 2, 3])
    expect(subtreePids(rows, 'pid=77')).toEqual([])
  })

  it('bears a chain of thousands of forks', () => {
    const rows = Array.from({ length: 5000 }, (_, pid) => process(pid + 1, pid))
    expect(treeRows(rows, new Set()).at(-1)?.depth).toBe(4999)
  })
})

describe('a heat map', () => {
  it('leaves nothing blank that occurred, and shades more for more', () => {
    const [one, two] = heat([
      [0, 1, 10],
      [0, 0, 1000],
    ])
    expect(one![0]).toBe(0)
    expect(one![1]).toBeGreaterThan(0.1)
    expect(one![2]).toBeGreaterThan(one![1]!)
    expect(two![2]).toBe(1)
  })
})
