/** What stands at a place of a rules file: an option, its value, a part of that. */
import type { RuleContext } from '../context'
import type { Span } from '../diagnostic'
import type { Machine } from '../names'
import { machineOfText } from '../value'
import { splitPair, type Pair } from '../pair'
import { splitWords, type Word } from '../words'
import { optionHelp } from './option-help'

/** The line around a place, and what stands there. */
export interface Position {
  /** The text of the line, where it begins, and the place in it. */
  line: string
  lineStart: number
  /** The word that the place is in or at the end of; null between words. */
  word: Word | null
  /** The option that the word is the value of, e.g. `-F`; null when it is no value. */
  option: string | null
  words: readonly Word[]
}

/** Finds what stands at an offset of a text; null inside a comment. */
export function positionAt(text: string, offset: number): Position | null {
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1
  const newline = text.indexOf('\n', lineStart)
  const line = text.slice(lineStart, newline === -1 ? text.length : newline)
  if (/^ *#/.test(line)) return null
  const words = splitWords(line, lineStart)
  const index = words.findIndex(({ start, end }) => start <= offset && offset <= end)
  const word = words[index] ?? null
  const before = word === null ? words.filter(({ end }) => end < offset).at(-1) : words[index - 1]
  const taking = before !== undefined && takesValue(before.text) && !isValue(words, before)
  return { line, lineStart, word, option: taking ? before.text : null, words }
}

function takesValue(word: string): boolean {
  return (optionHelp(word)?.value ?? '') !== ''
}

/** Whether a word that looks like an option is itself the value of the one before it. */
function isValue(words: readonly Word[], word: Word): boolean {
  const before = words[words.indexOf(word) - 1]
  return before !== undefined && takesValue(before.text) && !isValue(words, before)
}

/** The values of an option in a line, in order. */
export function valuesOf({ words }: Position, option: string): Word[] {
  return words.filter((_, index) => words[index - 1]?.text === option)
}

/** The machine whose syscalls a line's -S names: that of the last arch before the place. */
export function machineAt(position: Position, offset: number, context: RuleContext): Machine {
  let machine = context.machine
  for (const { text, end } of valuesOf(position, '-F')) {
    const pair = splitPair(text)
    if (end < offset && pair !== null && pair.name.toLowerCase() === 'arch')
      machine = machineOfText(pair.value, context.machine) ?? machine
  }
  return machine
}

/** The condition around a place, taken apart with the spans of its parts; null when it has no operator yet. */
export interface ConditionParts extends Pair {
  nameSpan: Span
  operatorSpan: Span
  valueSpan: Span
}

/** Takes the condition that a word is apart. Escapes are not looked into: parts are found in the text as typed. */
export function conditionParts(word: Word): ConditionParts | null {
  const pair = splitPair(word.text)
  if (pair === null) return null
  const { start, end } = word
  const operatorAt = start + pair.name.length
  const valueAt = start + pair.valueAt
  return {
    ...pair,
    nameSpan: { start, end: operatorAt },
    operatorSpan: { start: operatorAt, end: valueAt },
    valueSpan: { start: valueAt, end },
  }
}

/** The comma-separated part of a word around a place. */
export function listPart({ text, start }: Word, offset: number): Span & { text: string } {
  const at = offset - start
  const from = text.lastIndexOf(',', at - 1) + 1
  const comma = text.indexOf(',', at)
  const to = comma === -1 ? text.length : comma
  return { start: start + from, end: start + to, text: text.slice(from, to) }
}
