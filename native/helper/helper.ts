/** The helper's main thread: puts its parts together, answers commands, samples, watches the drain, and ends in order. */
import type { Socket } from 'node:net'
import path from 'node:path'
import { version } from '../../package.json'
import { ok, type Result } from '../audit/result'
import type { AuditStatus } from '../audit/status/status'
import { exitNow, releaseRegistration } from '../kernel/process-control'
import { openSocket } from '../kernel/netlink-socket'
import { readComm, readStat } from '../kernel/proc-process'
import { kernelName, readBootId, readHz, readNamespaces } from '../kernel/proc-system'
import { readAccess, type AccessState } from './access'
import { Authority, clientOfPolkit } from './authority'
import { Boost } from './boost'
import { ClosedPaths, placerPipes } from './closed-paths'
import { Dispatcher } from './dispatcher'
import { DrainThread } from './drain-thread'
import { Exemptions } from './exemptions'
import { EXIT_CODES } from './exit'
import { FORGOTTEN_INTERVAL } from './forgotten'
import { FrameReader } from './frames'
import { startGuard } from './guard'
import { Governing } from './governing'
import { HANDLERS } from './handlers'
import { JournalFolder, OpenJournal } from './journal'
import { ENDING_TIMEOUT, KernelApi } from './kernel-api'
import type { Hello, Notice, SessionChanges } from './messages'
import type { ModeSituation } from './mode-plan'
import { Output } from './output'
import { FrameKind, MAX_COMMAND_BYTES, PROTOCOL_VERSION } from './protocol'
import { RequestsThread } from './requests-thread'
import { Restorer } from './restorer'
import { RuleSession } from './rule-session'
import { SAMPLE_INTERVAL, Sampler } from './sampler'
import { SettingSession } from './setting-session'
import type { HelperState } from './state'
import { Subscription } from './subscription'
import { Waker } from './waker'
import { Watchdog, WATCHDOG_INTERVAL } from './watchdog'

/** Bytes of the ring: 10 s of 5,000 events/s, or 1.5 s of the fastest load that two cores can make. */
const RING_BYTES = 64 * 1024 * 1024
/** Everything is put back within this time of being asked to end, ms, or left to the next start. */
const END_DEADLINE = 1800
/** Of which the last records may take so long to reach the reader, ms. */
const FLUSH_TIMEOUT = 500

