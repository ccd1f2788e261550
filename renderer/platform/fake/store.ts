/** A store made up: events in an array, the requests of electron/contract/store.ts answered from it. */
import { fail, ok, type Failure, type Result } from '@native/audit/result'
import {
  STORE_REQUESTS,
  type EventRow,
  type SessionInfo,
  type StoreArgs,
  type StorePushes,
  type StorePushName,
  type StoreRequestName,
  type StoreResults,
} from '@contract/store'
import { Listeners } from '../listeners'
import type { StoreClient, StoreState, Unsubscribe } from '../platform'
import { adviceOf } from './advice'
import { detailOf } from './detail'
import type { FakeEvent } from './events'
import type { FakeHistory } from './history'
import type { FakeKernel } from './kernel'
import { ledgerOf } from './ledger'
import { eventTest } from './query'
import { relatedTo, sorted } from './order'
import { seriesOf, summaryOf } from './summaries'

const NO_EVENT = fail(
  'evicted',
  'The event is not held any more: it was removed to stay within the budget.',
  'Raise the budget in Settings to keep more.',
)
/** Events that a fake session holds; the oldest go, so that eviction can be seen. */
const MAX_HELD = 100_000

type Handlers = {
  [N in StoreRequestName]: (
    args: StoreArgs<N>,
  ) => Result<StoreResults[N]> | Promise<Result<StoreResults[N]>>
}

interface FakeSession {
  info: SessionInfo
  events: FakeEvent[]
}
interface FakeResult {
  session: number
  test: (event: FakeEvent) => boolean
  events: FakeEvent[]
}

export class FakeStore implements StoreClient {
  state: StoreState = 'open'
  /** Set to make every request fail, or never answer. */
  mood: 'answers' | 'fails' | 'silent' = 'answers'
  private readonly pushes = new Listeners<StorePushes>()
  private readonly states = new Listeners<{ state: StoreState }>()
  private readonly sessions = new Map<number, FakeSession>()
  private readonly results = new Map<number, FakeResult>()
  private readonly marked = new Map<number, string>()
  private nextResult = 1
  /** What the renderer said about its visibility last. */
  visible = true
  since = Date.now()
  /** Set to have the app feed on its own events. */
  selfAudit: StorePushes['tick']['selfAudit'] = null
  rate = 0

  constructor(
    private readonly kernel: FakeKernel,
    private readonly history: FakeHistory,
    private readonly now: () => number,
  ) {
    this.addSession('Live', 'live')
  }

  addSession(title: string, kind: SessionInfo['kind']): number {
    const id = this.sessions.size
    const info: SessionInfo = {
      id,
      title,
      kind,
      state: kind === 'live' ? 'live' : 'done',
      message: '',
      bytesRead: 0,
      bytesTotal: 0,
      first: 0,
      next: 0,
      records: 0,
      malformed: 0,
      from: null,
      to: null,
    }
    this.sessions.set(id, { info, events: [] })
    return id
  }

  /** Puts events into a session; listeners hear of it with the next {@link announce}. */
  append(session: number, events: readonly FakeEvent[]): void {
    const target = this.sessions.get(session)!
    target.events.push(...events)
    if (target.events.length > MAX_HELD) {
      target.events.splice(0, target.events.length - MAX_HELD)
    }
    const first = target.events[0]
    const last = target.events.at(-1)
    target.info = {
      ...target.info,
      first: first?.row.seq ?? 0,
      next: last ? last.row.seq + 1 : 0,
      records: target.info.records + events.reduce((sum, { records }) => sum + records.length, 0),
      from: first?.row.time ?? null,
      to: last?.row.time ?? null,
    }
    for (const [id, result] of this.results) {
      if (result.session !== session) continue
      result.events.push(...events.filter(result.test))
      this.announceResult(id)
    }
  }

  /** Sends what the real store sends ten times a second. */
  announce(): void {
    const live = this.sessions.get(0)!
    this.pushes.emit(
      'sessions',
      [...this.sessions.values()].map(({ info }) => info),
    )
    this.pushes.emit('tick', {
      held: live.events.length,
      events: live.info.next,
      records: live.info.records,
      evicted: live.info.first,
      eventsPerSecond: this.rate / 3.7,
      recordsPerSecond: this.rate,
      lagMs: this.kernel.scenario === 'overload' ? 1240 : 3,
      lagRecords: 0,
      memoryBytes: 41 * 2 ** 20 + live.events.length * 180,
      diskBytes: live.info.records * 160,
      droppedByUs: 0,
      selfAudit: this.selfAudit,
    })
  }

