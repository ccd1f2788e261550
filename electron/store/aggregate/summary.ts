/** Tables of counts: events by process, file, user and so on. */
import { errorOf, resultWord } from '@native/audit/query-event'
import type { Plan } from '@native/audit/query'
import { untrustedText } from '@native/audit/record'
import type { Summary, SummaryKind, SummaryRow } from '@contract/store'
import { forEachBit } from '../columns/bits'
import { SealedChunk } from '../columns/chunk'
import { idAt } from '../columns/codes'
import { numberAt } from '../columns/numbers'
import { readProcess } from '../proc'
import { Query } from '../query/query'
import { Slice } from '../schedule'
import type { Session } from '../session'
import { GroupCounter, mergeCounts, type GroupCounts } from './group-counter'
import { filterOf } from './groups'
import { chunkKeys } from './keys'

/** Seconds that a sparkline shows, and over which the rate is taken. */
const SPARK_SECONDS = 60
const RATE_SECONDS = 10
const MOST_ERRORS = 5
/** Tables that are kept, so that the next look adds only what is new. */
const MOST_KEPT = 12
/** After an eviction a kept table counts events that are gone; it is made anew, but not more often than this, ms. */
const RENEW_MS = 5000

interface Kept {
  query: Query
  /** What the sealed chunks hold, up to `next`. */
  sealed: GroupCounter
  next: number
  evictions: number
  made: number
}

/** Summaries of one session. */
export class Summaries {
  readonly #kept = new Map<string, Kept>()

  constructor(private readonly session: Session) {}

  /** The groups with most events of what a plan matches; `name` says which plan it is. */
  async summarise(
    kind: SummaryKind,
    name: string,
    plan: Plan,
    limit: number,
    now: number,
  ): Promise<Summary> {
    const { session } = this
    const kept = this.#keep(kind, `${kind} ${name}`, plan)
    await kept.query.advance(() => undefined)
    const open = await this.#add(kept, kind)
    const all = [...kept.sealed.groups.values()].map((counts) =>
      mergeCounts(counts, open.groups.get(counts.group.id)),
    )
    for (const counts of open.groups.values())
      if (!kept.sealed.groups.has(counts.group.id)) all.push(counts)
    all.sort((a, b) => b.events - a.events || (a.group.id < b.group.id ? -1 : 1))
    const shown = all.slice(0, limit)
    const sparks =
      session.kind === 'live' ? recentCounts(session, kind, kept.query, shown, now) : null
    const rows: SummaryRow[] = []
    for (const counts of shown)
      rows.push(await rowOf(session, kind, counts, sparks?.get(counts.group.id) ?? []))
    return {
      rows,
      groups: all.length,
      events: kept.sealed.events + open.events,
      scanned: session.index.next - session.index.first,
    }
  }

  #keep(kind: SummaryKind, name: string, plan: Plan): Kept {
    const { evictions } = this.session.index
    let kept = this.#kept.get(name)
    this.#kept.delete(name)
    const stale =
      kept !== undefined && kept.evictions !== evictions && performance.now() - kept.made > RENEW_MS
    if (kept === undefined || stale) {
      const sealed = new GroupCounter(kind, this.session.facts)
      kept = {
        query: new Query(this.session, plan),
        sealed,
        next: 0,
        evictions,
        made: performance.now(),
      }
    }
    this.#kept.set(name, kept)
    if (this.#kept.size > MOST_KEPT) this.#kept.delete(this.#kept.keys().next().value!)
    return kept
  }

  /** Adds the chunks that were sealed meanwhile; returns what the growing one holds. */
  async #add(kept: Kept, kind: SummaryKind): Promise<GroupCounter> {
    const open = new GroupCounter(kind, this.session.facts)
    const slice = new Slice()
    for (const chunk of this.session.chunks()) {
      if (chunk.first < kept.next) continue
      const part = kept.query.result.matchesAt(chunk.first)
      if (part === null) continue
      // One that was sealed behind the query's back is taken whole the next time.
      const whole = chunk instanceof SealedChunk && part.count === chunk.count
      const counter = whole ? kept.sealed : open
      counter.add(chunk, part.count, part.matches)
      if (whole) kept.next = chunk.first + chunk.count
      await slice.pause()
    }
    return open
  }
}

async function rowOf(
  session: Session,
  kind: SummaryKind,
  counts: GroupCounts,
  spark: number[],
): Promise<SummaryRow> {
  const recent = spark.slice(-RATE_SECONDS).reduce((sum, count) => sum + count, 0)
  const row: SummaryRow = {
    name: counts.group.name,
    filter: filterOf(counts.group),
    events: counts.events,
    failures: counts.failures,
    firstSeen: counts.firstSeen,
    lastSeen: counts.lastSeen,
    rate: recent / RATE_SECONDS,
    spark,
    errors: errorsOf(counts),
  }
  if (kind !== 'process') return row
  const process = await processOf(session, counts.lastSeq)
  return {
    ...row,
    name: process?.comm || process?.exe || row.name,
    ...(process === null ? {} : { process }),
  }
}

function errorsOf({ errors }: GroupCounts): { name: string; count: number }[] {
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
  shown: readonly GroupCounts[],
  now: number,
): Map<string, number[]> {
  const from = now - SPARK_SECONDS * 1000
  const counts = new Map(
    shown.map(({ group }) => [group.id, new Array<number>(SPARK_SECONDS).fill(0)]),
  )
  for (const chunk of session.chunks()) {
    const times = chunk.numbers('time')
    const part = query.result.matchesAt(chunk.first)
    if (times.max < from || part === null || part.matches === 'none') continue
    const keys = chunkKeys(kind, chunk, part.count, session.facts)
    const known = new Map<number, number[][]>()
    const visit = (index: number): void => {
      const second = Math.floor((numberAt(times, index) - from) / 1000)
      if (second < 0 || second >= SPARK_SECONDS) return
      const key = keys.keys[index]!
      let rows = known.get(key)
      if (rows === undefined) {
        rows = keys.groups(key).flatMap(({ id }) => {
          const row = counts.get(id)
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
