/** Counts over fake events: what the summary views, the top talkers and the time strip show. */
import type { Series, SeriesKind, Summary, SummaryKind, SummaryRow } from '@contract/store'
import type { FakeEvent } from './events'

type Grouping = (event: FakeEvent) => { name: string; filter: string } | null

const quote = (text: string): string => `"${text.replaceAll('"', '\\"')}"`
const user = ({ row }: FakeEvent): string => row.who.split(' ')[0]!

const GROUPINGS: Record<SummaryKind, Grouping> = {
  process: ({ row }) => ({ name: row.comm, filter: `pid=${row.pid}` }),
  syscall: ({ row }) =>
    row.syscall ? { name: row.syscall, filter: `syscall=${row.syscall}` } : null,
  file: ({ row }) =>
    row.object.startsWith('/') ? { name: row.object, filter: `path=${quote(row.object)}` } : null,
  user: (event) => ({ name: user(event), filter: `user=${user(event)}` }),
  key: ({ row }) => ({
    name: row.key || '(none)',
    filter: row.key ? `key=${row.key}` : 'not key=*',
  }),
  connection: ({ row }) =>
    row.event === 'connect' ? { name: row.object, filter: `object=${quote(row.object)}` } : null,
  type: ({ row }) => ({ name: row.type, filter: `type=${row.type}` }),
  result: ({ row }) => ({ name: row.result, filter: `result=${row.result}` }),
}

export function summaryOf(
  events: readonly FakeEvent[],
  by: SummaryKind,
  limit: number,
  now: number,
): Summary {
  const groups = new Map<string, SummaryRow>()
  const errors = new Map<string, Map<string, number>>()
  let counted = 0
  for (const event of events) {
    const group = GROUPINGS[by](event)
    if (!group) continue
    counted++
    const { row } = event
    const line = groups.get(group.filter) ?? newRow(group, event, by)
    groups.set(group.filter, line)
    line.events++
    line.lastSeen = row.time
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
      .sort((a, b) => b.count - a.count)
      .slice(0, 5)
  }
  const rows = [...groups.values()].sort((a, b) => b.events - a.events)
  return {
    rows: rows.slice(0, limit),
    groups: rows.length,
    events: counted,
    scanned: events.length,
  }
}

function newRow(
  { name, filter }: { name: string; filter: string },
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
  const stepMs = Math.max(1, (range.to - range.from) / steps)
  const totals = new Map<string, number>()
  const inside = events.filter(({ row }) => row.time >= range.from && row.time < range.to)
  const nameOf = (event: FakeEvent): string => GROUPINGS[by](event)?.name ?? '(none)'
  for (const event of inside) {
    const name = nameOf(event)
    totals.set(name, (totals.get(name) ?? 0) + 1)
  }
  const groups = [...totals].sort((a, b) => b[1] - a[1]).map(([name]) => name)
  const shown = groups.length > top ? [...groups.slice(0, top - 1), 'others'] : groups
  const counts = shown.map(() => Array.from({ length: steps }, () => 0))
  for (const event of inside) {
    const at = shown.indexOf(nameOf(event))
    const line = counts[at < 0 ? shown.length - 1 : at]!
    line[Math.min(steps - 1, Math.floor((event.row.time - range.from) / stepMs))]!++
  }
  return { from: range.from, stepMs, groups: shown, counts }
}
