/** Listening: opens, registers, switches and leaves event sockets, and what a mode changes with them. */
import { fail, ok, type Failure, type Result } from '../audit/result'
import { closeDescriptor } from '../kernel/descriptors'
import {
  joinReadLog,
  leaveReadLog,
  openEventSocket,
  type EventSocket,
} from '../kernel/netlink-socket'
import type { Boost } from './boost'
import type { DrainThread } from './drain-thread'
import { explainRefusal, type KernelApi } from './kernel-api'
import type { Mode, ModePreview, Notice, SettingChange } from './messages'
import { planMode, type ModeSituation } from './mode-plan'
import type { CheckedArgs } from './protocol'
import type { RequestsThread } from './requests-thread'
import { undoChanges } from './setting-changes'
import type { SettingSession } from './setting-session'
import type { OpenJournal } from './journal'

type Options = CheckedArgs<'subscribe'>
type ListenMode = Options['mode']

/** What a subscription needs of the helper. */
export interface SubscriptionContext {
  api: KernelApi
  /** The thread that registers: it has this process's descriptors. */
  requests: RequestsThread
  drain: DrainThread
  settings: SettingSession
  journal: OpenJournal
  boost: Boost
  /** The kernel's status and who is registered, now. */
  situation(): Promise<Result<ModeSituation>>
  notify(notice: Notice): void
  /** Gives the registration up when that was not possible in order. */
  rescue(): void
  /** This process has become the registered daemon, or is it no longer. */
  daemonChanged(isDaemon: boolean): void
}

interface Current {
  mode: ListenMode
  options: Options
  socket: EventSocket
  /** When this process was registered (performance.now()); null in the mode observe. */
  registeredAt: number | null
}

/** Time-out of the registration, ms. */
const REGISTER_TIMEOUT = 5000
/** So long a socket that was given up is still read, ms: the kernel may be in the middle of sending to it. */
const SETTLE = 50
/**
 * So long it stays open, ms. The kernel's sending thread looks only now and then whether a registration has ended; a
 * record that finds its socket closed would go to the retry queue, and from there, late, to the next daemon.
 */
const CLOSE_AFTER = 2000

/** The helper's one subscription. Its methods must not run at the same time. */
export class Subscription {
  readonly #context: SubscriptionContext
  #current: Current | null = null
  #number = 0

  constructor(context: SubscriptionContext) {
    this.#context = context
  }

  get mode(): Mode {
    return this.#current?.mode ?? 'none'
  }

  /** Counted from 1; 0 before the first. */
  get number(): number {
    return this.#number
  }

  get socket(): EventSocket | null {
    return this.#current?.socket ?? null
  }

  /** How long the drain may be stuck, ms; 0 when no watchdog is wanted: nobody waits for a multicast reader. */
  get watchdogLimit(): number {
    return this.isDaemon ? this.#current!.options.watchdog : 0
  }

  /** When this process was registered as the audit daemon (performance.now()); null when it is not. */
  get registeredAt(): number | null {
    return this.#current?.registeredAt ?? null
  }

  /** Whether this process is registered as the audit daemon. */
  get isDaemon(): boolean {
    return this.registeredAt !== null
  }

  /** What {@link subscribe} would change; nothing happens. */
  async preview(options: Options): Promise<Result<ModePreview>> {
    const situation = await this.#situation()
    return situation.ok ? ok(planMode(options, situation.value)) : situation
  }