  async request<N extends StoreRequestName>(
    name: N,
    args: StoreArgs<N>,
  ): Promise<Result<StoreResults[N]>> {
    if (this.mood === 'silent') return new Promise(() => undefined)
    if (this.mood === 'fails') {
      return fail('internal', 'The store could not answer.', 'Close other sessions and try again.')
    }
    const problem = this.objection(name, args)
    if (problem) return problem
    return (this.handlers[name] as (args: StoreArgs<N>) => Result<StoreResults[N]>)(args)
  }

  /** Refuses what the contract does not allow, and sessions that are not there. */
  private objection(name: StoreRequestName, args: unknown): Failure | null {
    const parsed = STORE_REQUESTS[name].safeParse(args)
    if (!parsed.success) {
      return fail('usage', `${name}: ${parsed.error.issues[0]?.message ?? 'not valid'}`)
    }
    const { session } = parsed.data as { session?: number }
    if (session === undefined || this.sessions.has(session)) return null
    return fail('no-session', `There is no session ${session} any more.`, 'Choose another tab.')
  }

  on<N extends StorePushName>(name: N, listener: (value: StorePushes[N]) => void): Unsubscribe {
    return this.pushes.add(name, listener)
  }

  onState(listener: (state: StoreState) => void): Unsubscribe {
    return this.states.add('state', listener)
  }

  /** The store process ends, or a new one is there. */
  setState(state: StoreState): void {
    this.state = state
    this.states.emit('state', state)
  }

  private announceResult(id: number): void {
    const { session, events } = this.results.get(id)!
    const total = this.sessions.get(session)!.events.length
    this.pushes.emit('query', {
      session,
      result: id,
      rows: events.length,
      scanned: total,
      total,
      done: true,
      error: '',
    })
  }

  private row(event: FakeEvent, position: number): EventRow {
    return { ...event.row, position, marked: this.marked.has(event.row.seq) }
  }

  /** Events of a session, or of one of its results, with the position of the first. */
  private source(args: { session: number; result?: number | undefined }): {
    events: FakeEvent[]
    first: number
  } {
    if (args.result !== undefined) {
      return { events: this.results.get(args.result)?.events ?? [], first: 0 }
    }
    const session = this.sessions.get(args.session)
    return { events: session?.events ?? [], first: session?.info.first ?? 0 }
  }

  private matching(args: {
    session: number
    query: string
    range: { from?: number | undefined; to?: number | undefined }
  }): Result<FakeEvent[]> {
    const test = eventTest(args.query)
    if (!test.ok) return test
    const { from = -Infinity, to = Infinity } = args.range
    const { events } = this.source({ session: args.session })
    return ok(events.filter((e) => e.row.time >= from && e.row.time < to && test.value(e)))
  }

  private byId(session: number, seq: number): FakeEvent | undefined {
    return this.sessions.get(session)?.events.find(({ row }) => row.seq === seq)
  }

