/**
 * Splits a line of a rules file into words the way auditctl does: at spaces only, with `\ ` for a space and `\\` for a
 * backslash. There are no quotes, tabs do not separate, and the first word is not unescaped.
 */
import type { Span } from './diagnostic'

export interface Word extends Span {
  /** The word without its escapes. */
  text: string
  /** For a word with escapes, where each character of `text` begins, relative to `start`; null when they are the same. */
  origins: readonly number[] | null
}

/** Words of a line; positions are from `offset`, the place of the line in its document. */
export function splitWords(line: string, offset = 0): Word[] {
  const words: Word[] = []
  let at = 0
  while (at < line.length) {
    if (line[at] === ' ') {
      at++
      continue
    }
    const end = wordEnd(line, at)
    words.push(word(line.slice(at, end), offset + at))
    at = end
  }
  return words
}

function wordEnd(line: string, start: number): number {
  let at = start
  while (at < line.length && line[at] !== ' ') at += isEscape(line, at) ? 2 : 1
  return at
}

function isEscape(line: string, at: number): boolean {
  return line[at] === '\\' && (line[at + 1] === ' ' || line[at + 1] === '\\')
}

function word(raw: string, start: number): Word {
  const end = start + raw.length
  if (!raw.includes('\\')) return { text: raw, start, end, origins: null }
  let text = ''
  const origins: number[] = []
  for (let at = 0; at < raw.length; at++) {
    origins.push(at)
    if (isEscape(raw, at)) at++
    text += raw[at]!
  }
  return { text, start, end, origins }
}

/** Words from a command line, where the shell has split and unescaped already; positions as if joined by one space. */
export function wordsOfArguments(args: readonly string[]): Word[] {
  let start = 0
  return args.map((text) => {
    const at = start
    start += text.length + 1
    return { text, start: at, end: at + text.length, origins: null }
  })
}

/** The place in the document of a part of a word's text. */
export function spanIn(word: Word, from: number, to = word.text.length): Span {
  const place = (at: number): number =>
    at >= word.text.length ? word.end : word.start + (word.origins?.[at] ?? at)
  return { start: place(from), end: place(to) }
}

/** Text as one word of a rules file. */
export function escapeWord(text: string): string {
  return text.replace(/\\(?=[ \\]|$)| /g, '\\$&')
}
