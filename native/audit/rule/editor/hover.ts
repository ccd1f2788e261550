/** Help on what stands under the pointer of an editor. */
import type { RuleContext } from '../context'
import type { Span } from '../diagnostic'
import { explainStatement } from '../explain'
import { fieldInfo } from '../fields'
import { ACTION_NAMES, LIST_NAMES } from '../model'
import { RING_OPERATIONS, machineOfArch, syscallsOf } from '../names'
import { readNumber } from '../number'
import { parseLine } from '../parse'
import { readValue } from '../value'
import { HOT_SYSCALLS } from '../advice/families'
import { ACTION_HELP, LIST_HELP, OPERATOR_HELP, optionHelp } from './option-help'
import {
  conditionParts,
  listPart,
  machineAt,
  positionAt,
  type ConditionParts,
  type Position,
} from './position'

/** Help on a part of the text. */
export interface HoverHelp extends Span {
  /** What it is, e.g. `-F auid`. */
  title: string
  /** Sentences, most important first. */
  text: string[]
}

/** Help on what stands at `offset`; null where there is nothing to say. */
export function helpAt(text: string, offset: number, context: RuleContext): HoverHelp | null {
  const position = positionAt(text, offset)
  if (position === null || position.word === null) return null
  const { word, option } = position
  if (option === null) return optionHover(position, context)
  if (option === '-a' || option === '-A' || option === '-d') return listHover(position, offset)
  if (option === '-S') return syscallHover(position, offset, context)
  const parts = option === '-F' ? conditionParts(word) : null
  return parts === null ? null : conditionHover(parts, offset, context)
}

/** The option's help, and what the whole line does. */
function optionHover({ word, line, lineStart }: Position, context: RuleContext): HoverHelp | null {
  const help = optionHelp(word!.text)
  if (help === null) return null
  const [statement] = parseLine(line, context, lineStart).statements
  const sentences = statement === undefined ? [] : [explainStatement(statement, context)]
  const title = help.value === '' ? help.option : `${help.option} ${help.value}`
  return { start: word!.start, end: word!.end, title, text: [help.help, ...sentences] }
}

function listHover({ word }: Position, offset: number): HoverHelp | null {
  const part = listPart(word!, offset)
  const list = LIST_NAMES.find((name) => name === part.text)
  const action = ACTION_NAMES.find((name) => name === part.text)
  const help =
    list !== undefined ? LIST_HELP[list] : action !== undefined ? ACTION_HELP[action] : null
  return help === null ? null : { start: part.start, end: part.end, title: part.text, text: [help] }
}

function syscallHover(position: Position, offset: number, context: RuleContext): HoverHelp | null {
  const part = listPart(position.word!, offset)
  const { start, end, text: name } = part
  if (name === 'all') return { start, end, title: 'all', text: ['Every syscall.'] }
  const ring = /(^|,)io_uring(,|$)/.test(position.words[1]?.text ?? '')
  const machine = machineAt(position, offset, context)
  const table = ring ? RING_OPERATIONS : syscallsOf(machine)
  const number = table.number(name) ?? (/^\d/.test(name) ? readNumber(name, 'signed').value : null)
  if (number === null) return null
  const what = ring ? 'io_uring operation' : `syscall of ${machine}`
  const busy = !ring && HOT_SYSCALLS.has(name) ? ['Programs call it all the time.'] : []
  return {
    start,
    end,
    title: `${table.name(number) ?? name}`,
    text: [`Number ${number}, ${what}.`, ...busy],
  }
}

function conditionHover(
  parts: ConditionParts,
  offset: number,
  context: RuleContext,
): HoverHelp | null {
  const info = fieldInfo(parts.name)
  if (info === null) return null
  if (offset <= parts.nameSpan.end)
    return {
      ...parts.nameSpan,
      title: info.name,
      text: [
        info.help,
        `Lists: ${info.auditctlLists.join(', ')}. Operators: ${info.auditctlOperators.join(' ')}.`,
      ],
    }
  if (offset < parts.valueSpan.start)
    return { ...parts.operatorSpan, title: parts.operator, text: [OPERATOR_HELP[parts.operator]] }
  const read = readValue(info.kind, info.name, parts.value, context)
  const [problem] = read.problems
  const text =
    problem === undefined ? [meaning(info.kind, read.value)] : [problem.message, problem.hint]
  const sentences = text.filter((sentence) => sentence !== '')
  return sentences.length === 0 ? null : { ...parts.valueSpan, title: parts.value, text: sentences }
}

/** What the kernel gets for a value; empty where the text is the value. */
function meaning(kind: string, value: number): string {
  if (kind === 'path' || kind === 'label' || kind === 'key') return ''
  if (kind === 'arch') return `The syscall table of ${machineOfArch(value)}.`
  return `The kernel gets ${kind === 'exit' ? value | 0 : value}.`
}
