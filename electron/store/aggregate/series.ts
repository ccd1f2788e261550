/** Event rates over time, stacked by group, for the time strip. */
import type { Plan } from '@native/audit/query'
import type { Gap, Series, SeriesKind } from '@contract/store'
import { forEachBit } from '../columns/bits'
import { numberAt } from '../columns/numbers'
import { and, timeRange } from '../query/plans'
import { Query } from '../query/query'
import { Slice } from '../schedule'
import type { Session } from '../session'
import type { Group } from './groups'

export interface SeriesOptions {
  by: SeriesKind
  from: number
  to: number
  steps: number
  top: number
}

/** More groups than this are one. */
const MOST_GROUPS = 2000
const OTHER = 'other'
/** Events that are in no group, such as messages when calls are asked for. */
const NONE = '(none)'

/** Counts of what a plan matches; the groups with most events first, then the rest as one. */
export async function seriesOf(
  session: Session,
  plan: Plan,
  options: SeriesOptions,
): Promise<Series> {
  const { from, to, steps, top, by } = options
  const stepMs = (to - from) / steps
  const query = new Query(session, and(timeRange(from, to), plan))
  await query.advance(() => undefined)
  const rows = new Map<string, Float64Array>()
  const slice = new Slice()
  const grouper = session.groupers.of(by)
  const known: (Float64Array[] | undefined)[] = []
  for (const chunk of session.chunks()) {
    const part = query.result.matchesAt(chunk.first)
    if (part === null || part.matches === 'none') continue
    await slice.pause()
    const keys = grouper.keys(chunk, part.count)
    const times = chunk.numbers('time')
    const visit = (index: number): void => {
      const step = Math.min(steps - 1, Math.floor((numberAt(times, index) - from) / stepMs))
      const key = keys[index]!
      const targets = (known[key] ??= rowsFor(
        rows,
        grouper.groupsOf(key).map((group) => grouper.group(group)),
        steps,
      ))
      for (let at = 0; at < targets.length; at++) targets[at]![step]!++
    }
    if (part.matches === 'all') for (let index = 0; index < part.count; index++) visit(index)
    else forEachBit(part.matches, visit)
  }
  return { from, stepMs, ...ranked(rows, steps, top), gaps: gapsWithin(session, from, to) }
}

function rowsFor(
  rows: Map<string, Float64Array>,
  groups: readonly Group[],
  steps: number,
): Float64Array[] {
  const names = groups.length === 0 ? [NONE] : groups.map(({ name }) => name)
  return names.map((name) => {
    const key = rows.has(name) || rows.size < MOST_GROUPS ? name : OTHER
    let row = rows.get(key)
    if (row === undefined) rows.set(key, (row = new Float64Array(steps)))
    return row
  })
}

function ranked(
  rows: ReadonlyMap<string, Float64Array>,
  steps: number,
  top: number,
): Pick<Series, 'groups' | 'counts'> {
  const sums = [...rows].map(([name, row]) => ({ name, row, sum: row.reduce((a, b) => a + b, 0) }))
  sums.sort((a, b) => b.sum - a.sum || (a.name < b.name ? -1 : 1))
  const named = sums.filter(({ name }) => name !== OTHER).slice(0, top)
  const rest = sums.filter((each) => !named.includes(each))
  const groups = named.map(({ name }) => name)
  const counts = named.map(({ row }) => [...row])
  if (rest.length === 0) return { groups, counts }
  const other = new Array<number>(steps).fill(0)
  for (const { row } of rest) for (let step = 0; step < steps; step++) other[step]! += row[step]!
  return { groups: [...groups, OTHER], counts: [...counts, other] }
}

/** The spans in which records went missing that reach into a time range. */
export function gapsWithin(session: Session, from: number, to: number): Gap[] {
  return session.gaps().filter((gap) => gap.to >= from && gap.from < to)
}
