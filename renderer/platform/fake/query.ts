/** Filters fake events with the app's own query language. */
import {
  compileQuery,
  matchesPlan,
  type FieldValue,
  type Plan,
  type QueryEvent,
} from '@native/audit/query'
import { fail, ok, type Result } from '@native/audit/result'
import { exitOf, isFile, typesOf, type FakeEvent } from './events'

const NAMES = {
  errno: (name: string): number | null => ({ EPERM: 1, ENOENT: 2, EACCES: 13 })[name] ?? null,
  values: () => null,
  recordFields: () => [],
}

/** A test for events, or what is wrong with the query. */
export function eventTest(query: string): Result<(event: FakeEvent) => boolean> {
  const { plan, problems } = compileQuery(query, { now: Date.now(), names: NAMES })
  if (!plan) {
    const message = problems.find(({ severity }) => severity === 'error')?.message
    return fail('query', message ?? 'The query is not valid.')
  }
  return ok((event) => matches(plan, event))
}

function matches(plan: Plan, event: FakeEvent): boolean {
  return matchesPlan(plan, asQueryEvent(event))
}

function asQueryEvent(event: FakeEvent): QueryEvent {
  const { row, records } = event
  const value = (raw: string | number | null, meant = ''): FieldValue[] =>
    raw === null || raw === '' ? [] : [{ raw: String(raw), value: meant || String(raw) }]
  const user = row.who.split(' ')[0]!
  const fields: Record<string, () => FieldValue[]> = {
    event: () => value(row.event),
    type: () => typesOf(event).flatMap((type) => value(type)),
    syscall: () => value(row.syscall),
    success: () => value(row.success ? 'yes' : 'no'),
    exit: () => (row.syscall === '' ? [] : value(exitOf(row.result), row.result)),
    result: () => value(row.result),
    user: () => value(row.uid, user),
    auid: () => value(row.auid, user),
    uid: () => value(row.uid, user),
    pid: () => value(row.pid),
    ppid: () => value(row.ppid),
    ses: () => value(row.ses),
    comm: () => value(row.comm),
    exe: () => value(row.exe),
    key: () => value(row.key),
    cwd: () => value(row.cwd),
    path: () => (isFile(event) ? value(row.object) : []),
    object: () => value(row.object),
    addr: () =>
      row.event === 'connect'
        ? value(row.object.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1'))
        : [],
    time: () => value(row.time),
    serial: () => value(row.serial),
  }
  return {
    values: (field) => fields[field]?.() ?? [],
    texts: () => [
      row.event,
      row.who,
      row.what,
      row.object,
      row.result,
      row.comm,
      row.exe,
      row.key,
      ...records,
    ],
    numbers: () =>
      [row.pid, row.ppid, row.serial].filter((number): number is number => number !== null),
  }
}
