/** Reads -F, a condition of a rule. */
import { nearest } from '../nearest'
import type { Fix } from './diagnostic'
import { FIELD_WORDS, fieldInfo, type FieldInfo } from './fields'
import { replacement, type LineState } from './line-state'
import type { Option } from './options'
import { splitPair, type Pair } from './pair'
import { hasRoom, missingFeature, push } from './rule-room'
import { addKey, keyAllowed, KEY_HINT, KEY_NEEDS } from './read-key'
import { machineOfText, readValue } from './value'
import type { ValueProblem } from './value-result'
import { spanIn, type Word } from './words'

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

function report(state: LineState, word: Word, pair: Pair, problems: readonly ValueProblem[]): void {
  const place = spanIn(word, pair.valueAt)
  for (const { severity, code, message, hint, better } of problems) {
    const fixes = better === null ? [] : [replacement(word, pair.valueAt, word.text.length, better)]
    if (severity === 'error') state.error(place, code, message, hint, fixes)
    else state.warn(place, code, message, hint, fixes)
  }
}
