/** Reads the options that say what a rule matches: -F, -C, -S, and -k, which names it. */
import { nearest } from '../nearest'
import { byteLength } from './bytes'
import { hasFeature, type RuleFeature } from './context'
import type { Fix, Span } from './diagnostic'
import { COMPARED_FIELDS, FIELD_WORDS, comparisonNumber, fieldInfo, type FieldInfo } from './fields'
import { replacement, type LineState } from './line-state'
import { RING_OPERATIONS, archOf, syscallsOf, twinOf, type Machine, type NameTable } from './names'
import { readNumber, startsWithDigit } from './number'
import {
  KEY_SEPARATOR,
  MAX_FIELDS,
  MAX_KEY_BYTES,
  type FieldName,
  type ListName,
  type Operator,
  type RuleField,
} from './model'
import type { Option } from './options'
import { machineOfText, readValue, type ValueProblem } from './value'
import { spanIn, type Word } from './words'

/** The operators in the order in which auditctl looks for them anywhere in the text. */
const SEARCH_ORDER: readonly Operator[] = ['!=', '>=', '<=', '&=', '=', '>', '<', '&']

/** A condition's text taken apart. */
export interface Pair {
  name: string
  operator: Operator
  value: string
  /** Where the value begins. */
  valueAt: number
}

/** Splits `auid>=1000` as auditctl does; null when there is no operator. */
export function splitPair(
  text: string,
  operators: readonly Operator[] = SEARCH_ORDER,
): Pair | null {
  for (const operator of operators) {
    const at = text.indexOf(operator)
    if (at !== -1) {
      const valueAt = at + operator.length
      return { name: text.slice(0, at), operator, value: text.slice(valueAt), valueAt }
    }
  }
  return null
}

/** `-F FIELD OPERATOR VALUE`. */
export function readField(state: LineState, option: Option): void {
  const word = option.value!
  if (state.list === null) {
    state.error(
      option,
      'no-list',
      '`-F` needs the list before it.',
      'Begin the rule with -a always,exit or another list.',
    )
    return
  }
  if (word.text.startsWith('key=')) {
    addKey(state, option, word, 4)
    return
  }
  if (!hasRoom(state, word)) return
  const pair = splitPair(word.text)
  if (pair === null) {
    state.error(
      word,
      'no-operator',
      `\`${word.text}\` has no operator.`,
      'Write a field, an operator and a value, such as auid>=1000.',
    )
    return
  }
  const info = readName(state, word, pair)
  if (info === null || !isAllowed(state, word, pair, info)) return
  addField(state, option, word, pair, info)
}

function hasRoom(state: LineState, span: Span): boolean {
  if (state.fields.length < MAX_FIELDS - 1) return true
  state.error(
    span,
    'too-many-fields',
    `A rule has at most ${MAX_FIELDS - 1} fields.`,
    'Split it into several rules.',
  )
  return false
}

