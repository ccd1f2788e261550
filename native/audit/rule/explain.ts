/** Rules in a sentence: what will be recorded, of whom, when. */
import { BARE_CONTEXT, type RuleContext } from './context'
import { COMPARISONS } from './fields'
import { isEmpty, isFull, maskNumbers } from './mask'
import { ADDRESS_FAMILIES, ERRNO, FILE_SYSTEMS, FILE_TYPES, RECORD_TYPES, is64Bit } from './names'
import {
  PERMISSIONS,
  UNSET,
  type FieldName,
  type Operator,
  type Rule,
  type RuleField,
} from './model'
import { machineOf, ruleKeys, syscallText } from './print'
import type { Statement } from './statement'

/** Names in a sentence before the rest is counted. */
const MOST_NAMES = 6

/** The rule in one sentence, e.g. "Records unlink (64-bit) by people who logged in (login id 1000 or higher), key x." */
export function explainRule(rule: Rule, context: RuleContext = BARE_CONTEXT): string {
  const keys = ruleKeys(rule)
  const label = keys.length === 0 ? '' : `; key ${keys.map((key) => `“${key}”`).join(' and ')}`
  return `${BY_LIST[rule.list](rule, context)}${label}.`
}

const BY_LIST: Readonly<Record<Rule['list'], (rule: Rule, context: RuleContext) => string>> = {
  exit: explainExit,
  io_uring: explainExit,
  task: (rule) =>
    rule.action === 'never'
      ? `Processes started${conditions(rule)} are never audited, whatever the other rules say`
      : `Processes started${conditions(rule)} are prepared for auditing; records nothing by itself`,
  user: (rule) =>
    `${rule.action === 'never' ? 'Drops' : 'Keeps'} messages that programs send to the audit system${conditions(rule)}`,
  exclude: (rule) => {
    const types = rule.fields.filter(({ field }) => field === 'msgtype')
    const what = types.length === 0 ? 'every record' : `records ${types.map(phrase).join(' and ')}`
    const rest = { ...rule, fields: rule.fields.filter(({ field }) => field !== 'msgtype') }
    return `Drops ${what}${conditions(rest)}, whatever the other rules say`
  },
  filesystem: (rule) => {
    const types = rule.fields.filter(({ field }) => field === 'fstype').map(fileSystemPhrase)
    const place = types.length === 0 ? 'on every file system' : types.join(' and ')
    return rule.action === 'never'
      ? `Records no files ${place}`
      : `Records files ${place}, as usual`
  },
}

function explainExit(rule: Rule, context: RuleContext): string {
  if (isEmpty(rule.mask)) return 'Matches nothing: it names no syscall'
  const verb = rule.action === 'always' ? 'Records' : 'Does not record'
  const access = rule.fields.find(({ field }) => field === 'perm')
  const places = rule.fields.filter(({ field }) => field === 'path' || field === 'dir')
  const what =
    access === undefined || places.length === 0
      ? `${calls(rule, context)}${places.map((field) => ` ${phrase(field)}`).join('')}`
      : `${accessWords(access.value)} ${places.map(placeWords).join(' and ')}${narrowed(rule, context)}`
  const shown = new Set<FieldName>(['path', 'dir', 'arch', 'key'])
  if (places.length > 0) shown.add('perm')
  const rest = rule.fields.filter(({ field }) => !shown.has(field))
  return `${verb} ${what}${conditions({ ...rule, fields: rest })}`
}

/** `unlink and unlinkat (64-bit)`, `every syscall`. */
function calls(rule: Rule, context: RuleContext): string {
  const kind = rule.list === 'io_uring' ? 'io_uring operation' : 'syscall'
  const width = widthOf(rule, context)
  if (isFull(rule.mask)) return `every ${kind}${width}`
  const machine = machineOf(rule, context)
  const names = maskNumbers(rule.mask).map((number) => syscallText(rule.list, machine, number))
  return `${listed(names)}${rule.list === 'io_uring' ? ' through io_uring' : ''}${width}`
}

function narrowed(rule: Rule, context: RuleContext): string {
  return isFull(rule.mask) ? widthOf(rule, context) : ` by ${calls(rule, context)}`
}

function widthOf(rule: Rule, context: RuleContext): string {
  if (rule.list === 'io_uring') return ''
  const arch = rule.fields.find(({ field }) => field === 'arch')
  const machine = machineOf(rule, context)
  if (arch === undefined || machine === null) return ''
  const width = is64Bit(machine) ? '64-bit' : '32-bit'
  return ` (${arch.operator === '!=' ? `not ${width}` : width})`
}

