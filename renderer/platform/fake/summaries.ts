/** Counts over fake events: what the summary views, the top talkers and the time strip show. */
import type { Series, SeriesKind, Summary, SummaryKind, SummaryRow } from '@contract/store'
import { printCondition } from '@native/audit/query'
import { isFile, typesOf, type FakeEvent } from './events'

interface Group {
  name: string
  filter: string
}
/** The groups that an event is in: none, one or several. */
type Grouping = (event: FakeEvent) => Group[]

const quote = (text: string): string => `"${text.replaceAll('"', '\\"')}"`
const user = ({ row }: FakeEvent): string => row.who.split(' ')[0]!
/** As a record writes a login user that is not set. */
const UNSET = 0xffffffff

const GROUPINGS: Record<SummaryKind, Grouping> = {
  process: ({ row }) => [
    { name: row.comm || row.exe, filter: `pid=${row.pid} and exe=${quote(row.exe)}` },
  ],
  syscall: ({ row }) =>
    row.syscall ? [{ name: row.syscall, filter: `syscall=${row.syscall}` }] : [],
  file: (event) => {
    const { object } = event.row
    return isFile(event) ? [{ name: object, filter: printCondition('object', '=', object) }] : []
  },
  user: (event) => {
    const { auid, uid } = event.row
    if (auid !== UNSET) return [{ name: user(event), filter: `auid=${auid}` }]
    return [{ name: `${user(event)} (no login)`, filter: `not auid<${UNSET} and uid=${uid}` }]
  },
  key: ({ row }) => [
    {
      name: row.key || '(no key)',
      filter: row.key ? `key=${row.key}` : 'not key=*',
    },
  ],
  connection: ({ row }) =>
    row.event === 'connect' ? [{ name: row.object, filter: `object=${quote(row.object)}` }] : [],
  type: (event) => typesOf(event).map((type) => ({ name: type, filter: `type=${type}` })),
  result: ({ row }) => [{ name: row.result, filter: `result=${row.result}` }],
}

/** The most first; of as many, by the name. */
function mostFirst(a: { name: string; count: number }, b: { name: string; count: number }): number {
  return b.count - a.count || (a.name < b.name ? -1 : 1)
}

export function summaryOf(
  events: readonly FakeEvent[],
  by: SummaryKind,
  limit: number,
  { now, scanned }: { now: number; scanned: number },
): Summary {
  const groups = new Map<string, SummaryRow>()
  const errors = new Map<string, Map<string, number>>()
  const memberships = events.flatMap((event) =>
    GROUPINGS[by](event).map((group) => ({ event, group })),
  )
  for (const { event, group } of memberships) {
    const { row } = event
    const line = groups.get(group.filter) ?? newRow(group, event, by)
    groups.set(group.filter, line)
    line.events++
    line.lastSeen = row.time
    if (by === 'process' && row.comm) line.name = row.comm
    const age = Math.floor((now - row.time) / 1000)
    if (age >= 0 && age < 60) line.spark[59 - age]!++
    if (row.success === false) {
      line.failures++
      const counts = errors.get(group.filter) ?? new Map<string, number>()
      errors.set(group.filter, counts.set(row.result, (counts.get(row.result) ?? 0) + 1))
    }
  }
  for (const [filter, line] of groups) {
    line.rate = line.spark.slice(-10).reduce((sum, count) => sum + count, 0) / 10
    line.errors = [...(errors.get(filter) ?? [])]
      .map(([name, count]) => ({ name, count }))
      .sort(mostFirst)
      .slice(0, 5)
  }
  const rows = [...groups.values()].sort((a, b) => b.events - a.events)
  return {
    rows: rows.slice(0, limit),
    groups: rows.length,
    events: events.length,
    scanned,
  }
}

function newRow(
  { name, filter }: Group,
  { row, ...event }: FakeEvent,
  by: SummaryKind,
): SummaryRow {
  const line: SummaryRow = {
    name,
    filter,
    events: 0,
    failures: 0,
    firstSeen: row.time,
    lastSeen: row.time,
    rate: 0,
    spark: Array.from({ length: 60 }, () => 0),
    errors: [],
  }
  if (by === 'process' && row.pid !== null) {
    line.process = {
      pid: row.pid,
      ppid: row.ppid,
      comm: row.comm,
      exe: row.exe,
      user: user({ row, ...event }),
      alive: row.comm !== 'cc1',
      commandLine: `${row.exe} --example`,
    }
  }
  return line
}

export function seriesOf(
  events: readonly FakeEvent[],
  by: SeriesKind,
  range: { from: number; to: number },
  steps: number,
  top: number,
): Omit<Series, 'gaps'> {
  const stepMs = (range.to - range.from) / steps
  const rows = new Map<string, number[]>()
  const rowOf = (name: string): number[] => {
    const row = rows.get(name) ?? Array.from({ length: steps }, () => 0)
    rows.set(name, row)
    return row
  }
  for (const event of events) {
    const { time } = event.row
    if (time < range.from || time >= range.to) continue
    const step = Math.min(steps - 1, Math.floor((time - range.from) / stepMs))
    const groups = GROUPINGS[by](event)
    for (const { name } of groups.length > 0 ? groups : [{ name: '(none)' }]) rowOf(name)[step]!++
  }
  const ranked = [...rows]
    .map(([name, counts]) => ({ name, counts, count: counts.reduce((a, b) => a + b, 0) }))
    .sort(mostFirst)
  const shown = ranked.slice(0, top)
  const rest = ranked.slice(top)
  if (rest.length > 0) {
    const counts = Array.from({ length: steps }, (_, step) =>
      rest.reduce((sum, each) => sum + each.counts[step]!, 0),
    )
    shown.push({ name: 'other', counts, count: 0 })
  }
  return {
    from: range.from,
    stepMs,
    groups: shown.map(({ name }) => name),
    counts: shown.map(({ counts }) => counts),
  }
}
