/** Events: rows, one event whole, its relatives, places in a source, bookmarks, copies. */
import { fail, ok } from '@native/audit/result'
import type { EventRow } from '@contract/store'
import { eventDetail } from '../detail'
import { copyEvents } from '../export/formats'
import { findRow } from '../find'
import { locateRow } from '../locate'
import { relatedSeqs } from '../related'
import type { Session } from '../session'
import type { Handlers } from '.'
import { noEvent, noResult, withSession } from './common'

/** Bookmarks of one session. */
const MOST_BOOKMARKS = 10_000

export const EVENT_HANDLERS: Handlers<
  | 'rows'
  | 'event'
  | 'related'
  | 'query.locate'
  | 'find'
  | 'bookmarks.set'
  | 'bookmarks.list'
  | 'copy'
> = {
  rows: (store, { session: id, result, from, count }) =>
    withSession(store, id, async (session) => {
      if (result === undefined) {
        const { first, next } = session.index
        const start = Math.max(first, from)
        const seqs = rangeOf(start, Math.min(next, from + count))
        return ok({ rows: await session.rowsOf(seqs, (index) => start + index), first, next })
      }
      const query = store.queries.get(session, result)
      if (query === null) return noResult()
      if (!store.queries.readable(result)) return ok({ rows: [], first: 0, next: 0 })
      const { first, next } = query.result
      const start = Math.max(first, from)
      const seqs = query.result.seqs(start, Math.max(0, from + count - start))
      return ok({ rows: await session.rowsOf(seqs, (index) => start + index), first, next })
    }),

  event: (store, { session: id, seq, revealed }) =>
    withSession(store, id, async (session) => {
      const detail = await eventDetail(session, seq, store.maskSecrets && revealed !== true)
      return detail === null ? noEvent() : ok(detail)
    }),

  related: (store, { session: id, seq, by, limit }) =>
    withSession(store, id, async (session) => {
      const seqs = await relatedSeqs(session, seq, by, limit)
      return seqs === null ? noEvent() : ok(await session.rowsOf(seqs, (index) => seqs[index]!))
    }),

  'query.locate': (store, { session: id, result, time, serial, seq }) =>
    withSession(store, id, (session) => {
      const query = result === undefined ? null : store.queries.get(session, result)
      if (result !== undefined && query === null) return noResult()
      return ok({ position: locateRow(session, query?.result ?? null, { time, serial, seq }) })
    }),

  find: (store, { session: id, result, from, text, backwards }) =>
    withSession(store, id, async (session) => {
      const query = result === undefined ? null : store.queries.get(session, result)
      if (result !== undefined && query === null) return noResult()
      return ok({ position: await findRow(session, query?.result ?? null, from, text, backwards) })
    }),

  'bookmarks.set': (store, { session: id, seq, marked, note }) =>
    withSession(store, id, (session) => {
      if (!marked && note === '') session.bookmarks.delete(seq)
      else if (session.index.locate(seq) === null) return noEvent()
      else if (session.bookmarks.size >= MOST_BOOKMARKS && !session.bookmarks.has(seq)) {
        return fail(
          'usage',
          `A session has at most ${MOST_BOOKMARKS} bookmarks.`,
          'Remove some first.',
        )
      } else session.bookmarks.set(seq, note)
      if (session.kind === 'live') store.bookmarksChanged()
      return ok(null)
    }),

  'bookmarks.list': (store, { session: id }) =>
    withSession(store, id, async (session) => {
      const seqs = [...session.bookmarks.keys()].sort((a, b) => a - b)
      const rows = await rowsBySeq(session, seqs)
      return ok(
        seqs.map((seq) => ({
          seq,
          note: session.bookmarks.get(seq) ?? '',
          row: rows.get(seq) ?? null,
        })),
      )
    }),

  copy: (store, { session: id, seqs, format }) =>
    withSession(store, id, async (session) =>
      ok({ text: await copyEvents(session, seqs, format, store.maskSecrets) }),
    ),
}

function rangeOf(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index)
}

async function rowsBySeq(
  session: Session,
  seqs: readonly number[],
): Promise<Map<number, EventRow>> {
  const rows = await session.rowsOf(seqs, (index) => seqs[index]!)
  return new Map(rows.map((row) => [row.seq, row]))
}
