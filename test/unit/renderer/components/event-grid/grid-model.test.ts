import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { GridModel } from '@renderer/components/event-grid/core/grid-model'
import type { Failure } from '@native/audit/result'
import { FakeSource, settled, type FakeRow } from './fake-source'

const ROW = 24
const HEIGHT = 480

interface Bench {
  model: GridModel<FakeRow>
  failures: (Failure | null)[]
  time: { ms: number }
}
function bench(): Bench {
  const failures: (Failure | null)[] = []
  const time = { ms: 0 }
  const model = new GridModel<FakeRow>(
    { rowHeight: ROW, height: HEIGHT },
    { changed: () => undefined, selected: () => undefined, failed: (f) => failures.push(f) },
    () => time.ms,
  )
  return { model, failures, time }
}

/** The sequence numbers on the screen; undefined where a row has no text yet. */
function screen(model: GridModel<FakeRow>): (number | undefined)[] {
  const { first, next } = model.viewport.visible
  return Array.from({ length: next - first }, (_, i) => model.row(first + i)?.seq)
}
const upTo = (next: number): number[] => Array.from({ length: 20 }, (_, i) => next - 20 + i)

describe('grid model', () => {
  it('shows the end of a live source and the start of a file', async () => {
    const live = bench()
    live.model.setSource(new FakeSource('live', 1000).source())
    await settled()
    expect(screen(live.model)).toEqual(upTo(1000))
    const file = bench()
    file.model.setSource(new FakeSource('file', 1000).source({ live: false }))
    await settled()
    expect(screen(file.model)).toEqual(upTo(20))
  })

  it('never shows a blank row while it follows, however late the store answers', async () => {
    const { model } = bench()
    const store = new FakeSource('live', 1000)
    model.setSource(store.source())
    await settled()
    store.gated = true
    for (let push = 0; push < 5; push++) {
      store.append(1500)
      model.update('live', store.range, true)
      await settled()
      expect(screen(model)).not.toContain(undefined)
    }
    expect(screen(model)).toEqual(upTo(1000))
    store.gated = false
    await store.release()
    await settled()
    expect(screen(model)).toEqual(upTo(store.next))
  })

  it('shows places without text rather than standing still when the store does not answer', async () => {
    const { model, time } = bench()
    const store = new FakeSource('live', 1000)
    model.setSource(store.source())
    await settled()
    store.gated = true
    store.append(100)
    model.update('live', store.range, true)
    time.ms = 10_000
    store.append(100)
    model.update('live', store.range, true)
    expect(model.viewport.range.next).toBe(1200)
  })

  it('keeps every held row in place under arbitrary arrivals, evictions and delays once nobody follows', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ append: fc.nat(3000), evict: fc.nat(800), late: fc.boolean() }), {
          maxLength: 12,
        }),
        fc.integer({ min: 1, max: 8000 }),
        async (arrivals, up) => {
          const { model } = bench()
          const store = new FakeSource('live', 2000)
          model.setSource(store.source())
          await settled()
          model.scrollBy(-up)
          model.demand()
          await settled()
          const row = model.viewport.visible.first
          const place = row * ROW - model.viewport.top
          for (const { append, evict, late } of arrivals) {
            store.gated = late
            store.append(append)
            store.evict(evict)
            model.update('live', store.range, true)
            model.demand()
            await settled()
            if (store.first > row) return
            expect(row * ROW - model.viewport.top).toBe(place)
            expect(model.row(row)?.seq).toBe(row)
          }
        },
      ),
      { numRuns: 40 },
    )
  })

  it('asks for where a drag stands, not for where it has been', async () => {
    const { model } = bench()
    const store = new FakeSource('file', 500_000)
    model.setSource(store.source({ live: false }))
    await settled()
    store.gated = true
    store.requests = []
    for (let step = 1; step <= 100; step++) {
      model.scrollTo(step * 100_000)
      model.demand()
    }
    expect(store.requests.length).toBeLessThanOrEqual(2)
    store.gated = false
    await store.release()
    await settled()
    expect(screen(model)).not.toContain(undefined)
    expect(store.requests.length).toBeLessThan(10)
  })

  it('keeps the old rows until those of a new source are here, and the top row in its place', async () => {
    const { model } = bench()
    const all = new FakeSource('all', 10_000)
    model.setSource(all.source({ live: false }))
    await settled()
    model.scrollTo(5000 * ROW + 7)
    model.demand()
    await settled()
    const before = screen(model)
    const even = new FakeSource('even', 5000, (position) => position * 2)
    even.gated = true
    model.setSource(even.source({ live: false }))
    await settled()
    expect(model.stale).toBe(true)
    expect(screen(model)).toEqual(before)
    even.gated = false
    await even.release()
    await settled()
    expect(model.stale).toBe(false)
    expect(screen(model)[0]).toBe(5000)
    expect(2500 * ROW - model.viewport.top).toBe(-7)
    expect(screen(model)).not.toContain(undefined)
  })

  it('waits for a running query to reach the row that was looked at', async () => {
    const { model } = bench()
    const all = new FakeSource('all', 10_000)
    model.setSource(all.source({ live: false }))
    await settled()
    model.scrollTo(8000 * ROW)
    model.demand()
    await settled()
    const found = new FakeSource('found', 100, (position) => position * 2)
    model.setSource(found.source({ live: false, done: false }))
    await settled()
    expect(model.stale).toBe(true)
    found.append(4900)
    model.update('found', found.range, true)
    await settled()
    expect(model.stale).toBe(false)
    expect(screen(model)[0]).toBe(8000)
  })

  it('takes over an empty result when it is complete, not before', async () => {
    const { model } = bench()
    model.setSource(new FakeSource('all', 100).source({ live: false }))
    await settled()
    const none = new FakeSource('none', 0)
    model.setSource(none.source({ live: false, done: false }))
    await settled()
    expect(screen(model)).toHaveLength(20)
    model.update('none', none.range, true)
    await settled()
    expect(screen(model)).toHaveLength(0)
  })

  it('keeps the selected events when new rows, evictions and filters come', async () => {
    const { model } = bench()
    const store = new FakeSource('live', 1000)
    model.setSource(store.source())
    await settled()
    await model.choose.select(990)
    await model.choose.extend(992)
    expect(model.viewport.following).toBe(false)
    store.append(5000)
    store.evict(500)
    model.update('live', store.range, true)
    expect(model.selection.seqs).toEqual([990, 991, 992])
    const even = new FakeSource('even', 3000, (position) => position * 2)
    model.setSource(even.source())
    await settled()
    expect(model.selection.seqs).toEqual([990, 991, 992])
    expect(model.selection.focus).toEqual({ position: 496, seq: 992 })
    model.evict(992)
    expect(model.selection.seqs).toEqual([992])
  })

  it('selects rows that are not here yet, by fetching them', async () => {
    const { model } = bench()
    const store = new FakeSource('file', 100_000)
    model.setSource(store.source({ live: false }))
    await settled()
    await model.choose.select(0)
    expect(await model.choose.extend(2999)).toBe(true)
    expect(model.selection.size).toBe(3000)
    expect(await model.choose.extend(50_000)).toBe(false)
    expect(model.selection.size).toBe(10_000)
    expect(await model.choose.selectAll()).toBe(false)
  })

  it('moves the focus by keys and starts at the edge of the screen', async () => {
    const { model } = bench()
    model.setSource(new FakeSource('file', 1000).source({ live: false }))
    await settled()
    model.scrollTo(100 * ROW)
    await model.choose.move(1, false)
    expect(model.selection.focus?.position).toBe(100)
    await model.choose.move(-200, false)
    expect(model.selection.focus?.position).toBe(0)
    await model.choose.move(1, true)
    expect(model.selection.seqs).toEqual([0, 1])
  })

  it('does not let rows that were never received grow its memory', async () => {
    const { model } = bench()
    const store = new FakeSource('file', 300_000)
    model.setSource(store.source({ live: false }))
    await settled()
    for (let top = 0; top < 300_000; top += 5000) {
      model.scrollTo(top * ROW)
      model.demand()
      await settled()
    }
    expect(model.cachedRows).toBeLessThanOrEqual(64 * 128)
  })
})

describe('grid model when the store fails', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('says so, tries again less and less often, and says when it works again', async () => {
    const { model, failures } = bench()
    const store = new FakeSource('file', 1000)
    model.setSource(store.source({ live: false }))
    await settled()
    store.broken = true
    store.requests = []
    model.scrollTo(500 * ROW)
    model.demand()
    await settled()
    expect(failures.at(-1)?.code).toBe('internal')
    const before = store.requests.length
    await vi.advanceTimersByTimeAsync(4000)
    expect(store.requests.length - before).toBeLessThan(12)
    store.broken = false
    await vi.advanceTimersByTimeAsync(10_000)
    expect(failures.at(-1)).toBeNull()
    expect(screen(model)).not.toContain(undefined)
  })
})