/** The helper. */
export class Helper implements HelperState {
  readonly hz = readHz()
  readonly access: AccessState
  readonly authority = new Authority(clientOfPolkit(process.env), () => this.#sayLocked())
  readonly api: KernelApi
  readonly settings: SettingSession
  readonly rules: RuleSession
  readonly exemptions: Exemptions
  readonly subscription: Subscription
  readonly sampler: Sampler
  readonly restorer: Restorer
  readonly governing: Governing
  seenOn: number | null
  readonly #drain: DrainThread
  readonly #output: Output
  readonly #journals: JournalFolder
  readonly #watchdog = new Watchdog()
  readonly #waker: Waker
  readonly #daemonTimers: ReturnType<typeof setInterval>[] = []
  /** A control socket of the main thread's own, for when the command thread does not answer. */
  readonly #rescue = openSocket()
  readonly #script: string
  #guarded = false
  #ending: Promise<Result<SessionChanges>> | null = null
  #lettingGo: Promise<void> | null = null
  #dispatcher: Dispatcher | null = null

  /** Starts the threads, asks the kernel what is possible, and says hello. `script`: this program, its workers beside it. */
  static async start(script: string, stdin: Socket, stdout: Socket): Promise<Helper> {
    const folder = path.dirname(script)
    const requests = new RequestsThread(path.join(folder, 'requests.cjs'), { isolated: false })
    const api = new KernelApi(new ClosedPaths(requests, placerPipes(process.env)))
    const status = await api.status()
    const helper = new Helper(script, requests, api, status, stdout)
    await helper.#greet(status.ok ? status.value : null)
    helper.#listenToClient(stdin)
    return helper
  }

  private constructor(
    script: string,
    requests: RequestsThread,
    api: KernelApi,
    status: Result<AuditStatus>,
    stdout: Socket,
  ) {
    const folder = path.dirname(script)
    this.#script = script
    this.api = api
    this.access = readAccess(status)
    this.#drain = new DrainThread(path.join(folder, 'drain.cjs'), RING_BYTES, (error) => {
      process.stderr.write(`The drain ended: ${error.message}\n`)
      void this.end(EXIT_CODES.internal)
    })
    this.#output = new Output(stdout, this.#drain.ring)
    const notify = (notice: Notice) => this.#output.send(FrameKind.notice, notice)
    const journals = (this.#journals = new JournalFolder())
    const identity = {
      bootId: readBootId(),
      pid: process.pid,
      startTicks: readStat(process.pid)?.startTicks ?? 0,
      startedAt: Date.now(),
    }
    this.seenOn = journals.seenOn(identity.bootId)
    if (status.ok && status.value.enabled > 0) this.noteOn()
    const journal = new OpenJournal(journals, `${identity.pid}-${identity.startTicks}`, {
      version: 1,
      ...identity,
      settings: [],
      rules: null,
    })
    const boost = new Boost(this.#drain, notify)
    this.settings = new SettingSession(api, journal)
    this.rules = new RuleSession(api, journal)
    this.exemptions = new Exemptions(this.rules)
    this.restorer = new Restorer({
      api,
      folder: journals,
      journal,
      settings: this.settings,
      rules: this.rules,
      exemptions: this.exemptions,
      bootId: identity.bootId,
    })
    this.subscription = new Subscription({
      api,
      requests,
      drain: this.#drain,
      settings: this.settings,
      journal,
      boost,
      situation: () => this.#situation(),
      notify,
      rescue: () => this.#releaseNow(),
      daemonChanged: (isDaemon) => this.#lookAfter(isDaemon),
    })
    const statusThread = new RequestsThread(path.join(folder, 'requests.cjs'), { isolated: true })
    const statusApi = new KernelApi(statusThread)
    this.sampler = new Sampler(
      {
        access: this.access,
        hz: this.hz,
        statusApi,
        drain: this.#drain,
        output: this.#output,
        subscription: this.subscription,
        settings: this.settings,
        boost,
        watchdog: this.#watchdog,
        exemptions: this.exemptions,
        governor: () => this.governing.status,
        notify,
      },
      status.ok ? status.value : null,
    )
    this.#waker = new Waker({
      statusApi,
      hz: this.hz,
      records: () => this.#drain.counters.records,
      kernel: () => this.sampler.kernel,
      isDaemon: () => this.subscription.isDaemon,
      notify,
    })
    for (const thread of [requests, statusThread]) {
      thread.heldBack = () => this.#waker.requestWaited()
    }
    this.governing = new Governing({
      hz: this.hz,
      drain: this.#drain,
      subscription: this.subscription,
      sampler: this.sampler,
      settings: this.settings,
      notify,
      inTurn: (task) => this.#dispatcher?.inTurn(task),
    })
    this.#notify = notify
  }

  readonly #notify: (notice: Notice) => void

  noteOn(): void {
    if (this.seenOn !== null) return
    this.seenOn = Date.now()
    this.#journals.noteOn(readBootId(), this.seenOn)
  }

  startGuard(): Promise<Result<null>> {
    if (!this.#guarded) startGuard(this.#script, this.restorer.id)
    this.#guarded = true
    return Promise.resolve(ok(null))
  }

  /** Puts everything back; the helper ends right after the answer. */
  stop(): Promise<Result<SessionChanges>> {
    const restored = this.#putBack()
    void restored.then(() => setTimeout(() => void this.end(EXIT_CODES.done), 0))
    return restored
  }

  /** Puts everything back and ends. Returns never in practice; a second call changes nothing. */
  async end(code: number): Promise<void> {
    const deadline = setTimeout(() => this.#giveUp(), END_DEADLINE)
    const restored = await this.#putBack()
    await this.#output.flush(FLUSH_TIMEOUT)
    clearTimeout(deadline)
    exitNow(restored.ok ? code : EXIT_CODES.notRestored)
  }

  async #greet(status: AuditStatus | null): Promise<void> {
    const control = this.access.access === 'control'
    const daemon = status === null || status.pid === 0 ? null : status.pid
    this.#output.send(FrameKind.hello, {
      protocol: PROTOCOL_VERSION,
      version,
      pid: process.pid,
      kernel: kernelName(),
      hz: this.hz,
      access: this.access.access,
      problem: this.access.problem,
      authorized: this.authority.granted,
      status,
      daemon: daemon === null ? null : { pid: daemon, comm: readComm(daemon) },
      leftovers: control ? await this.restorer.leftovers() : [],
    } satisfies Hello)
    void this.#output.pump()
  }

  #listenToClient(stdin: Socket): void {
    const dispatcher = (this.#dispatcher = new Dispatcher({
      access: this.access.access,
      problem: this.access.problem,
      objection: (name, args) => this.authority.objection(name, args),
      // The dispatcher has checked the arguments against the schema that types the handler's.
      run: (name, args) => (HANDLERS[name] as AnyHandler)(this, args),
      reply: (reply) => this.#output.send(FrameKind.reply, reply),
    }))
    const reader = new FrameReader(MAX_COMMAND_BYTES)
    stdin.on('data', (chunk: Buffer) => {
      reader.push(chunk, (event) => dispatcher.take(event))
      if (!this.#output.congested) return
      stdin.pause()
    })
    stdin.on('end', () => void this.end(EXIT_CODES.done))
    stdin.on('error', () => void this.end(EXIT_CODES.done))
    setInterval(() => this.#sample(stdin), SAMPLE_INTERVAL)
  }

  /** What only the registered daemon has to look after; nobody waits for one that merely observes, and it rests. */
  #lookAfter(isDaemon: boolean): void {
    for (const timer of this.#daemonTimers.splice(0)) clearInterval(timer)
    this.#watchdog.rest()
    if (!isDaemon) return
    this.#daemonTimers.push(
      setInterval(() => this.#watch(), WATCHDOG_INTERVAL),
      setInterval(() => this.#waker.tick(), FORGOTTEN_INTERVAL),
    )
  }

  #sample(stdin: Socket): void {
    if (this.#ending !== null) return
    if (stdin.isPaused() && !this.#output.congested) stdin.resume()
    void this.sampler.poll()
    if ((this.sampler.kernel?.enabled ?? 0) > 0) this.noteOn()
    this.#output.sendSample(this.sampler.sample())
    const { usurper } = this.sampler
    if (usurper !== null) this.#registrationLost(usurper)
  }

  #sayLocked(): void {
    this.#notify({
      type: 'control-locked',
      at: Date.now(),
      message: 'Changes are locked: the next one asks for an administrator’s password again.',
    })
  }

  #registrationLost(pid: number): void {
    this.#notify({
      type: 'registration-lost',
      at: Date.now(),
      message:
        pid === 0
          ? 'The kernel has ended this program’s registration as audit daemon.'
          : `Process ${pid} has become the audit daemon in this program’s place.`,
      pid,
    })
    void this.subscription.registrationLost()
  }

  #watch(): void {
    // The kernel can make the request that gives the registration up wait, too.
    if (this.#lettingGo !== null) return
    const now = performance.now()
    const age = this.#drain.heartbeatAge(now)
    if (!this.#watchdog.check(age, now, this.subscription.watchdogLimit)) return
    const stuck = this.#watchdog.stuck
    void this.#letGo().then(() => {
      this.#waker.letGo()
      this.#notify({
        type: 'watchdog-let-go',
        at: Date.now(),
        message: `The drain was stuck for ${(stuck / 1000).toFixed(1)} s: the registration as audit daemon was given up, so that no task waits for it.`,
        stuck,
      })
    })
  }

  /** Gives the registration up: in order, or, when the command thread sleeps in the kernel, from this thread. */
  #letGo(): Promise<void> {
    this.#lettingGo ??= this.#letGoOnce().finally(() => {
      this.#lettingGo = null
    })
    return this.#lettingGo
  }

  async #letGoOnce(): Promise<void> {
    const before = this.api.timeout
    this.api.timeout = ENDING_TIMEOUT
    const left = await this.subscription.letGo()
    this.api.timeout = before
    if (!left.ok) this.#releaseNow()
  }

  #putBack(): Promise<Result<SessionChanges>> {
    this.#ending ??= this.#putBackOnce()
    return this.#ending
  }

  async #putBackOnce(): Promise<Result<SessionChanges>> {
    await this.#letGo()
    this.api.timeout = ENDING_TIMEOUT
    const restored = await this.restorer.restore()
    if (!restored.ok) {
      this.#notify({
        type: 'restore-failed',
        at: Date.now(),
        message: `Not everything could be put back: ${restored.message}`,
        failure: restored,
      })
    }
    return restored
  }

  /** The deadline has passed: the kernel does not answer. What is journalled is offered by the next start. */
  #giveUp(): void {
    if (this.subscription.isDaemon) this.#releaseNow()
    exitNow(EXIT_CODES.notRestored)
  }

  #releaseNow(): void {
    if (this.#rescue.ok) releaseRegistration(this.#rescue.value)
  }

  async #situation(): Promise<Result<ModeSituation>> {
    const { access, problem } = this.access
    const base = {
      access,
      problem,
      pid: process.pid,
      hz: this.hz,
      initialNetNamespace: readNamespaces().net,
    }
    if (access !== 'control') return ok({ ...base, status: null, daemon: null })
    const status = await this.api.status()
    if (!status.ok) return status
    const { pid } = status.value
    const daemon = pid === 0 ? null : { pid, comm: readComm(pid) }
    return ok({ ...base, status: status.value, daemon })
  }
}

type AnyHandler = (state: HelperState, args: unknown) => Promise<Result<unknown>>
