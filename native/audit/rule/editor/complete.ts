/** Completion: what can be typed at a place of a rules file. */
import type { RuleContext } from '../context'
import {
  COMPARED_FIELDS,
  FIELDS,
  comparisonNumber,
  fieldInfo,
  type FieldInfo,
  type ValueKind,
} from '../fields'
import { ACTION_NAMES, LIST_NAMES, type FieldName, type ListName } from '../model'
import {
  ADDRESS_FAMILIES,
  ERRNO,
  FILE_SYSTEMS,
  FILE_TYPES,
  MACHINE_NAMES,
  RECORD_TYPES,
  RING_OPERATIONS,
  syscallsOf,
} from '../names'
import { ACTION_HELP, LIST_HELP, OPERATOR_HELP, OPTION_HELP } from './option-help'
import {
  conditionParts,
  listPart,
  machineAt,
  positionAt,
  valuesOf,
  type Position,
} from './position'

/** What kind of thing a suggestion is, for its icon. */
export type CompletionKind = 'option' | 'list' | 'field' | 'operator' | 'value' | 'syscall' | 'key'

export interface Suggestion {
  /** What is shown and inserted. */
  label: string
  kind: CompletionKind
  /** Some words beside it. */
  detail: string
}

export interface Completions {
  /** The range of the text that a suggestion replaces. */
  from: number
  to: number
  suggestions: Suggestion[]
}

/** Names that the caller knows: users and groups of the machine, keys in use, paths. */
export interface CompletionNames {
  users?: readonly string[]
  groups?: readonly string[]
  keys?: readonly string[]
}

interface Request {
  text: string
  offset: number
  position: Position
  context: RuleContext
  names: CompletionNames
}

/** What can be typed at `offset`, most useful first, filtered by what stands there; null inside comments. */
export function completeAt(
  text: string,
  offset: number,
  context: RuleContext,
  names: CompletionNames = {},
): Completions | null {
  const position = positionAt(text, offset)
  if (position === null) return null
  const request = { text, offset, position, context, names }
  const completions = position.option === null ? options(request) : value(position.option, request)
  const typed = text.slice(completions.from, offset).toLowerCase()
  const suggestions = completions.suggestions.filter(({ label }) => matches(label, typed))
  return { ...completions, suggestions }
}

/** Beginnings first; names that merely contain the text as well, once two letters are there. */
function matches(label: string, typed: string): boolean {
  const lower = label.toLowerCase()
  return lower.startsWith(typed) || (typed.length > 1 && lower.includes(typed))
}

function at({ offset, position }: Request): { from: number; to: number } {
  const { word } = position
  return word === null ? { from: offset, to: offset } : { from: word.start, to: word.end }
}

function options(request: Request): Completions {
  const suggestions = OPTION_HELP.map(({ option, value: needs, help }): Suggestion => ({
    label: option,
    kind: 'option',
    detail: needs === '' ? help : `${needs}: ${help}`,
  }))
  return { ...at(request), suggestions }
}

/** Completion of the value of each option. */
const VALUES: Readonly<Record<string, (request: Request) => Completions>> = {
  '-a': lists,
  '-A': lists,
  '-d': lists,
  '-F': condition,
  '-C': comparison,
  '-S': syscalls,
  '-k': keys,
  '-p': (request) => plain(request, ['r', 'w', 'x', 'a', 'wa', 'rwxa'], 'value'),
  '-e': (request) => plain(request, ['0', '1', '2'], 'value'),
  '-f': (request) => plain(request, ['0', '1', '2'], 'value'),
  '--signal': (request) => plain(request, ['TERM', 'HUP', 'USR1', 'USR2', 'CONT'], 'value'),
}

function value(option: string, request: Request): Completions {
  return VALUES[option]?.(request) ?? { ...at(request), suggestions: [] }
}

function plain(
  request: Request,
  labels: readonly string[],
  kind: CompletionKind,
  detail = '',
): Completions {
  return { ...at(request), suggestions: labels.map((label) => ({ label, kind, detail })) }
}

function lists(request: Request): Completions {
  const order: readonly ListName[] = ['exit', ...LIST_NAMES.filter((list) => list !== 'exit')]
  const suggestions = order.flatMap((list) =>
    [...ACTION_NAMES].reverse().map((action): Suggestion => ({
      label: `${action},${list}`,
      kind: 'list',
      detail: `${ACTION_HELP[action]} ${LIST_HELP[list]}`,
    })),
  )
  return { ...at(request), suggestions }
}

/** The list that the line's rule is for; exit when it does not say. */
function listAt(position: Position): ListName {
  const heads = ['-a', '-A', '-d'].flatMap((option) => valuesOf(position, option))
  const parts = heads[0]?.text.split(',') ?? []
  return LIST_NAMES.find((list) => parts.includes(list)) ?? 'exit'
}

/** A condition up to the place: name, what there is of an operator, and what there is of a value. */
const TYPED_CONDITION = /^(\w*)([!<>=&]*)(.*)$/s

function condition(request: Request): Completions {
  const { position, offset } = request
  const { word } = position
  const start = word?.start ?? offset
  const typed = word?.text.slice(0, offset - start) ?? ''
  const [, name = '', operator = '', text = ''] = TYPED_CONDITION.exec(typed) ?? []
  const info = fieldInfo(name)
  if (operator === '') return fieldNames(request, start, info)
  if (text === '' && MAY_GROW.has(operator))
    return operators(info, start + name.length, start + name.length + operator.length)
  const from = start + name.length + operator.length
  const suggestions = info === null ? [] : valuesOfField(info, request)
  return { from, to: word?.end ?? offset, suggestions }
}

