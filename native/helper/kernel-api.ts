/**
 * What the helper asks of the kernel, with names instead of numbers and refusals that say what they mean here.
 * Every method blocks only the requester's thread.
 */
import { MessageType } from '../audit/netlink/message'
import { fail, ok, type Failure, type Result } from '../audit/result'
import { encodeEquivalent } from '../audit/rule/struct'
import { decodeSwitches, encodeSwitch, type SwitchState } from '../audit/status/features'
import {
  decodeStatus,
  encodeReset,
  encodeSettings,
  type AuditStatus,
  type ResetName,
  type SettingName,
} from '../audit/status/status'
import type { Expect, KernelAnswer } from '../kernel/request'
import type { Requester } from './requests-thread'

/** Time-out of one request, ms. */
export const REQUEST_TIMEOUT = 10_000
/** Time-out of a request while the helper is ending, ms: it has 2 s for everything. */
export const ENDING_TIMEOUT = 500

const NOTHING = new Uint8Array(0)

/** What a refusal means, by request and errno (kernel/audit.c, kernel/auditfilter.c). */
const REFUSALS: Record<string, readonly [code: string, message: string, hint: string]> = {
  'rule EEXIST': ['EEXIST', 'The kernel has this rule already.', ''],
  'rule ENOENT': ['ENOENT', 'The kernel has no such rule.', 'List the rules again.'],
  'add ENOENT': [
    'ENOENT',
    'A path of the rule does not exist.',
    'The kernel needs a directory of dir= itself, and the folder that path= or exe= is in.',
  ],
  'rule EINVAL': [
    'EINVAL',
    'The kernel does not take this rule: a field, an operator or their combination is not allowed.',
    'Compare it with auditctl(8); a newer kernel may know the field.',
  ],
  'equivalent ENOENT': ['ENOENT', 'One of the two paths does not exist.', ''],
  'rule E2BIG': ['E2BIG', 'The rule is too large for the kernel.', ''],
  EINVAL: ['EINVAL', 'The kernel does not take this value.', 'Check the limits of the setting.'],
  EPERM: [
    'EPERM',
    'The kernel does not permit it: CAP_AUDIT_CONTROL is missing, or the configuration is locked.',
    'Look at "enabled" in the status: 2 means locked until the next boot.',
  ],
  EEXIST: [
    'daemon-registered',
    'Another process is registered as the audit daemon, and the kernel does not replace a healthy one.',
    'Use the mode observe, which works beside it.',
  ],
  EACCES: ['EACCES', 'Only the registered daemon itself may give up the registration.', ''],
  ECONNREFUSED: [
    'not-initial-user-namespace',
    'The kernel answers audit requests only in the initial user namespace.',
    'Run the helper on the host, outside of the container.',
  ],
  EPROTONOSUPPORT: [
    'no-audit',
    'This kernel has no audit subsystem (CONFIG_AUDIT).',
    'Open a captured log file instead, or boot a kernel with auditing.',
  ],
}

/** Kinds of requests of which an errno means something of its own: `add` is a `rule` that is added. */
type RequestKind = '' | 'rule' | 'add' | 'equivalent'

/** Puts what an errno means for this kind of request into a Failure; others stay as they are. */
export function explainRefusal(failure: Failure, kind: RequestKind = ''): Failure {
  const found =
    REFUSALS[`${kind} ${failure.code}`] ??
    (kind === 'add' ? REFUSALS[`rule ${failure.code}`] : undefined) ??
    REFUSALS[failure.code]
  return found === undefined ? failure : fail(...found)
}

/** The kernel's audit subsystem. */
export class KernelApi {
  readonly #requester: Requester
  /** Time-out of the requests that follow, ms. */
  timeout = REQUEST_TIMEOUT

  constructor(requester: Requester) {
    this.#requester = requester
  }

  /** AUDIT_GET. */
  async status(): Promise<Result<AuditStatus>> {
    const answer = await this.#run(MessageType.AUDIT_GET, NOTHING, 'reply')
    if (!answer.ok) return answer
    return decoded(decodeStatus(answer.value.payloads[0]!), 'a status')
  }

  /** AUDIT_SET of one setting. */
  async set(setting: SettingName, value: number): Promise<Result<null>> {
    const payload = encodeSettings({ [setting]: value })
    const answer = await this.#run(MessageType.AUDIT_SET, payload, 'ack')
    return answer.ok ? ok(null) : answer
  }

  /** AUDIT_SET that resets a counter; returns the value that it had. */
  async reset(counter: ResetName): Promise<Result<number>> {
    const answer = await this.#run(MessageType.AUDIT_SET, encodeReset(counter), 'ack')
    return answer.ok ? ok(answer.value.ack) : answer
  }

  /** AUDIT_GET_FEATURE. */
  async switches(): Promise<Result<SwitchState[]>> {
    const answer = await this.#run(MessageType.AUDIT_GET_FEATURE, NOTHING, 'reply')
    if (!answer.ok) return answer
    return decoded(decodeSwitches(answer.value.payloads[0]!), 'its features')
  }

  /** AUDIT_SET_FEATURE. */
  async setSwitch(state: SwitchState): Promise<Result<null>> {
    const answer = await this.#run(MessageType.AUDIT_SET_FEATURE, encodeSwitch(state), 'ack')
    return answer.ok ? ok(null) : answer
  }

  /** AUDIT_LIST_RULES: struct audit_rule_data of each, in the order of the kernel's lists. */
  async rules(): Promise<Result<Uint8Array[]>> {
    const answer = await this.#run(MessageType.AUDIT_LIST_RULES, NOTHING, 'dump')
    return answer.ok ? ok(answer.value.payloads) : answer
  }

  /** AUDIT_ADD_RULE. */
  async addRule(rule: Uint8Array): Promise<Result<null>> {
    const answer = await this.#run(MessageType.AUDIT_ADD_RULE, rule, 'ack', 'add')
    return answer.ok ? ok(null) : answer
  }

  /** AUDIT_DEL_RULE. */
  async deleteRule(rule: Uint8Array): Promise<Result<null>> {
    const answer = await this.#run(MessageType.AUDIT_DEL_RULE, rule, 'ack', 'rule')
    return answer.ok ? ok(null) : answer
  }

  /** AUDIT_TRIM: forgets watched directories whose file system is no longer mounted there. */
  async trimTrees(): Promise<Result<null>> {
    const answer = await this.#run(MessageType.AUDIT_TRIM, NOTHING, 'ack')
    return answer.ok ? ok(null) : answer
  }

  /** AUDIT_MAKE_EQUIV: what is mounted at `subtree` is watched wherever `mount` is. */
  async makeEquivalent(mount: string, subtree: string): Promise<Result<null>> {
    const payload = encodeEquivalent(mount, subtree)
    const answer = await this.#run(MessageType.AUDIT_MAKE_EQUIV, payload, 'ack', 'equivalent')
    return answer.ok ? ok(null) : answer
  }

  async #run(
    type: number,
    payload: Uint8Array,
    expect: Expect,
    kind: RequestKind = '',
  ): Promise<Result<KernelAnswer>> {
    const timeoutMs = this.timeout
    const answer = await this.#requester.request({ type, payload, expect, timeoutMs })
    return answer.ok ? answer : explainRefusal(answer, kind)
  }
}

function decoded<T>(value: T | null, what: string): Result<T> {
  return value === null ? fail('internal', `The kernel sent ${what} that is too short.`) : ok(value)
}