  /** Begins to listen, or switches the mode. On a refusal everything stays as it was. */
  async subscribe(
    options: Options,
  ): Promise<Result<{ subscription: number; changes: SettingChange[] }>> {
    const previewed = await this.preview(options)
    if (!previewed.ok) return previewed
    const plan = previewed.value
    if (plan.refusal !== null) return plan.refusal
    const settings = plan.changes.filter(({ setting }) => setting !== 'pid')
    const applied = await this.#applySettings(settings)
    if (!applied.ok) return applied
    const listening = await this.#listen(options)
    if (!listening.ok) {
      await this.#undoSettingsExcept([])
      return listening
    }
    // Whatever the mode before had changed and this one does not want goes back once this one is in force.
    const undone = await this.#undoSettingsExcept(settings)
    if (!undone.ok) return undone
    await this.#context.boost.apply(plan.boost)
    this.#notifyMode(plan.changes)
    return ok({ subscription: this.#number, changes: plan.changes })
  }

  /** Stops listening; what the socket still holds is delivered, and what the mode changed is put back. */
  async unsubscribe(): Promise<Result<null>> {
    const current = this.#current
    if (current === null) {
      return fail('not-subscribed', 'There is no subscription.', 'Subscribe first.')
    }
    // From here on a status that names no daemon is what was asked for, not a registration that was lost.
    this.#become({ ...current, registeredAt: null })
    const left = await this.#giveUp(current)
    if (!left.ok) {
      this.#become(current)
      return left
    }
    await new Promise((resolve) => setTimeout(resolve, SETTLE))
    await this.#context.drain.finish()
    closeLater(current.socket)
    this.#become(null)
    await this.#context.boost.apply(null)
    const undone = await this.#undoSettingsExcept([])
    this.#notifyMode([])
    return undone.ok ? ok(null) : undone
  }

  /**
   * Lets go of the pid because the drain is stuck, or because the helper ends: nothing else frees waiting tasks. The
   * socket stays open until the drain has let go of it.
   */
  async letGo(): Promise<Result<null>> {
    const current = this.#current
    if (current === null) return ok(null)
    const left = await this.#giveUp(current)
    if (!left.ok) return left
    this.#become(null)
    void this.#context.drain.finish().then(() => closeOnce(current.socket))
    return ok(null)
  }

  /** Forgets a registration that the kernel has ended by itself; the settings go back. */
  async registrationLost(): Promise<void> {
    const current = this.#current
    if (current === null) return
    this.#become(null)
    this.#context.settings.noteRegistration(process.pid, false)
    await this.#context.drain.finish()
    closeOnce(current.socket)
    await this.#context.boost.apply(null)
    await this.#undoSettingsExcept([])
    this.#notifyMode([])
  }

  /** The situation as it would be without this session's own mode. */
  async #situation(): Promise<Result<ModeSituation>> {
    const situation = await this.#context.situation()
    if (!situation.ok || situation.value.status === null) return situation
    const { restore } = undoChanges(
      this.#context.journal.record.settings,
      situation.value.status,
      ({ scope, setting }) => scope === 'mode' && setting !== 'pid',
    )
    const base = { ...situation.value.status }
    for (const { setting, to } of restore) base[setting] = to
    return ok({ ...situation.value, status: base })
  }

  async #applySettings(settings: readonly SettingChange[]): Promise<Result<SettingChange[]>> {
    if (settings.length === 0) return ok([])
    const status = await this.#context.api.status()
    if (!status.ok) return status
    const wanted = settings.map(({ setting, to }) => [setting, to] as const)
    return this.#context.settings.set(wanted, status.value, 'mode')
  }

