/**
 * The store: sessions, their budgets, the host's messages and the renderer's requests. Free of Electron, so that tests
 * and benches run it in Node; index.ts connects it to the process's ports.
 */
import { NO_NAMES, type Resolver } from '@native/audit/interpret'
import { fail, type Failure, type Result } from '@native/audit/result'
import type { StoreHostMessage, StoreHostReply } from '@contract/store-host'
import {
  STORE_REQUESTS,
  type StoreArgs,
  type StorePushMessage,
  type StorePushName,
  type StorePushes,
  type StoreReplyMessage,
  type StoreRequestName,
  type StoreResults,
} from '@contract/store'
import { chunkTextLimit, freeSegment, MemoryBudget, segmentLimit, vocabularyLimit } from './budget'
import { Exports } from './exports'
import { Files } from './files'
import { Grants } from './grants'
import { History } from './history'
import { LiveCapture } from './live'
import { Changes, Rate, Rounds } from './pushes'
import { Queries } from './query/queries'
import { SegmentLog } from './raw/segment-log'
import { Recordings, writeManifest, type Manifest } from './recordings'
import { HANDLERS } from './requests'
import { SelfAuditWatch } from './self-audit'
import { Session } from './session'

/** How often disk budget and manifests are looked after while something is recorded, ms. */
const HOUSEKEEPING_MS = 2000
/** And how often while nothing is: recordings grow too old. */
const IDLE_HOUSEKEEPING_MS = 10_000
/** Changed bookmarks are on the disk so soon, ms; several in a row are written together. */
const BOOKMARKS_MS = 300

type Config = Omit<Extract<StoreHostMessage, { kind: 'config' }>, 'kind'>

/** What a problem of the disk means for the user. */
const DISK_PROBLEMS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EROFS: 'the disk is read-only',
  ENOTDIR: 'a file is where a folder should be',
  EACCES: 'this user may not write there',
}

export interface StoreOptions {
  /** Sends a message to main. */
  reply: (message: StoreHostReply) => void
  resolver?: Resolver
  now?: () => number
}

/** A renderer as the store sees it. */
export interface Peer {
  post(message: StoreReplyMessage | StorePushMessage): void
}

export class Store {
  readonly resolver: Resolver
  readonly now: () => number
  readonly grants = new Grants()
  readonly history = new History()
  readonly queries: Queries
  readonly files: Files
  readonly exports: Exports
  readonly memory: MemoryBudget
  readonly sessions = new Map<number, Session>()
  recordings: Recordings | null = null
  live: LiveCapture | null = null
  maskSecrets = true
  visible = true
  /** Whether what looks like a secret is hidden now. */
  readonly masked = (): boolean => this.maskSecrets
  readonly #reply: StoreOptions['reply']
  readonly #changes = new Changes()
  readonly #eventRate = new Rate()
  readonly #recordRate = new Rate()
  readonly #problems = new Set<string>()
  readonly #selfAudit = new SelfAuditWatch((seq) => this.#nameLive(seq))
  #config: Config | null = null
  #peer: Peer | null = null
  #log: SegmentLog | null = null
  #folder: string | null = null
  #started = 0
  #nextSession = 0
  #eventsPerSecond = 0
  #recordsPerSecond = 0
  #droppedByApp = 0
  #connected = false
  #starting: Promise<void> = Promise.resolve()
  readonly #rounds: Rounds
  #houseTimer: ReturnType<typeof setInterval>
  #bookmarkTimer: ReturnType<typeof setTimeout> | undefined
  #keeping: Promise<void> | null = null
  #keepingNext: Promise<void> | null = null
  #keptAt = Number.NEGATIVE_INFINITY
  /** Where the recorded text ended at the last look. */
  #keptEnd = -1
  /** The live session is being closed or replaced: its folder must be left alone. */
  #closing = false