function readName(state: LineState, word: Word, { name, operator, value }: Pair): FieldInfo | null {
  const place = spanIn(word, 0, name.length)
  if (name === '') {
    state.error(
      word,
      'no-field',
      `\`${word.text}\` has no field before the operator.`,
      `Write a name such as auid before ${operator}.`,
    )
    return null
  }
  if (value === '') {
    state.error(
      word,
      'no-value',
      `\`${word.text}\` has no value after the operator.`,
      `Write a value after ${operator}.`,
    )
    return null
  }
  const info = fieldInfo(name)
  if (info !== null) return info
  const inner = splitPair(name)
  if (inner !== null && fieldInfo(inner.name) !== null) {
    state.error(
      place,
      'operator-in-value',
      `auditctl takes the \`${operator}\` inside the value for the operator, so this value cannot be written with -F.`,
      info === null && inner.name === 'path'
        ? 'A watch can: -w PATH -p PERM.'
        : 'Rename the file, or watch its directory.',
    )
    return null
  }
  const meant = nearest(name, FIELD_WORDS)
  state.error(
    place,
    'unknown-field',
    `Field \`${name}\` is not known${meant === null ? '.' : `; did you mean \`${meant}\`?`}`,
    '',
    meant === null ? [] : [replacement(word, 0, name.length, meant)],
  )
  return null
}

/** Fields and lists that old kernels lack; auditctl asks before it sends. */
const FEATURE_OF_FIELD: Partial<Record<FieldName, RuleFeature>> = {
  exe: 'executablePath',
  sessionid: 'sessionIdFilter',
}

function isAllowed(state: LineState, word: Word, pair: Pair, info: FieldInfo): boolean {
  const list = state.list!
  const missing = missingFeature(state, list, info.name)
  if (missing !== null) {
    state.error(
      word,
      'not-in-kernel',
      `This kernel does not know ${missing}.`,
      'It needs a newer kernel.',
    )
    return false
  }
  if (!state.headFailed && !info.auditctlLists.includes(list)) {
    state.error(
      word,
      'wrong-list',
      `\`${info.name}\` cannot be used on the ${list} list.`,
      `It works on: ${info.auditctlLists.join(', ')}.`,
    )
    return false
  }
  if (info.name === 'arch' && state.syscallsGiven) {
    state.error(
      word,
      'arch-after-syscalls',
      '`arch` must stand before -S: it says which syscall table the names are from.',
      'Move it before the first -S.',
      archFix(state, word),
    )
    return false
  }
  if (!info.auditctlOperators.includes(pair.operator)) {
    const { operators, edit } = operatorAdvice(word, pair, info)
    state.error(
      spanIn(word, pair.name.length, pair.valueAt),
      'wrong-operator',
      `\`${info.name}\` takes only ${operators}.`,
      '',
      edit,
    )
    return false
  }
  if (info.name === 'key' && !keyAllowed(state)) {
    state.error(word, 'key-too-early', KEY_NEEDS, KEY_HINT)
    return false
  }
  return true
}

function missingFeature({ context }: LineState, list: ListName, field: FieldName): string | null {
  const feature = FEATURE_OF_FIELD[field]
  if (feature !== undefined && !hasFeature(context, feature)) return `the field \`${field}\``
  if (list === 'filesystem' && !hasFeature(context, 'filesystemFilter'))
    return 'the filesystem list'
  if (list === 'exclude' && field !== 'msgtype' && !hasFeature(context, 'excludeExtend'))
    return 'other fields than `msgtype` on the exclude list'
  return null
}

function operatorAdvice(
  word: Word,
  pair: Pair,
  info: FieldInfo,
): { operators: string; edit: Fix[] } {
  const operators = info.auditctlOperators.map((operator) => `\`${operator}\``).join(' and ')
  const [best] = info.auditctlOperators
  return { operators, edit: [replacement(word, pair.name.length, pair.valueAt, best!)] }
}

/** Moves the arch field before the first -S. */
function archFix(state: LineState, word: Word): Fix[] {
  const first = state.syscallPlaces[0]
  const option = state.words.filter((candidate) => candidate.end <= word.start).at(-1)
  if (first === undefined || option?.text !== '-F') return []
  return [
    {
      title: 'Move arch before -S',
      edits: [
        { start: first.start, end: first.start, text: `-F ${word.text} ` },
        { start: option.start - 1, end: word.end, text: '' },
      ],
    },
  ]
}

function addField(state: LineState, option: Option, word: Word, pair: Pair, info: FieldInfo): void {
  const read = readValue(info.kind, info.name, pair.value, state.context)
  report(state, word, pair, read.problems)
  if (read.problems.some(({ severity }) => severity === 'error')) return
  push(state, option, {
    field: info.name,
    operator: pair.operator,
    value: read.value,
    text: read.text,
  })
  if (info.name === 'path' || info.name === 'dir' || info.name === 'perm')
    state.permissionGiven = true
  if (info.name === 'exe') state.exeGiven = true
  if (info.name === 'fstype') state.fileSystemGiven = true
  if (info.name === 'arch') state.machine = machineOfText(pair.value, state.context.machine)
}

function push(state: LineState, { start, end }: Span, field: RuleField): void {
  state.fields.push(field)
  state.fieldPlaces.push({ start, end })
}

function report(state: LineState, word: Word, pair: Pair, problems: readonly ValueProblem[]): void {
  const place = spanIn(word, pair.valueAt)
  for (const { severity, code, message, hint, better } of problems) {
    const fixes = better === null ? [] : [replacement(word, pair.valueAt, word.text.length, better)]
    if (severity === 'error') state.error(place, code, message, hint, fixes)
    else state.warn(place, code, message, hint, fixes)
  }
}

