/** Reads -S: what a rule hooks. */
import { nearest } from '../nearest'
import { replacement, type LineState } from './line-state'
import { RING_OPERATIONS, archOf, syscallsOf, twinOf, type Machine, type NameTable } from './names'
import { readNumber, startsWithDigit } from './number'
import { type ListName } from './model'
import type { Option } from './options'
import { spanIn, type Word } from './words'

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