  private readonly handlers: Handlers = {
    'sessions.list': () => ok([...this.sessions.values()].map(({ info }) => info)),
    'sessions.open': ({ paths }) => {
      const id = this.addSession(paths[0]!.split('/').at(-1)!, 'file')
      const { events } = this.source({ session: 0 })
      this.append(
        id,
        events.slice(-5000).map((event, seq) => ({ ...event, row: { ...event.row, seq } })),
      )
      this.announce()
      return ok({ session: id })
    },
    'sessions.cancel': () => ok(null),
    'sessions.close': ({ session }) => {
      this.sessions.delete(session)
      return ok(null)
    },
    'sessions.save': ({ session }) => ok({ bytes: this.source({ session }).events.length * 600 }),
    rows: ({ from, count, ...args }) => {
      const { events, first } = this.source(args)
      const start = Math.max(0, from - first)
      const rows = events.slice(start, start + count).map((e, i) => this.row(e, first + start + i))
      return ok({ rows, first, next: first + events.length })
    },
    event: ({ session, seq }) => {
      const event = this.byId(session, seq)
      return event ? ok(detailOf(event, this.marked.has(seq))) : NO_EVENT
    },
    related: ({ session, seq, by, limit }) => {
      const event = this.byId(session, seq)
      if (!event) return NO_EVENT
      const { events } = this.source({ session })
      return ok(relatedTo(event, events, by, limit).map((e) => this.row(e, e.row.seq)))
    },
    'query.start': (args) => {
      const events = this.matching(args)
      if (!events.ok) return events
      const test = eventTest(args.query)
      if (!test.ok) return test
      const id = this.nextResult++
      const { from = -Infinity, to = Infinity } = args.range
      this.results.set(id, {
        session: args.session,
        test: (e) => e.row.time >= from && e.row.time < to && test.value(e),
        events: args.sort ? sorted(events.value, args.sort) : events.value,
      })
      queueMicrotask(() => this.announceResult(id))
      return ok({ result: id })
    },
    'query.cancel': () => ok(null),
    'query.close': ({ result }) => {
      this.results.delete(result)
      return ok(null)
    },
    'query.locate': ({ time, serial, seq, ...args }) => {
      const { events, first } = this.source(args)
      const at = events.findIndex(
        ({ row }) =>
          (time !== undefined && row.time >= time) ||
          (serial !== undefined && row.serial === serial) ||
          (seq !== undefined && row.seq >= seq),
      )
      return ok({ position: at < 0 ? null : first + at })
    },
    find: ({ from, text, backwards, ...args }) => {
      const { events, first } = this.source(args)
      const step = backwards ? -1 : 1
      for (let at = from - first; at >= 0 && at < events.length; at += step) {
        const { row } = events[at]!
        if (`${row.what} ${row.object} ${row.comm} ${row.who}`.includes(text)) {
          return ok({ position: first + at })
        }
      }
      return ok({ position: null })
    },
    summary: (args) => {
      const events = this.matching(args)
      const scanned = this.source({ session: args.session }).events.length
      const counted = { now: this.now(), scanned }
      return events.ok ? ok(summaryOf(events.value, args.by, args.limit, counted)) : events
    },
    series: (args) => {
      const events = this.matching(args)
      if (!events.ok) return events
      const series = seriesOf(events.value, args.by, args.range, args.steps, args.top)
      return ok({ ...series, gaps: this.history.gaps() })
    },
    values: ({ session, field, prefix, limit }) => {
      const counts = new Map<string, number>()
      for (const { row } of this.source({ session }).events) {
        const value = String((row as unknown as Record<string, unknown>)[field] ?? '')
        if (value && value.toLowerCase().startsWith(prefix.toLowerCase()))
          counts.set(value, (counts.get(value) ?? 0) + 1)
      }
      const values = [...counts].map(([value, count]) => ({ value, count }))
      values.sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
      return ok(values.slice(0, limit))
    },
    count: (args) => {
      const events = this.matching(args)
      const scanned = this.source(args).events.length
      return events.ok ? ok({ events: events.value.length, scanned }) : events
    },
    whatif: ({ session }) => {
      const held = this.source({ session }).events.length
      return ok({
        held,
        recorded: Math.round(held * 0.31),
        undecidable: Math.round(held * 0.02),
        byKey: [
          { key: 'exec', before: Math.round(held * 0.24), after: Math.round(held * 0.2) },
          { key: 'files', before: Math.round(held * 0.4), after: Math.round(held * 0.06) },
        ],
        byProcess: [
          { name: '/usr/bin/bash', before: Math.round(held * 0.3), after: Math.round(held * 0.1) },
          {
            name: '/usr/bin/rsync',
            before: Math.round(held * 0.2),
            after: Math.round(held * 0.02),
          },
        ],
        bySyscall: [
          { name: 'openat', before: Math.round(held * 0.4), after: Math.round(held * 0.05) },
          { name: 'execve', before: Math.round(held * 0.24), after: Math.round(held * 0.2) },
        ],
        notes: ['Records do not tell the directory that a dir= field would match.'],
      })
    },
    advice: ({ session, rules }) => adviceOf(this.source({ session }).events, rules),
    samples: ({ range, points }) => ok(this.history.samples(range.from, range.to, points)),
    ledger: () => ok(ledgerOf(this.kernel, this.history, this.since, this.rate)),
    'export.start': () => ok({ job: 1 }),
    'export.cancel': () => ok(null),
    copy: ({ session, seqs }) => {
      const text = seqs.flatMap((seq) => this.byId(session, seq)?.records ?? []).join('\n')
      return ok({ text })
    },
    'bookmarks.set': ({ seq, marked, note }) => {
      if (marked || note) this.marked.set(seq, note)
      else this.marked.delete(seq)
      return ok(null)
    },
    'bookmarks.list': ({ session }) =>
      ok(
        [...this.marked]
          .sort(([a], [b]) => a - b)
          .map(([seq, note]) => {
            const event = this.byId(session, seq)
            return { seq, note, row: event ? this.row(event, seq) : null }
          }),
      ),
    'budget.set': () => ok(null),
    'recordings.list': () =>
      ok([
        {
          path: '/home/alice/.config/auditscope/sessions/2026-11-22T0914',
          title: '22 November, 09:14',
          started: this.since - 86_400_000,
          ended: this.since - 80_000_000,
          bytes: 48 * 2 ** 20,
          cut: false,
        },
        {
          path: '/home/alice/.config/auditscope/sessions/2026-11-22T1730',
          title: '22 November, 17:30',
          started: this.since - 56_000_000,
          ended: null,
          bytes: 3 * 2 ** 20,
          cut: true,
        },
      ]),
    visibility: ({ visible }) => {
      this.visible = visible
      return ok(null)
    },
  }
}
