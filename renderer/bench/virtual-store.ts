/**
 * A store that holds nothing: any number of events, each made from its sequence number when it is asked for. It answers
 * the requests of the event views as the real one does, so that a bench of the window measures the window.
 */
import { fail, ok, type Result } from '@native/audit/result'
import type {
  EventRow,
  SessionInfo,
  StoreArgs,
  StorePushMessage,
  StoreReplyMessage,
  StoreRequestMessage,
  StoreRequestName,
  StoreResults,
} from '@contract/store'
import { detailOf } from '../platform/fake/detail'
import { makeEvent, type FakeEvent } from '../platform/fake/events'
import { Random } from '../platform/fake/random'

/** ms between two pushes, as in the contract: ten a second. */
const PUSH_MS = 100
/** Every query lets through one event of so many. */
const MATCHING = 7
/** Records of an event on average, as the machine-made events have them. */
const RECORDS = 3.7

export interface Load {
  /** Events that exist at the start. */
  events: number
  /** Events held at most; the oldest go. */
  held: number
  /** Records a second that arrive. */
  recordsPerSecond: number
}

type Handlers = {
  [N in StoreRequestName]?: (args: StoreArgs<N>) => Result<StoreResults[N]>
}

export class VirtualStore {
  readonly #post: (message: StoreReplyMessage | StorePushMessage) => void
  #load: Load
  #next: number
  #began = Date.now()
  #fraction = 0
  #nextResult = 1
  #visible = true
  readonly #results = new Set<number>()
  /** Requests answered, by name: what the window asked for. */
  readonly asked: Record<string, number> = {}

  constructor(load: Load, post: (message: StoreReplyMessage | StorePushMessage) => void) {
    this.#load = load
    this.#post = post
    this.#next = load.events
    setInterval(() => this.#tick(), PUSH_MS)
  }

  set recordsPerSecond(rate: number) {
    this.#load = { ...this.#load, recordsPerSecond: rate }
  }

  receive({ id, name, args }: StoreRequestMessage): void {
    this.asked[name] = (this.asked[name] ?? 0) + 1
    const handler = this.#handlers[name] as
      ((args: StoreArgs<StoreRequestName>) => Result<unknown>) | undefined
    const missing = fail('usage', `The bench's store does not answer ${name}.`)
    this.#post({ id, result: handler?.(args) ?? missing })
  }

  get #first(): number {
    return Math.max(0, this.#next - this.#load.held)
  }

  /** Events are spread evenly, the newest now. */
  #timeOf(seq: number): number {
    const perSecond = Math.max(1, this.#load.recordsPerSecond / RECORDS)
    return this.#began + ((seq - this.#load.events) / perSecond) * 1000
  }

  #event(seq: number): FakeEvent {
    return makeEvent(new Random(seq), seq, this.#timeOf(seq))
  }
  #row(seq: number, position: number): EventRow {
    return { ...this.#event(seq).row, position, marked: false }
  }

  #tick(): void {
    const exact = (this.#load.recordsPerSecond / RECORDS) * (PUSH_MS / 1000) + this.#fraction
    this.#next += Math.floor(exact)
    this.#fraction = exact % 1
    if (!this.#visible) return
    this.#post({ push: 'sessions', value: [this.#session()] })
    this.#post({
      push: 'tick',
      value: {
        held: this.#next - this.#first,
        events: this.#next,
        records: Math.round(this.#next * RECORDS),
        evicted: this.#first,
        eventsPerSecond: this.#load.recordsPerSecond / RECORDS,
        recordsPerSecond: this.#load.recordsPerSecond,
        lagMs: 0,
        lagRecords: 0,
        memoryBytes: 0,
        diskBytes: 0,
        droppedByUs: 0,
        selfAudit: null,
      },
    })
    for (const result of this.#results) this.#announce(result)
  }

  #announce(result: number): void {
    const total = this.#next - this.#first
    this.#post({
      push: 'query',
      value: {
        session: 0,
        result,
        rows: Math.floor(this.#next / MATCHING),
        scanned: total,
        total,
        done: true,
        error: '',
      },
    })
  }

  #session(): SessionInfo {
    return {
      id: 0,
      title: 'Live',
      kind: 'live',
      state: 'live',
      message: '',
      bytesRead: 0,
      bytesTotal: 0,
      first: this.#first,
      next: this.#next,
      records: Math.round(this.#next * RECORDS),
      malformed: 0,
      from: this.#timeOf(this.#first),
      to: this.#timeOf(this.#next - 1),
    }
  }

  readonly #handlers: Handlers = {
    'sessions.list': () => ok([this.#session()]),
    visibility: ({ visible }) => {
      this.#visible = visible
      return ok(null)
    },
    rows: ({ from, count, result }) => {
      const step = result === undefined ? 1 : MATCHING
      const first = Math.ceil(this.#first / step)
      const next = Math.floor(this.#next / step)
      const rows: EventRow[] = []
      for (let at = Math.max(first, from); at < Math.min(next, from + count); at++) {
        rows.push(this.#row(at * step, at))
      }
      return ok({ rows, first, next })
    },
    event: ({ seq }) => ok(detailOf(this.#event(seq), false)),
    'query.start': () => {
      const result = this.#nextResult++
      this.#results.add(result)
      // The real store's first rows come after a scan, not in the answer.
      setTimeout(() => this.#announce(result), 1)
      return ok({ result })
    },
    'query.close': ({ result }) => {
      this.#results.delete(result)
      return ok(null)
    },
    'query.locate': ({ seq = 0, result }) => {
      const position = result === undefined ? seq : Math.ceil(seq / MATCHING)
      return ok({ position: Math.max(position, this.#first) })
    },
    values: () => ok([]),
    'bookmarks.list': () => ok([]),
    series: ({ range, steps }) => {
      const stepMs = (range.to - range.from) / steps
      const counts = ['files', 'exec', 'delete'].map((_, group) =>
        Array.from({ length: steps }, (_, step) =>
          Math.round((1 + Math.sin(step / 9)) * (90 - group * 20)),
        ),
      )
      return ok({ from: range.from, stepMs, groups: ['files', 'exec', 'delete'], counts, gaps: [] })
    },
    ledger: () =>
      ok({
        verdict: 'complete',
        sentence: 'complete since the start',
        since: this.#began,
        stages: [],
        causes: [],
        gaps: [],
      }),
  }
}
