/**
 * What the helper and the placer of rules on closed paths tell each other: frames as in frames.ts, one answer each.
 * The helper wakes the placer's shell with an empty line, then sends frames; `end` ends the placer.
 */
import { MessageType } from '../audit/netlink/message'
import type { Result } from '../audit/result'
import { RULE_HEADER_BYTES } from '../audit/rule/struct'
import type { KernelAnswer } from '../kernel/request'

/** Kinds of frames to the placer. The payload of `add` and `delete` is a struct audit_rule_data. */
export const PlacerKind = { add: 1, delete: 2, end: 3 } as const

/** The kernel's request of each kind that changes something. */
export const PLACER_REQUESTS: ReadonlyMap<number, number> = new Map([
  [PlacerKind.add, MessageType.AUDIT_ADD_RULE],
  [PlacerKind.delete, MessageType.AUDIT_DEL_RULE],
])

/** Longest rule, bytes: the header and 64 strings of PATH_MAX at most, far below what any rule needs. */
export const MAX_PLACED_BYTES = RULE_HEADER_BYTES + 64 * 1024
/** Longest answer, bytes: a Failure in words. */
export const MAX_ANSWER_BYTES = 16 * 1024

/** The answer to `add` and `delete`; nothing in it but whether, and if not, why not. */
export type PlacerAnswer = Result<Pick<KernelAnswer, 'ack'>>
