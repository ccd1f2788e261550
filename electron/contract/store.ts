/**
 * What the renderer may ask the store for, over its MessagePort: one table of requests, one of pushes.
 * Types, checks and handlers come from these tables; a test asserts that what the store registers is what is declared.
 *
 * Sequence numbers: every event of a session gets a `seq` when it is complete, counted from 0 and never reused. The store
 * holds the range [first, next); older ones were evicted and counted. The renderer anchors everything by `seq`.
 */
import { z } from 'zod'
import type { Result } from '@native/audit/result'
import type { Advice, Amount } from '@native/audit/talkers/advice'

const sessionId = z.int().min(0).max(1_000_000)
const seq = z.int().min(0)
const timeMs = z.number().finite()
const queryText = z.string().max(4096)
const resultId = z.int().min(0)

/** What a table of counts can be made by. */
export const SUMMARY_KINDS = [
  'process',
  'syscall',
  'file',
  'user',
  'key',
  'connection',
  'type',
  'result',
] as const
export type SummaryKind = (typeof SUMMARY_KINDS)[number]

/** What the time strip can be stacked by. */
export const SERIES_KINDS = ['key', 'syscall', 'user', 'result', 'type'] as const
export type SeriesKind = (typeof SERIES_KINDS)[number]

export const EXPORT_FORMATS = ['json', 'csv', 'raw', 'text', 'interpret'] as const
export type ExportFormat = (typeof EXPORT_FORMATS)[number]

/** Where rows come from: all events of a session, or the rows of a finished or running query. */
const source = z.object({ session: sessionId, result: resultId.optional() })

/**
 * A time window in ms since the epoch, half open; both ends may be missing.
 */
const range = z.object({ from: timeMs.optional(), to: timeMs.optional() })

