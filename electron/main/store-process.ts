/**
 * The store's utility process as main sees it: started, fed, restarted when it dies, stopped with a flush.
 * Main bounds what is on the way to it (docs/architecture.md, "every stage has a bound"): it never queues without limit.
 */
import path from 'node:path'
import {
  MessageChannelMain,
  utilityProcess,
  type MessagePortMain,
  type UtilityProcess,
} from 'electron'
import type { StoreHostMessage, StoreHostReply, StoreHostReplies } from '@contract/store-host'
import { StoreFeed } from './store-feed'

type Config = Omit<Extract<StoreHostMessage, { kind: 'config' }>, 'kind'>

export interface StoreEvents {
  problem(problem: StoreHostReplies['problem']): void
  /** The process ended although nobody asked; a new one is started unless it keeps ending. */
  ended(code: number): void
}

const STOP_MS = 2000
const MAX_RESTARTS = 3
const RESTART_WINDOW_MS = 60_000

export class StoreProcess {
  private child: UtilityProcess
  private readonly feed = new StoreFeed((message) => this.post(message))
  private stopping = false
  private dead = false
  /** When the process ended unasked, ms; only the last minute's. */
  private ends: number[] = []
  private pendingDelete: ((result: StoreHostReplies['deleted']) => void)[] = []
  private stopped: (() => void) | null = null

  constructor(
    private config: Config,
    private readonly events: StoreEvents,
    private readonly onRendererPort: (port: MessagePortMain) => void,
    private readonly script = path.join(__dirname, 'store.js'),
  ) {
    this.child = this.start()
  }

  /** Hands the page a fresh port; the store forgets the one before. */
  connectRenderer(): void {
    if (this.dead) return
    const { port1, port2 } = new MessageChannelMain()
    this.child.postMessage({ kind: 'renderer-port' }, [port1])
    this.onRendererPort(port2)
  }

  /** Passes record frames on, or drops them, counted, when the store lags more than the bound allows. */
  records(bytes: Uint8Array<ArrayBuffer>): void {
    this.feed.records(bytes)
  }

  /** Everything else that the store is told. */
  post(message: StoreHostMessage): void {
    if (!this.stopping && !this.dead) this.child.postMessage(message)
  }

  configure(config: Config): void {
    this.config = config
    this.post({ kind: 'config', ...config })
  }

  /** Removes all captured data. */
  deleteAll(): Promise<StoreHostReplies['deleted']> {
    return new Promise((resolve) => {
      this.pendingDelete.push(resolve)
      this.post({ kind: 'delete-all' })
    })
  }

  /** Asks for a flush and waits for it, 2 s at most. */
  async stop(): Promise<void> {
    if (this.stopping || this.dead) return
    this.post({ kind: 'shutdown' })
    this.stopping = true
    await new Promise<void>((resolve) => {
      this.stopped = resolve
      setTimeout(resolve, STOP_MS)
    })
    this.child.kill()
  }

  get pid(): number | undefined {
    return this.child.pid
  }

  private start(): UtilityProcess {
    const child = utilityProcess.fork(this.script, [], {
      serviceName: 'auditscope-store',
      stdio: 'inherit',
    })
    child.on('message', (reply: StoreHostReply) => this.receive(reply))
    child.on('exit', (code) => {
      this.stopped?.()
      if (!this.stopping) this.restart(code)
    })
    child.postMessage({ kind: 'config', ...this.config })
    return child
  }

  /** Starts a new process, unless the last ones ended one after the other: then capturing without a store is pointless. */
  private restart(code: number): void {
    this.events.ended(code)
    const now = Date.now()
    this.ends = [...this.ends.filter((time) => now - time < RESTART_WINDOW_MS), now]
    const gone = this.feed.restart()
    if (this.ends.length > MAX_RESTARTS) {
      this.dead = true
      this.events.problem({
        code: 'store',
        message: `The process that keeps the events ended ${this.ends.length} times within a minute and is not started again.`,
        hint: 'The log file says more; start the app again.',
        solved: false,
      })
      return
    }
    this.child = this.start()
    // What was on the way to the dead process is gone with it: its successor must put that into the ledger.
    if (gone > 0) this.post({ kind: 'dropped', bytes: gone, frames: 0, records: null })
    this.connectRenderer()
  }

  private receive(reply: StoreHostReply): void {
    if (reply.kind === 'ack') this.feed.acknowledged(reply.bytes)
    else if (reply.kind === 'problem') this.events.problem(reply)
    else if (reply.kind === 'deleted') this.pendingDelete.shift()?.(reply)
    else if (reply.kind === 'stopped') this.stopped?.()
  }
}
