/** Puts the rows of a finished query in the order of a column. */
import { forEachBit } from '../columns/bits'
import { idAt } from '../columns/codes'
import { numberAt } from '../columns/numbers'
import type { Chunk } from '../columns/chunk'
import { Slice } from '../schedule'
import type { Session } from '../session'
import { columnOf, type SortColumn } from './sort-columns'
import type { QueryResult } from './result'

export interface SortOrder {
  column: string
  descending: boolean
}

/** Keys are sorted in runs of this size, which are then merged in slices. */
const RUN = 1 << 15

/** The seqs of a result in the order of a column; equal ones stay in the order of the events. */
export async function sortedSeqs(
  session: Session,
  result: QueryResult,
  order: SortOrder,
): Promise<Float64Array> {
  const column = columnOf(order.column)
  const slice = new Slice()
  const rows = result.next - result.first
  const keys = new Float64Array(rows)
  const seqs = new Float64Array(rows)
  let at = 0
  for (const chunk of session.chunks()) {
    await slice.pause()
    const part = result.matchesAt(chunk.first)
    if (part === null || part.matches === 'none') continue
    const key = keysOf(session, column, chunk)
    const add = (index: number) => {
      keys[at] = key(index)
      seqs[at++] = chunk.first + index
    }
    if (part.matches === 'all') for (let index = 0; index < part.count; index++) add(index)
    else forEachBit(part.matches, add)
  }
  const taken = keys.subarray(0, at)
  if (column.kind === 'text') await rank(taken, column, slice)
  const positions = await sortPositions(taken, order.descending, slice)
  return Float64Array.from(positions, (position) => seqs[position]!)
}

/** Numbers as they are; texts as numbers that are made ranks when all are known. */
function keysOf(session: Session, column: SortColumn, chunk: Chunk): (index: number) => number {
  if (column.kind === 'number') {
    if (column.name === 'seq') return (index) => chunk.first + index
    const numbers = chunk.numbers(column.name)
    return (index) => numberAt(numbers, index)
  }
  const facts = session.facts.of(chunk.vocabulary)
  const [first, ...others] = column.columns.map((name) => chunk.codes(name))
  if (others.length === 0) {
    const known: number[] = []
    return (index) => {
      const id = idAt(first!, index)
      return (known[id] ??= column.number(column.text(facts, [id], chunk, index)))
    }
  }
  const known = new Map<string, number>()
  return (index) => {
    const ids = [first!, ...others].map((codes) => idAt(codes, index))
    const name = column.varies
      ? `${ids.join()},${numberAt(chunk.numbers('exit'), index)}`
      : ids.join()
    let number = known.get(name)
    if (number === undefined)
      known.set(name, (number = column.number(column.text(facts, ids, chunk, index))))
    return number
  }
}

/** Replaces the numbers of texts by their places in the order of texts. */
async function rank(
  keys: Float64Array,
  column: SortColumn & { kind: 'text' },
  slice: Slice,
): Promise<void> {
  const texts = column.texts()
  await slice.pause()
  const order = texts.map((_, index) => index).sort((a, b) => compareTexts(texts[a]!, texts[b]!))
  const ranks = new Float64Array(texts.length)
  // Rows without the value come last, whichever way: like numbers that are not there.
  order.forEach((text, place) => (ranks[text] = texts[text] === '' ? Number.NaN : place))
  for (let index = 0; index < keys.length; index++) keys[index] = ranks[keys[index]!]!
}

/** By code units: the same everywhere, and no attacker's locale tricks. */
function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** The positions of keys in their order. NaN (no value) comes last either way. */
async function sortPositions(
  keys: Float64Array,
  descending: boolean,
  slice: Slice,
): Promise<Uint32Array> {
  const sign = descending ? -1 : 1
  const before = (a: number, b: number): boolean => {
    const left = keys[a]!
    const right = keys[b]!
    if (left === right) return a < b
    if (right !== right) return left === left || a < b
    return left === left && (left < right ? sign : -sign) > 0
  }
  let from = Uint32Array.from(keys, (_, index) => index)
  for (let start = 0; start < from.length; start += RUN) {
    await slice.pause()
    from.subarray(start, start + RUN).sort((a, b) => (before(a, b) ? -1 : 1))
  }
  let to = new Uint32Array(from.length)
  for (let width = RUN; width < from.length; width *= 2) {
    for (let start = 0; start < from.length; start += 2 * width) {
      await mergeRuns(from, to, start, width, before, slice)
    }
    const merged = to
    to = from
    from = merged
  }
  return from
}

async function mergeRuns(
  from: Uint32Array,
  to: Uint32Array,
  start: number,
  width: number,
  before: (a: number, b: number) => boolean,
  slice: Slice,
): Promise<void> {
  const middle = Math.min(start + width, from.length)
  const end = Math.min(start + 2 * width, from.length)
  let left = start
  let right = middle
  for (let at = start; at < end; at++) {
    const takeLeft = left < middle && (right >= end || before(from[left]!, from[right]!))
    to[at] = takeLeft ? from[left++]! : from[right++]!
    if ((at & 0xffff) === 0xffff) await slice.pause()
  }
}
