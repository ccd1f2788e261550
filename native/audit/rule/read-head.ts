/** Reads the options that say which list a rule is for: -a, -A, -d, -w, -W, and -p, which belongs to watches. */
import { nearest } from '../nearest'
import { byteLength } from './bytes'
import type { Fix } from './diagnostic'
import { replacement, type LineState } from './line-state'
import {
  ACTION_NAMES,
  LIST_NAMES,
  MAX_FIELDS,
  MAX_STRING_BYTES,
  type ActionName,
  type ListName,
} from './model'
import type { Option } from './options'
import { readPermission } from './value'
import { pathProblems } from './value-text'
import { spanIn, type Word } from './words'

/** Longest name of a file, bytes (NAME_MAX). */
const MAX_NAME_BYTES = 255

const isList = (word: string): word is ListName => (LIST_NAMES as string[]).includes(word)
const isAction = (word: string): word is ActionName => (ACTION_NAMES as string[]).includes(word)

/** `-a`, `-A`, `-d`: list and action, in either order. */
export function readHead(state: LineState, option: Option): void {
  const value = option.value!
  state.head ??= { start: option.start, end: option.end }
  if (++state.heads > 1) {
    state.error(
      value,
      'several-rules',
      'A line has one rule, and this is its second -a, -A or -d.',
      'Put it on a line of its own.',
    )
    return
  }
  const head = splitHead(state, value)
  if (head === null) {
    state.headFailed = true
    return
  }
  if (option.name !== 'd' && head.list === 'task' && state.syscallsGiven)
    state.error(value, 'task-syscalls', 'Rules on the task list have no syscalls.', 'Leave -S out.')
  if (option.name === 'd') state.remove = head.list
  else state.add = head.list
  state.prepend = option.name === 'A'
  state.action = head.action
}

function splitHead(state: LineState, word: Word): { list: ListName; action: ActionName } | null {
  const parts = word.text.split(',')
  const [first = '', second = ''] = parts
  const bad = (hint: string, fixes: Fix[] = []): null => {
    state.error(word, 'bad-list', `\`${word.text}\` is no list with an action.`, hint, fixes)
    return null
  }
  if (parts.length !== 2) return bad('Write both with one comma between them, such as always,exit.')
  if (isList(first) && isAction(second)) return { list: first, action: second }
  if (isAction(first) && isList(second)) return { list: second, action: first }
  if (isList(first) && second === 'possible') {
    state.warn(
      word,
      'possible',
      'auditctl skips rules with `possible` without a word.',
      'Write always or never.',
      [replacement(word, first.length + 1, word.text.length, 'always')],
    )
    state.ignored = true
    return { list: first, action: 'always' }
  }
  return bad(...headAdvice(word, first, second))
}

/** What was probably meant, and the edit that makes it so. */
function headAdvice(word: Word, first: string, second: string): [hint: string, fixes: Fix[]] {
  const entry = [first, second].indexOf('entry')
  if (entry !== -1) {
    const from = entry === 0 ? 0 : first.length + 1
    return [
      'The entry list no longer exists; the exit list does what it did.',
      [replacement(word, from, from + 5, 'exit')],
    ]
  }
  const names = [...LIST_NAMES, ...ACTION_NAMES]
  const meant = [first, second].map((name) =>
    names.includes(name as ListName) ? name : nearest(name, names),
  )
  const [left, right] = meant
  if (left && right && (isList(left) ? isAction(right) : isList(right)))
    return [
      `Did you mean \`${left},${right}\`?`,
      [replacement(word, 0, word.text.length, `${left},${right}`)],
    ]
  return [`Lists: ${LIST_NAMES.join(', ')}. Actions: always, never.`, []]
}

/** `-w PATH`, `-W PATH`: a rule on the exit list for every syscall that touches the path. */
export function readWatch(state: LineState, option: Option): void {
  const word = option.value!
  if (option.name === 'w' && state.list !== null) {
    state.error(
      option,
      'watch-in-rule',
      'A watch is a rule of its own and cannot follow -a or -d.',
      'Use -F path= or -F dir= in this rule, or put the watch on its own line.',
    )
    return
  }
  state.head ??= { start: option.start, end: option.end }
  state.watch = true
  state.action = 'always'
  if (option.name === 'w') state.add = 'exit'
  else state.remove = 'exit'
  state.syscallsGiven = true
  if (state.fields.length > 0) {
    state.error(
      option,
      'watch-not-first',
      'A watch must come before everything else.',
      'Begin the line with it.',
    )
    return
  }
  state.permissionGiven = true
  if (!checkPath(state, word)) {
    state.headFailed = true
    return
  }
  addWatchFields(state, option, word)
}

function addWatchFields(state: LineState, option: Option, word: Word): void {
  const path = withoutTrailingSlashes(word.text)
  state.addAllSyscalls()
  const field = state.context.isDirectory(path) === true ? 'dir' : 'path'
  const place = { start: option.start, end: option.end }
  state.fields.push(
    { field, operator: '=', value: byteLength(path), text: path },
    { field: 'perm', operator: '=', value: 15, text: null },
  )
  state.fieldPlaces.push(place, place)
}

/** auditctl's own trimming: `/etc/` is `/etc`, but `/` and `//` stay. */
function withoutTrailingSlashes(path: string): string {
  return path.length > 2 ? path.replace(/(?<=.)\/+$/, '') : path
}

function checkPath(state: LineState, word: Word): boolean {
  const path = word.text
  const name = path.replace(/\/+$/, '').split('/').pop() ?? ''
  if (byteLength(path) >= MAX_STRING_BYTES)
    state.error(
      word,
      'too-long',
      `The path has ${byteLength(path)} bytes; at most ${MAX_STRING_BYTES - 1} are possible.`,
    )
  else if (!path.startsWith('/'))
    state.error(
      word,
      'relative-path',
      `\`${path}\` does not begin with a slash.`,
      'Write the full path.',
    )
  else if (byteLength(name) > MAX_NAME_BYTES)
    state.error(
      word,
      'too-long',
      `The last name of the path has ${byteLength(name)} bytes; at most ${MAX_NAME_BYTES} are possible.`,
    )
  else {
    for (const { code, message, hint } of pathProblems(path)) state.warn(word, code, message, hint)
    return true
  }
  return false
}

/** `-p PERMISSIONS`: sets the permissions of the watch, or adds a perm field. */
export function readWatchPermission(state: LineState, option: Option): void {
  const word = option.value!
  if (state.list === null) {
    state.error(
      option,
      'no-list',
      '`-p` belongs to a watch, and none stands before it.',
      'Put -w PATH before it.',
    )
    return
  }
  const { value, problems } = readPermission(word)
  for (const { code, message, hint } of problems) state.error(spanIn(word, 0), code, message, hint)
  if (problems.length > 0) return
  if (state.fields.length === 0) {
    state.error(
      option,
      'permission-first',
      '`-p` must come after another field.',
      'Put -F path= or -F dir= before it.',
    )
    return
  }
  state.permissionGiven = true
  const existing = state.fields.flatMap((field, index) => (field.field === 'perm' ? [index] : []))
  for (const index of existing) {
    state.fields[index] = { ...state.fields[index]!, value }
    state.fieldPlaces[index] = { start: option.start, end: option.end }
  }
  if (existing.length > 0) return
  if (state.fields.length >= MAX_FIELDS - 1) {
    state.error(option, 'too-many-fields', `A rule has at most ${MAX_FIELDS - 1} fields.`)
    return
  }
  state.fields.push({ field: 'perm', operator: '=', value, text: null })
  state.fieldPlaces.push({ start: option.start, end: option.end })
}
