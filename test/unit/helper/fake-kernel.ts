/** A kernel's audit subsystem in memory, as far as requests go (kernel/audit.c, kernel/auditfilter.c). */
import { MessageType } from '@native/audit/netlink/message'
import { fail, ok, type Result } from '@native/audit/result'
import { RULE_HEADER_BYTES } from '@native/audit/rule/struct'
import {
  encodeStatus,
  RESET_MASK,
  SETTING_MASK,
  type AuditStatus,
  type SettingName,
} from '@native/audit/status/status'
import type { Requester } from '@native/helper/requests-thread'
import type { KernelAnswer, KernelRequest } from '@native/kernel/request'

const PREPEND = 0x10

/** Bytes of a rule on a filter list whose only content is a number. */
export function fakeRule(list: number, id: number): Uint8Array {
  const bytes = new Uint8Array(RULE_HEADER_BYTES)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, list, true)
  view.setUint32(12, id, true)
  return bytes
}

/** The number of a {@link fakeRule}. */
export function ruleId(rule: Uint8Array): number {
  return new DataView(rule.buffer, rule.byteOffset).getUint32(12, true)
}

/** Answers requests; `refuse` names requests to fail, by errno. */
export class FakeKernel implements Requester {
  status: AuditStatus = {
    enabled: 0,
    failure: 1,
    pid: 0,
    rateLimit: 0,
    backlogLimit: 64,
    lost: 0,
    backlog: 0,
    featureBitmap: 127,
    backlogWaitTime: 15000,
    backlogWaitTimeActual: 0,
  }
  rules: Uint8Array[] = []
  /** Decides about each request before it is done: an errno's name refuses it. */
  refuse: (request: KernelRequest) => string | null = () => null
  readonly requests: KernelRequest[] = []

  request(request: KernelRequest): Promise<Result<KernelAnswer>> {
    this.requests.push(request)
    const refused = this.refuse(request)
    return Promise.resolve(refused === null ? this.#do(request) : fail(refused, refused))
  }

  /** Ids of the rules of a list, in the kernel's order. */
  ids(list: number): number[] {
    return this.rules.filter((rule) => listOf(rule) === list).map(ruleId)
  }

  #do({ type, payload }: KernelRequest): Result<KernelAnswer> {
    switch (type) {
      case MessageType.AUDIT_GET:
        return answer(encodeStatus(this.status))
      case MessageType.AUDIT_SET:
        return this.#set(new DataView(payload.buffer, payload.byteOffset))
      case MessageType.AUDIT_LIST_RULES:
        return answer(...this.rules)
      case MessageType.AUDIT_ADD_RULE:
        return this.#add(payload)
      case MessageType.AUDIT_DEL_RULE:
        return this.#delete(payload)
      default:
        return fail('EINVAL', 'EINVAL')
    }
  }

  #set(view: DataView): Result<KernelAnswer> {
    const mask = view.getUint32(0, true)
    if (mask === RESET_MASK.lost) {
      const { lost } = this.status
      this.status = { ...this.status, lost: 0 }
      return ok({ ack: lost, payloads: [] })
    }
    const offsets: Record<SettingName, number> = {
      enabled: 4,
      failure: 8,
      pid: 12,
      rateLimit: 16,
      backlogLimit: 20,
      backlogWaitTime: 36,
    }
    for (const [name, bit] of Object.entries(SETTING_MASK) as [SettingName, number][]) {
      if ((mask & bit) === 0) continue
      if (this.status.enabled === 2 && name !== 'pid') return fail('EPERM', 'EPERM')
      this.status = { ...this.status, [name]: view.getUint32(offsets[name], true) }
    }
    return answer()
  }

  #add(payload: Uint8Array): Result<KernelAnswer> {
    const rule = payload.slice()
    const view = new DataView(rule.buffer)
    const first = (view.getUint32(0, true) & PREPEND) !== 0
    view.setUint32(0, view.getUint32(0, true) & ~PREPEND, true)
    if (this.#find(rule) >= 0) return fail('EEXIST', 'EEXIST')
    this.rules = first ? [rule, ...this.rules] : [...this.rules, rule]
    return answer()
  }

  #delete(payload: Uint8Array): Result<KernelAnswer> {
    const at = this.#find(payload)
    if (at < 0) return fail('ENOENT', 'ENOENT')
    this.rules = this.rules.filter((_, index) => index !== at)
    return answer()
  }

  #find(rule: Uint8Array): number {
    return this.rules.findIndex((each) => Buffer.compare(each, rule) === 0)
  }
}

function listOf(rule: Uint8Array): number {
  return new DataView(rule.buffer, rule.byteOffset).getUint32(0, true)
}

function answer(...payloads: Uint8Array[]): Result<KernelAnswer> {
  return ok({ ack: 0, payloads })
}
