/**
 * The options of a line, found the way getopt_long(3) finds them for auditctl: clusters (`-lk`), values attached
 * (`-Farch=b64`), long options by any unambiguous beginning, words without an option anywhere.
 */
import { nearest } from '../nearest'
import type { Diagnostic, Span } from './diagnostic'
import type { Word } from './words'

/** Short options and whether they take a value. */
const SHORT = new Map<string, boolean>([
  ...[...'hicslDvt'].map((letter) => [letter, false] as const),
  ...[...'CefrbaAdSFmRwWkpq'].map((letter) => [letter, true] as const),
])

/** Long options and whether they take a value. */
const LONG = {
  'loginuid-immutable': false,
  backlog_wait_time: true,
  'reset-lost': false,
  reset_backlog_wait_time_actual: false,
  signal: true,
} as const
export type LongOption = keyof typeof LONG
const LONG_NAMES = Object.keys(LONG) as LongOption[]

/** All options as they are typed, for "did you mean". */
export const OPTION_NAMES: readonly string[] = [
  ...[...SHORT.keys()].map((letter) => `-${letter}`),
  ...LONG_NAMES.map((name) => `--${name}`),
]

/** One option of a line with its value. */
export interface Option extends Span {
  /** `a` of `-a`, `signal` of `--signal`. */
  name: string
  /** The value; null for an option that takes none. */
  value: Word | null
}

export interface Options {
  options: Option[]
  /** Words that belong to no option. */
  rest: Word[]
  /** The first option that is unknown or lacks its value; auditctl reads no further. */
  problem: Diagnostic | null
}

/** Splits a line's words into options. */
export function readOptions(words: readonly Word[]): Options {
  const options: Option[] = []
  const rest: Word[] = []
  for (let at = 0; at < words.length; at++) {
    const current = words[at]!
    const { text } = current
    if (text === '--') {
      rest.push(...words.slice(at + 1))
      break
    }
    if (text.length < 2 || text[0] !== '-') {
      rest.push(current)
      continue
    }
    const read = text.startsWith('--')
      ? readLong(current, words[at + 1])
      : readCluster(current, words[at + 1])
    options.push(...read.options)
    if (read.problem) return { options, rest, problem: read.problem }
    if (read.usedNext) at++
  }
  return { options, rest, problem: null }
}

interface Read {
  options: Option[]
  usedNext: boolean
  problem: Diagnostic | null
}

function readCluster(current: Word, next: Word | undefined): Read {
  const options: Option[] = []
  const { text } = current
  for (let at = 1; at < text.length; at++) {
    const name = text[at]!
    const takesValue = SHORT.get(name)
    const problem = (diagnostic: Diagnostic): Read => ({
      options,
      usedNext: false,
      problem: diagnostic,
    })
    if (takesValue === undefined) return problem(unknownOption(current))
    if (!takesValue) {
      options.push({ name, value: null, start: current.start, end: current.end })
      continue
    }
    if (at + 1 < text.length) {
      options.push(withValue(name, current, tail(current, at + 1)))
      return { options, usedNext: false, problem: null }
    }
    if (next === undefined) return problem(missingValue(current, `-${name}`))
    options.push(withValue(name, current, next))
    return { options, usedNext: true, problem: null }
  }
  return { options, usedNext: false, problem: null }
}

function readLong(current: Word, next: Word | undefined): Read {
  const problem = (diagnostic: Diagnostic): Read => ({
    options: [],
    usedNext: false,
    problem: diagnostic,
  })
  const equals = current.text.indexOf('=')
  const typed = current.text.slice(2, equals === -1 ? undefined : equals)
  const matches = LONG_NAMES.filter((candidate) => candidate.startsWith(typed))
  const name = LONG_NAMES.find((candidate) => candidate === typed) ?? matches[0]
  if (name === undefined || (name !== typed && matches.length > 1))
    return problem(unknownOption(current))
  if (!LONG[name]) {
    if (equals !== -1) return problem(unwantedValue(current, name))
    const option = { name, value: null, start: current.start, end: current.end }
    return { options: [option], usedNext: false, problem: null }
  }
  const value = equals === -1 ? next : tail(current, equals + 1)
  if (value === undefined) return problem(missingValue(current, `--${name}`))
  return {
    options: [withValue(name, current, value)],
    usedNext: equals === -1,
    problem: null,
  }
}

function withValue(name: string, option: Word, value: Word): Option {
  return { name, value, start: option.start, end: value.end }
}

/** The part of a word from a character on, as a word of its own. */
function tail(word: Word, from: number): Word {
  const shift = word.origins?.[from] ?? from
  return {
    text: word.text.slice(from),
    start: word.start + shift,
    end: word.end,
    origins: word.origins?.slice(from).map((origin) => origin - shift) ?? null,
  }
}

function optionError(word: Word, code: string, message: string, hint: string): Diagnostic {
  const { start, end } = word
  return { severity: 'error', source: 'auditctl', code, message, hint, start, end, fixes: [] }
}

function unknownOption(word: Word): Diagnostic {
  const typed = word.text.startsWith('--') ? word.text : word.text.slice(0, 2)
  const meant = typed.startsWith('--') ? nearest(typed, OPTION_NAMES) : null
  const message = `Option \`${typed}\` is not known${meant === null ? '.' : `; did you mean \`${meant}\`?`}`
  const diagnostic = optionError(word, 'unknown-option', message, '')
  if (meant !== null)
    diagnostic.fixes.push({
      title: `Change to ${meant}`,
      edits: [{ start: word.start, end: word.start + typed.length, text: meant }],
    })
  return diagnostic
}

function missingValue(word: Word, option: string): Diagnostic {
  return optionError(word, 'missing-value', `Option \`${option}\` needs a value.`, '')
}

function unwantedValue(word: Word, name: string): Diagnostic {
  return optionError(word, 'unwanted-value', `Option \`--${name}\` takes no value.`, '')
}
