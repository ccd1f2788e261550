/** struct audit_rule_data as the helper handles it: opaque bytes, but for the list, the action and the prepend flag. */
import { fail, ok, type Result } from '../audit/result'
import { RULE_HEADER_BYTES } from '../audit/rule/struct'

/** AUDIT_FILTER_PREPEND: a flag of the list's word, for adding only. */
const PREPEND = 0x10
/** AUDIT_FILTER_EXIT and AUDIT_NEVER. */
const EXIT_LIST = 4
const NEVER = 0

/** Base64 of a rule's bytes: what the protocol carries, and the rule's identity in the journal. */
export function ruleText(rule: Uint8Array): string {
  return Buffer.from(rule.buffer, rule.byteOffset, rule.byteLength).toString('base64')
}

/** The bytes of a rule from the protocol, or a `usage` Failure when they cannot be one. */
export function ruleBytes(text: string): Result<Uint8Array> {
  const bytes = Uint8Array.from(Buffer.from(text, 'base64'))
  const strings =
    bytes.length < RULE_HEADER_BYTES
      ? null
      : new DataView(bytes.buffer).getUint32(RULE_HEADER_BYTES - 4, true)
  return strings === bytes.length - RULE_HEADER_BYTES
    ? ok(bytes)
    : fail('usage', `These ${bytes.length} bytes are not a struct audit_rule_data.`)
}

/** The filter list that a rule belongs to. */
export function listOf(rule: Uint8Array): number {
  return firstWord(rule) & ~PREPEND
}

/** The rule, to be added before or after all others of its list. */
export function withPrepend(rule: Uint8Array, prepend: boolean): Uint8Array {
  const copy = rule.slice()
  const list = listOf(rule)
  new DataView(copy.buffer).setUint32(0, prepend ? list | PREPEND : list, true)
  return copy
}

/** Whether the rule only exempts: exit,never. */
export function isExemption(rule: Uint8Array): boolean {
  const action = new DataView(rule.buffer, rule.byteOffset).getUint32(4, true)
  return listOf(rule) === EXIT_LIST && action === NEVER
}

function firstWord(rule: Uint8Array): number {
  return new DataView(rule.buffer, rule.byteOffset).getUint32(0, true)
}
