/**
 * The rows that the views of events show: all events of the session, or the result of a query in the store when there is
 * a filter, a time range or an order. One for the window, because the filter is.
 */
import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import type { EventRow, StoreArgs, StorePushes } from '@contract/store'
import { ok, type Failure, type Result } from '@native/audit/result'
import type { GridSource } from '@renderer/components/event-grid/core/feed'
import type { RowsReply } from '@renderer/components/event-grid/core/row-loader'
import type { Sort } from '@renderer/components/event-grid/GridHeader.vue'
import { usePlatform } from '@renderer/platform/current'
import { useFilter, type TimeRange } from '@renderer/stores/filter'
import { useSessions } from '@renderer/stores/sessions'

type QueryPush = StorePushes['query']

/** What decides which rows there are; another one is another source. */
interface Wanted {
  session: number
  query: string
  range: TimeRange
  sort: Sort | null
}

/** A result that the store keeps for us. */
interface Held {
  session: number
  result: number
}

/** How far a running query is, in events. */
export interface QueryProgress {
  scanned: number
  total: number
}

export const useEventSource = defineStore('eventSource', () => {
  const { store } = usePlatform()
  const sessions = useSessions()
  const filter = useFilter()

  const sort = shallowRef<Sort | null>(null)
  const source = shallowRef<GridSource<EventRow> | null>(null)
  const error = shallowRef<Failure | null>(null)
  const progress = shallowRef<QueryProgress | null>(null)
  /** Counts up with every new question, so that answers to earlier ones are dropped. */
  const round = ref(0)
  let held: Held | null = null
  /** The result before stays readable until the rows of the new one are on the screen. */
  let retired: Held | null = null
  /** Pushes may overtake the answer that tells the result's number. */
  const early = new Map<number, QueryPush>()

  const wanted = computed<Wanted>(() => ({
    session: sessions.activeId,
    query: filter.query,
    range: filter.range,
    sort: sort.value,
  }))
  const isPlain = computed(() => !filter.active && sort.value === null)

  function place(at: Held | { session: number }): { session: number; result?: number } {
    return 'result' in at ? { session: at.session, result: at.result } : { session: at.session }
  }

  /** Reads rows, and learns from the answer which of a result's rows were evicted. */
  function fetcher(id: string, at: Held | { session: number }): GridSource<EventRow>['fetch'] {
    return async (from, count): Promise<Result<RowsReply<EventRow>>> => {
      const reply = await store.request('rows', { ...place(at), from, count })
      if (reply.ok) grow(id, { first: reply.value.first })
      return reply
    }
  }

  function locator(at: Held | { session: number }): GridSource<EventRow>['locate'] {
    return async (seq) => {
      const reply = await store.request('query.locate', { ...place(at), seq })
      return reply.ok ? reply.value.position : null
    }
  }

  /** Something about the rows changed: one end of the range, or that the query is complete. */
  function grow(id: string, change: { first?: number; next?: number; done?: boolean }): void {
    const now = source.value
    if (now === null || now.id !== id) return
    const first = Math.max(now.range.first, change.first ?? 0)
    const next = Math.max(first, now.range.next, change.next ?? 0)
    const done = change.done ?? now.done
    if (first === now.range.first && next === now.range.next && done === now.done) return
    source.value = { ...now, range: { first, next }, done }
  }

  async function ask(): Promise<void> {
    const mine = ++round.value
    error.value = null
    progress.value = null
    if (isPlain.value) {
      retire()
      showSession()
      return
    }
    const args = queryArgs(wanted.value)
    const reply = await store.request('query.start', args)
    if (mine !== round.value) {
      if (reply.ok) void store.request('query.close', { session: args.session, ...reply.value })
      return
    }
    if (!reply.ok) {
      error.value = reply
      return
    }
    retire()
    held = { session: args.session, result: reply.value.result }
    const id = idOf(held)
    source.value = {
      id,
      live: grows(args),
      range: { first: 0, next: 0 },
      done: false,
      fetch: fetcher(id, held),
      locate: locator(held),
    }
    const push = early.get(held.result)
    early.clear()
    if (push !== undefined) receive(push)
  }

  /** Whether rows can still come at the end: not in an order of its own, and not when the time range is over. */
  function grows({ range, sort: order }: StoreArgs<'query.start'>): boolean {
    const open = range.to === undefined || range.to > Date.now()
    return sessions.live && order === undefined && open
  }

  function showSession(): void {
    const session = sessions.active
    if (session === null) return
    const id = idOf({ session: session.id })
    if (source.value?.id === id) {
      grow(id, { first: session.first, next: session.next })
      return
    }
    source.value = {
      id,
      live: sessions.live,
      range: { first: session.first, next: session.next },
      done: true,
      fetch: fetcher(id, { session: session.id }),
      locate: locator({ session: session.id }),
    }
  }

  function receive(push: QueryPush): void {
    if (held === null || push.result !== held.result || push.session !== held.session) {
      early.set(push.result, push)
      return
    }
    if (push.error !== '') {
      error.value = { ok: false, code: 'refused', message: push.error, hint: '' }
    }
    progress.value = push.done ? null : { scanned: push.scanned, total: push.total }
    grow(idOf(held), { next: push.rows, done: push.done })
  }

  function retire(): void {
    free(retired)
    retired = held
    held = null
  }

  function free(result: Held | null): void {
    if (result !== null) void store.request('query.close', { ...result })
  }

  /** The rows of the newest source are on the screen: the result before is needed no more. */
  function settled(): void {
    free(retired)
    retired = null
  }

  /** Stops a query that runs; what it has found stays. */
  function cancel(): void {
    if (held !== null) void store.request('query.cancel', { ...held })
    progress.value = null
  }

  /** The source for requests that take one. */
  function here(): { session: number; result?: number } {
    return place(held ?? { session: sessions.activeId })
  }

  /** Position of the first row at or after a time (ms since the epoch), or of a serial; null when there is none. */
  async function locate(
    what: { time: number } | { serial: number },
  ): Promise<Result<number | null>> {
    const reply = await store.request('query.locate', { ...here(), ...what })
    return reply.ok ? ok(reply.value.position) : reply
  }

  /** Position of the next row from a position on whose text contains `text`; null when there is none. */
  async function find(
    text: string,
    from: number,
    backwards: boolean,
  ): Promise<Result<number | null>> {
    const reply = await store.request('find', { ...here(), text, from, backwards })
    return reply.ok ? ok(reply.value.position) : reply
  }

  store.on('query', receive)
  store.onState((state) => {
    // Another store process knows nothing of our results.
    if (state !== 'open') return
    held = retired = null
    source.value = null
    void ask()
  })
  watch(wanted, () => void ask(), { immediate: true })
  watch(
    () => sessions.active,
    () => {
      if (isPlain.value) showSession()
    },
  )
  /** Rows that the filter lets through; null without a filter. */
  const matches = computed(() => {
    const range = source.value?.range
    return filter.active && range !== undefined ? range.next - range.first : null
  })
  watch(matches, (count) => (sessions.shown = count))

  return {
    source,
    sort,
    error,
    progress,
    matches,
    here,
    locate,
    find,
    settled,
    cancel,
    retry: () => void ask(),
  }
})

function idOf(at: { session: number; result?: number }): string {
  return at.result === undefined
    ? `session ${at.session}`
    : `session ${at.session} result ${at.result}`
}

function queryArgs(wanted: Wanted): StoreArgs<'query.start'> {
  const { session, query, range, sort } = wanted
  const args = { session, query, range }
  return sort === null
    ? args
    : { ...args, sort: { column: sort.column, descending: sort.descending } }
}
