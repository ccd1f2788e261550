/** A kernel of plain values behind the same requests that the real one answers: status, settings, resets, features. */
import { MessageType } from '@native/audit/netlink/message'
import { fail, ok, type Result } from '@native/audit/result'
import {
  decodeStatus,
  encodeStatus,
  SETTING_MASK,
  type AuditStatus,
} from '@native/audit/status/status'
import type { Machine } from '@native/cli/machine'
import { KernelApi } from '@native/helper/kernel-api'
import type { Requester } from '@native/helper/requests-thread'
import type { KernelAnswer, KernelRequest } from '@native/kernel/request'

export const BOOT: AuditStatus = {
  enabled: 0,
  failure: 1,
  pid: 0,
  rateLimit: 0,
  backlogLimit: 64,
  lost: 0,
  backlog: 0,
  featureBitmap: 0x7f,
  backlogWaitTime: 15000,
  backlogWaitTimeActual: 0,
}

const SETTING_NAMES = Object.keys(SETTING_MASK) as (keyof typeof SETTING_MASK)[]

export class FakeKernel implements Requester, Machine {
  status: AuditStatus
  /** What was set, in order: `failure=2`, `reset lost`. */
  readonly log: string[] = []
  /** Errno by setting name, or by `get`. */
  refuse: Record<string, string> = {}
  processes: Record<number, string> = {}

  constructor(status: Partial<AuditStatus> = {}) {
    this.status = { ...BOOT, ...status }
  }

  kernel(): ReturnType<Machine['kernel']> {
    return Promise.resolve(
      ok({
        api: new KernelApi(this),
        hz: 250,
        kernel: { release: '6.1.0', machine: 'x86_64' },
        memoryBytes: 2 ** 32,
        processName: (pid: number) => this.processes[pid] ?? '',
      }),
    )
  }

  giveUpRights(): void {
    this.log.push('gave up its rights')
  }

  helper(): never {
    throw new Error('Tests of watch bring their own helper.')
  }

  facts(): never {
    throw new Error('Tests of the diagnosis bring their own facts.')
  }

  request({ type, payload }: KernelRequest): Promise<Result<KernelAnswer>> {
    return Promise.resolve(this.#answer(type, payload))
  }

  #answer(type: number, payload: Uint8Array): Result<KernelAnswer> {
    if (type === MessageType.AUDIT_GET) {
      const refused = this.#refusal('get')
      return refused ?? ok({ ack: 0, payloads: [encodeStatus(this.status)] })
    }
    if (type === MessageType.AUDIT_GET_FEATURE)
      return ok({
        ack: 0,
        payloads: [new Uint8Array([1, 0, 0, 0, 255, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0])],
      })
    return this.#set(payload)
  }

  #set(payload: Uint8Array): Result<KernelAnswer> {
    const mask = new DataView(payload.buffer, payload.byteOffset).getUint32(0, true)
    const wanted = decodeStatus(payload)!
    if (mask === 0x40 || mask === 0x80) {
      const name = mask === 0x40 ? 'lost' : 'backlogWaitTimeActual'
      const before = this.status[name] ?? 0
      this.log.push(`reset ${name}`)
      this.status = { ...this.status, [name]: 0 }
      return ok({ ack: before, payloads: [] })
    }
    for (const name of SETTING_NAMES.filter((each) => (mask & SETTING_MASK[each]) !== 0)) {
      const refused =
        this.status.enabled === 2
          ? fail('EPERM', 'The kernel refused: EPERM.')
          : this.#refusal(name)
      if (refused !== null) return refused
      this.log.push(`${name}=${wanted[name]}`)
      this.status = { ...this.status, [name]: wanted[name] }
    }
    return ok({ ack: 0, payloads: [] })
  }

  #refusal(name: string): Result<never> | null {
    const errno = this.refuse[name]
    return errno === undefined ? null : fail(errno, `The kernel refused: ${errno}.`)
  }
}
