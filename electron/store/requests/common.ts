/** What several handlers need: the session that is meant, the plan of a query's text. */
import { compileQuery, type Plan } from '@native/audit/query'
import { queryNames } from '@native/audit/query/table-names'
import { fail, ok, type Failure, type Result } from '@native/audit/result'
import type { Session } from '../session'
import type { Store } from '../store'

export function noSession(id: number): Failure {
  return fail('no-session', `There is no session ${id} any more.`, 'Choose another tab.')
}

export function noResult(): Failure {
  return fail('no-result', 'The result of this query is not held any more.', 'Run the query again.')
}

export function noEvent(): Failure {
  return fail(
    'evicted',
    'The event is not held any more: it was removed to stay within the budget.',
    'Raise the budget in Settings to keep more.',
  )
}

/** Calls `use` with a session, or fails when there is none of that number. */
export function withSession<T>(
  store: Store,
  id: number,
  use: (session: Session) => Result<T> | Promise<Result<T>>,
): Result<T> | Promise<Result<T>> {
  const session = store.session(id)
  return session === null ? noSession(id) : use(session)
}

/** The plan of a query's text. */
export function planOf(store: Store, text: string): Result<Plan> {
  const { plan, problems } = compileQuery(text, { now: store.now(), names: queryNames })
  if (plan !== null) return ok(plan)
  const problem = problems.find(({ severity }) => severity === 'error')!
  return fail('query', problem.message, problem.fix === null ? '' : `Did you mean ${problem.fix}?`)
}

/** Refuses a path that the user did not choose. */
export function notGranted(path: string): Failure {
  return fail(
    'refused',
    `${path} was not chosen in this run of the app.`,
    'Choose it in the dialog.',
  )
}