  constructor({ reply, resolver = NO_NAMES, now = Date.now }: StoreOptions) {
    this.#reply = reply
    this.resolver = resolver
    this.now = now
    const push = this.push.bind(this)
    this.queries = new Queries(push)
    this.exports = new Exports(push)
    this.memory = new MemoryBudget(
      () => this.sessions.values(),
      () => this.queries.bytes + (this.live?.waitingBytes ?? 0),
      Number.POSITIVE_INFINITY,
    )
    this.files = new Files(this)
    this.#rounds = new Rounds(() => this.#pushAll())
    this.#houseTimer = setInterval(() => {
      if (this.#houseIsDue()) void this.keepHouse()
    }, HOUSEKEEPING_MS)
    this.#reply({ kind: 'ready' })
  }

  /** Takes a message from main. */
  host(message: Exclude<StoreHostMessage, { kind: 'renderer-port' }>): void {
    const now = this.now()
    // A status is for the charts, which ask for it; our own processes are told again and again.
    if (message.kind !== 'status' && message.kind !== 'own-processes') this.#rounds.soon()
    switch (message.kind) {
      case 'config':
        this.#starting = this.#starting.then(() => this.#configure(message))
        break
      case 'records':
        void this.#starting.then(() => this.#records(message.bytes))
        break
      case 'dropped':
        this.#droppedByApp += message.records ?? 0
        this.live?.session.ledger.addAppDrop(message.records)
        break
      case 'status':
        this.live?.session.ledger.addSample(message.sample)
        this.history.add(message.sample, this.#eventsPerSecond)
        break
      case 'connection':
        this.#connection(message.connection.state === 'connected', now)
        break
      case 'own-processes':
        this.#selfAudit.watch(message.pids)
        break
      case 'mark':
        this.history.mark(message.time, message.text)
        break
      case 'grant':
        this.grants.add(message.path, message.access)
        break
      case 'delete-all':
        this.#starting = this.#starting.then(() => this.#deleteAll())
        break
      case 'shutdown':
        void this.#starting.then(() => this.#shutdown())
        break
    }
  }

  /** A renderer is there; it replaces the one before. Returns what takes its messages. */
  connect(peer: Peer): (message: unknown) => void {
    this.#peer = peer
    this.#changes.forget()
    this.queries.closeAll()
    this.visible = true
    this.#rounds.soon()
    return (message) => void this.#request(peer, message)
  }

  push<N extends StorePushName>(name: N, value: StorePushes[N]): void {
    if (this.visible) this.#peer?.post({ push: name, value })
  }

  session(id: number): Session | null {
    return this.sessions.get(id) ?? null
  }

  /** A new session's number. */
  nextSessionId(): number {
    return this.#nextSession++
  }

  get vocabularyBytes(): number {
    return vocabularyLimit(this.memory.limit)
  }

  get dataFolder(): string | null {
    return this.#config?.dataFolder ?? null
  }

  /** The folder that the live session is recorded to; null when it is kept in memory. */
  get liveFolder(): string | null {
    return this.#folder
  }

  setBudgets(memoryBytes: number, diskBytes: number): void {
    this.memory.limit = memoryBytes
    if (this.#config !== null) this.#config.diskBudgetBytes = diskBytes
    void this.memory.enforce()
    void this.keepHouse()
  }

  /** Begins the live session anew: what it held is removed. */
  restartLive(): Promise<void> {
    return this.#replaceLive(() => Promise.resolve())
  }

  /** Tells main of a problem, once until it is over. */
  problem(code: string, message: string, hint: string): void {
    if (this.#problems.has(code)) return
    this.#problems.add(code)
    this.#reply({ kind: 'problem', code, message, hint, solved: false })
  }

  solved(code: string, message: string): void {
    if (!this.#problems.delete(code)) return
    this.#reply({ kind: 'problem', code, message, hint: '', solved: true })
  }

  /** Enforces the disk budget and writes the live session's manifest. */
  keepHouse(): Promise<void> {
    if (this.#keeping === null) {
      this.#keeping = this.#keepHouse().finally(() => {
        this.#keeping = null
      })
      return this.#keeping
    }
    // The one under way may have looked already: one more follows, for all who ask meanwhile.
    this.#keepingNext ??= this.#keeping.then(() => {
      this.#keepingNext = null
      return this.keepHouse()
    })
    return this.#keepingNext
  }

  /** Bookmarks of the live session changed: a crash must not cost them, also when nothing is recorded any more. */
  bookmarksChanged(): void {
    this.#bookmarkTimer ??= setTimeout(() => {
      this.#bookmarkTimer = undefined
      void this.keepHouse()
    }, BOOKMARKS_MS)
  }

  /** Waits until everything that arrived can be queried. */
  async settle(): Promise<void> {
    await this.#starting
    await this.live?.drain()
  }

  async #configure(config: Config): Promise<void> {
    const first = this.#config === null
    this.#config = { ...config }
    this.memory.limit = config.memoryBudgetBytes
    this.maskSecrets = config.maskSecrets
    if (!first) {
      await this.memory.enforce()
      return
    }
    this.recordings = config.diskBudgetBytes > 0 ? new Recordings(config.dataFolder) : null
    await this.files.removeLeftovers()
    await this.#openLive()
    await this.#recover()
  }

  async #openLive(): Promise<void> {
    const config = this.#config!
    this.#started = this.now()
    this.#folder = await this.#makeFolder()
    this.#log = new SegmentLog(
      this.#folder,
      {
        failed: (error) => this.#diskFailed(error),
        recovered: () => this.solved('disk', 'Recording to the disk works again.'),
      },
      segmentLimit(config.diskBudgetBytes),
    )
    const session = new Session({
      id: this.nextSessionId(),
      title: 'Live',
      kind: 'live',
      raw: this.#log,
      resolver: this.resolver,
      masked: this.masked,
      vocabularyBytes: this.vocabularyBytes,
      chunkTextBytes: chunkTextLimit(
        config.memoryBudgetBytes,
        config.diskBudgetBytes,
        this.#folder !== null,
      ),
    })
    // The live session is the first of the list whatever was opened before.
    const others = [...this.sessions]
    this.sessions.clear()
    this.sessions.set(session.id, session)
    for (const [id, other] of others) this.sessions.set(id, other)
    if (this.#connected) session.ledger.connect(this.now())
    this.live = new LiveCapture(session, this.#log, () => {
      this.#rounds.soon()
      // What the budget takes changes the ranges once more.
      void this.memory.enforce().then(() => this.#rounds.soon())
    })
    this.#rounds.soon()
    // At once: a crash within the first moments must not cost what was recorded in them.
    await this.#writeManifest('recording')
  }

  async #makeFolder(): Promise<string | null> {
    if (this.recordings === null) return null
    try {
      return await this.recordings.create(this.#started)
    } catch (error) {
      this.#diskFailed(error as NodeJS.ErrnoException)
      return null
    }
  }

  /** What a crash cut off is opened again: nothing but the last moment is missing. */
  async #recover(): Promise<void> {
    const cut =
      (await this.recordings?.list(this.#folder))?.filter((recording) => recording.cut) ?? []
    for (const { path: folder, bytes } of cut) {
      if (bytes > 0) await this.files.open([folder])
    }
  }

  #records(payload: Uint8Array): void {
    const bytes = payload.byteLength
    const done = () => this.#reply({ kind: 'ack', bytes })
    if (this.live === null) done()
    else this.live.frame(payload, this.now(), done)
  }

  #connection(connected: boolean, now: number): void {
    if (connected === this.#connected) return
    this.#connected = connected
    const ledger = this.live?.session.ledger
    if (connected) ledger?.connect(now)
    else ledger?.disconnect(now)
  }

  #diskFailed(error: NodeJS.ErrnoException): void {
    const reason = DISK_PROBLEMS[error.code ?? ''] ?? error.message
    this.problem(
      'disk',
      `Events cannot be written to ${this.#folder ?? this.dataFolder ?? 'the data folder'}: ${reason}. They are kept in memory only.`,
      this.#folder === null
        ? 'Make room, or give this user the right to write there, and start again.'
        : 'Make room or choose a smaller disk budget; writing is tried again every 2 s.',
    )
  }

  async #request(peer: Peer, message: unknown): Promise<void> {
    const { id, name, args } = (message ?? {}) as { id?: unknown; name?: unknown; args?: unknown }
    if (typeof id !== 'number' || typeof name !== 'string') return
    const result = await this.answer(name, args)
    if (this.#peer === peer) peer.post({ id, result })
    // What was asked for may have opened a session, or a query to be followed.
    this.#rounds.later()
  }

  /** Checks and answers a request; never throws. */
  async answer(name: string, args: unknown): Promise<Result<unknown>> {
    if (!Object.hasOwn(STORE_REQUESTS, name))
      return fail('usage', `There is no request ${name.slice(0, 64)}.`)
    const known = name as StoreRequestName
    const parsed = STORE_REQUESTS[known].safeParse(args)
    if (!parsed.success) return badArguments(known, parsed.error.issues[0])
    await this.#starting
    try {
      const handler = HANDLERS[known] as (store: Store, args: unknown) => unknown
      return (await handler(this, parsed.data)) as Result<unknown>
    } catch (error) {
      return fail(
        'internal',
        `The store failed to answer ${known}: ${String(error)}.`,
        'This is a bug; please report it.',
      )
    }
  }

  /** The same with types, for callers inside the process. */
  async ask<N extends StoreRequestName>(
    name: N,
    args: StoreArgs<N>,
  ): Promise<Result<StoreResults[N]>> {
    return (await this.answer(name, args)) as Result<StoreResults[N]>
  }

  /** Says what changed; answers whether anything did, or may soon. */
  #pushAll(): boolean {
    const now = performance.now()
    const live = this.live?.session
    this.#eventsPerSecond = this.#eventRate.next(now, live?.index.next ?? 0)
    this.#recordsPerSecond = this.#recordRate.next(now, live?.received ?? 0)
    // Before the live session is there, there is nothing to tell.
    if (!this.visible || this.#peer === null || this.sessions.size === 0) return false
    this.queries.follow()
    const sessions = this.#changes.sessions(
      [...this.sessions.values()].map((session) => session.info()),
    )
    if (sessions !== null) this.push('sessions', sessions)
    const tick = live === undefined ? null : this.#changes.tick(this.#tick(live))
    if (tick !== null) this.push('tick', tick)
    return sessions !== null || tick !== null
  }

  #tick(live: Session): StorePushes['tick'] {
    const { index, received } = live
    const lag = this.live!.lag
    return {
      held: index.next - index.first,
      events: index.next,
      records: received,
      evicted: index.evictedEvents,
      eventsPerSecond: this.#eventsPerSecond,
      recordsPerSecond: this.#recordsPerSecond,
      lagMs: lag.ms,
      lagRecords: lag.records,
      memoryBytes: this.memory.used,
      diskBytes: this.#log?.diskBytes ?? 0,
      droppedByUs: this.#droppedByApp + live.ledger.totals().lost.store,
      selfAudit: this.#selfAudit.look(index, performance.now()),
    }
  }

  /** Key and system call of an event of the live session. */
  #nameLive(seq: number): { key: string; call: string } | null {
    const live = this.live?.session
    const found = live?.index.locate(seq) ?? null
    if (live === undefined || found === null) return null
    const { actor, call } = live.facts.event(found.chunk, found.index)
    return { key: actor.key, call: call.name }
  }

  #houseIsDue(): boolean {
    return this.#log?.end !== this.#keptEnd || this.now() - this.#keptAt >= IDLE_HOUSEKEEPING_MS
  }

  async #keepHouse(): Promise<void> {
    if (this.#closing) return
    this.#keptAt = this.now()
    this.#keptEnd = this.#log?.end ?? -1
    const { recordings } = this
    const live = this.live?.session
    const log = this.#log
    if (recordings === null || live === undefined || log === null || this.#config === null) return
    const { diskBudgetBytes, retentionDays } = this.#config
    const open = new Set(this.files.folders())
    if (this.#folder !== null) open.add(this.#folder)
    await recordings.prune(
      this.now(),
      retentionDays,
      Math.max(0, diskBudgetBytes - log.diskBytes),
      open,
    )
    while (log.diskBytes > diskBudgetBytes && (await freeSegment(live, log))) {
      // One segment at a time.
    }
    await this.#writeManifest('recording')
  }

  async #writeManifest(state: Manifest['state']): Promise<void> {
    if (this.#folder === null || this.live === null) return
    const { session } = this.live
    const manifest: Manifest = {
      format: 1,
      title: `Recorded ${new Date(this.#started).toISOString()}`,
      started: this.#started,
      ended: state === 'closed' ? this.now() : null,
      state,
      ledger: session.ledgerView(this.now()),
      bookmarks: session.savedBookmarks(),
    }
    await writeManifest(this.#folder, manifest).catch((error: NodeJS.ErrnoException) =>
      this.#diskFailed(error),
    )
  }

  async #closeLive(discard: boolean): Promise<void> {
    const { live } = this
    if (live === null) return
    live.stop()
    const { session } = live
    const empty = session.received === 0
    if (!discard) await this.#log?.flush()
    if (!discard && !empty) await this.#writeManifest('closed')
    this.queries.closeSession(session)
    this.sessions.delete(session.id)
    this.live = null
    await session.close(discard || empty)
    if (this.#folder !== null && (discard || empty)) await this.recordings?.remove(this.#folder)
  }

  /** Closes the live session for good and opens a new one; `between` runs while there is none. */
  async #replaceLive(between: () => Promise<void>): Promise<void> {
    this.#closing = true
    try {
      await this.#keeping
      await this.#closeLive(true)
      await between()
      await this.#openLive()
    } finally {
      this.#closing = false
    }
  }

  async #deleteAll(): Promise<void> {
    const before = (await this.recordings?.size()) ?? { files: 0, bytes: 0 }
    for (const session of [...this.sessions.values()]) {
      if (session.kind !== 'live') await this.files.close(session)
    }
    await this.#replaceLive(async () => {
      await this.recordings?.removeAll()
      this.history.clear()
    })
    this.#reply({ kind: 'deleted', ...before })
  }

  async #shutdown(): Promise<void> {
    this.#rounds.stop()
    clearInterval(this.#houseTimer)
    clearTimeout(this.#bookmarkTimer)
    this.#closing = true
    await this.#keeping
    for (const session of [...this.sessions.values()]) {
      if (session.kind !== 'live') await this.files.close(session)
    }
    await this.#closeLive(false)
    this.#reply({ kind: 'stopped' })
  }
}

function badArguments(
  name: string,
  issue: { path: PropertyKey[]; message: string } | undefined,
): Failure {
  const where = issue === undefined || issue.path.length === 0 ? '' : ` at ${issue.path.join('.')}`
  return fail(
    'usage',
    `The arguments of ${name} do not fit${where}: ${issue?.message ?? 'unknown'}.`,
  )
}
