/**
 * Reads the text of rules as auditctl does: a line, a command line, a whole file. Every complaint has its place.
 *
 * The principle: what auditctl refuses is an error; what it accepts is accepted and gives the same bytes; where it silently
 * takes something else than what is written, there is a warning. Stricter than auditctl, on purpose: NUL, BEL and EOT
 * bytes, escapes in the first word, and options that share a line with one after which auditctl stops reading.
 */
import { fail, ok, type Result } from '../result'
import { byteLength } from './bytes'
import type { RuleContext } from './context'
import type { Diagnostic, Span } from './diagnostic'
import { LineState } from './line-state'
import { FULL_MASK } from './mask'
import { readOptions, type Option } from './options'
import { readComparison } from './read-comparison'
import { readField } from './read-field'
import { finishKeys, readKey } from './read-key'
import { readSyscalls } from './read-syscalls'
import { readHead, readWatch, readWatchPermission } from './read-head'
import { SETTING_READERS, checkLast } from './read-settings'
import type { ParsedLine, RuleStatement } from './statement'
import { splitWords, wordsOfArguments, type Word } from './words'

/** Longest line that auditctl reads in one piece, bytes. */
export const MAX_LINE_BYTES = 6143

const RULE_READERS: ReadonlyMap<string, (state: LineState, option: Option) => void> = new Map([
  ['a', readHead],
  ['A', readHead],
  ['d', readHead],
  ['w', readWatch],
  ['W', readWatch],
  ['p', readWatchPermission],
  ['F', readField],
  ['C', readComparison],
  ['S', readSyscalls],
  ['k', readKey],
])

/** Options of which the first of a rule is one; a comment that begins with one of them is a disabled rule. */
const DISABLED = /^#[ ]*(?=-[aAwdW])/

/** Reads one line of a rules file. `offset` is the line's place in its document, added to every position. */
export function parseLine(line: string, context: RuleContext, offset = 0): ParsedLine {
  const whole = { start: offset, end: offset + line.length }
  const trimmed = line.replace(/^ +/, '')
  if (trimmed === '')
    return {
      ...whole,
      kind: 'blank',
      statements: [],
      diagnostics: [],
      disabled: null,
      origin: null,
    }
  if (trimmed.startsWith('#')) return comment(trimmed, context, whole)
  const unreadable = checkLine(line, offset)
  if (unreadable.length > 0)
    return {
      ...whole,
      kind: 'error',
      statements: [],
      diagnostics: unreadable,
      disabled: null,
      origin: null,
    }
  const words = splitWords(line, offset)
  const state = new LineState(context, words)
  checkWords(state, line)
  return read(state, whole)
}

/** Reads a rule or another command from the words of a command line, as auditctl gets them from a shell. */
export function parseArguments(args: readonly string[], context: RuleContext): ParsedLine {
  const words = wordsOfArguments(args)
  const whole = { start: 0, end: words.at(-1)?.end ?? 0 }
  return read(new LineState(context, words), whole)
}

/** Reads a text that must be exactly one rule. The failure's message says where and why. */
export function parseRule(text: string, context: RuleContext): Result<RuleStatement> {
  return onlyRule(parseLine(text, context))
}

/** The one rule of a line, or why there is none. */
export function onlyRule(line: ParsedLine): Result<RuleStatement> {
  const error = line.diagnostics.find(({ severity }) => severity === 'error')
  if (error !== undefined)
    return fail('usage', `Column ${error.start - line.start + 1}: ${error.message}`, error.hint)
  const [statement, ...more] = line.statements
  if (statement?.kind !== 'rule' || more.length > 0)
    return fail('usage', 'This is no rule.', 'Begin with -a, -A, -d, -w or -W.')
  return ok(statement)
}

function comment(trimmed: string, context: RuleContext, whole: Span): ParsedLine {
  const line: ParsedLine = {
    ...whole,
    kind: 'comment',
    statements: [],
    diagnostics: [],
    disabled: null,
    origin: null,
  }
  const match = DISABLED.exec(trimmed)
  if (match === null) return line
  const text = trimmed.slice(match[0].length)
  const inner = parseLine(text, context, whole.end - text.length)
  const [statement] = inner.statements
  return { ...line, disabled: statement?.kind === 'rule' ? statement : null }
}

