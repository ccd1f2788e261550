/** Reads -C, the comparison of two fields. */
import { nearest } from '../nearest'
import { COMPARED_FIELDS, comparisonNumber, fieldInfo, type FieldInfo } from './fields'
import { replacement, type LineState } from './line-state'
import type { Option } from './options'
import { splitPair } from './pair'
import { hasRoom, push } from './rule-room'
import { spanIn, type Word } from './words'

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
