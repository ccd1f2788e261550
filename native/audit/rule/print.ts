/** Rules as text: exactly as `auditctl -l` prints them, and in a form that can be read back without loss. */
import { BARE_CONTEXT, type RuleContext } from './context'
import { COMPARISONS } from './fields'
import { isEmpty, isFull, maskNumbers } from './mask'
import {
  ERRNO,
  FILE_SYSTEMS,
  FILE_TYPES,
  RECORD_TYPES,
  RING_OPERATIONS,
  is64Bit,
  machineOfArch,
  syscallsOf,
  twinOf,
  type Machine,
} from './names'
import {
  KEY_SEPARATOR,
  PERMISSIONS,
  UNSET,
  type FieldName,
  type ListName,
  type PermissionLetter,
  type Rule,
  type RuleField,
} from './model'
import { byteLength } from './bytes'
import { splitPair } from './pair'
import { escapeWord, splitWords } from './words'

/** Lists whose rules have no syscalls. */
const WITHOUT_SYSCALLS: ReadonlySet<ListName> = new Set<ListName>([
  'user',
  'task',
  'exclude',
  'filesystem',
])
const WATCH_FIELDS: ReadonlySet<FieldName> = new Set<FieldName>(['path', 'dir', 'perm', 'key'])

/** The rule as `auditctl -l` (3.0.9) prints it. What is lossy there is lossy here; {@link ruleText} is not. */
export function printRule(rule: Rule, context: RuleContext = BARE_CONTEXT): string {
  if (isWatch(rule)) return rule.fields.map((field) => watchPart(field, LISTING)).join('')
  const machine = machineOf(rule, context)
  const arch = rule.fields.filter(({ field }) => field === 'arch')
  return [
    `-a ${rule.action},${rule.list}`,
    ...arch.map((field) => ` -F arch${field.operator}${listedArch(field.value)}`),
    syscallsText(rule, machine),
    ...rule.fields.map((field) => (field.field === 'arch' ? '' : fieldPart(field, LISTING))),
  ].join('')
}

/** The rule as a line for a rules file, which {@link parseRule} reads back to the same rule. */
export function ruleText(rule: Rule, context: RuleContext = BARE_CONTEXT): string {
  return withRoom(fileLine(rule, context))
}

/** auditctl makes room for one word more than a third of the line's bytes; spaces at the end make room for more. */
function withRoom(line: string): string {
  const missing = (splitWords(line).length - 1) * 3 - byteLength(line)
  return missing > 0 ? line + ' '.repeat(missing) : line
}

function fileLine(rule: Rule, context: RuleContext): string {
  if (isCanonicalWatch(rule, context))
    return rule.fields.map((field) => watchPart(field, FILE)).join('')
  if (onlyWatchable(rule) && startsLikeWatch(rule, context)) {
    const [place, perm, ...rest] = rule.fields
    const others = rest.map((field) => fieldPart(field, FILE))
    return [watchPart(place!, FILE), watchPart(perm!, FILE), ...others].join('')
  }
  const machine = machineOf(rule, context)
  const syscalls =
    syscallsText(rule, machine) || (WITHOUT_SYSCALLS.has(rule.list) ? '' : ` -S ${NO_SYSCALLS}`)
  // auditctl looks syscalls up in the table of the arch that stands before them.
  const lastArch = rule.fields.map(({ field }) => field).lastIndexOf('arch')
  const parts = rule.fields.map((field) =>
    field.field === 'arch'
      ? ` -F arch${field.operator}${writtenArch(field.value, context)}`
      : fieldPart(field, rule.list === 'exit' ? FILE : OTHER_LISTS),
  )
  parts.splice(lastArch + 1, 0, syscalls)
  const early = earlySyscalls(rule, context)
  return `${early}${rule.prepend ? '-A' : '-a'} ${rule.action},${rule.list}${parts.join('')}`
}

