/** Sessions: which there are, opening, cancelling, closing, saving; budgets and visibility. */
import { ok } from '@native/audit/result'
import { saveSession } from '../save'
import type { Handlers } from '.'
import { notGranted, withSession } from './common'

export const SESSION_HANDLERS: Handlers<
  | 'sessions.list'
  | 'sessions.open'
  | 'sessions.cancel'
  | 'sessions.close'
  | 'sessions.save'
  | 'recordings.list'
  | 'budget.set'
  | 'visibility'
> = {
  'sessions.list': (store) => ok([...store.sessions.values()].map((session) => session.info())),

  'sessions.open': async (store, { paths }) => {
    const refused = paths.find(
      (path) => !store.grants.has(path, 'read') && store.recordings?.includes(path) !== true,
    )
    if (refused !== undefined) return notGranted(refused)
    const opened = await store.files.open(paths)
    return opened.ok ? ok({ session: opened.value.id }) : opened
  },

  'sessions.cancel': (store, args) =>
    withSession(store, args.session, (session) => {
      store.files.cancel(session)
      return ok(null)
    }),

  'sessions.close': (store, args) =>
    withSession(store, args.session, async (session) => {
      if (session.kind === 'live') await store.restartLive()
      else await store.files.close(session)
      return ok(null)
    }),

  'sessions.save': (store, args) =>
    withSession(store, args.session, (session) =>
      store.grants.has(args.path, 'write')
        ? saveSession(session, args.path, store.now())
        : notGranted(args.path),
    ),

  'recordings.list': async (store) => ok((await store.recordings?.list(store.liveFolder)) ?? []),

  'budget.set': (store, { memoryBytes, diskBytes }) => {
    store.setBudgets(memoryBytes, diskBytes)
    return ok(null)
  },

  visibility: (store, { visible }) => {
    store.visible = visible
    return ok(null)
  },
}