/** The requests: name → schema of the arguments. Results are in {@link StoreResults}. */
export const STORE_REQUESTS = {
  /** All sessions, the live one first. */
  'sessions.list': z.object({}),
  /** Opens audit.log files (plain, gzip, xz), or a saved session folder, as one new session; progress comes as pushes. */
  'sessions.open': z.object({ paths: z.array(z.string().min(1).max(4096)).min(1).max(256) }),
  /** Stops reading; what was read stays. */
  'sessions.cancel': z.object({ session: sessionId }),
  /** Closes a session and forgets its events; the live one is emptied. */
  'sessions.close': z.object({ session: sessionId }),
  /** Saves a session (also while capturing) into a new folder at `path`. */
  'sessions.save': z.object({ session: sessionId, path: z.string().min(1).max(4096) }),
  /** Rows by position in the source: for a session position = seq; for a result position = index within the result. */
  rows: source.extend({ from: seq, count: z.int().min(1).max(1000) }),
  /** One event, whole, with its records raw and interpreted; secrets are hidden by the settings unless `revealed`. */
  event: z.object({ session: sessionId, seq, revealed: z.boolean().optional() }),
  /** Events around one: same process, session (ses), file, key, or the process's ancestors. */
  related: z.object({
    session: sessionId,
    seq,
    by: z.enum(['process', 'session', 'file', 'key', 'ancestors']),
    limit: z.int().min(1).max(200),
  }),
  /** Starts a query; matches are available as a result at once and grow until done (and, for a live session, after). `sort` orders a finished result. */
  'query.start': z.object({
    session: sessionId,
    query: queryText,
    range,
    sort: z.object({ column: z.string().max(32), descending: z.boolean() }).optional(),
  }),
  'query.cancel': z.object({ session: sessionId, result: resultId }),
  /** Frees a result. */
  'query.close': z.object({ session: sessionId, result: resultId }),
  /** Position of the first row at or after a time, or of a serial; null when there is none. */
  'query.locate': source.extend({
    time: timeMs.optional(),
    serial: z.int().min(0).max(0xffffffff).optional(),
    seq: seq.optional(),
  }),
  /** The next row (from position, in a direction) whose text contains `text`. */
  find: source.extend({ from: seq, text: z.string().min(1).max(1024), backwards: z.boolean() }),
  /** Counts grouped by a kind, most events first, of a query and range. */
  summary: z.object({
    session: sessionId,
    by: z.enum(SUMMARY_KINDS),
    query: queryText,
    range,
    limit: z.int().min(1).max(10_000),
  }),
  /** Stacked event rates over time for the time strip. */
  series: z.object({
    session: sessionId,
    by: z.enum(SERIES_KINDS),
    query: queryText,
    range: z.object({ from: timeMs, to: timeMs }),
    steps: z.int().min(1).max(2000),
    top: z.int().min(1).max(12),
  }),
  /** Values that occur in a field and start with a prefix, most frequent first. */
  values: z.object({
    session: sessionId,
    field: z.string().min(1).max(64),
    prefix: z.string().max(256),
    limit: z.int().min(1).max(100),
  }),
  /** Counts how many events a query matches, without keeping a result (used by what-if and advice). */
  count: z.object({ session: sessionId, query: queryText, range }),
  /** Which held events a rule set would have recorded: rule text in, counts out. */
  whatif: z.object({ session: sessionId, rules: z.string().max(1_000_000) }),
  /** Changes of a rule set that would record less, with what each would have left out of the newest events held. */
  advice: z.object({ session: sessionId, rules: z.string().max(1_000_000) }),
  /** Kernel and helper samples of the live session, for the charts; at most `points` a series, maxima kept. */
  samples: z.object({
    range: z.object({ from: timeMs, to: timeMs }),
    points: z.int().min(2).max(4000),
  }),
  /** The completeness ledger of a session, in numbers and words. */
  ledger: z.object({ session: sessionId }),
  /** Streams rows to a file that must not exist unless `overwrite`. Progress comes as pushes. */
  'export.start': source.extend({
    seqs: z.array(seq).max(100_000).optional(),
    format: z.enum(EXPORT_FORMATS),
    path: z.string().min(1).max(4096),
    overwrite: z.boolean(),
    masked: z.boolean(),
  }),
  'export.cancel': z.object({ job: z.int().min(0) }),
  /** Raw, text, JSON or CSV of a few events, for the clipboard. */
  copy: z.object({
    session: sessionId,
    seqs: z.array(seq).min(1).max(10_000),
    format: z.enum(EXPORT_FORMATS),
  }),
  /** Bookmarks and notes; an empty note with marked=false removes it. */
  'bookmarks.set': z.object({
    session: sessionId,
    seq,
    marked: z.boolean(),
    note: z.string().max(4096),
  }),
  'bookmarks.list': z.object({ session: sessionId }),
  /** Recordings of earlier runs that can be opened again with `sessions.open`, oldest first. */
  'recordings.list': z.object({}),
  /** Memory and disk budgets in bytes; the oldest events go first when one is reached. */
  'budget.set': z.object({ memoryBytes: z.int().min(32 * 2 ** 20), diskBytes: z.int().min(0) }),
  /** Hidden windows get no pushes and the store computes nothing for them. */
  visibility: z.object({ visible: z.boolean() }),
} as const

export type StoreRequestName = keyof typeof STORE_REQUESTS
export type StoreArgs<N extends StoreRequestName> = z.infer<(typeof STORE_REQUESTS)[N]>

/** A session: the live capture, an opened file set, or a saved session. */
export interface SessionInfo {
  id: number
  title: string
  kind: 'live' | 'file' | 'saved'
  state: 'live' | 'reading' | 'done' | 'cancelled' | 'failed'
  /** Why it failed or stopped early; empty otherwise. */
  message: string
  /** Bytes read and in all; `bytesTotal` 0 when not known (a pipe). */
  bytesRead: number
  bytesTotal: number
  /** The seq range held, [first, next). */
  first: number
  next: number
  /** Records received, and lines that could not be parsed (kept as they are). */
  records: number
  malformed: number
  /** Time of the first and last held event, ms; null when empty. */
  from: number | null
  to: number | null
}