/** On lists without syscalls, auditctl takes them before it knows the list; the kernel keeps and compares them. */
function earlySyscalls({ list, mask }: Rule, { machine }: RuleContext): string {
  if (!WITHOUT_SYSCALLS.has(list)) return ''
  if (list === 'task' ? isEmpty(mask) : isFull(mask)) return ''
  if (isFull(mask)) return '-S all '
  const names = maskNumbers(mask).map((number) => syscallText(list, machine, number))
  return `-S ${names.join(',') || NO_SYSCALLS} `
}

/** Whether auditctl shows the rule as a watch, `-w PATH -p PERM`. */
export function isWatch({ list, fields, mask }: Rule): boolean {
  return (
    fields.every(({ field }) => WATCH_FIELDS.has(field)) &&
    fields.some(({ field }) => field === 'perm') &&
    !WITHOUT_SYSCALLS.has(list) &&
    isFull(mask)
  )
}

/** Letters of a perm value: `wa`. */
export function permissionLetters(value: number): string {
  return (Object.keys(PERMISSIONS) as PermissionLetter[])
    .filter((letter) => (value & PERMISSIONS[letter]) !== 0)
    .join('')
}

/** The keys of a rule. */
export function ruleKeys({ fields }: Rule): string[] {
  return fields.flatMap(({ field, text }) => (field === 'key' ? keysOf(text ?? '') : []))
}

function keysOf(text: string): string[] {
  return text.split(KEY_SEPARATOR).filter((key) => key !== '')
}

/** What auditctl takes for "no syscall at all"; without -S it would mean all of them. */
const NO_SYSCALLS = ','

/** How an empty key is written: -k needs a word. */
const EMPTY_KEY = ' -F key='

/** How the two forms of text differ in a field. */
interface Style {
  keys(text: string): string[]
  string(text: string): string
  operator(field: RuleField): string
  number(field: RuleField): string
}

/** Fields whose operator auditctl's listing always shows as `=`. */
const LISTED_AS_EQUAL: ReadonlySet<FieldName> = new Set<FieldName>([
  'path',
  'dir',
  'exe',
  'perm',
  'key',
])

/** auditctl's listing: no escapes, numbers as signed decimals. */
const LISTING: Style = {
  keys: keysOf,
  string: (text) => text,
  operator: ({ field, operator }) => (LISTED_AS_EQUAL.has(field) ? '=' : operator),
  number: ({ value }) => String(value | 0),
}

/** Fields whose values are written with a sign; auditctl reads every other back as an unsigned number. */
const SIGNED: ReadonlySet<FieldName> = new Set<FieldName>(['exit'])

/** A file: escaped, with the true operator, unset by name. */
const FILE: Style = {
  // An empty key after another one leaves a separator, which belongs to the rule.
  keys: (text) => text.split(KEY_SEPARATOR),
  string: escapeWord,
  operator: ({ operator }) => operator,
  number: ({ field, value }) => {
    if (field === 'filetype') return FILE_TYPES.name(value) ?? String(value)
    if ((field === 'auid' || field === 'sessionid') && value === UNSET) return 'unset'
    return String(SIGNED.has(field) ? value | 0 : value)
  },
}

/** The same for the lists on which auditctl refuses -C and takes the comparison's number. */
const OTHER_LISTS: Style = { ...FILE }

/** Whether `-w PATH -p PERM -k KEY` gives exactly this rule on this machine. */
function isCanonicalWatch(rule: Rule, context: RuleContext): boolean {
  const keys = rule.fields.slice(2)
  return (
    isWatch(rule) &&
    keys.length <= 1 &&
    keys.every(({ field, operator }) => field === 'key' && operator === '=') &&
    startsLikeWatch(rule, context)
  )
}

/** Whether `-w PATH -p PERM` gives exactly the rule's head and first two fields on this machine. */
function startsLikeWatch(rule: Rule, context: RuleContext): boolean {
  const [place, perm] = rule.fields
  if (place === undefined || (place.field !== 'path' && place.field !== 'dir')) return false
  return (
    !rule.prepend &&
    rule.action === 'always' &&
    rule.list === 'exit' &&
    isFull(rule.mask) &&
    perm?.field === 'perm' &&
    place.operator === '=' &&
    perm.operator === '=' &&
    (context.isDirectory(place.text ?? '') === true) === (place.field === 'dir') &&
    !/^.+\/$/.test(place.text ?? '')
  )
}

