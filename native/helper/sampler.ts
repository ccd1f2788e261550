/** The status sample, twice a second: what the kernel says, what /proc says, and our own counters. */
import { ok, type Result } from '../audit/result'
import type { AuditStatus, SettingName } from '../audit/status/status'
import { readNetlinkTable, type NetlinkRow } from '../kernel/proc-netlink'
import { readComm } from '../kernel/proc-process'
import type { AccessState } from './access'
import type { Boost } from './boost'
import type { Exemptions } from './exemptions'
import type { DrainThread } from './drain-thread'
import type { KernelApi } from './kernel-api'
import type { GovernorStatus, Notice, ProcessName, SocketSample, StatusSample } from './messages'
import type { Output } from './output'
import type { SettingSession } from './setting-session'
import type { Subscription } from './subscription'
import type { Watchdog } from './watchdog'

/** Time between samples, ms. More often would make others wait longer while the kernel's queue is over its limit. */
export const SAMPLE_INTERVAL = 500

/** What a sample is made from. */
export interface SamplerContext {
  access: AccessState
  hz: number
  /** On the status thread, which no command waits for. */
  statusApi: KernelApi
  drain: DrainThread
  output: Output
  subscription: Subscription
  settings: SettingSession
  boost: Boost
  watchdog: Watchdog
  exemptions: Exemptions
  governor(): GovernorStatus | null
  notify(notice: Notice): void
}

/** Settings that somebody else may change under our eyes. */
const WATCHED: readonly SettingName[] = [
  'enabled',
  'failure',
  'rateLimit',
  'backlogLimit',
  'backlogWaitTime',
]

/** Polls the kernel and makes samples. */
export class Sampler {
  readonly #context: SamplerContext
  #kernel: AuditStatus | null = null
  #kernelAt = 0
  #latency = 0
  #askedAt: number | null = null
  /** When the question was asked whose answer is the newest (performance.now()). */
  #answeredAskedAt = 0
  #polling: Promise<Result<null>> | null = null
  #dropped = 0
  #isDropping = false
  #replacements = 0

  constructor(context: SamplerContext, first: AuditStatus | null) {
    this.#context = context
    this.#kernel = first
    this.#kernelAt = Date.now()
  }

  /**
   * Who the kernel says is registered although this process should be (0: nobody), or null when all is well. Only an
   * answer to a question that was asked after registering counts.
   */
  get usurper(): number | null {
    const { registeredAt } = this.#context.subscription
    if (registeredAt === null || this.#answeredAskedAt < registeredAt) return null
    const pid = this.#kernel?.pid ?? process.pid
    return pid === process.pid ? null : pid
  }

  /** The kernel's newest answer; null before one. */
  get kernel(): AuditStatus | null {
    return this.#kernel
  }

  /** Records that the event socket lost since the subscription; 0 without one. */
  get socketDrops(): number {
    const { socket } = this.#context.subscription
    return socket === null ? 0 : (rowOf(socket.portid)?.drops ?? 0)
  }

  /** Asks the kernel and waits for the answer; a question that is under way is not asked twice. */
  poll(): Promise<Result<null>> {
    if (this.#context.access.access !== 'control') return Promise.resolve(ok(null))
    this.#polling ??= this.#ask().finally(() => {
      this.#polling = null
    })
    return this.#polling
  }

