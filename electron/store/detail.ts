/** One event whole, for the inspector: the three questions, its records, its ancestors. */
import { fieldOrPlain, printCondition, type FieldValue } from '@native/audit/query'
import type { EventDetail, LabelledValue } from '@contract/store'
import { idAt } from './columns/codes'
import { HIDDEN, maskEvent } from './export/mask'
import { EventReader } from '@native/audit/query-event'
import { ancestors } from './related'
import type { Session } from './session'

type Label = readonly [label: string, field: string]

const WHO: readonly Label[] = [
  ['Login user', 'auid'],
  ['User', 'uid'],
  ['Effective user', 'euid'],
  ['Group', 'gid'],
  ['Session', 'ses'],
  ['Terminal', 'tty'],
  ['Process', 'pid'],
  ['Parent process', 'ppid'],
  ['Name', 'comm'],
  ['Executable', 'exe'],
  ['Command line', 'cmdline'],
  ['Context', 'subj'],
  ['Host', 'node'],
]
const WHAT: readonly Label[] = [
  ['Event', 'event'],
  ['Architecture', 'arch'],
  ['Result', 'result'],
  ['Returned', 'exit'],
  ['Operation', 'op'],
  ['Rule key', 'key'],
  ['Current directory', 'cwd'],
]
const OBJECT: readonly Label[] = [
  ['Object', 'object'],
  ['Path', 'path'],
  ['Address', 'addr'],
  ['Port', 'port'],
  ['Remote host', 'hostname'],
  ['Account', 'acct'],
  ['Context', 'obj'],
]
/** Different values of one field that are listed; an event can have very many paths. */
const MOST_VALUES = 32

/** Everything about an event, with what looks like a secret hidden when `masked`; null when it is not held any more. */
export async function eventDetail(
  session: Session,
  seq: number,
  masked: boolean,
): Promise<EventDetail | null> {
  const [whole] = await session.loader.load([seq])
  const chain = await ancestors(session, seq)
  if (whole == null) return detailOfFacts(session, seq, chain)
  const event = masked ? maskEvent(whole) : whole
  const reader = new EventReader(session.facts.resolver).of(event, session.rows.digest(event))
  const list = (labels: readonly Label[]) => labels.flatMap((label) => valuesOf(label, reader))
  return {
    row: session.rows.row(event, { position: seq, seq, marked: session.bookmarks.has(seq) }),
    sentence: session.rows.sentence(event),
    who: list(WHO),
    what: list(WHAT),
    object: list(OBJECT),
    records: session.rows.records(event),
    chain,
    completion: event.completion,
    note: session.bookmarks.get(seq) ?? '',
    hidden: event.records.some((record, index) => record !== whole.records[index]),
  }
}

/** What is left of an event whose raw text is gone. */
function detailOfFacts(
  session: Session,
  seq: number,
  chain: EventDetail['chain'],
): EventDetail | null {
  const found = session.index.locate(seq)
  const facts = session.factsOf(seq)
  if (found === null || facts === null) return null
  const shape = found.chunk.vocabulary.shapeOf(idAt(found.chunk.codes('shape'), found.index))
  return {
    row: session.rows.rowOfFacts(facts, { position: seq, seq, marked: session.bookmarks.has(seq) }),
    sentence: session.facts.describe(facts).sentence,
    who: [],
    what: [],
    object: [],
    records: [],
    chain,
    completion: shape.completion,
    note: session.bookmarks.get(seq) ?? '',
    hidden: false,
  }
}

function valuesOf([label, field]: Label, reader: EventReader): LabelledValue[] {
  const seen = new Set<string>()
  return reader.values(field).flatMap((found) => {
    if (found.value === '' || seen.has(found.value) || seen.size >= MOST_VALUES) return []
    seen.add(found.value)
    return [{ label, value: shown(found, field), filter: filterOf(found, field) }]
  })
}

/** ses is this until a login sets it (AUDIT_SID_UNSET in linux/audit.h). */
const NO_SESSION = '4294967295'

/** Users and groups with their number, which alone says for sure who is meant. */
function shown({ raw, value }: FieldValue, field: string): string {
  if (field === 'ses' && raw === NO_SESSION) return `unset (${raw})`
  return fieldOrPlain(field).kind === 'account' && raw !== value && /^\d+$/.test(raw)
    ? `${value} (${raw})`
    : value
}

/** The query that finds the same value; none finds what is hidden. */
function filterOf({ raw, value }: FieldValue, field: string): string {
  if (value.includes(HIDDEN)) return ''
  const { kind } = fieldOrPlain(field)
  const number = (kind === 'account' || kind === 'errno') && /^-?\d+$/.test(raw)
  return printCondition(field, '=', number ? raw : value)
}