/** Whether the rule's path has something in it that auditctl would take for the operator after -F, but not after -w. */
function onlyWatchable({ fields: [place] }: Rule): boolean {
  return place !== undefined && splitPair(`${place.field}=${place.text}`)?.name !== place.field
}

/** The machine whose syscalls the rule names: that of its last arch field, else the native one; null when unknown. */
export function machineOf(rule: Rule, context: RuleContext): Machine | null {
  const arch = rule.fields.filter(({ field }) => field === 'arch').at(-1)
  return arch === undefined ? context.machine : machineOfArch(arch.value)
}

/** auditctl's listing names only the width. */
function listedArch(value: number): string {
  const machine = machineOfArch(value)
  return machine === null ? hexadecimal(value) : is64Bit(machine) ? 'b64' : 'b32'
}

/** b64 and b32 where they mean this machine, else the machine's name. */
function writtenArch(value: number, { machine: native }: RuleContext): string {
  const machine = machineOfArch(value)
  if (machine === null) return hexadecimal(value)
  if (machine === native) return is64Bit(native) ? 'b64' : 'b32'
  return machine === twinOf(native) ? 'b32' : machine
}

function syscallsText(rule: Rule, machine: Machine | null): string {
  if (WITHOUT_SYSCALLS.has(rule.list)) return ''
  if (isFull(rule.mask)) return ' -S all'
  const names = maskNumbers(rule.mask).map((number) => syscallText(rule.list, machine, number))
  return names.length === 0 ? '' : ` -S ${names.join(',')}`
}

/** A syscall's name on a machine (an operation's on the io_uring list), or its number. */
export function syscallText(list: ListName, machine: Machine | null, number: number): string {
  const table = list === 'io_uring' ? RING_OPERATIONS : machine && syscallsOf(machine)
  return table?.name(number) ?? String(number)
}

function watchPart(field: RuleField, style: Style): string {
  const text = field.text ?? ''
  if (field.field === 'perm') return ` -p ${permissionLetters(field.value)}`
  if (field.field === 'key')
    return style
      .keys(text)
      .map((key) => (key === '' ? EMPTY_KEY : ` -k ${style.string(key)}`))
      .join('')
  return `-w ${style.string(text)}`
}

function fieldPart(field: RuleField, style: Style): string {
  const operator = style.operator(field)
  if (field.field === 'loginuid_set') return ` f24${operator}${field.value | 0}`
  if (field.field === 'key')
    return style
      .keys(field.text ?? '')
      .map((key) => (key === '' ? EMPTY_KEY : ` -F key${operator}${style.string(key)}`))
      .join('')
  if (field.field === 'field_compare') return comparisonPart(field, style)
  return ` -F ${field.field}${operator}${valueText(field, style)}`
}

function comparisonPart({ operator, value }: RuleField, style: Style): string {
  const pair = style === OTHER_LISTS ? undefined : COMPARISONS[value]
  const takesIt = style === LISTING || operator === '=' || operator === '!='
  if (pair && takesIt) return ` -C ${pair[0]}${operator}${pair[1]}`
  return style === LISTING ? '' : ` -F field_compare${operator}${value}`
}

function valueText(field: RuleField, style: Style): string {
  if (field.text !== null) return style.string(field.text)
  return SPECIAL_VALUES[field.field]?.(field.value) ?? style.number(field)
}

const hexadecimal = (value: number): string => `0x${value.toString(16).toUpperCase()}`

/** Values that both forms write in their own way; null falls back to a decimal number. */
const SPECIAL_VALUES: Partial<Record<FieldName, (value: number) => string | null>> = {
  a0: hexadecimal,
  a1: hexadecimal,
  a2: hexadecimal,
  a3: hexadecimal,
  inode: String,
  perm: permissionLetters,
  msgtype: (value) => RECORD_TYPES.name(value),
  fstype: (value) => FILE_SYSTEMS.name(value),
  exit: (value) => {
    const name = (value | 0) < 0 ? ERRNO.name(-(value | 0)) : null
    return name === null ? null : `-${name}`
  },
}
