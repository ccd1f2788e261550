/** Tables of counts: events by process, file, user and so on. */
import { errorOf, resultWord } from '@native/audit/query-event'
import type { Plan } from '@native/audit/query'
import { untrustedText } from '@native/audit/record'
import type { Summary, SummaryKind, SummaryRow } from '@contract/store'
import { forEachBit } from '../columns/bits'
import { SealedChunk, type Chunk } from '../columns/chunk'
import { idAt } from '../columns/codes'
import { numberAt } from '../columns/numbers'
import { readProcess } from '../proc'
import { Query } from '../query/query'
import { Slice } from '../schedule'
import type { Session } from '../session'
import { GroupCounter, type GroupCounts } from './group-counter'
import type { Grouper } from './grouper'
import type { Groupers } from './groupers'
import { filterOf, type Group } from './groups'

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
  grouper: Grouper
  /** What the sealed chunks hold, up to `next`. */
  sealed: GroupCounter
  next: number
  evictions: number
  made: number
}

/** Summaries of one session. */
export class Summaries {
  readonly #kept = new Map<string, Kept>()
  readonly #groupers: Groupers

  constructor(private readonly session: Session) {
    this.#groupers = session.groupers
  }

  /** Memory of the tables kept, bytes. */
  get bytes(): number {
    let bytes = 0
    for (const { query, sealed } of this.#kept.values()) bytes += query.result.bytes + sealed.bytes
    return bytes
  }

  /** Gives back the memory of the tables kept: they are made anew when somebody asks. */
  forget(): void {
    this.#kept.clear()
  }

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
    const counter = await this.#count(kept)
    const { shown, groups } = counter.top(limit)
    const errors = counter.errorsOf(shown.map(({ group }) => group))
    const sparks = session.kind === 'live' ? recentCounts(session, kept, shown, now) : null
    const rows: SummaryRow[] = []
    for (const counts of shown) {
      const spark = sparks?.get(counts.group) ?? []
      const group = kept.grouper.group(counts.group)
      rows.push(await rowOf(session, kind, group, counts, errors.get(counts.group)!, spark))
    }
    return {
      rows,
      groups,
      events: counter.events,
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
      const grouper = this.#groupers.of(kind)
      kept = {
        query: new Query(this.session, plan),
        grouper,
        sealed: new GroupCounter(grouper, this.session.facts),
        next: 0,
        evictions,
        made: performance.now(),
      }
    }
    this.#kept.set(name, kept)
    if (this.#kept.size > MOST_KEPT) this.#kept.delete(this.#kept.keys().next().value!)
    return kept
  }

  /** Adds the chunks that were sealed meanwhile; returns the counts with what the growing one holds. */
  async #count(kept: Kept): Promise<GroupCounter> {
    const slice = new Slice()
    for (const chunk of this.session.chunks()) {
      // What was evicted during a pause is not counted any more.
      if (chunk.first < this.session.index.first || !isWhole(kept, chunk)) continue
      const { count, matches } = kept.query.result.matchesAt(chunk.first)!
      kept.sealed.add(chunk, count, matches)
      kept.next = chunk.first + chunk.count
      await slice.pause()
    }
    // Without a pause: nothing may be sealed, and so counted twice, before the two are added up.
    const all = kept.sealed.copy()
    for (const chunk of this.session.chunks()) {
      const part = kept.query.result.matchesAt(chunk.first)
      if (chunk.first >= kept.next && part !== null) all.add(chunk, part.count, part.matches)
    }
    return all
  }
}

/** Whether a chunk is sealed, has been looked at whole by the query, and is not counted yet. */
function isWhole(kept: Kept, chunk: Chunk): boolean {
  if (chunk.first < kept.next || !(chunk instanceof SealedChunk)) return false
  return kept.query.result.matchesAt(chunk.first)?.count === chunk.count
}

async function rowOf(
  session: Session,
  kind: SummaryKind,
  group: Group,
  counts: GroupCounts,
  errors: ReadonlyMap<number, number>,
  spark: number[],
): Promise<SummaryRow> {
  const recent = spark.slice(-RATE_SECONDS).reduce((sum, count) => sum + count, 0)
  const row: SummaryRow = {
    name: group.name,
    filter: filterOf(group),
    events: counts.events,
    failures: counts.failures,
    firstSeen: counts.firstSeen,
    lastSeen: counts.lastSeen,
    rate: recent / RATE_SECONDS,
    spark,
    errors: errorsOf(errors),
  }
  if (kind !== 'process') return row
  const process = await processOf(session, counts.lastSeq)
  return {
    ...row,
    name: process?.comm || process?.exe || row.name,
    ...(process === null ? {} : { process }),
  }
}

function errorsOf(errors: ReadonlyMap<number, number>): { name: string; count: number }[] {
  return [...errors]
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
    commandLine: session.commandLine(
      same && running.words.length > 0
        ? running.words
        : untrustedText(title, 0, title.length).split('\0'),
    ),
  }
}
/** A process in /proc that began later than its event plus this is another one with the same number, ms. */
const START_SLACK_MS = 1000

/** Events a second over the last minute, by the number of a group, for the groups that are shown. */
function recentCounts(
  session: Session,
  { grouper, query }: Kept,
  shown: readonly GroupCounts[],
  now: number,
): Map<number, number[]> {
  const from = now - SPARK_SECONDS * 1000
  const counts = new Map(
    shown.map(({ group }) => [group, new Array<number>(SPARK_SECONDS).fill(0)]),
  )
  for (const chunk of session.chunks()) {
    const times = chunk.numbers('time')
    const part = query.result.matchesAt(chunk.first)
    if (times.max < from || part === null || part.matches === 'none') continue
    const keys = grouper.keys(chunk, part.count)
    const known = new Map<number, number[][]>()
    const visit = (index: number): void => {
      const second = Math.floor((numberAt(times, index) - from) / 1000)
      if (second < 0 || second >= SPARK_SECONDS) return
      const key = keys[index]!
      let rows = known.get(key)
      if (rows === undefined) {
        rows = grouper.groupsOf(key).flatMap((group) => {
          const row = counts.get(group)
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
