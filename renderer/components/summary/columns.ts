/** The columns of the summaries. */
import type { SummaryKind, SummaryRow } from '@contract/store'

export interface SummaryColumn {
  id: string
  title: string
  explanation: string
  /** CSS width of the grid's track. */
  width: string
  number: boolean
  /** What the column sorts by. */
  value: (row: SummaryRow) => string | number
  /** Shown first when sorted: the largest. */
  descending: boolean
}

const text = (
  id: string,
  title: string,
  explanation: string,
  width: string,
  value: (row: SummaryRow) => string,
): SummaryColumn => ({ id, title, explanation, width, number: false, value, descending: false })

const number = (
  id: string,
  title: string,
  explanation: string,
  width: string,
  value: (row: SummaryRow) => number,
): SummaryColumn => ({ id, title, explanation, width, number: true, value, descending: true })

const COUNTS: readonly SummaryColumn[] = [
  number(
    'events',
    'Events',
    'Events that the filter lets through, with their share',
    '120px',
    (row) => row.events,
  ),
  number('failures', 'Failures', 'Events whose call failed', '76px', (row) => row.failures),
  {
    ...number(
      'errors',
      'Errors',
      'The most frequent errors; sorts by the share that failed',
      'minmax(110px, 1fr)',
      (row) => row.failures / Math.max(1, row.events),
    ),
    number: false,
  },
]
const RATES: readonly SummaryColumn[] = [
  number('rate', 'Rate', 'Events a second over the last ten seconds', '76px', (row) => row.rate),
  number(
    'spark',
    'Last minute',
    'Events a second over the last minute',
    '108px',
    (row) => row.rate,
  ),
]
const SEEN: readonly SummaryColumn[] = [
  number('firstSeen', 'First seen', 'Time of the first event', '104px', (row) => row.firstSeen),
  number('lastSeen', 'Last seen', 'Time of the newest event', '104px', (row) => row.lastSeen),
]

const PROCESS: readonly SummaryColumn[] = [
  text('name', 'Process', 'Name of the process (comm)', 'minmax(130px, 2fr)', (row) => row.name),
  number('pid', 'PID', 'Process', '68px', (row) => row.process?.pid ?? -1),
  text(
    'user',
    'User',
    'User that it runs as',
    'minmax(72px, 150px)',
    (row) => row.process?.user ?? '',
  ),
]
const STATE: readonly SummaryColumn[] = [
  text('state', 'State', 'Whether it still runs', '68px', (row) => String(row.process?.alive)),
]
const COMMAND: readonly SummaryColumn[] = [
  text(
    'command',
    'Command line',
    'Arguments as the events or /proc tell them',
    'minmax(120px, 3fr)',
    (row) => row.process?.commandLine || (row.process?.exe ?? ''),
  ),
]

/** Words of the views. */
export interface SummaryWords {
  /** One and several of what is counted. */
  one: string
  many: string
  /** Why there may be nothing. */
  empty: string
}

export const SUMMARY_WORDS: Record<SummaryKind, SummaryWords> = {
  process: {
    one: 'process',
    many: 'processes',
    empty: 'Processes appear once an event names one.',
  },
  syscall: {
    one: 'system call',
    many: 'system calls',
    empty: 'System calls appear once a rule records them.',
  },
  file: {
    one: 'file',
    many: 'files',
    empty: 'Files appear once an event has a path; a watch (-w) records one.',
  },
  user: { one: 'user', many: 'users', empty: 'Users appear with their first event.' },
  key: {
    one: 'key',
    many: 'keys',
    empty: 'Keys are given to rules with -k; events carry the key of their rule.',
  },
  connection: {
    one: 'address',
    many: 'addresses',
    empty: 'Addresses appear once a rule records connect, bind or accept.',
  },
  type: { one: 'record type', many: 'record types', empty: 'Types appear with their first event.' },
  result: { one: 'result', many: 'results', empty: 'Results appear with their first event.' },
}

const NAMES: Partial<Record<SummaryKind, SummaryColumn>> = {
  syscall: text(
    'name',
    'System call',
    'Name of the call',
    'minmax(140px, 300px)',
    (row) => row.name,
  ),
  file: text('name', 'File', 'Path as the events have it', 'minmax(240px, 4fr)', (row) => row.name),
  user: text(
    'name',
    'User',
    'Login user, or the effective one without a login',
    'minmax(140px, 300px)',
    (row) => row.name,
  ),
  key: text(
    'name',
    'Key',
    'Key of the rule that recorded the events',
    'minmax(140px, 300px)',
    (row) => row.name,
  ),
  connection: text(
    'name',
    'Address',
    'Address and port, or path of a unix socket',
    'minmax(220px, 2fr)',
    (row) => row.name,
  ),
}

/** The columns of a kind; what only a live session knows is left out for files. */
export function summaryColumns(kind: SummaryKind, live: boolean): readonly SummaryColumn[] {
  const rates = live ? RATES : []
  if (kind === 'process') {
    const state = live ? STATE : []
    return [...PROCESS, ...state, ...COUNTS, ...rates, ...COMMAND, ...SEEN.slice(1)]
  }
  const name = NAMES[kind]
  return name === undefined ? [...COUNTS, ...rates, ...SEEN] : [name, ...COUNTS, ...rates, ...SEEN]
}
