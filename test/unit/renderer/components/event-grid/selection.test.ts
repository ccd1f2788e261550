import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  MAX_SELECTED,
  Selection,
  type RowRef,
} from '@renderer/components/event-grid/core/selection'

const ref = (position: number): RowRef => ({ position, seq: position * 10 })
const refs = (first: number, next: number): RowRef[] =>
  Array.from({ length: next - first }, (_, i) => ref(first + i))

describe('selection', () => {
  it('grows and shrinks a range around its anchor, in both directions', () => {
    fc.assert(
      fc.property(
        fc.nat(500),
        fc.array(fc.nat(500), { minLength: 1, maxLength: 10 }),
        (anchor, targets) => {
          const selection = new Selection()
          selection.select(ref(anchor))
          for (const target of targets) {
            const { first, next } = selection.rangeTo(target)
            expect([first, next - 1]).toEqual([Math.min(anchor, target), Math.max(anchor, target)])
            selection.extend(refs(first, next), ref(target))
            expect(selection.seqs).toEqual(refs(first, next).map((row) => row.seq))
            expect(selection.focus).toEqual(ref(target))
          }
        },
      ),
    )
  })

  it('cuts a range at the highest number of events on the far side', () => {
    const selection = new Selection()
    selection.select(ref(50_000))
    expect(selection.rangeTo(90_000)).toEqual({ first: 50_000, next: 50_000 + MAX_SELECTED })
    expect(selection.rangeTo(0)).toEqual({ first: 50_001 - MAX_SELECTED, next: 50_001 })
  })

  it('toggles single rows', () => {
    const selection = new Selection()
    selection.select(ref(1))
    expect(selection.toggle(ref(5))).toBe(true)
    expect(selection.seqs).toEqual([10, 50])
    selection.toggle(ref(1))
    expect(selection.seqs).toEqual([50])
  })

  it('forgets evicted events and says so', () => {
    const selection = new Selection()
    selection.select(ref(1))
    selection.toggle(ref(9))
    expect(selection.dropBefore(10)).toBe(false)
    expect(selection.dropBefore(50)).toBe(true)
    expect(selection.seqs).toEqual([90])
    expect(selection.focus).toEqual(ref(9))
    selection.dropBefore(1000)
    expect(selection.focus).toBeNull()
  })

  it('keeps the event when its position changes with the source', () => {
    const selection = new Selection()
    selection.select(ref(7))
    selection.rebase(3)
    expect(selection.focus).toEqual({ position: 3, seq: 70 })
    expect(selection.has(70)).toBe(true)
    selection.rebase(null)
    expect(selection.focus).toBeNull()
    expect(selection.has(70)).toBe(true)
  })
})
