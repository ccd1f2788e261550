/** Reads -k, the name of a rule. */
import { byteLength } from './bytes'
import { replacement, type LineState } from './line-state'
import { KEY_SEPARATOR, MAX_KEY_BYTES } from './model'
import type { Option } from './options'
import { splitPair } from './pair'
import { hasRoom, missingFeature, push } from './rule-room'
import { spanIn, type Word } from './words'

export const KEY_NEEDS =
  'A key needs a watch, a syscall, `perm`, `path`, `dir`, `exe` or `fstype` before it.'
export const KEY_HINT = 'Move the key to the end of the rule, or give it one of those.'

/** Whether auditctl takes a key at this place of the rule. */
export function keyAllowed(state: LineState): boolean {
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

/** Adds the key that begins at `from` in a word. */
export function addKey(state: LineState, option: Option, word: Word, from: number): void {
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
