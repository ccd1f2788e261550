/** Exports: of a selection, a result, or a whole session. */
import { ok } from '@native/audit/result'
import type { ExportSource } from '../exports'
import type { Session } from '../session'
import type { Store } from '../store'
import type { Handlers } from '.'
import { noResult, notGranted, withSession } from './common'

export const EXPORT_HANDLERS: Handlers<'export.start' | 'export.cancel'> = {
  'export.start': (store, args) =>
    withSession(store, args.session, (session) => {
      if (!store.grants.has(args.path, 'write')) return notGranted(args.path)
      const source = sourceOf(store, session, args)
      return source === null ? noResult() : store.exports.start(source, args)
    }),

  'export.cancel': (store, { job }) => {
    store.exports.cancel(job)
    return ok(null)
  },
}

function sourceOf(
  store: Store,
  session: Session,
  { seqs, result }: { seqs?: number[] | undefined; result?: number | undefined },
): ExportSource | null {
  if (seqs !== undefined) {
    const order = [...seqs].sort((a, b) => a - b)
    return { session, total: order.length, seqs: (from, count) => order.slice(from, from + count) }
  }
  if (result === undefined) {
    const { first, next } = session.index
    const seqsOf = (from: number, count: number) =>
      Array.from({ length: count }, (_, index) => first + from + index)
    return { session, total: next - first, seqs: seqsOf }
  }
  const query = store.queries.get(session, result)
  if (query === null) return null
  const { first, next } = query.result
  return {
    session,
    total: next - first,
    seqs: (from, count) => query.result.seqs(first + from, count),
  }
}
