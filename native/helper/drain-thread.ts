/** The main thread's handle of the drain's thread. */
import { MessageChannel, Worker, type MessagePort } from 'node:worker_threads'
import { closeDescriptor, makeEventfd, signalEventfd } from '../kernel/descriptors'
import {
  allocateDrain,
  DRAIN_SCRATCH_BYTES,
  drainCounter,
  DrainCounter,
  type DrainMemory,
} from '../kernel/drain'
import type { EventSocket } from '../kernel/netlink-socket'
import { allocateRing, RingCounter, RingReader } from '../kernel/ring'
import type { DrainAnswer, DrainCommand, DrainWorkerData } from './drain-messages'

type CommandBody = DrainCommand extends infer C
  ? C extends unknown
    ? Omit<C, 'id'>
    : never
  : never

/** Memory limits of the drain's heap, MiB: it allocates nothing while it runs. */
const HEAP = { maxOldGenerationSizeMb: 32, maxYoungGenerationSizeMb: 4 }

/** What the drain counts; see DrainCounter and RingCounter. */
export type DrainCounters = Record<
  'records' | 'bytes' | 'batches' | 'enobufs' | 'foreign' | 'replacements' | 'replacer',
  number
>

/** The drain answers within its heartbeat; when it does not for so long, ms, it is stuck and the watchdog's business. */
const ANSWER_TIMEOUT = 3000

/** The drain's thread and the ring that it fills. */
export class DrainThread {
  readonly ring: RingReader
  readonly #memory: DrainMemory
  readonly #worker: Worker
  readonly #port: MessagePort
  readonly #waiting = new Map<number, (refusal: string | null) => void>()
  #nextId = 1
  #heartbeat = -1
  #heartbeatAt = 0

  /**
   * Starts the thread. `onFailure` is called when it ends by itself: nothing receives any more then.
   * @param file the bundled worker
   * @param ringBytes capacity of the ring
   */
  constructor(file: string, ringBytes: number, onFailure: (error: Error) => void) {
    const ringMemory = allocateRing(ringBytes, DRAIN_SCRATCH_BYTES)
    this.ring = new RingReader(ringMemory)
    this.#memory = allocateDrain(ringMemory, makeEventfd())
    const { port1, port2 } = new MessageChannel()
    this.#port = port1
    const workerData: DrainWorkerData = { memory: this.#memory, port: port2 }
    this.#worker = new Worker(file, { workerData, transferList: [port2], resourceLimits: HEAP })
    this.#worker.on('error', onFailure)
    port1.on('message', ({ id, refusal }: DrainAnswer) => this.#settle(id, refusal))
    // The end of stdin ends the helper, not the thread that waits for records.
    this.#worker.unref()
    port1.unref()
  }

  /** Receives from this socket from now on. */
  async listen(socket: EventSocket, subscription: number): Promise<void> {
    const { fd, receiveBuffer } = socket
    await this.#send({ kind: 'listen', fd, subscription, receiveBuffer })
  }

  /** Receives nothing for a moment, or goes on ({@link Drain.hold}). */
  async hold(held: boolean): Promise<void> {
    await this.#send({ kind: 'hold', held })
  }

  /** Goes from the current socket to this one without losing or doubling a record ({@link Drain.handOver}). */
  async handOver(socket: EventSocket, subscription: number): Promise<void> {
    const { fd, receiveBuffer } = socket
    await this.#send({ kind: 'hand-over', fd, subscription, receiveBuffer })
  }

  /** Takes what the current socket still holds, then receives no more. */
  async finish(): Promise<void> {
    await this.#send({ kind: 'finish' })
  }

  /** Sets the drain thread's nice value; returns the errno's name when refused, else null. */
  setNice(nice: number): Promise<string | null> {
    return this.#send({ kind: 'nice', nice })
  }

  /** Takes so many records per second at most; 0 for as many as come. What does not fit waits in the kernel. */
  setPace(recordsPerSecond: number): void {
    Atomics.store(new Int32Array(this.#memory.pace), 0, recordsPerSecond)
  }

  /**
   * Takes one record at a time and pauses for so many microseconds after each, as a client does that cannot keep up;
   * null: takes as many as come again. For the overload lab.
   */
  setSlow(pauseMicroseconds: number | null): void {
    Atomics.store(
      new Int32Array(this.#memory.pace),
      1,
      pauseMicroseconds === null ? 0 : pauseMicroseconds + 1,
    )
  }

  /** Ends the thread. */
  async stop(): Promise<void> {
    await this.#send({ kind: 'stop' })
    closeDescriptor(this.#memory.wakeFd)
  }

  /** Counters since the helper started. */
  get counters(): DrainCounters {
    const of = (name: keyof typeof DrainCounter) => drainCounter(this.#memory, DrainCounter[name])
    return {
      records: this.ring.counter(RingCounter.records),
      bytes: this.ring.counter(RingCounter.bytes),
      batches: of('batches'),
      enobufs: of('enobufs'),
      foreign: of('foreign'),
      replacements: of('replacements'),
      replacer: of('replacer'),
    }
  }

  /**
   * Time since the drain was last seen to go round its loop, ms, as this thread sees it: call it a few times a second.
   * `now` is a monotonic time, ms.
   */
  heartbeatAge(now: number): number {
    const heartbeat = drainCounter(this.#memory, DrainCounter.heartbeat)
    if (heartbeat !== this.#heartbeat) {
      this.#heartbeat = heartbeat
      this.#heartbeatAt = now
    }
    return now - this.#heartbeatAt
  }

  #send(body: CommandBody): Promise<string | null> {
    const id = this.#nextId++
    this.#port.postMessage({ ...body, id })
    Atomics.store(new Int32Array(this.#memory.signal), 0, 1)
    signalEventfd(this.#memory.wakeFd)
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#settle(id, 'ETIMEDOUT'), ANSWER_TIMEOUT)
      this.#waiting.set(id, (refusal) => {
        clearTimeout(timer)
        resolve(refusal)
      })
    })
  }

  #settle(id: number, refusal: string | null): void {
    const settle = this.#waiting.get(id)
    this.#waiting.delete(id)
    settle?.(refusal)
  }
}
