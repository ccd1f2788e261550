/** Request → handler: the one place that says who answers what. */
import type { StoreArgs, StoreRequestName, StoreResults } from '@contract/store'
import type { Result } from '@native/audit/result'
import type { Store } from '../store'
import { AGGREGATE_HANDLERS } from './aggregates'
import { EVENT_HANDLERS } from './events'
import { EXPORT_HANDLERS } from './exports'
import { QUERY_HANDLERS } from './queries'
import { SESSION_HANDLERS } from './sessions'

export type Handler<N extends StoreRequestName> = (
  store: Store,
  args: StoreArgs<N>,
) => Result<StoreResults[N]> | Promise<Result<StoreResults[N]>>
export type Handlers<N extends StoreRequestName = StoreRequestName> = { [K in N]: Handler<K> }

export const HANDLERS: Handlers = {
  ...SESSION_HANDLERS,
  ...EVENT_HANDLERS,
  ...QUERY_HANDLERS,
  ...AGGREGATE_HANDLERS,
  ...EXPORT_HANDLERS,
}
