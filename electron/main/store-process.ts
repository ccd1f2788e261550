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
import {
  MAX_UNACKED_BYTES,
  type StoreHostMessage,
  type StoreHostReply,
  type StoreHostReplies,
} from '@contract/store-host'
import { recordCount } from '@native/audit/netlink/records-frame'

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
  private unacked = 0
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
    if (this.unacked + bytes.byteLength > MAX_UNACKED_BYTES) {
      this.post({
        kind: 'dropped',
        bytes: bytes.byteLength,
        frames: 1,
        records: recordCount(bytes),
      })
      return
    }
    this.unacked += bytes.byteLength
    this.post({ kind: 'records', bytes })
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
    const child = utilityProcess.fork(path.join(__dirname, 'store.js'), [], {
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
    const gone = this.unacked
    this.unacked = 0
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
    if (reply.kind === 'ack') this.unacked -= reply.bytes
    else if (reply.kind === 'problem') this.events.problem(reply)
    else if (reply.kind === 'deleted') this.pendingDelete.shift()?.(reply)
    else if (reply.kind === 'stopped') this.stopped?.()
  }
}