function read(state: LineState, whole: Span): ParsedLine {
  const { options, rest, problem } = readOptions(state.words)
  for (const option of options) {
    const reader = RULE_READERS.get(option.name) ?? SETTING_READERS.get(option.name)
    // The -k and -i of -D, -l and -s are read by these.
    if (reader !== undefined && !belongsToFirst(state.words, option)) reader(state, option)
  }
  if (problem !== null) state.diagnostics.push(problem)
  else checkLast(state, options)
  for (const word of rest) complainOfStray(state, word)
  finish(state, whole)
  const { diagnostics } = state
  if (diagnostics.length > 1) diagnostics.sort((a, b) => a.start - b.start)
  const { failed } = state
  return {
    start: whole.start,
    end: whole.end,
    kind: failed ? 'error' : 'statements',
    statements: failed ? [] : state.statements,
    diagnostics,
    disabled: null,
    origin: null,
  }
}

function belongsToFirst(words: readonly Word[], { name }: Option): boolean {
  const first = words[0]?.text
  if (name === 'k') return first === '-D' || first === '-l'
  return name === 'i' && (first === '-l' || first === '-s')
}

/** Puts the rule together once all options are read. */
function finish(state: LineState, whole: Span): void {
  const list = state.add ?? state.remove
  if (list === null || state.action === null) {
    if (state.syscallsGiven && !state.headFailed)
      state.error(
        whole,
        'no-list',
        'There is a syscall but no list.',
        'Begin the rule with -a always,exit.',
      )
    else if (state.statements.length === 0 && !state.failed)
      state.error(whole, 'no-command', 'There is no rule and no command here.')
    return
  }
  finishKeys(state)
  if (state.failed || state.ignored) return
  const everySyscall = list !== 'task' && !state.syscallsGiven
  const operation = state.add === null ? 'delete' : 'add'
  state.statements.push({
    start: whole.start,
    end: whole.end,
    kind: 'rule',
    operation,
    watch: state.watch,
    rule: {
      list,
      action: state.action,
      prepend: operation === 'add' && state.prepend,
      mask: everySyscall ? FULL_MASK : state.mask,
      fields: state.fields,
    },
    places: {
      head: state.head ?? whole,
      syscalls: state.syscallPlaces,
      fields: state.fieldPlaces,
      keys: state.keyPlaces,
    },
  })
}

function complainOfStray(state: LineState, word: Word): void {
  const hint = /[\t\r]/.test(word.text)
    ? 'Separate words by spaces: a tab does not.'
    : state.words.some(({ text }) => /^["']|=["']/.test(text))
      ? 'Rules have no quotes: write a space inside a value as `\\ `.'
      : 'Put an option such as -F before it, or leave it out.'
  state.error(word, 'stray-word', `\`${word.text}\` belongs to no option.`, hint)
}

function lineError(span: Span, code: string, message: string, hint: string): Diagnostic {
  const { start, end } = span
  return { severity: 'error', source: 'auditctl', code, message, hint, start, end, fixes: [] }
}

/** What makes a line unreadable as a whole. */
function checkLine(line: string, offset: number): Diagnostic[] {
  const whole = { start: offset, end: offset + line.length }
  const at = line.search(/[\0\x04\x07]/)
  if (at !== -1) {
    const name = { '\0': 'NUL', '\x04': 'EOT', '\x07': 'BEL' }[line[at]!]
    const place = { start: offset + at, end: offset + at + 1 }
    return [
      lineError(
        place,
        'control-byte',
        `There is a ${name} byte in the line, which auditctl misreads.`,
        'Is this a text file? Remove the byte.',
      ),
    ]
  }
  const length = line.length > MAX_LINE_BYTES ? line.length : byteLength(line)
  if (length > MAX_LINE_BYTES)
    return [
      lineError(
        whole,
        'line-too-long',
        `The line is longer than ${MAX_LINE_BYTES} bytes; auditctl would cut it in pieces.`,
        'Split the rule into several.',
      ),
    ]
  return []
}

function checkWords(state: LineState, line: string): void {
  const first = state.words[0]!
  if (first.origins !== null && first.text.length < first.end - first.start)
    state.error(
      first,
      'escape-in-first-word',
      'auditctl does not resolve escapes in the first word of a line.',
      'Put a space after the option.',
    )
  // auditctl makes room for a third as many words as the line has bytes, and drops the others.
  const most = Math.floor(byteLength(line) / 3) + 1
  if (state.words.length > most)
    state.error(
      state.words[most]!,
      'too-many-words',
      `auditctl reads only the first ${most} words of so short a line.`,
      'Put the rest on a line of its own.',
    )
  const last = state.words.at(-1)!
  if (last.text.endsWith('\r'))
    state.warn(
      last,
      'carriage-return',
      'The line ends with a carriage return, which auditctl takes for part of the last word.',
      'Save the file with Unix line ends.',
      [
        {
          title: 'Remove the carriage return',
          edits: [{ start: last.end - 1, end: last.end, text: '' }],
        },
      ],
    )
}
