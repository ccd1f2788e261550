/** Wakes tasks that the kernel forgot to wake: see {@link Forgotten}. */
import type { AuditStatus } from '../audit/status/status'
import { waitingForAudit } from '../kernel/proc-waiting'
import { Forgotten } from './forgotten'
import type { KernelApi } from './kernel-api'
import type { Notice } from './messages'

export interface WakerContext {
  /** On the status thread: the kernel may put whoever asks to sleep. */
  statusApi: KernelApi
  hz: number
  /** Records received since the helper started. */
  records(): number
  /** The kernel's newest answer. */
  kernel(): AuditStatus | null
  /** Whether this process is the registered audit daemon: while it is, it is ours to do something about it. */
  isDaemon(): boolean
  notify(notice: Notice): void
}

/** After a request that was made to wait, so long for a record that shows that the waiting ones were woken, ms. */
const PATIENCE = 10
/** A task that was woken has gone on by then, ms. */
const EFFECT = 20
/** At most so often it is told, ms. */
const TOLD_EVERY = 10_000

export class Waker {
  readonly #context: WakerContext
  readonly #forgotten = new Forgotten()
  #waking = false
  #toldAt = Number.NEGATIVE_INFINITY
  #letGoAt = Number.NEGATIVE_INFINITY

  constructor(context: WakerContext) {
    this.#context = context
  }

  /** Takes a look; to be called every FORGOTTEN_INTERVAL. */
  tick(): void {
    const { kernel, records, isDaemon } = this.#context
    const status = kernel()
    const waits =
      status !== null &&
      (isDaemon() || this.#hasJustLetGo(status)) &&
      status.enabled !== 0 &&
      (status.backlogWaitTime ?? 1) > 0
    const flow = { records: records(), backlogLimit: status?.backlogLimit ?? 0, waits }
    if (!this.#forgotten.check(flow) || this.#waking) return
    if (!this.#forgotten.found(waitingForAudit())) return
    this.#waking = true
    void this.#wake().finally(() => {
      this.#waking = false
    })
  }

  /**
   * The registration was given up because its drain was stuck: tasks were made to wait, and whoever asked for the status
   * meanwhile stands in their line. They stay ours to look after for as long as the kernel makes anybody wait.
   */
  letGo(): void {
    this.#letGoAt = performance.now()
    this.#forgotten.suspect()
  }

  #hasJustLetGo({ pid, backlogWaitTime }: AuditStatus): boolean {
    const waitTime = ((backlogWaitTime ?? 0) * 1000) / this.#context.hz
    return pid === 0 && performance.now() - this.#letGoAt < waitTime
  }

  /** A request of ours was made to wait: it has taken the place of an audited task in the line of those to be woken. */
  requestWaited(): void {
    this.#forgotten.suspect()
    const records = this.#context.records()
    setTimeout(() => {
      if (this.#context.records() === records) this.tick()
    }, PATIENCE)
  }

  /**
   * Has the kernel make a record, which runs its sending thread, which wakes the next of those who wait. Setting the
   * backlog limit to what it is makes one and changes nothing; in a locked configuration it is refused, and makes one.
   */
  async #wake(): Promise<void> {
    const { statusApi, notify, hz } = this.#context
    const before = await statusApi.status()
    // With something in the queue the kernel's thread is about to run, and wakes them itself.
    if (!before.ok) return
    if (before.value.backlog > 0) {
      this.#forgotten.suspect()
      return
    }
    await statusApi.set('backlogLimit', before.value.backlogLimit)
    await new Promise((resolve) => setTimeout(resolve, EFFECT))
    const after = await statusApi.status()
    if (!after.ok) return
    const waited = waitedSince(before.value, after.value)
    if (waited === null || waited === 0) return
    this.#forgotten.suspect()
    const now = performance.now()
    if (now - this.#toldAt < TOLD_EVERY) return
    this.#toldAt = now
    notify({
      type: 'woken',
      at: Date.now(),
      message: `The kernel had left tasks waiting although its backlog was empty; they were woken after ${(waited / hz).toFixed(1)} s, before the wait time was over.`,
      waitedMs: (waited * 1000) / hz,
    })
  }
}

/** Jiffies that tasks have waited between two answers; null where the kernel does not count them. */
function waitedSince(before: AuditStatus, after: AuditStatus): number | null {
  const [from, to] = [before.backlogWaitTimeActual, after.backlogWaitTimeActual]
  return from === null || to === null ? null : (to - from) >>> 0
}
