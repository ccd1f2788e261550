/** A rule as the form has it, and back: every part as the text that stands in a rules file. */
import { COMPARED_FIELDS } from '@native/audit/rule/fields'
import {
  ACTION_NAMES,
  LIST_NAMES,
  OPERATOR_SYMBOLS,
  type ActionName,
  type ListName,
  type Operator,
} from '@native/audit/rule'
import { splitWords, escapeWord } from '@native/audit/rule/words'

/** One `-F` or, with `compare`, one `-C`. */
export interface FormCondition {
  field: string
  operator: Operator
  value: string
  compare: boolean
}

export interface FormRule {
  list: ListName
  action: ActionName
  /** Put before the others of its list (`-A`). */
  first: boolean
  /** `b64`, `b32`, a machine's name, or empty for every one. */
  arch: string
  /** Names or numbers with commas between; empty for all. */
  syscalls: string
  conditions: FormCondition[]
  /** Keys with commas between. */
  keys: string
}

export const EMPTY_FORM: FormRule = {
  list: 'exit',
  action: 'always',
  first: false,
  arch: 'b64',
  syscalls: '',
  conditions: [
    { field: 'auid', operator: '>=', value: '1000', compare: false },
    { field: 'auid', operator: '!=', value: 'unset', compare: false },
  ],
  keys: '',
}

/** Lists on which system calls (or io_uring operations) are named. */
export const SYSCALL_LISTS: readonly ListName[] = ['exit', 'io_uring']

/** Longest first, so that `>=` is not taken for `>`. */
const OPERATORS = [...OPERATOR_SYMBOLS].sort((a, b) => b.length - a.length)

/** The parts of a rule's text, as `ruleText` and `auditctl -l` write it; null when it is no rule. */
export function formOfText(text: string): FormRule | null {
  const words = splitWords(text).map((word) => word.text)
  const form: FormRule = { ...EMPTY_FORM, arch: '', conditions: [], keys: '' }
  const keys: string[] = []
  const syscalls: string[] = []
  for (let at = 0; at + 1 < words.length; at += 2) {
    const value = words[at + 1]!
    switch (words[at]) {
      case '-a':
      case '-A':
        if (!readHead(value, form)) return null
        form.first = words[at] === '-A'
        break
      case '-w':
        form.conditions.push(equal('path', value))
        break
      case '-p':
        form.conditions.push(equal('perm', value))
        break
      case '-S':
        syscalls.push(value)
        break
      case '-k':
        keys.push(value)
        break
      case '-F':
      case '-C': {
        const condition = readCondition(value, words[at] === '-C')
        if (!condition) return null
        if (condition.field === 'arch' && condition.operator === '=') form.arch = condition.value
        else if (condition.field === 'key') keys.push(condition.value)
        else form.conditions.push(condition)
        break
      }
      default:
        return null
    }
  }
  const all = syscalls.join(',')
  return { ...form, syscalls: all === 'all' ? '' : all, keys: keys.join(',') }
}

const equal = (field: string, value: string): FormCondition => ({
  field,
  operator: '=',
  value,
  compare: false,
})

function readHead(text: string, form: FormRule): boolean {
  const parts = text.split(',')
  const action = ACTION_NAMES.find((name) => parts.includes(name))
  const list = LIST_NAMES.find((name) => parts.includes(name))
  if (!action || !list) return false
  form.action = action
  form.list = list
  return true
}

function readCondition(text: string, compare: boolean): FormCondition | null {
  for (let at = 1; at < text.length; at++) {
    const operator = OPERATORS.find((symbol) => text.startsWith(symbol, at))
    if (operator) {
      const value = text.slice(at + operator.length)
      return { field: text.slice(0, at), operator, value, compare }
    }
  }
  return null
}

/** The rule as a line of a rules file. What is not filled in is left out; the parser says what is missing. */
export function textOfForm(form: FormRule): string {
  const withSyscalls = SYSCALL_LISTS.includes(form.list)
  const parts = [`${form.first ? '-A' : '-a'} ${form.action},${form.list}`]
  if (withSyscalls && form.arch && form.list === 'exit') parts.push(`-F arch=${form.arch}`)
  const syscalls = listed(form.syscalls)
  if (withSyscalls && syscalls.length > 0) parts.push(`-S ${syscalls.map(escapeWord).join(',')}`)
  for (const { field, operator, value, compare } of form.conditions) {
    if (!field.trim()) continue
    parts.push(`${compare ? '-C' : '-F'} ${escapeWord(`${field.trim()}${operator}${value}`)}`)
  }
  for (const key of listed(form.keys)) parts.push(`-k ${escapeWord(key)}`)
  return parts.join(' ')
}

function listed(text: string): string[] {
  return text
    .split(',')
    .map((word) => word.trim())
    .filter(Boolean)
}

/** Whether a field can stand in a comparison of two fields. */
export function comparable(field: string): boolean {
  return COMPARED_FIELDS.some((name) => name === field)
}