function listed(names: readonly string[]): string {
  const shown = names.length <= MOST_NAMES + 1 ? names : names.slice(0, MOST_NAMES)
  const more = names.length - shown.length
  if (more > 0) return `${shown.join(', ')} and ${more} more syscalls`
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`
}

const ACCESS_WORDS: readonly (readonly [number, string])[] = [
  [PERMISSIONS.r, 'reading'],
  [PERMISSIONS.w, 'writing'],
  [PERMISSIONS.x, 'executing'],
  [PERMISSIONS.a, 'changing attributes of'],
]

function accessWords(mask: number): string {
  const words = ACCESS_WORDS.filter(([bit]) => (mask & bit) !== 0).map(([, word]) => word)
  return words.length < 2
    ? (words[0] ?? 'touching')
    : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`
}

const placeWords = ({ field, text }: RuleField): string =>
  field === 'dir' ? `${text} and everything below it` : `${text}`

/** ` by people who logged in (login id 1000 or higher), when it fails with EACCES`. */
function conditions({ fields }: Pick<Rule, 'fields'>): string {
  const people = peopleOf(fields)
  const rest = fields.filter((field) => field.field !== 'key' && !people.used.includes(field))
  const parts = [...people.words, ...rest.map(phrase)]
  return parts.length === 0 ? '' : ` ${parts.join(', ')}`
}

/** The usual pair `auid>=1000 auid!=unset` in words. */
function peopleOf(fields: readonly RuleField[]): { words: string[]; used: RuleField[] } {
  const auid = fields.filter(({ field }) => field === 'auid')
  const set = auid.find(({ operator, value }) => operator === '!=' && value === UNSET)
  const least = auid.find(({ operator }) => operator === '>=')
  if (set === undefined) return { words: [], used: [] }
  if (least === undefined) return { words: ['by anyone who logged in'], used: [set] }
  return {
    words: [`by people who logged in (login id ${least.value} or higher)`],
    used: [set, least],
  }
}

const RELATION: Readonly<Record<Operator, string>> = {
  '=': '',
  '!=': 'not ',
  '>': 'above ',
  '>=': 'at least ',
  '<': 'below ',
  '<=': 'at most ',
  '&': 'with any of the bits of ',
  '&=': 'with all bits of ',
}

const ARGUMENTS: ReadonlySet<FieldName> = new Set<FieldName>(['a0', 'a1', 'a2', 'a3'])
const ARGUMENT_RELATION: Readonly<Record<Operator, string>> = {
  '=': 'is',
  '!=': 'is not',
  '>': 'is above',
  '>=': 'is at least',
  '<': 'is below',
  '<=': 'is at most',
  '&': 'has any of the bits',
  '&=': 'has all of the bits',
}

const number = ({ value }: RuleField): string => String(value)
const signed = ({ value }: RuleField): string => String(value | 0)
const hexadecimal = ({ value }: RuleField): string => `0x${value.toString(16)}`
const id = ({ value }: RuleField): string => (value === UNSET ? 'unset' : String(value))
const string = ({ text }: RuleField): string => text ?? ''

/** Words before the value of each field, and the value's own form. */
const PHRASES: Partial<Record<FieldName, readonly [string, (field: RuleField) => string]>> = {
  pid: ['by process', number],
  ppid: ['by children of process', number],
  uid: ['by user id', id],
  euid: ['with the rights of user id', id],
  suid: ['with saved user id', id],
  fsuid: ['with file system user id', id],
  gid: ['by group id', id],
  egid: ['with the rights of group id', id],
  sgid: ['with saved group id', id],
  fsgid: ['with file system group id', id],
  auid: ['by login id', id],
  sessionid: ['in session', id],
  pers: ['with personality', hexadecimal],
  exe: ['by', string],
  subj_user: ['by SELinux user', string],
  subj_role: ['by SELinux role', string],
  subj_type: ['by SELinux type', string],
  subj_sen: ['by SELinux sensitivity', string],
  subj_clr: ['by SELinux clearance', string],
  obj_user: ['on objects of SELinux user', string],
  obj_role: ['on objects of SELinux role', string],
  obj_type: ['on objects of SELinux type', string],
  obj_lev_low: ['on objects of SELinux low level', string],
  obj_lev_high: ['on objects of SELinux high level', string],
  obj_uid: ['on objects owned by user id', id],
  obj_gid: ['on objects of group id', id],
  path: ['of', string],
  dir: ['of anything below', string],
  inode: ['of inode', number],
  devmajor: ['on devices with major number', number],
  devminor: ['on devices with minor number', number],
  msgtype: ['of type', ({ value }) => RECORD_TYPES.name(value) ?? String(value)],
  filetype: ['of file type', ({ value }) => FILE_TYPES.name(value) ?? String(value)],
  saddr_fam: [
    'to addresses of family',
    ({ value }) => ADDRESS_FAMILIES.name(value) ?? String(value),
  ],
  a0: ['when the first argument', hexadecimal],
  a1: ['when the second argument', hexadecimal],
  a2: ['when the third argument', hexadecimal],
  a3: ['when the fourth argument', hexadecimal],
}

