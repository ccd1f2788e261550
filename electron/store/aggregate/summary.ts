/** Tables of counts: events by process, file, user and so on. */
import type { Plan } from '@native/audit/query'
import { untrustedText } from '@native/audit/record'
import type { Summary, SummaryKind, SummaryRow } from '@contract/store'
import { forEachBit } from '../columns/bits'
import type { Chunk } from '../columns/chunk'
import { idAt } from '../columns/codes'
import { numberAt } from '../columns/numbers'
import { errorOf, resultWord } from '@native/audit/query-event'
import { readProcess } from '../proc'
import { Query } from '../query/query'
import type { Matches } from '../query/scan-bits'
import { Slice } from '../schedule'
import type { Session } from '../session'
import { chunkKeys, errnoOf, successOf } from './keys'

/** Seconds that a sparkline shows, and over which the rate is taken. */
const SPARK_SECONDS = 60
const RATE_SECONDS = 10
const MOST_ERRORS = 5
/** More groups than this are counted as events, but not one by one: an attacker can make any number of them. */
const MOST_GROUPS = 500_000

interface Counts {
  name: string
  filter: string
  events: number
  failures: number
  first: number
  last: number
  /** The newest event, of which details are taken. */
  lastSeq: number
  /** Failures by error number; 0 for those without one. */
  errors: Map<number, number> | null
}

/** Adds up groups over chunks. */
class GroupCounter {
  readonly groups = new Map<string, Counts>()
  events = 0

  constructor(
    private readonly kind: SummaryKind,
    private readonly session: Session,
  ) {}

  add(chunk: Chunk, count: number, matches: Matches): void {
    if (matches === 'none') return
    const keys = chunkKeys(this.kind, chunk, this.session.facts)
    const success = successOf(chunk, this.session.facts)
    const exits = chunk.numbers('exit')
    const times = chunk.numbers('time')
    const events = new Uint32Array(keys.count)
    const failures = new Uint32Array(keys.count)
    const first = new Float64Array(keys.count).fill(Number.POSITIVE_INFINITY)
    const last = new Float64Array(keys.count).fill(Number.NEGATIVE_INFINITY)
    const newest = new Uint32Array(keys.count)
    const errors = new Map<number, number>()
    const used: number[] = []
    const visit = (index: number): void => {
      const key = keys.at(index)
      if (events[key]!++ === 0) used.push(key)
      const time = numberAt(times, index)
      if (time < first[key]!) first[key] = time
      if (time > last[key]!) last[key] = time
      newest[key] = index
      if (success(index) !== 0) return
      failures[key]!++
      const error = key * ERROR_NUMBERS + errnoOf(numberAt(exits, index))
      errors.set(error, (errors.get(error) ?? 0) + 1)
    }
    if (matches === 'all') for (let index = 0; index < count; index++) visit(index)
    else forEachBit(matches, visit)
    for (const key of used) {
      this.events += events[key]!
      for (const { name, filter } of keys.groups(key)) {
        const group = this.#group(name, filter)
        if (group === null) continue
        group.events += events[key]!
        group.failures += failures[key]!
        group.first = Math.min(group.first, first[key]!)
        group.last = Math.max(group.last, last[key]!)
        group.lastSeq = Math.max(group.lastSeq, chunk.first + newest[key]!)
      }
    }
    for (const [error, times] of errors) {
      const errno = error % ERROR_NUMBERS
      for (const { filter } of keys.groups((error - errno) / ERROR_NUMBERS)) {
        const group = this.groups.get(filter)
        if (group === undefined) continue
        group.errors ??= new Map()
        group.errors.set(errno, (group.errors.get(errno) ?? 0) + times)
      }
    }
  }

  #group(name: string, filter: string): Counts | null {
    let group = this.groups.get(filter)
    if (group === undefined) {
      if (this.groups.size >= MOST_GROUPS) return null
      group = {
        name,
        filter,
        events: 0,
        failures: 0,
        first: Infinity,
        last: -Infinity,
        lastSeq: 0,
        errors: null,
      }
      this.groups.set(filter, group)
    }
    return group
  }
}
/** Errors of a system call are below this. */
const ERROR_NUMBERS = 4096

