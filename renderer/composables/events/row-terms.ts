/** A row of the grid as the query language sees it, and a cell's value as a condition. */
import { valueChip, type Chip, type FieldValue, type QueryEvent } from '@native/audit/query'
import type { EventRow } from '@contract/store'
import type { Column } from '@renderer/components/event-grid/columns'

/** The condition that finds a cell's value again; null where there is none. */
export function termOf(column: Column, row: EventRow, negated = false): Chip | null {
  const value = column.filter?.value(row) ?? ''
  return column.filter === null || value === ''
    ? null
    : valueChip(column.filter.field, value, negated)
}

type Values = Record<string, (row: EventRow) => readonly FieldValue[]>
const text = (value: string): readonly FieldValue[] => (value === '' ? [] : [{ raw: value, value }])
const number = (value: number | null): readonly FieldValue[] =>
  value === null ? [] : text(String(value))

/** `alice (as root)`: the login user, and the one that acts. */
const WHO = /^(.*?)(?: \(as (.*)\))?$/s

/** The accounts of a row: by number where there is one, meaning the name. */
function accounts(row: EventRow): { login: readonly FieldValue[]; acting: readonly FieldValue[] } {
  const [, login = '', acting = login] = WHO.exec(row.who) ?? []
  const account = (id: number | null, name: string): readonly FieldValue[] =>
    id === null ? [] : [{ raw: String(id), value: name }]
  return { login: account(row.auid, login), acting: account(row.uid, acting) }
}

/** Somebody without a number, as messages of programs name people. */
function named(row: EventRow): readonly FieldValue[] {
  return row.auid === null && row.uid === null ? [{ raw: '', value: row.who }] : []
}

/** What a row knows of each field. Fields that only whole events have are not here: they match nothing in a row. */
const FIELDS: Values = {
  time: (row) => text(String(row.time)),
  serial: (row) => number(row.serial),
  event: (row) => text(row.event),
  type: (row) => text(row.type),
  syscall: (row) => text(row.syscall),
  success: (row) => (row.success === null ? [] : text(row.success ? 'yes' : 'no')),
  result: (row) => text(row.result),
  user: (row) => [...accounts(row).login, ...accounts(row).acting, ...named(row)],
  auid: (row) => accounts(row).login,
  uid: (row) => accounts(row).acting,
  ses: (row) => number(row.ses),
  pid: (row) => number(row.pid),
  ppid: (row) => number(row.ppid),
  comm: (row) => text(row.comm),
  exe: (row) => text(row.exe),
  key: (row) => text(row.key),
  cwd: (row) => text(row.cwd),
  object: (row) => text(row.object),
  path: (row) => text(row.object),
}

/** The fields that can be asked of a row. */
export const ROW_FIELDS: ReadonlySet<string> = new Set(Object.keys(FIELDS))

/** A row for `matchesPlan` of the query language. */
export function rowAsEvent(row: EventRow): QueryEvent {
  return {
    values: (field) => FIELDS[field]?.(row) ?? [],
    texts: () => [row.event, row.who, row.what, row.object, row.result, row.comm, row.exe, row.key],
    numbers: () => [row.pid, row.ppid, row.serial].filter((value) => value !== null),
  }
}