function phrase(field: RuleField): string {
  if (field.field === 'success') return successPhrase(field)
  if (field.field === 'exit') return exitPhrase(field)
  if (field.field === 'perm') return `when it is ${accessWords(field.value)} a file`
  if (field.field === 'field_compare') return comparisonPhrase(field)
  const [before, value] = PHRASES[field.field] ?? [field.field, number]
  if (ARGUMENTS.has(field.field))
    return `${before} ${ARGUMENT_RELATION[field.operator]} ${value(field)}`
  return `${before} ${RELATION[field.operator]}${value(field)}`
}

function successPhrase({ operator, value }: RuleField): string {
  const succeeded = (value !== 0) === (operator !== '!=')
  return succeeded ? 'when it succeeds' : 'when it fails'
}

function exitPhrase(field: RuleField): string {
  const value = field.value | 0
  const errno = value < 0 ? ERRNO.name(-value) : null
  if (errno !== null && field.operator === '=') return `when it fails with ${errno}`
  if (errno !== null && field.operator === '!=') return `unless it fails with ${errno}`
  return `when it returns ${RELATION[field.operator]}${errno === null ? signed(field) : `-${errno}`}`
}

function comparisonPhrase({ operator, value }: RuleField): string {
  const pair = COMPARISONS[value]
  if (!pair) return `with comparison ${value}`
  return `when ${pair[0]} ${operator === '=' ? 'equals' : 'differs from'} ${pair[1]}`
}

function fileSystemPhrase(field: RuleField): string {
  const name = FILE_SYSTEMS.name(field.value) ?? `with magic number ${hexadecimal(field)}`
  return field.operator === '!=' ? `except on ${name}` : `on ${name}`
}

const SETTING_WORDS = {
  enabled: (value: number) =>
    [
      'Turns auditing off',
      'Turns auditing on',
      'Turns auditing on and locks rules and settings until the next boot',
    ][value] ?? `Sets enabled to ${value}`,
  failure: (value: number) =>
    [
      'Says nothing when a record is lost',
      'Prints a line to the kernel log when a record is lost',
      'Panics the machine when a record is lost',
    ][value] ?? `Sets failure to ${value}`,
  rateLimit: (value: number) =>
    value === 0
      ? 'Removes the limit of records a second'
      : `Lets through at most ${value} records a second and loses the rest`,
  backlogLimit: (value: number) =>
    value === 0 ? 'Removes the limit of waiting records' : `Lets at most ${value} records wait`,
  backlogWaitTime: (value: number) =>
    value === 0
      ? 'Lets no task wait when the backlog is full'
      : `Lets a task wait up to ${value} jiffies when the backlog is full`,
} as const

const COMMAND_WORDS = {
  loginuidImmutable: 'Makes login ids unchangeable once they are set, until the next boot',
  resetLost: 'Sets the count of lost records to 0',
  resetWaitTimeActual: 'Sets the sum of waiting times to 0',
  trimSubtrees: 'Trims watched directories after a file system was unmounted',
} as const

/** Any statement of a rules file in one sentence. */
export function explainStatement(
  statement: Statement,
  context: RuleContext = BARE_CONTEXT,
): string {
  switch (statement.kind) {
    case 'rule':
      return statement.operation === 'add'
        ? explainRule(statement.rule, context)
        : `Deletes the rule: ${explainRule(statement.rule, context)}`
    case 'deleteAll':
      return statement.key === null
        ? 'Deletes every rule.'
        : `Deletes the rules whose key contains “${statement.key}”.`
    case 'set':
      return `${SETTING_WORDS[statement.setting](statement.value)}.`
    case 'onError':
      return statement.policy === 'ignore'
        ? 'Makes auditctl go on after errors and report success.'
        : 'Makes auditctl go on after errors and report failure in the end.'
    case 'command':
      return `${COMMAND_WORDS[statement.command]}.`
    case 'equivalent':
      return `Makes the mounted ${statement.subtree} part of the watched ${statement.mount}.`
    case 'message':
      return 'Sends a message to the audit system.'
    case 'signal':
      return `Sends ${statement.signal} to the audit daemon.`
    case 'query':
      return 'Prints something when auditctl reads it; changes nothing.'
  }
}
