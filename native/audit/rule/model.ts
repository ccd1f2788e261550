/**
 * An audit rule as a value: what `struct audit_rule_data` says, with names instead of numbers.
 * Numbers are the kernel's own (uapi/linux/audit.h), names are auditctl's.
 */
import { RULE_FIELDS } from '../tables/generated/rules'

/** The kernel's filter lists. `filesystem` is Linux 4.16, `io_uring` 5.16; `entry` and `watch` no longer exist. */
export const LISTS = { user: 0, task: 1, exit: 4, exclude: 5, filesystem: 6, io_uring: 7 } as const
export type ListName = keyof typeof LISTS
export const LIST_NAMES = Object.keys(LISTS) as ListName[]

/** What a matching rule does. `possible` (1) is refused by every kernel since 2.6. */
export const ACTIONS = { never: 0, always: 2 } as const
export type ActionName = keyof typeof ACTIONS
export const ACTION_NAMES = Object.keys(ACTIONS) as ActionName[]

/** AUDIT_FILTER_PREPEND: the rule goes to the front of its list (`-A`). */
export const PREPEND = 0x10

/** Operators of fields. `&` matches when any of the bits is set, `&=` when all are. */
export const OPERATORS = {
  '=': 0x40000000,
  '!=': 0x30000000,
  '>': 0x20000000,
  '>=': 0x60000000,
  '<': 0x10000000,
  '<=': 0x50000000,
  '&': 0x08000000,
  '&=': 0x48000000,
} as const
export type Operator = keyof typeof OPERATORS
export const OPERATOR_SYMBOLS = Object.keys(OPERATORS) as Operator[]

/** AUDIT_PERM_*: the bits of a `perm` field, in the order in which auditctl prints them. */
export const PERMISSIONS = { r: 4, w: 2, x: 1, a: 8 } as const
export type PermissionLetter = keyof typeof PERMISSIONS

/** Most fields that the kernel takes in a rule (AUDIT_MAX_FIELDS); auditctl stops one earlier. */
export const MAX_FIELDS = 64
/** Longest key, all keys of a rule with their separators together, bytes (AUDIT_MAX_KEY_LEN). */
export const MAX_KEY_BYTES = 256
/** Longest path or label, bytes (PATH_MAX). */
export const MAX_STRING_BYTES = 4096
/** Words of 32 bits in the syscall mask (AUDIT_BITMASK_SIZE). */
export const MASK_WORDS = 64
/** Separates the keys of a rule that has several. */
export const KEY_SEPARATOR = '\x01'
/** `unset` of auid and session id. */
export const UNSET = 0xffffffff

/** Fields by their auditctl name; `loginuid_set` can be in a kernel's list but has no name in auditctl. */
export const FIELD_NUMBERS = RULE_FIELDS
export type FieldName = keyof typeof FIELD_NUMBERS

const NAMES_OF_FIELDS = new Map<number, FieldName>(
  Object.entries(FIELD_NUMBERS).map(([name, number]) => [number, name as FieldName]),
)

/** The name of a field's number, or null for one that this version does not know. */
export function fieldName(number: number): FieldName | null {
  return NAMES_OF_FIELDS.get(number) ?? null
}

/** Fields whose value is a string in the rule's buffer; `value` then is the string's length in bytes. */
const STRING_FIELDS: ReadonlySet<FieldName> = new Set<FieldName>([
  'subj_user',
  'subj_role',
  'subj_type',
  'subj_sen',
  'subj_clr',
  'obj_user',
  'obj_role',
  'obj_type',
  'obj_lev_low',
  'obj_lev_high',
  'path',
  'dir',
  'exe',
  'key',
])

/** Whether the field's value is a string. */
export function isStringField(field: FieldName): boolean {
  return STRING_FIELDS.has(field)
}

/** One condition of a rule. All conditions must hold. */
export interface RuleField {
  field: FieldName
  operator: Operator
  /** The 32-bit value, unsigned; for a string its length in bytes; for `field_compare` the number of the comparison. */
  value: number
  /** The string of a string field, null for every other. Bytes that are not UTF-8 appear as U+DC80..U+DCFF. */
  text: string | null
}

/** An audit rule. */
export interface Rule {
  list: ListName
  action: ActionName
  /** True for `-A`: goes to the front of its list. Rules that come from the kernel have false. */
  prepend: boolean
  /** 2,048 bits, one a syscall number (an operation's number on the io_uring list). */
  mask: Uint32Array
  fields: RuleField[]
}
