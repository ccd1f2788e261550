/** The main thread's handle of a requests thread. */
import { Worker } from 'node:worker_threads'
import { fail, type Result } from '../audit/result'
import type { KernelAnswer, KernelRequest } from '../kernel/request'
import type { RequestsAnswer, RequestsCommand, RequestsWorkerData } from './requests-messages'

/** Memory limits of the thread's heap, MiB. */
const HEAP = { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 4 }
/**
 * How much longer than the request's own time-out the main thread waits for the answer, ms: the kernel can put the
 * thread to sleep where no time-out reaches it.
 */
const GRACE = 1000
/** An answer that takes so long was held back by the kernel, ms: its queue was over the limit. */
const HELD_BACK = 2

/** Talks to the kernel from another thread, so that the main thread never sleeps in it. */
export interface Requester {
  /** Runs a request; requests of one thread run one after the other. */
  request(request: KernelRequest): Promise<Result<KernelAnswer>>
}

/** A requests thread. */
export class RequestsThread implements Requester {
  readonly #worker: Worker
  readonly #waiting = new Map<number, (result: Result<KernelAnswer>) => void>()
  #nextId = 1
  #failure: Result<never> | null = null
  /** Called when the kernel made a request wait. */
  heldBack: () => void = () => undefined

  /** `file`: the bundled worker. */
  constructor(file: string, data: RequestsWorkerData) {
    this.#worker = new Worker(file, { workerData: data, resourceLimits: HEAP })
    this.#worker.on('message', ({ id, result }: RequestsAnswer) => this.#settle(id, result))
    this.#worker.on('error', (error) => {
      this.#failure = fail(
        'internal',
        `The thread that talks to the kernel ended: ${error.message}`,
      )
      for (const id of [...this.#waiting.keys()]) this.#settle(id, this.#failure)
    })
    this.#worker.unref()
  }

  request(request: KernelRequest): Promise<Result<KernelAnswer>> {
    return this.#run({ kind: 'request', request }, request.timeoutMs)
  }

  /** Registers this process as the audit daemon that receives on `fd`. */
  register(fd: number, timeoutMs: number): Promise<Result<KernelAnswer>> {
    return this.#run({ kind: 'register', fd }, timeoutMs)
  }

  /** How many requests have not been answered. */
  get waiting(): number {
    return this.#waiting.size
  }

  #run(
    body: { kind: 'request'; request: KernelRequest } | { kind: 'register'; fd: number },
    timeoutMs: number,
  ): Promise<Result<KernelAnswer>> {
    if (this.#failure !== null) return Promise.resolve(this.#failure)
    const id = this.#nextId++
    const asked = performance.now()
    this.#worker.postMessage({ ...body, id } satisfies RequestsCommand)
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#settle(
          id,
          fail(
            'timeout',
            `The kernel did not answer within ${timeoutMs / 1000} s: its queue is over the limit, and it makes whoever asks wait.`,
            'The change may have been made; look at the status before trying again.',
          ),
        )
      }, timeoutMs + GRACE)
      this.#waiting.set(id, (result) => {
        clearTimeout(timer)
        if (performance.now() - asked > HELD_BACK) this.heldBack()
        resolve(result)
      })
    })
  }

  #settle(id: number, result: Result<KernelAnswer>): void {
    const settle = this.#waiting.get(id)
    this.#waiting.delete(id)
    settle?.(result)
  }
}
