/**
 * A rule as the kernel's bytes and back: `struct audit_rule_data` (uapi/linux/audit.h), the payload of AUDIT_ADD_RULE,
 * AUDIT_DEL_RULE and of each answer to AUDIT_LIST_RULES. Little-endian, as every machine that the app runs on.
 *
 *     u32 flags (list | prepend), u32 action, u32 field_count, u32 mask[64], u32 fields[64], u32 values[64],
 *     u32 fieldflags[64] (operators), u32 buflen, char buf[buflen] (the strings, one after the other, without NUL)
 */
import { fail, ok, type Result } from '../result'
import { decodeUtf8, encodeUtf8 } from '../text'
import { CLASS_BITS, isFull, keptMask } from './mask'
import {
  ACTIONS,
  ACTION_NAMES,
  FIELD_NUMBERS,
  LISTS,
  LIST_NAMES,
  MASK_WORDS,
  MAX_FIELDS,
  OPERATORS,
  OPERATOR_SYMBOLS,
  PREPEND,
  fieldName,
  isStringField,
  type Rule,
  type RuleField,
} from './model'

const OFFSET_MASK = 12
const OFFSET_FIELDS = OFFSET_MASK + MASK_WORDS * 4
const OFFSET_VALUES = OFFSET_FIELDS + MAX_FIELDS * 4
const OFFSET_OPERATORS = OFFSET_VALUES + MAX_FIELDS * 4
const OFFSET_BUFFER_LENGTH = OFFSET_OPERATORS + MAX_FIELDS * 4
/** Bytes of the structure without its strings. */
export const RULE_HEADER_BYTES = OFFSET_BUFFER_LENGTH + 4

/** The bytes of a rule: what auditctl would send for it. */
export function compileRule(rule: Rule): Uint8Array {
  const strings = rule.fields.map(({ text }) => (text === null ? null : encodeUtf8(text)))
  const bufferLength = strings.reduce((sum, bytes) => sum + (bytes?.length ?? 0), 0)
  const bytes = new Uint8Array(RULE_HEADER_BYTES + bufferLength)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, LISTS[rule.list] | (rule.prepend ? PREPEND : 0), true)
  view.setUint32(4, ACTIONS[rule.action], true)
  view.setUint32(8, rule.fields.length, true)
  rule.mask.forEach((word, index) => view.setUint32(OFFSET_MASK + index * 4, word, true))
  let at = RULE_HEADER_BYTES
  rule.fields.forEach((field, index) => {
    const string = strings[index]
    view.setUint32(OFFSET_FIELDS + index * 4, FIELD_NUMBERS[field.field], true)
    view.setUint32(OFFSET_VALUES + index * 4, string?.length ?? field.value, true)
    view.setUint32(OFFSET_OPERATORS + index * 4, OPERATORS[field.operator], true)
    if (string) {
      bytes.set(string, at)
      at += string.length
    }
  })
  view.setUint32(OFFSET_BUFFER_LENGTH, bufferLength, true)
  return bytes
}

/** The payload of the netlink message that carries a rule: libaudit fills it up with zeros to a multiple of 4 bytes. */
export function netlinkPayload(rule: Uint8Array): Uint8Array {
  const payload = new Uint8Array(Math.ceil(rule.length / 4) * 4)
  payload.set(rule)
  return payload
}

/** The payload of AUDIT_MAKE_EQUIV (audit_receive_msg() in kernel/audit.c): two lengths, then the two paths without NUL. */
export function encodeEquivalent(mount: string, subtree: string): Uint8Array {
  const [first, second] = [encodeUtf8(mount), encodeUtf8(subtree)]
  const bytes = new Uint8Array(8 + first.length + second.length)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, first.length, true)
  view.setUint32(4, second.length, true)
  bytes.set(first, 8)
  bytes.set(second, 8 + first.length)
  return bytes
}