/** A session that was recorded by an earlier run and is still on the disk. */
export interface RecordingInfo {
  /** Its folder, for `sessions.open`. */
  path: string
  title: string
  /** ms since the epoch; `ended` null when it was cut off. */
  started: number
  ended: number | null
  /** Raw text, bytes. */
  bytes: number
  /** A crash or a power failure cut it off; it holds all but the last second. */
  cut: boolean
}

/** One row of the event grid. Strings are raw: the renderer escapes control characters when it shows them. */
export interface EventRow {
  /** Position in the source, see `rows`. */
  position: number
  seq: number
  /** ms since the epoch. */
  time: number
  serial: number
  /** Syscall name or record type name, e.g. `unlink`, `USER_LOGIN`. */
  event: string
  /** Login or effective user in a word, e.g. `alice (as root)`. */
  who: string
  /** The action in words, e.g. `deleted file`. */
  what: string
  /** The primary object: path, address, target process, user. */
  object: string
  /** `ok`, or an errno name such as `ENOENT`, or the result word of a user message. */
  result: string
  success: boolean | null
  pid: number | null
  ppid: number | null
  auid: number | null
  uid: number | null
  ses: number | null
  comm: string
  exe: string
  key: string
  cwd: string
  syscall: string
  type: string
  records: number
  marked: boolean
}

/** One field of a record: the raw text and what it means; `value` equals `raw` when there is nothing to interpret. */
export interface FieldView {
  name: string
  raw: string
  value: string
}
/** One record of an event. */
export interface RecordView {
  type: string
  raw: string
  fields: FieldView[]
}

/** One event, whole. */
export interface EventDetail {
  row: EventRow
  sentence: string
  /** Label and value pairs of the three questions; values are raw strings. `filter` is the query that finds the same value, or empty. */
  who: LabelledValue[]
  what: LabelledValue[]
  object: LabelledValue[]
  records: RecordView[]
  /** Ancestors as far as the events (and /proc when live) tell, nearest first. */
  chain: { pid: number; comm: string; exe: string; seq: number | null }[]
  /** How the event was completed: by its EOE/PROCTITLE, as a single record, or by time-out. */
  completion: 'eoe' | 'proctitle' | 'single' | 'timeout' | 'forced'
  note: string
  /** What looks like a secret is hidden in values and records. */
  hidden: boolean
}
export interface LabelledValue {
  label: string
  value: string
  filter: string
}

/** One line of a summary. */
export interface SummaryRow {
  /** What to show: the syscall's name, the path, the user's name... for processes the command. */
  name: string
  /** The query that selects exactly this group. */
  filter: string
  events: number
  failures: number
  /** ms since the epoch. */
  firstSeen: number
  lastSeen: number
  /** Events a second over the last 10 s of the live session; 0 for files. */
  rate: number
  /** Events per second for the last 60 s, oldest first, for a sparkline; empty for files. */
  spark: number[]
  /** Failures by errno name, most first, at most 5. */
  errors: { name: string; count: number }[]
  /** Only for kind `process`. */
  process?: {
    pid: number
    ppid: number | null
    comm: string
    exe: string
    user: string
    alive: boolean | null
    commandLine: string
  }
}
export interface Summary {
  rows: SummaryRow[]
  groups: number
  events: number
  scanned: number
}

/** Stacked series: `counts[k][i]` events of group k in step i; `gaps` are spans in which records are missing. */
export interface Series {
  from: number
  stepMs: number
  groups: string[]
  counts: number[][]
  gaps: Gap[]
}
/** A span in which records went missing, and how many as far as known. */
export interface Gap {
  from: number
  to: number
  records: number
  cause: string
}

/** Chart samples: columns of equal length; NaN is sent as null where nothing was known. */
export interface Samples {
  time: number[]
  recordsPerSecond: (number | null)[]
  eventsPerSecond: (number | null)[]
  backlog: (number | null)[]
  backlogLimit: (number | null)[]
  lost: (number | null)[]
  lostPerSecond: (number | null)[]
  /** Time that tasks waited for the backlog, ms per second. */
  waitedMsPerSecond: (number | null)[]
  droppedPerSecond: (number | null)[]
  /** CPU of the helper in percent of one core. */
  helperCpu: (number | null)[]
  /** Mode changes, rule changes, restarts: drawn as marks. */
  marks: { time: number; text: string }[]
  gaps: Gap[]
}

