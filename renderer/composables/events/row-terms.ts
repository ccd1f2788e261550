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

type Texts = Record<string, (row: EventRow) => readonly string[]>
const number = (value: number | null): readonly string[] => (value === null ? [] : [String(value)])
const text = (value: string): readonly string[] => (value === '' ? [] : [value])

/** What a row knows of each field. Fields that only whole events have are not here: they match nothing in a row. */
const FIELDS: Texts = {
  time: (row) => [String(row.time)],
  serial: (row) => [String(row.serial)],
  event: (row) => [row.event],
  type: (row) => [row.type],
  syscall: (row) => text(row.syscall),
  success: (row) => (row.success === null ? [] : [row.success ? 'yes' : 'no']),
  result: (row) => [row.result],
  user: (row) => [row.who.split(' (')[0] ?? '', ...number(row.auid), ...number(row.uid)],
  auid: (row) => number(row.auid),
  uid: (row) => number(row.uid),
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
    values: (field): FieldValue[] =>
      (FIELDS[field]?.(row) ?? []).map((value) => ({
        raw: value,
        value: meaning(field, value, row),
      })),
    texts: () => [row.event, row.who, row.what, row.object, row.result, row.comm, row.exe, row.key],
    numbers: () => [row.pid, row.ppid, row.serial].filter((value) => value !== null),
  }
}

/** Accounts are compared by name where the value is a number. */
function meaning(field: string, value: string, row: EventRow): string {
  const isAccount = field === 'auid' || field === 'uid'
  return isAccount ? (row.who.split(' (')[0] ?? value) : value
}
