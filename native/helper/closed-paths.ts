/**
 * Rules on paths that are closed to the helper. The kernel looks a rule's path up with the rights of who adds the rule,
 * and the helper, which is nobody special, cannot look below a closed folder such as /root. Another process has that one
 * right more and does nothing but hand such rules to the kernel (placer.ts); it is started when a rule needs it and ends
 * soon after. The wrapper that polkit starts has prepared the pipes to it, and says so in the environment.
 */
import { Socket } from 'node:net'
import type { Readable, Writable } from 'node:stream'
import { fail, ok, type Result } from '../audit/result'
import type { KernelAnswer, KernelRequest } from '../kernel/request'
import { encodeFrame, FrameReader, type FrameEvent } from './frames'
import { MAX_ANSWER_BYTES, PLACER_REQUESTS, PlacerKind, type PlacerAnswer } from './placer-protocol'
import type { Requester } from './requests-thread'

/** Set by build/package/root/opt/auditscope/auditscope-helper when the pipes are there. */
const VARIABLE = 'AUDITSCOPE_PLACER'
/** Descriptors that the wrapper opened. */
const ASK = 3
const ANSWER = 4
/** How long the placer stays without work, ms: a set of rules comes in one go. */
const REST_AFTER = 1000
/** The placer's start, and the kernel's own time, ms. */
const GRACE = 5000

/** Both ends of the conversation. */
export interface PlacerPipes {
  ask: Writable
  answer: Readable
}

/** The pipes that the wrapper prepared; null when it prepared none, as for root, whom no path is closed to. */
export function placerPipes(environment: NodeJS.ProcessEnv): PlacerPipes | null {
  if (environment[VARIABLE] !== '1') return null
  return {
    ask: new Socket({ fd: ASK, readable: false, writable: true }),
    answer: new Socket({ fd: ANSWER, readable: true, writable: false }),
  }
}

/** Passes requests on; a change of rules that is refused because of a closed path goes to the placer. */
export class ClosedPaths implements Requester {
  readonly #requester: Requester
  readonly #pipes: PlacerPipes | null
  readonly #restAfter: number
  #last: Promise<unknown> = Promise.resolve()
  #isAwake = false
  #isBroken = false
  #resting: NodeJS.Timeout | undefined
  #waiting: ((event: FrameEvent | null) => void) | null = null

  constructor(requester: Requester, pipes: PlacerPipes | null, restAfter = REST_AFTER) {
    this.#requester = requester
    this.#pipes = pipes
    this.#restAfter = restAfter
    if (pipes === null) return
    const reader = new FrameReader(MAX_ANSWER_BYTES)
    pipes.answer.on('data', (chunk: Buffer) => reader.push(chunk, (event) => this.#settle(event)))
    for (const stream of [pipes.ask, pipes.answer]) {
      stream.on('error', () => this.#break()).on('close', () => this.#break())
    }
  }

  async request(request: KernelRequest): Promise<Result<KernelAnswer>> {
    const refused = await this.#requester.request(request)
    if (refused.ok || refused.code !== 'EACCES' || this.#pipes === null) return refused
    const kind = [...PLACER_REQUESTS].find(([, type]) => type === request.type)?.[0]
    if (kind === undefined) return refused
    const placed = this.#last.then(() => this.#place(kind, request))
    this.#last = placed
    return (await placed) ?? refused
  }

  /** Has the placer do it; null when it cannot be reached. */
  async #place(kind: number, request: KernelRequest): Promise<Result<KernelAnswer> | null> {
    clearTimeout(this.#resting)
    const event = await this.#ask(kind, request.payload, request.timeoutMs + GRACE)
    const answer = event === null ? null : readAnswer(event)
    if (answer === null) {
      this.#break()
      return null
    }
    this.#resting = setTimeout(() => {
      this.#last = this.#last.then(() => this.#rest())
    }, this.#restAfter)
    return answer.ok ? ok({ ack: answer.value.ack, payloads: [] }) : answer
  }

  /** Ends the placer until it is needed again. */
  async #rest(): Promise<void> {
    if (!this.#isAwake || this.#isBroken) return
    const event = await this.#ask(PlacerKind.end, new Uint8Array(0), GRACE)
    if (event === null) this.#break()
    this.#isAwake = false
  }

  /** Sends a frame; answers what comes back, or null when nothing does. */
  #ask(kind: number, payload: Uint8Array, timeoutMs: number): Promise<FrameEvent | null> {
    const ask = this.#pipes?.ask
    if (ask === undefined || this.#isBroken) return Promise.resolve(null)
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#settle(null), timeoutMs)
      this.#waiting = (event) => {
        clearTimeout(timer)
        resolve(event)
      }
      if (!this.#isAwake) ask.write('\n')
      this.#isAwake = true
      ask.write(encodeFrame(kind, payload))
    })
  }

  #settle(event: FrameEvent | null): void {
    const settle = this.#waiting
    this.#waiting = null
    if (settle !== null) settle(event)
    else if (event !== null) this.#break()
  }

  /** Whoever is at the other end is not in step any more: nothing is sent to it again. */
  #break(): void {
    if (this.#isBroken) return
    this.#isBroken = true
    this.#pipes?.ask.destroy()
    this.#pipes?.answer.destroy()
    this.#settle(null)
  }
}

function readAnswer(event: FrameEvent): PlacerAnswer | null {
  if ('tooLong' in event) return null
  try {
    // Ours, of the same package; what it says changes no more than the words of a refusal.
    const answer = JSON.parse(Buffer.from(event.payload).toString('utf8')) as PlacerAnswer
    return answer.ok ? answer : fail(answer.code, answer.message, answer.hint)
  } catch {
    return null
  }
}