/** Beginnings of operators that can become longer ones. */
const MAY_GROW: ReadonlySet<string> = new Set(['!', '<', '>', '&'])

/** Names of the fields that the rule's list has; a name that is complete goes on with its operator. */
function fieldNames(request: Request, from: number, known: FieldInfo | null): Completions {
  const { position, offset } = request
  const { word } = position
  const parts = word === null ? null : conditionParts(word)
  if (known !== null && parts === null && offset === word?.end)
    return operators(known, offset, offset)
  const list = listAt(position)
  const usable = FIELDS.filter(
    ({ auditctlLists, kernelLists }) => auditctlLists.includes(list) && kernelLists.includes(list),
  )
  return {
    from,
    to: parts?.nameSpan.end ?? word?.end ?? offset,
    suggestions: usable.map(({ name, help }) => ({ label: name, kind: 'field', detail: help })),
  }
}

function operators(info: FieldInfo | null, from: number, to: number): Completions {
  const usable = (info?.auditctlOperators ?? []).filter((operator) =>
    info?.kernelOperators.includes(operator),
  )
  const suggestions = usable.map((label): Suggestion => ({
    label,
    kind: 'operator',
    detail: OPERATOR_HELP[label],
  }))
  return { from, to, suggestions }
}

/** Values of a kind, with some words; numbers that people would have to know are left out. */
const VALUES_BY_KIND: Partial<
  Record<ValueKind, (request: Request, field: FieldName) => readonly (string | [string, string])[]>
> = {
  user: ({ names }, field) => [
    ...(field === 'auid' ? [['unset', 'daemons: nobody logged in'] as [string, string]] : []),
    ['0', 'root'],
    ...(field === 'auid'
      ? [['1000', 'the first person on most machines'] as [string, string]]
      : []),
    ...(names.users ?? []),
  ],
  group: ({ names }) => names.groups ?? [],
  session: () => [['unset', 'daemons: no session']],
  exit: () => ERRNO.all.map((name) => `-${name}`),
  recordType: () => RECORD_TYPES.all,
  arch: ({ context }) => [
    ['b64', `64-bit programs (${context.machine})`],
    ['b32', '32-bit programs'],
    ...MACHINE_NAMES,
  ],
  permission: () => [
    ['r', 'read'],
    ['w', 'write'],
    ['x', 'execute'],
    ['a', 'change attributes'],
    ['wa', 'write, change attributes'],
    ['rwxa', 'every access'],
  ],
  fileType: () => FILE_TYPES.all,
  fileSystem: () => FILE_SYSTEMS.all,
  family: () =>
    ['local', 'inet', 'inet6', 'netlink', 'packet'].flatMap((name) => {
      const number = ADDRESS_FAMILIES.number(name)
      return number === null ? [] : [[String(number), name] as [string, string]]
    }),
  key: (request) => knownKeys(request),
  number: (_, field) =>
    field === 'success'
      ? [
          ['1', 'it succeeded'],
          ['0', 'it failed'],
        ]
      : [],
}

function valuesOfField({ kind, name }: FieldInfo, request: Request): Suggestion[] {
  const values = VALUES_BY_KIND[kind]?.(request, name) ?? []
  return values.map((each) => {
    const [label, detail] = typeof each === 'string' ? [each, ''] : each
    return { label, kind: kind === 'key' ? 'key' : 'value', detail }
  })
}

function comparison(request: Request): Completions {
  const { position, offset } = request
  const { word } = position
  const parts = word === null ? null : conditionParts(word)
  if (parts === null || offset <= parts.nameSpan.end)
    return plain(request, COMPARED_FIELDS, 'field')
  const left = fieldInfo(parts.name)?.name
  const right = COMPARED_FIELDS.filter(
    (field) => left !== undefined && comparisonNumber(left, field) !== null,
  )
  const { start, end } = parts.valueSpan
  return {
    from: start,
    to: end,
    suggestions: right.map((label) => ({
      label,
      kind: 'field',
      detail: fieldInfo(label)?.help ?? '',
    })),
  }
}

function syscalls(request: Request): Completions {
  const { position, offset, context } = request
  const list = listAt(position)
  const machine = machineAt(position, offset, context)
  const table = list === 'io_uring' ? RING_OPERATIONS : syscallsOf(machine)
  const part = position.word === null ? null : listPart(position.word, offset)
  const suggestions = ['all', ...table.all].map((label): Suggestion => ({
    label,
    kind: 'syscall',
    detail: label === 'all' ? 'every syscall' : `number ${table.number(label)}`,
  }))
  return { from: part?.start ?? offset, to: part?.end ?? offset, suggestions }
}

function keys(request: Request): Completions {
  return plain(request, knownKeys(request), 'key')
}

/** Keys that the file uses elsewhere, and those that the caller knows. */
function knownKeys({ text, names, position }: Request): string[] {
  const own = position.word?.text.replace(/^key=/, '')
  const used = [...text.matchAll(/(?:-k |key=)([^\s]+)/g)].map(([, key = '']) => key)
  return [...new Set([...used, ...(names.keys ?? [])])].filter((key) => key !== own)
}
