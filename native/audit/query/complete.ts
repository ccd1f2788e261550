/** What can come at the cursor while a query is being typed. */
import { fieldByName, fieldOrPlain, FIELDS, KINDS, OPERATORS } from './fields'
import type { Names } from './names'
import { printValue } from './printer'

export interface Option {
  /** Shown in the list. */
  label: string
  /** Shown beside it. */
  detail: string
  /** Replaces the completion's span. */
  insert: string
}

export interface Completion {
  kind: 'field' | 'operator' | 'value' | 'joint'
  /** The span that an option replaces. */
  from: number
  to: number
  /** What has been typed of it. */
  prefix: string
  /** The field whose values are asked for, canonical; null unless `kind` is `value`. */
  field: string | null
  options: Option[]
}

const MOST = 50
/** field, operator, value typed so far: at the end of the text before the cursor. */
const VALUE_AT_END =
  /([A-Za-z_][\w.-]*)\s*(!=|!~|<=|>=|==?|<|>|~)\s*("(?:[^"\\]|\\.)*|'[^']*|[^\s(),"']*)$/
const LIST_AT_END =
  /([A-Za-z_][\w.-]*)\s+in\s*\((?:[^()"']|"(?:[^"\\]|\\.)*"|'[^']*')*?("(?:[^"\\]|\\.)*|'[^']*|[^\s(),"']*)$/i
const WORD_AT_END = /[^\s()=!<>~,"']*$/
const JOINTS: Option[] = [
  { label: 'and', detail: 'both', insert: 'and ' },
  { label: 'or', detail: 'either', insert: 'or ' },
]
const NOT: Option = { label: 'not', detail: 'the opposite', insert: 'not ' }

/**
 * Completes at `cursor`. Values that occur in the data are not known here: for kind `value` the caller adds those that
 * the store answers for `field` and `prefix`, through {@link valueOption}.
 */
export function complete(text: string, cursor: number, names: Names): Completion {
  const before = text.slice(0, cursor)
  const value = quotesBalanced(before) ? null : before
  const match = VALUE_AT_END.exec(before) ?? LIST_AT_END.exec(before)
  if (match !== null) {
    const typed = match.at(-1)!
    const inQuotes = /^["']/.test(typed)
    if (value === null || inQuotes) return valueCompletion(match[1]!, typed, text, cursor, names)
  }
  const prefix = WORD_AT_END.exec(before)![0]
  const from = cursor - prefix.length
  const left = before.slice(0, from)
  if (fieldByName(left.trimEnd()) !== null && /\s$/.test(left) && prefix === '') {
    return {
      kind: 'operator',
      from,
      to: cursor,
      prefix,
      field: null,
      options: operators(left.trimEnd()),
    }
  }
  const joint = conditionEnds(left)
  const options = [...(joint ? JOINTS : []), ...fields(prefix, names), NOT].filter(({ label }) =>
    label.startsWith(prefix.toLowerCase()),
  )
  return {
    kind: joint ? 'joint' : 'field',
    from,
    to: cursor,
    prefix,
    field: null,
    options: options.slice(0, MOST),
  }
}

/** An option for a value that occurs. */
export function valueOption(value: string, detail: string): Option {
  return { label: value, detail, insert: printValue(value) }
}

function valueCompletion(
  name: string,
  typed: string,
  text: string,
  cursor: number,
  names: Names,
): Completion {
  const field = fieldOrPlain(name)
  const prefix = typed.replace(/^["']/, '')
  const known = [...field.examples, ...(names.values(field.name) ?? [])]
  const folded = prefix.toLowerCase()
  const options = [...new Set(known)]
    .filter((candidate) => candidate.toLowerCase().startsWith(folded))
    .slice(0, MOST)
    .map((candidate) => valueOption(candidate, field.description))
  return {
    kind: 'value',
    from: cursor - typed.length,
    to: endOfValue(text, cursor, typed),
    prefix,
    field: field.name,
    options,
  }
}

/** Where the value that the cursor is in ends, so that an option replaces all of it. */
function endOfValue(text: string, cursor: number, typed: string): number {
  const quote = /^["']/.exec(typed)?.[0]
  if (quote === undefined) return cursor + /^[^\s(),"']*/.exec(text.slice(cursor))![0].length
  const close = text.indexOf(quote, cursor)
  return close < 0 ? text.length : close + 1
}

function quotesBalanced(text: string): boolean {
  const open = text.replace(/"(?:[^"\\]|\\.)*"|'[^']*'/g, '')
  return !/["']/.test(open)
}

function operators(fieldName: string): Option[] {
  const allowed = KINDS[fieldOrPlain(fieldName).kind].operators
  return OPERATORS.filter((operator) => allowed.includes(operator)).map((operator) => ({
    label: operator,
    detail: DETAILS[operator],
    insert: operator,
  }))
}

const DETAILS: Record<(typeof OPERATORS)[number], string> = {
  '=': 'is',
  '!=': 'is not',
  '~': 'fits the pattern',
  '!~': 'does not fit the pattern',
  '<': 'below',
  '<=': 'at most',
  '>': 'above',
  '>=': 'at least',
}

function fields(prefix: string, names: Names): Option[] {
  const own = FIELDS.flatMap((field) =>
    [field.name, ...field.aliases]
      .filter((name) => name === field.name || (prefix !== '' && name.startsWith(prefix)))
      .map((name) => ({ label: name, detail: field.description, insert: `${field.name}=` })),
  )
  if (prefix === '') return own
  const others = names
    .recordFields()
    .filter((name) => fieldByName(name) === null)
    .map((name) => ({ label: name, detail: 'Field of a record', insert: `${name}=` }))
  return [...own, ...others]
}

/** Whether what stands left of the cursor is a whole condition, so that a joining word may follow. */
function conditionEnds(left: string): boolean {
  const trimmed = left.trimEnd()
  if (trimmed === '' || trimmed.length === left.length) return false
  return !/(?:^|[\s(])(?:and|or|not)$|[(!=<>~,]$|&&$|\|\|$/i.test(trimmed)
}