/** The groups with most events of what a plan matches. */
export async function summarise(
  session: Session,
  kind: SummaryKind,
  plan: Plan,
  limit: number,
  now: number,
): Promise<Summary> {
  const query = new Query(session, plan)
  await query.advance(() => undefined)
  const counter = new GroupCounter(kind, session)
  const slice = new Slice()
  for (const chunk of session.chunks()) {
    const part = query.result.matchesAt(chunk.first)
    if (part !== null) counter.add(chunk, part.count, part.matches)
    await slice.pause()
  }
  const groups = [...counter.groups.values()].sort(
    (a, b) => b.events - a.events || (a.filter < b.filter ? -1 : 1),
  )
  const shown = groups.slice(0, limit)
  const sparks = session.kind === 'live' ? recentCounts(session, kind, query, shown, now) : null
  const rows: SummaryRow[] = []
  for (const group of shown)
    rows.push(await rowOf(session, kind, group, sparks?.get(group.filter) ?? []))
  return {
    rows,
    groups: groups.length,
    events: counter.events,
    scanned: session.index.next - session.index.first,
  }
}

async function rowOf(
  session: Session,
  kind: SummaryKind,
  group: Counts,
  spark: number[],
): Promise<SummaryRow> {
  const recent = spark.slice(-RATE_SECONDS).reduce((sum, count) => sum + count, 0)
  const row: SummaryRow = {
    name: group.name,
    filter: group.filter,
    events: group.events,
    failures: group.failures,
    firstSeen: group.first,
    lastSeen: group.last,
    rate: recent / RATE_SECONDS,
    spark,
    errors: errorsOf(group),
  }
  if (kind !== 'process') return row
  const process = await processOf(session, group.lastSeq)
  return {
    ...row,
    name: process?.comm || process?.exe || group.name,
    ...(process === null ? {} : { process }),
  }
}

function errorsOf({ errors }: Counts): { name: string; count: number }[] {
  return [...(errors ?? [])]
    .map(([errno, count]) => ({ name: errorOf(-errno) ?? resultWord(false, 0), count }))
    .sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1))
    .slice(0, MOST_ERRORS)
}

/** What is known of a process, from its newest event and, while it runs, from /proc. */
async function processOf(session: Session, seq: number): Promise<SummaryRow['process'] | null> {
  const found = session.index.locate(seq)
  if (found === null) return null
  const { chunk, index } = found
  const facts = session.facts.event(chunk, index)
  const pid = facts.pid ?? 0
  const running = session.kind === 'live' ? await readProcess(pid) : null
  const same = running !== null && running.startedAt <= facts.time + START_SLACK_MS
  const title = chunk.vocabulary.title.get(idAt(chunk.codes('title'), index))
  return {
    pid,
    ppid: facts.ppid,
    comm: facts.actor.comm,
    exe: facts.actor.exe,
    user: session.facts.describe(facts).who,
    alive: session.kind === 'live' ? same : null,
    commandLine:
      (same ? running.commandLine : '') ||
      untrustedText(title, 0, title.length).replaceAll('\0', ' '),
  }
}
/** A process in /proc that began later than its event plus this is another one with the same number, ms. */
const START_SLACK_MS = 1000

/** Events a second over the last minute, for the groups that are shown. */
function recentCounts(
  session: Session,
  kind: SummaryKind,
  query: Query,
  shown: readonly Counts[],
  now: number,
): Map<string, number[]> {
  const from = now - SPARK_SECONDS * 1000
  const counts = new Map(
    shown.map(({ filter }) => [filter, new Array<number>(SPARK_SECONDS).fill(0)]),
  )
  for (const chunk of session.chunks()) {
    const times = chunk.numbers('time')
    const part = query.result.matchesAt(chunk.first)
    if (times.max < from || part === null || part.matches === 'none') continue
    const keys = chunkKeys(kind, chunk, session.facts)
    const known = new Map<number, number[][]>()
    const visit = (index: number): void => {
      const second = Math.floor((numberAt(times, index) - from) / 1000)
      if (second < 0 || second >= SPARK_SECONDS) return
      const key = keys.at(index)
      let rows = known.get(key)
      if (rows === undefined) {
        rows = keys.groups(key).flatMap(({ filter }) => {
          const row = counts.get(filter)
          return row === undefined ? [] : [row]
        })
        known.set(key, rows)
      }
      for (const row of rows) row[second]!++
    }
    if (part.matches === 'all') for (let index = 0; index < part.count; index++) visit(index)
    else forEachBit(part.matches, visit)
  }
  return counts
}
