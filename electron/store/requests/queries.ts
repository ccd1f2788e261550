/** Queries: started, cancelled, located, counted; values for completion. */
import { fieldOrPlain } from '@native/audit/query'
import { ok, fail } from '@native/audit/result'
import { countMatches } from '../aggregate/count'
import { fieldValues } from '../aggregate/values'
import { maskText } from '../export/mask'
import { and, timeRange } from '../query/plans'
import { SORT_COLUMNS } from '../query/sort-columns'
import type { Handlers } from '.'
import { noResult, planOf, withSession } from './common'

/** Fields of which no value is completed while secrets are hidden: whole command lines, and keys that were typed. */
const WHOLLY_HIDDEN: readonly string[] = ['cmdline', 'data']

export const QUERY_HANDLERS: Handlers<
  'query.start' | 'query.cancel' | 'query.close' | 'count' | 'values'
> = {
  'query.start': (store, { session: id, query, range, sort }) =>
    withSession(store, id, (session) => {
      const plan = planOf(store, query)
      if (!plan.ok) return plan
      if (sort !== undefined && !SORT_COLUMNS.includes(sort.column)) {
        return fail('usage', `There is no column ${sort.column} to sort by.`)
      }
      return ok({ result: store.queries.start(session, plan.value, range, sort ?? null) })
    }),

  'query.cancel': (store, { session: id, result }) =>
    withSession(store, id, (session) => {
      if (store.queries.get(session, result) === null) return noResult()
      store.queries.cancel(result)
      return ok(null)
    }),

  'query.close': (store, { result }) => {
    store.queries.close(result)
    return ok(null)
  },

  count: (store, { session: id, query, range }) =>
    withSession(store, id, async (session) => {
      const plan = planOf(store, query)
      if (!plan.ok) return plan
      return ok(await countMatches(session, and(timeRange(range.from, range.to), plan.value)))
    }),

  values: (store, { session: id, field, prefix, limit }) =>
    withSession(store, id, async (session) => {
      // A completion that is masked would find nothing, one that is not would show what is hidden everywhere else.
      const hides = store.maskSecrets
      if (hides && WHOLLY_HIDDEN.includes(fieldOrPlain(field).name)) return ok([])
      const values = await fieldValues(session, field, prefix, limit)
      return ok(hides ? values.filter(({ value }) => maskText(value) === value) : values)
    }),
}
