/** Where the columns keep the fields of the query language. */
import type { NumberName } from '../columns/chunk'
import type { CodeName } from '../columns/vocabulary'

/** Fields of SYSCALL and PATH records that differ from event to event, so that no column has them. */
export const RAW_FIELDS: ReadonlySet<string> = new Set([
  'a0', 'a1', 'a2', 'a3', 'items', 'item', 'inode', 'dev', 'mode', 'ouid', 'ogid', 'rdev', 'obj', 'cap_fp', 'cap_fi',
  'cap_fe', 'cap_fver', 'cap_frootid',
]) // prettier-ignore

const NUMBER_FIELDS: Readonly<Record<string, NumberName>> = {
  time: 'time',
  serial: 'serial',
  pid: 'pid',
  ppid: 'ppid',
  exit: 'exit',
}

/** Columns of interned values that can have a field; the others have none of its values. */
const FIELD_COLUMNS: Readonly<Record<string, readonly CodeName[]>> = {
  time: [],
  serial: [],
  pid: ['notes'],
  ppid: ['notes'],
  exit: ['notes'],
  syscall: ['call', 'notes'],
  arch: ['call', 'notes'],
  success: ['call', 'notes'],
  cmdline: ['title', 'notes'],
  path: ['paths', 'notes'],
  cwd: ['paths', 'notes'],
  nametype: ['paths', 'notes'],
  object: ['object'],
  type: ['shape'],
  node: ['notes'],
}
const OTHER_COLUMNS: readonly CodeName[] = ['actor', 'notes']

/** The column of numbers that a field is; null when it is none. */
export function numberOfField(field: string): NumberName | null {
  return Object.hasOwn(NUMBER_FIELDS, field) ? NUMBER_FIELDS[field]! : null
}

/** The columns of interned values that can have a field. */
export function columnsOfField(field: string): readonly CodeName[] {
  return Object.hasOwn(FIELD_COLUMNS, field) ? FIELD_COLUMNS[field]! : OTHER_COLUMNS
}