/** `-C FIELD OPERATOR FIELD`. */
export function readComparison(state: LineState, option: Option): void {
  const word = option.value!
  if (!hasRoom(state, word)) return
  const pair = splitPair(word.text, ['!=', '='])
  if (pair === null || pair.name === '' || pair.value === '') {
    state.error(
      word,
      'bad-comparison',
      `\`${word.text}\` is no comparison.`,
      'Write two fields with = or != between them, such as uid!=euid.',
    )
    return
  }
  const left = comparedField(state, word, 0, pair.name)
  const right = comparedField(state, word, pair.valueAt, pair.value)
  if (left === null || right === null) return
  if (state.list !== 'exit') {
    state.error(
      word,
      'wrong-list',
      'Comparisons are possible on the exit list only.',
      state.list === null ? 'Put -a always,exit before it.' : '',
    )
    return
  }
  const number = comparisonNumber(left.name, right.name)
  if (number === null) {
    state.error(
      word,
      'bad-comparison',
      `The kernel cannot compare \`${left.name}\` with \`${right.name}\`.`,
      `User ids compare with user ids, group ids with group ids: ${COMPARED_FIELDS.join(', ')}.`,
    )
    return
  }
  push(state, option, {
    field: 'field_compare',
    operator: pair.operator,
    value: number,
    text: null,
  })
}

function comparedField(state: LineState, word: Word, from: number, name: string): FieldInfo | null {
  const info = fieldInfo(name)
  if (info !== null) return info
  const meant = nearest(name, COMPARED_FIELDS)
  state.error(
    spanIn(word, from, from + name.length),
    'unknown-field',
    `Field \`${name}\` is not known${meant === null ? '.' : `; did you mean \`${meant}\`?`}`,
    '',
    meant === null ? [] : [replacement(word, from, from + name.length, meant)],
  )
  return null
}

/** Lists whose rules have no syscalls, in words. */
const NO_SYSCALLS: ReadonlySet<ListName> = new Set<ListName>([
  'task',
  'user',
  'filesystem',
  'exclude',
])

/** `-S NAME[,NAME...]`: names or numbers of syscalls, or `all`. */
export function readSyscalls(state: LineState, option: Option): void {
  const word = option.value!
  const { list } = state
  if (list !== null && NO_SYSCALLS.has(list)) {
    state.error(
      option,
      'no-syscalls',
      `Rules on the ${list} list have no syscalls.`,
      'Leave -S out, or use the exit list.',
    )
    return
  }
  const withoutArch = state.machine === null
  if (list !== 'io_uring') state.machine ??= state.context.machine
  const table = list === 'io_uring' ? RING_OPERATIONS : syscallsOf(state.machine!)
  state.syscallPlaces.push({ start: option.start, end: option.end })
  let at = 0
  let known = true
  for (const name of word.text.split(',')) {
    if (name !== '') known = addSyscall(state, word, at, name, table) && known
    at += name.length + 1
  }
  state.syscallsGiven = true
  if (known && withoutArch && state.add !== null && list !== 'io_uring')
    warnOfMismatch(state, option, word)
}

function addSyscall(
  state: LineState,
  word: Word,
  at: number,
  name: string,
  table: NameTable,
): boolean {
  if (name === 'all') {
    state.addAllSyscalls()
    return true
  }
  const number =
    table.number(name) ?? (startsWithDigit(name) ? readNumber(name, 'signed').value : null)
  if (number !== null && state.addSyscall(number)) return true
  const place = spanIn(word, at, at + name.length)
  if (number !== null) {
    state.error(
      place,
      'unknown-syscall',
      `Syscall number ${name} is too large; the largest is 2047.`,
    )
    return false
  }
  const meant = nearest(name, table.all)
  const what = state.list === 'io_uring' ? 'io_uring operation' : 'Syscall'
  state.error(
    place,
    'unknown-syscall',
    `${what === 'Syscall' ? 'Syscall' : 'The io_uring operation'} \`${name}\` is not known${state.list === 'io_uring' ? '' : ` on ${state.machine}`}${meant === null ? '.' : `; did you mean \`${meant}\`?`}`,
    '',
    meant === null ? [] : [replacement(word, at, at + name.length, meant)],
  )
  return false
}

/** Without arch the numbers are matched for programs of every width, where they mean other syscalls. */
function warnOfMismatch(state: LineState, option: Option, word: Word): void {
  const twin = twinOf(state.machine!)
  if (twin === null || !differs(word.text, state.machine!, twin)) return
  state.warn(
    option,
    'no-arch-mismatch',
    `Without \`arch\` this also matches 32-bit programs, where the same numbers are other syscalls.`,
    'Put -F arch=b64 before -S, and add a twin with b32 when 32-bit programs matter.',
    [
      {
        title: 'Add arch=b64',
        edits: [{ start: option.start, end: option.start, text: '-F arch=b64 ' }],
      },
    ],
  )
}