/** One stage of the ledger: what came in, what went on, what was dropped, what waits (in = out + dropped + waiting). */
export interface LedgerStage {
  name: string
  title: string
  in: number
  out: number
  dropped: number
  waiting: number
  /** Records per second that leave the stage. */
  rate: number
  policy: string
}
export interface LedgerView {
  verdict: 'complete' | 'incomplete' | 'unknown'
  /** "complete since 12:04:10" and the like. */
  sentence: string
  since: number | null
  stages: LedgerStage[]
  /** Every known cause with its count; also those with 0. */
  causes: {
    id: string
    title: string
    records: number
    unit: 'records' | 'events' | 'drops'
    explanation: string
  }[]
  gaps: Gap[]
}

/** Results by request name. */
export interface StoreResults {
  'sessions.list': SessionInfo[]
  'sessions.open': { session: number }
  'sessions.cancel': null
  'sessions.close': null
  'sessions.save': { bytes: number }
  rows: { rows: EventRow[]; first: number; next: number }
  event: EventDetail
  related: EventRow[]
  'query.start': { result: number }
  'query.cancel': null
  'query.close': null
  'query.locate': { position: number | null }
  find: { position: number | null }
  summary: Summary
  series: Series
  values: { value: string; count: number }[]
  count: { events: number; scanned: number }
  whatif: {
    held: number
    recorded: number
    undecidable: number
    byKey: { key: string; before: number; after: number }[]
    /** By the program's path (its short name where that is not known), and by the syscall's name; the most first. */
    byProcess: { name: string; before: number; after: number }[]
    bySyscall: { name: string; before: number; after: number }[]
    notes: string[]
  }
  advice: {
    /** Events that were put to the rules, and what the rules as they are recorded of them. */
    judged: number
    before: Amount
    advice: Advice[]
  }
  samples: Samples
  ledger: LedgerView
  'export.start': { job: number }
  'export.cancel': null
  copy: { text: string }
  'bookmarks.set': null
  'recordings.list': RecordingInfo[]
  'bookmarks.list': { seq: number; note: string; row: EventRow | null }[]
  'budget.set': null
  visibility: null
}

/** What the store tells without being asked, 10 times a second at most. */
export interface StorePushes {
  /** Every session that changed. */
  sessions: SessionInfo[]
  /** Live numbers for the status bar. */
  tick: {
    /** Events held, events completed since connecting, records received. */
    held: number
    events: number
    records: number
    evicted: number
    eventsPerSecond: number
    recordsPerSecond: number
    /** How far indexing lags behind receiving, ms and records. */
    lagMs: number
    lagRecords: number
    memoryBytes: number
    diskBytes: number
    droppedByUs: number
    /** Set while the app's own processes make a large part of the events, so that it feeds on itself. */
    selfAudit: {
      ownPerSecond: number
      eventsPerSecond: number
      /** Key of the rule that records most of them, empty for none, and the system call. Attacker-controlled. */
      key: string
      call: string
    } | null
  }
  /** A query's result grew or is complete. `rows` is the position behind its last row. */
  query: {
    session: number
    result: number
    rows: number
    scanned: number
    total: number
    done: boolean
    error: string
  }
  /** An export's progress. */
  export: { job: number; rows: number; total: number; bytes: number; done: boolean; error: string }
}
export type StorePushName = keyof StorePushes

/** The wire: requests carry an id, replies echo it with a Result, pushes have none. */
export interface StoreRequestMessage<N extends StoreRequestName = StoreRequestName> {
  id: number
  name: N
  args: StoreArgs<N>
}
export interface StoreReplyMessage {
  id: number
  result: Result<unknown>
}
export interface StorePushMessage {
  push: StorePushName
  value: StorePushes[StorePushName]
}