  async #ask(): Promise<Result<null>> {
    const asked = performance.now()
    this.#askedAt = asked
    const status = await this.#context.statusApi.status()
    this.#askedAt = null
    if (!status.ok) return status
    this.#latency = performance.now() - asked
    const before = this.#kernel
    this.#kernel = status.value
    this.#kernelAt = Date.now()
    this.#answeredAskedAt = asked
    if (before !== null) this.#noticeChanges(before, status.value)
    return ok(null)
  }

  /** A sample of now, with the kernel's newest answer. */
  sample(): StatusSample {
    const { drain, output, subscription, boost, watchdog, hz } = this.#context
    const now = performance.now()
    const kernel = this.#kernel
    const ring = output.ringSample()
    this.#noticeRing(ring.droppedRecords)
    this.#noticeReplacements()
    const waited = kernel?.backlogWaitTimeActual ?? null
    const { records, bytes, batches, foreign, enobufs } = drain.counters
    const cpu = process.cpuUsage()
    return {
      at: Date.now(),
      kernel,
      kernelAt: this.#kernelAt,
      kernelLatency: this.#latency,
      kernelOverdue: this.#askedAt === null ? 0 : now - this.#askedAt,
      waitedMs: waited === null ? null : (waited * 1000) / hz,
      hz,
      daemon: daemonOf(kernel),
      mode: subscription.mode,
      subscription: subscription.number,
      socket: this.#socketSample(enobufs),
      drain: { records, bytes, batches, foreign, heartbeatAge: drain.heartbeatAge(now) },
      ring,
      pipe: output.sample(now),
      boost: boost.inForce,
      watchdog: {
        limit: subscription.watchdogLimit,
        stuck: watchdog.stuck,
        letGo: watchdog.letGo,
      },
      cpu: { user: cpu.user / 1000, system: cpu.system / 1000 },
      memory: process.memoryUsage.rss(),
      exemptRules: this.#context.exemptions.inForce.length,
      governor: this.#context.governor(),
    }
  }

  #socketSample(enobufs: number): SocketSample | null {
    const { socket } = this.#context.subscription
    if (socket === null) return null
    const row = rowOf(socket.portid)
    return {
      drops: row?.drops ?? 0,
      enobufs,
      receiveBuffer: socket.receiveBuffer,
      receiveBufferLimited: socket.limited,
      queued: row?.queued ?? 0,
    }
  }

  /** Tells when the ring began to drop, and when it stopped: once each, not for every record. */
  #noticeRing(dropped: number): void {
    const { notify } = this.#context
    const newly = dropped - this.#dropped
    this.#dropped = dropped
    if (newly > 0 && !this.#isDropping) {
      this.#isDropping = true
      notify({
        type: 'ring-dropping',
        at: Date.now(),
        message:
          'Whoever reads from the helper is too slow: its ring is full, and new records are dropped.',
        droppedRecords: dropped,
      })
    } else if (newly === 0 && this.#isDropping) {
      this.#isDropping = false
      notify({
        type: 'ring-recovered',
        at: Date.now(),
        message: 'The helper’s ring has room again; nothing is dropped.',
        droppedRecords: dropped,
      })
    }
  }

  #noticeReplacements(): void {
    const { replacements, replacer } = this.#context.drain.counters
    // Giving the registration up asks ourselves, too.
    const ours = replacer === process.pid
    if (replacements > this.#replacements && !ours) {
      const comm = readComm(replacer)
      this.#context.notify({
        type: 'replace-attempt',
        at: Date.now(),
        message: `Process ${replacer} (${comm === '' ? 'gone' : comm}) wanted to become the audit daemon; the kernel refused, because this program is.`,
        process: { pid: replacer, comm },
      })
    }
    this.#replacements = replacements
  }

  #noticeChanges(before: AuditStatus, after: AuditStatus): void {
    const { settings, notify } = this.#context
    for (const setting of WATCHED) {
      const from = before[setting]
      const to = after[setting]
      if (from === null || to === null || from === to || settings.inForce.get(setting) === to) {
        continue
      }
      notify({
        type: 'setting-changed',
        at: Date.now(),
        message: `Another program changed ${setting} from ${from} to ${to}.`,
        change: { setting, from, to },
      })
    }
  }
}

function daemonOf(kernel: AuditStatus | null): ProcessName | null {
  return kernel === null || kernel.pid === 0
    ? null
    : { pid: kernel.pid, comm: readComm(kernel.pid) }
}

function rowOf(portid: number): NetlinkRow | undefined {
  return readNetlinkTable().find((row) => row.portid === portid)
}