function differs(names: string, native: Machine, twin: Machine): boolean {
  if (archOf(native) === archOf(twin)) return false
  return names.split(',').some((name) => {
    const number = syscallsOf(native).number(name)
    return number !== null && name !== 'all' && syscallsOf(twin).number(name) !== number
  })
}

const KEY_NEEDS =
  'A key needs a watch, a syscall, `perm`, `path`, `dir`, `exe` or `fstype` before it.'
const KEY_HINT = 'Move the key to the end of the rule, or give it one of those.'

function keyAllowed(state: LineState): boolean {
  return state.syscallsGiven || state.permissionGiven || state.exeGiven || state.fileSystemGiven
}

/** `-k KEY`. */
export function readKey(state: LineState, option: Option): void {
  if (state.list === null || !(keyAllowed(state) || state.headFailed)) {
    state.error(option, 'key-too-early', KEY_NEEDS, KEY_HINT)
    return
  }
  addKey(state, option, option.value!, 0)
}

function addKey(state: LineState, option: Option, word: Word, from: number): void {
  const key = word.text.slice(from)
  const place = spanIn(word, from)
  // As auditctl joins them: an empty key after another one leaves a separator.
  const joined = state.keyText === '' ? key : state.keyText + KEY_SEPARATOR + key
  const length = byteLength(joined)
  if (length > MAX_KEY_BYTES) {
    state.error(
      place,
      'key-too-long',
      `The keys of this rule have ${length} bytes; at most ${MAX_KEY_BYTES} are possible.`,
      'Write a shorter key.',
    )
    return
  }
  if (key.includes(KEY_SEPARATOR))
    state.warn(
      place,
      'key-separator',
      'The key contains byte 0x01, which separates keys.',
      'Write two keys.',
    )
  if (/^["'].*["']$/.test(key))
    state.warn(
      place,
      'quoted',
      'The quotes are part of the key: rules have no quotes.',
      'Leave them out.',
      [replacement(word, from, word.text.length, key.slice(1, -1))],
    )
  if (key === '')
    state.warn(
      option,
      'empty-key',
      'The key is empty and has no effect.',
      'Write a name after key=.',
    )
  state.keyText = joined
  state.keyPlaces.push({ start: option.start, end: option.end })
}

/** Adds the keys as one field, which auditctl does after all other options. */
export function finishKeys(state: LineState): void {
  const text = state.keyText
  if (text === '') return
  const place = { start: state.keyPlaces[0]!.start, end: state.keyPlaces.at(-1)!.end }
  if (!hasRoom(state, place)) return
  if (splitPair(`key=${text}`)!.name !== 'key') {
    state.error(
      place,
      'operator-in-value',
      'auditctl takes a `!=`, `>=`, `<=` or `&=` inside a key for an operator.',
      'Use other characters in the key.',
    )
    return
  }
  if (state.list === 'exclude') {
    state.error(place, 'wrong-list', 'Rules on the exclude list have no key.', 'Leave it out.')
    return
  }
  if (missingFeature(state, state.list!, 'key') !== null) {
    state.error(
      place,
      'not-in-kernel',
      'This kernel does not know the filesystem list.',
      'It needs a newer kernel.',
    )
    return
  }
  if (!keyAllowed(state) && !state.headFailed) {
    state.error(
      place,
      'key-too-early',
      KEY_NEEDS,
      'Leave the key out, or give the rule one of those.',
    )
    return
  }
  push(state, place, { field: 'key', operator: '=', value: byteLength(text), text })
}
