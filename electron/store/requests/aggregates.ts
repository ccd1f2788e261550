/** Counts and curves: summaries, series, samples, the ledger, what-if. */
import { ok } from '@native/audit/result'
import { systemContext } from '@native/cli/commands/rules/context'
import { advice } from '../aggregate/advice'
import { gapsWithin, seriesOf } from '../aggregate/series'
import { whatIf } from '../aggregate/whatif'
import { and, timeRange, timesOf } from '../query/plans'
import type { Handlers } from '.'
import { planOf, withSession } from './common'

export const AGGREGATE_HANDLERS: Handlers<
  'summary' | 'series' | 'samples' | 'ledger' | 'whatif' | 'advice'
> = {
  summary: (store, { session: id, by, query, range, limit }) =>
    withSession(store, id, async (session) => {
      const plan = planOf(store, query)
      if (!plan.ok) return plan
      const whole = and(timeRange(range.from, range.to), plan.value)
      // Relative times mean something else each time, so the plan's times are part of the name.
      const name = JSON.stringify([query, timesOf(whole)])
      return ok(await session.summaries.summarise(by, name, whole, limit, store.now()))
    }),

  series: (store, { session: id, query, range, ...options }) =>
    withSession(store, id, async (session) => {
      const plan = planOf(store, query)
      return plan.ok ? ok(await seriesOf(session, plan.value, { ...options, ...range })) : plan
    }),

  samples: (store, { range: { from, to }, points }) => {
    const live = store.live?.session
    const gaps = live === undefined ? [] : gapsWithin(live, from, to)
    return ok({ ...store.history.samples(from, to, points), gaps })
  },

  ledger: (store, { session: id }) =>
    withSession(store, id, (session) => ok(session.ledgerView(store.now()))),

  whatif: (store, { session: id, rules }) =>
    withSession(store, id, (session) => whatIf(session, rules, systemContext())),

  advice: (store, { session: id, rules }) =>
    withSession(store, id, (session) => advice(session, rules, systemContext())),
}
