/** The grid's columns: one table that the header, the rows, the chooser, sorting and the context menu read. */
import type { EventRow } from '@contract/store'
import { formatInstant, formatTime, type TimeFormat } from '@renderer/format/time'
import { visible } from '@renderer/format/visible'

/** What a cell's text depends on besides its row. */
export interface CellContext {
  timeFormat: TimeFormat
  /** For relative times, ms since the epoch. */
  now: number
}

export interface Column {
  id: ColumnId
  title: string
  /** What it is, in the kernel's terms; the header's tooltip. */
  explanation: string
  /** Least width in px before the user changes it, and how much wider it may become where there is room. */
  width: number
  most: number
  align: 'left' | 'right'
  /** Shown before the user chooses columns. */
  initial: boolean
  text: (row: EventRow, context: CellContext) => string
  /** May be a path: its folder is cut before its name. */
  path?: boolean
  /** Everything there is to know, for the tooltip; the text itself when missing. */
  exact?: (row: EventRow) => string
  /** The field of the query language that finds the same value, and the raw value of a row; null: no such filter. */
  filter: { field: string; value: (row: EventRow) => string } | null
}

const NUMBER = (value: number | null): string => (value === null ? '' : String(value))
/** auid and ses are -1 (4294967295) until a login sets them. */
const UNSET = 0xffffffff
const IDENTITY = (value: number | null): string => (value === UNSET ? 'unset' : NUMBER(value))

/** A column that shows one text of the row. */
function text(
  id: TextId,
  title: string,
  explanation: string,
  [width, most]: readonly [number, number],
  field: string | null,
  initial = false,
): Column {
  const value = (row: EventRow): string => row[id]
  return {
    id,
    title,
    explanation,
    width,
    most,
    align: 'left',
    initial,
    text: (row) => visible(row[id]),
    filter: field === null ? null : { field, value },
  }
}

/** A column that shows one number of the row. */
function number(
  id: NumberId,
  title: string,
  explanation: string,
  width: number,
  show: (value: number | null) => string = NUMBER,
): Column {
  const value = (row: EventRow): string => show(row[id])
  return {
    id,
    title,
    explanation,
    width,
    most: width,
    align: 'right',
    initial: false,
    text: value,
    filter: { field: id, value },
  }
}

type TextId =
  | 'event'
  | 'who'
  | 'what'
  | 'object'
  | 'result'
  | 'comm'
  | 'exe'
  | 'key'
  | 'cwd'
  | 'syscall'
  | 'type'
type NumberId = 'serial' | 'pid' | 'ppid' | 'auid' | 'uid' | 'ses'
export type ColumnId = TextId | NumberId | 'time' | 'records'

export const COLUMNS: readonly Column[] = [
  {
    id: 'time',
    title: 'Time',
    explanation: 'When the system call was entered, or the record was made',
    width: 104,
    most: 108,
    align: 'left',
    initial: true,
    text: (row, context) => formatTime(row.time, context.timeFormat, context.now),
    exact: (row) => `${formatInstant(row.time)} · serial ${row.serial}`,
    filter: { field: 'time', value: (row) => `@${(row.time / 1000).toFixed(3)}` },
  },
  text(
    'event',
    'Event',
    'System call, or record type where there is none',
    [92, 150],
    'event',
    true,
  ),
  {
    ...text(
      'who',
      'Who',
      'Login user, and the effective user where it differs',
      [104, 150],
      'user',
      true,
    ),
    // `alice (as root)` is shown; the filter asks for alice.
    filter: { field: 'user', value: (row) => row.who.split(' (')[0] ?? row.who },
  },
  text('what', 'What', 'The action in words', [128, 230], null, true),
  {
    ...text(
      'object',
      'Object',
      'What was acted on: path, address, process or user',
      [130, Infinity],
      'object',
      true,
    ),
    path: true,
  },
  text(
    'result',
    'Result',
    'ok, the error name, or the word of a message',
    [84, 110],
    'result',
    true,
  ),
  text('comm', 'Command', 'Name of the thread (comm), at most 15 bytes', [84, 120], 'comm', true),
  text('key', 'Key', 'Key of the rule that recorded it', [80, 130], 'key', true),
  number('pid', 'PID', 'Process', 72),
  number('ppid', 'PPID', 'Parent process', 72),
  { ...text('exe', 'Executable', 'Path of the program (exe)', [160, 320], 'exe'), path: true },
  number('auid', 'auid', 'Login user: stays the same through su and sudo', 72, IDENTITY),
  number('uid', 'uid', 'Real user', 64),
  number('ses', 'Session', 'Login session (ses)', 72, IDENTITY),
  { ...text('cwd', 'Directory', 'Current directory (cwd)', [140, 280], 'cwd'), path: true },
  text('syscall', 'System call', 'Name of the system call', [96, 130], 'syscall'),
  text('type', 'Type', 'Type of the first record', [104, 150], 'type'),
  number('serial', 'Serial', 'Serial number that the kernel gave the event; 32 bits, wraps', 88),
  {
    id: 'records',
    title: 'Records',
    explanation: 'Records that the event consists of',
    width: 72,
    most: 72,
    align: 'right',
    initial: false,
    text: (row) => String(row.records),
    filter: null,
  },
]

const BY_ID = new Map<string, Column>(COLUMNS.map((column) => [column.id, column]))

/** The column of that name; undefined for names from another version. */
export function columnOf(id: string): Column | undefined {
  return BY_ID.get(id)
}
