/** Reads the options of a rules file that are no rules: settings of the kernel, and commands. */
import { nearest } from '../nearest'
import type { LineState } from './line-state'
import { readNumber, startsWithDigit } from './number'
import type { Option } from './options'
import type { RuleFileCommand, RuleFileSetting, Statement } from './statement'

type Handler = (state: LineState, option: Option) => void

/** What each option of this kind does. Options that auditctl takes only alone are checked in {@link standsAlone}. */
export const SETTING_READERS: ReadonlyMap<string, Handler> = new Map<string, Handler>([
  ['e', choice('enabled', '0 (off), 1 (on) or 2 (on and locked until the next boot)')],
  ['f', choice('failure', '0 (silent), 1 (print) or 2 (panic)')],
  ['r', count('rateLimit', 'Records per second')],
  ['b', count('backlogLimit', 'Records that may wait')],
  ['backlog_wait_time', count('backlogWaitTime', 'Jiffies that a task may wait')],
  ['i', (state, option) => add(state, option, { kind: 'onError', policy: 'ignore' })],
  ['c', (state, option) => add(state, option, { kind: 'onError', policy: 'continue' })],
  ['t', command('trimSubtrees')],
  ['loginuid-immutable', command('loginuidImmutable')],
  ['reset-lost', command('resetLost')],
  ['reset_backlog_wait_time_actual', command('resetWaitTimeActual')],
  ['D', readDeleteAll],
  ['l', readQuery],
  ['s', readQuery],
  ['v', readQuery],
  ['q', readEquivalent],
  ['m', readMessage],
  ['signal', readSignal],
  [
    'R',
    (state, option) =>
      state.error(
        option,
        'nested-file',
        'A rules file cannot read another one.',
        'Put the rules here, or a file of their own into /etc/audit/rules.d.',
      ),
  ],
  [
    'h',
    (state, option) =>
      state.error(
        option,
        'help',
        '`-h` prints help; it has no place in a rules file.',
        'Leave it out.',
      ),
  ],
])

type NewStatement = Statement extends infer S
  ? S extends Statement
    ? Omit<S, 'start' | 'end'>
    : never
  : never

function add(state: LineState, { start, end }: Option, statement: NewStatement): void {
  state.statements.push({ ...statement, start, end } as Statement)
}

function command(name: RuleFileCommand): Handler {
  return (state, option) => add(state, option, { kind: 'command', command: name })
}

function choice(setting: RuleFileSetting, values: string): Handler {
  return (state, option) => {
    const { text } = option.value!
    if (/^[012]$/.test(text)) add(state, option, { kind: 'set', setting, value: Number(text) })
    else
      state.error(
        option.value!,
        'bad-setting',
        `\`${text}\` is no value of \`-${option.name}\`.`,
        `Write ${values}.`,
      )
  }
}

function count(setting: RuleFileSetting, unit: string): Handler {
  return (state, option) => {
    const word = option.value!
    if (!startsWithDigit(word.text)) {
      state.error(word, 'bad-setting', `\`${word.text}\` is no number.`, `${unit}, as a number.`)
      return
    }
    const { value, length, fits } = readNumber(word.text, 'unsigned')
    if (length < word.text.length)
      state.warn(
        word,
        'trailing-text',
        `auditctl reads only the \`${word.text.slice(0, length)}\` of \`${word.text}\`.`,
        'Write the number alone.',
      )
    if (!fits)
      state.warn(
        word,
        'too-large',
        `\`${word.text}\` does not fit into 32 bits; the kernel gets ${value}.`,
      )
    add(state, option, { kind: 'set', setting, value })
  }
}

/** `-D` alone, or `-D -k KEY`. */
function readDeleteAll(state: LineState, option: Option): void {
  const { words } = state
  const keyed = words.length === 3 && words[1]!.text === '-k'
  if (words.length === 1 || keyed)
    add(
      state,
      { ...option, end: words.at(-1)!.end },
      { kind: 'deleteAll', key: keyed ? words[2]!.text : null },
    )
  else
    state.error(
      option,
      'not-alone',
      '`-D` stands alone, or with one -k.',
      'Write -D, or -D -k KEY, on a line of its own.',
    )
}

function readQuery(state: LineState, option: Option): void {
  add(state, option, { kind: 'query', option: option.name })
  state.warn(
    option,
    'no-effect',
    `\`-${option.name}\` only prints something when auditctl reads it; it has no effect here.`,
    'Leave it out.',
  )
}

function readEquivalent(state: LineState, option: Option): void {
  const word = option.value!
  const [mount = '', subtree = '', ...more] = word.text.split(',')
  if (state.syscallsGiven || subtree === '' || more.length > 0)
    state.error(
      word,
      'bad-equivalent',
      `\`${word.text}\` is no pair of paths.`,
      'Write -q MOUNT,SUBTREE on a line of its own.',
    )
  else add(state, option, { kind: 'equivalent', mount, subtree })
}

function readMessage(state: LineState, option: Option): void {
  const { text } = option.value!
  if (state.words.length > 2)
    state.error(
      option,
      'not-alone',
      '`-m` stands alone with one text.',
      'Write its spaces as `\\ `.',
    )
  else if (/[^\x20-\x7f]/.test(text))
    state.error(
      option.value!,
      'bad-message',
      'The text has characters that auditctl does not send.',
      'Write printable ASCII.',
    )
  else add(state, option, { kind: 'message', text })
}

const SIGNALS = ['TERM', 'HUP', 'USR1', 'USR2', 'CONT']

function readSignal(state: LineState, option: Option): void {
  const { text } = option.value!
  const signal = text.toUpperCase()
  if (SIGNALS.includes(signal)) {
    add(state, option, { kind: 'signal', signal })
    return
  }
  const meant = nearest(text, SIGNALS)
  state.error(
    option.value!,
    'bad-signal',
    `\`${text}\` is no signal that auditctl sends${meant === null ? '.' : `; did you mean \`${meant}\`?`}`,
    `One of ${SIGNALS.join(', ')}.`,
  )
}

/** Options after which auditctl reads no further, so that the rest of the line would be refused or silently dropped. */
const LAST = new Set([
  'i',
  'c',
  's',
  'l',
  'v',
  'D',
  't',
  'q',
  'm',
  'signal',
  'loginuid-immutable',
  'reset-lost',
  'reset_backlog_wait_time_actual',
])
/** Of these, the ones that take a -k or -i of their own. */
const WITH_OPTIONS = new Set(['D', 'l', 's'])

/** Complains when something follows an option that ends the line. */
export function checkLast(state: LineState, options: readonly Option[]): void {
  const at = options.findIndex(({ name }) => LAST.has(name))
  if (at === -1 || at === options.length - 1) return
  const option = options[at]!
  if (WITH_OPTIONS.has(option.name) && ownOptionsFit(state, option)) return
  const next = options[at + 1]!
  state.error(
    next,
    'not-alone',
    `auditctl reads nothing that follows \`${option.name.length === 1 ? '-' : '--'}${option.name}\`.`,
    'Put it on a line of its own.',
  )
}

function ownOptionsFit({ words }: LineState, { name }: Option): boolean {
  const [first, second] = words
  if (first?.text !== `-${name}`) return false
  if (second?.text === '-k') return name !== 's' && words.length === 3
  return second?.text === '-i' && name !== 'D' && words.length === 2
}