  #undoSettingsExcept(kept: readonly SettingChange[]): Promise<Result<SettingChange[]>> {
    const names = new Set(kept.map(({ setting }) => setting))
    return this.#context.settings.undo(
      ({ scope, setting }) => scope === 'mode' && !names.has(setting),
    )
  }

  /** Puts the wanted kind of socket in place of the current one. */
  async #listen(options: Options): Promise<Result<null>> {
    const before = this.#current
    const wantsDaemon = options.mode !== 'observe'
    if (before !== null && wantsDaemon === this.isDaemon) {
      await this.#context.drain.listen(before.socket, ++this.#number)
      this.#become({ ...before, mode: options.mode, options })
      return ok(null)
    }
    const opened = openEventSocket(options.receiveBuffer)
    if (!opened.ok) return explainRefusal(opened)
    const socket = opened.value
    // What comes from here on stays in the old socket until it is known what the new one has.
    if (before !== null) await this.#context.drain.hold(true)
    const attached = wantsDaemon ? await this.#register(socket) : joinMulticast(socket)
    if (!attached.ok) {
      if (before !== null) await this.#context.drain.hold(false)
      closeDescriptor(socket.fd)
      return attached
    }
    const registeredAt = wantsDaemon ? performance.now() : null
    this.#number++
    this.#become({ mode: options.mode, options, socket, registeredAt })
    this.#warnOfSmallBuffer(options, socket)
    if (before === null) await this.#context.drain.listen(socket, this.#number)
    else await this.#switch(before, socket)
    return ok(null)
  }

  /** Hands the drain over from one socket to the other, then lets go of the old one. */
  async #switch(before: Current, socket: EventSocket): Promise<void> {
    await this.#context.drain.handOver(socket, this.#number)
    const left = await this.#giveUp(before)
    // Nobody reads the old socket any more: a registration must not stay behind.
    if (!left.ok) this.#context.rescue()
    closeLater(before.socket)
  }

  async #register(socket: EventSocket): Promise<Result<null>> {
    const noted = this.#context.settings.noteRegistration(process.pid, true)
    if (!noted.ok) return noted
    const registered = await this.#context.requests.register(socket.fd, REGISTER_TIMEOUT)
    if (registered.ok) return ok(null)
    this.#context.settings.noteRegistration(process.pid, false)
    return explainRefusal(registered)
  }

  /** Leaves the group or the registration: nothing is added to the socket any more. */
  async #giveUp({ mode, socket }: Current): Promise<Result<null>> {
    if (mode === 'observe') {
      leaveReadLog(socket.fd)
      return ok(null)
    }
    const released = await this.#context.api.set('pid', 0)
    // EACCES: the kernel had ended the registration already.
    if (!released.ok && released.code !== 'EACCES') return released
    return this.#context.settings.noteRegistration(process.pid, false)
  }

  #become(current: Current | null): void {
    const before = this.isDaemon
    this.#current = current
    if (this.isDaemon !== before) this.#context.daemonChanged(this.isDaemon)
  }

  #notifyMode(changes: SettingChange[]): void {
    const { mode } = this
    const message = mode === 'none' ? 'Stopped listening.' : `Listening in the mode ${mode}.`
    this.#context.notify({
      type: 'mode-changed',
      at: Date.now(),
      message,
      mode,
      subscription: this.#number,
      changes,
    })
  }

  #warnOfSmallBuffer({ receiveBuffer }: Options, socket: EventSocket): void {
    // The kernel doubles what is asked for, and reports that.
    if (!socket.limited || socket.receiveBuffer >= 2 * receiveBuffer) return
    const granted = socket.receiveBuffer / 2
    this.#context.notify({
      type: 'receive-buffer-limited',
      at: Date.now(),
      message: `The receive buffer has ${granted} instead of ${receiveBuffer} bytes: CAP_NET_ADMIN is missing, and net.core.rmem_max bounds it.`,
      wanted: receiveBuffer,
      granted,
    })
  }
}

/** What joining the multicast group means when it is refused. */
const JOIN_REFUSALS: Readonly<Record<string, Failure>> = {
  EPERM: fail(
    'no-capability',
    'CAP_AUDIT_READ is missing, so the kernel does not let this process listen.',
    'Connect with administrator rights, or grant the capability.',
  ),
  EINVAL: fail(
    'no-multicast',
    'This kernel has no multicast group for audit records; it came with Linux 3.16.',
    'Use a mode that registers as the audit daemon.',
  ),
}

const closed = new WeakSet<EventSocket>()

/** The watchdog, or the loss of the registration, can end a subscription that a command is ending: its number may be another file's by then. */
function closeOnce(socket: EventSocket): void {
  if (closed.has(socket)) return
  closed.add(socket)
  closeDescriptor(socket.fd)
}

function closeLater(socket: EventSocket): void {
  setTimeout(() => closeOnce(socket), CLOSE_AFTER).unref()
}

function joinMulticast(socket: EventSocket): Result<null> {
  const joined = joinReadLog(socket.fd)
  return joined.ok ? joined : (JOIN_REFUSALS[joined.code] ?? explainRefusal(joined))
}