/** The rule in the kernel's bytes. Code `malformed` when they are no rule, `unknown` when a newer kernel's. */
export function decompileRule(bytes: Uint8Array): Result<Rule> {
  if (bytes.length < RULE_HEADER_BYTES)
    return malformed(`${bytes.length} bytes are too short for a rule (${RULE_HEADER_BYTES})`)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const word = (offset: number): number => view.getUint32(offset, true)
  const flags = word(0)
  const list = LIST_NAMES.find((name) => LISTS[name] === (flags & ~PREPEND))
  if (list === undefined) return unknown(`the filter list ${flags & ~PREPEND}`)
  const action = ACTION_NAMES.find((name) => ACTIONS[name] === word(4))
  if (action === undefined) return unknown(`the action ${word(4)}`)
  if (word(8) > MAX_FIELDS) return malformed(`it has ${word(8)} fields of at most ${MAX_FIELDS}`)
  const bufferLength = word(OFFSET_BUFFER_LENGTH)
  if (bufferLength > bytes.length - RULE_HEADER_BYTES)
    return malformed(`its strings end ${bufferLength} bytes after its start, outside of it`)
  const buffer = bytes.subarray(RULE_HEADER_BYTES, RULE_HEADER_BYTES + bufferLength)
  const fields = decompileFields(word, word(8), buffer)
  if (!fields.ok) return fields
  const mask = Uint32Array.from({ length: MASK_WORDS }, (_, index) => word(OFFSET_MASK + index * 4))
  return ok({ list, action, prepend: (flags & PREPEND) !== 0, mask, fields: fields.value })
}

function decompileFields(
  word: (offset: number) => number,
  count: number,
  buffer: Uint8Array,
): Result<RuleField[]> {
  const fields: RuleField[] = []
  let at = 0
  for (let index = 0; index < count; index++) {
    const number = word(OFFSET_FIELDS + index * 4)
    const value = word(OFFSET_VALUES + index * 4)
    const operatorBits = word(OFFSET_OPERATORS + index * 4)
    const field = fieldName(number)
    if (field === null) return unknown(`the field ${number}`)
    const operator = OPERATOR_SYMBOLS.find((symbol) => OPERATORS[symbol] === operatorBits)
    if (operator === undefined) return unknown(`the operator 0x${operatorBits.toString(16)}`)
    let text: string | null = null
    if (isStringField(field)) {
      if (value > buffer.length - at) return malformed(`the string of ${field} does not fit`)
      text = decodeUtf8(buffer.subarray(at, at + value))
      at += value
    }
    fields.push({ field, operator, value, text })
  }
  if (at < buffer.length) return malformed('it has strings that belong to no field')
  return ok(fields)
}

/**
 * The rule as the kernel keeps and lists it: no prepend flag, no bits of syscall classes. Two rules that compile to the
 * same bytes in this form are one rule to the kernel.
 */
export function kernelForm(rule: Rule): Rule {
  return { ...rule, prepend: false, mask: keptMask(rule.mask) }
}

/** Identities that were asked for before: a file is compared with the kernel at every key press. */
const identities = new WeakMap<Rule, string>()

/** Text that is equal exactly when the kernel holds two rules for the same. */
export function ruleIdentity(rule: Rule): string {
  const known = identities.get(rule)
  if (known !== undefined) return known
  const identity = identityOf(rule)
  identities.set(rule, identity)
  return identity
}

function identityOf({ list, action, mask, fields }: Rule): string {
  let conditions = ''
  for (const { field, operator, value, text } of fields)
    conditions += ` ${field}${operator}${text === null ? value : JSON.stringify(text)}`
  return `${list} ${action} ${maskIdentity(mask)}${conditions}`
}

/** The words of a mask that are not 0, without the bits that the kernel clears. */
function maskIdentity(mask: Uint32Array): string {
  const last = (mask[MASK_WORDS - 1]! & ~CLASS_BITS) >>> 0
  if (isFull(mask)) return `all ${last}`
  let words = ''
  for (let index = 0; index < MASK_WORDS - 1; index++)
    if (mask[index] !== 0) words += `${index}:${mask[index]},`
  return words + last
}

function malformed(what: string): Result<never> {
  return fail('malformed', `These bytes are no audit rule: ${what}.`, 'Read the rules again.')
}

function unknown(what: string): Result<never> {
  return fail(
    'unknown',
    `The kernel has a rule with ${what}, which this version does not know.`,
    'Show it with auditctl -l, and update Auditscope.',
  )
}
