/**
 * Requests to the kernel on a control socket, one at a time, each with its own time-out. Blocking: runs in a worker.
 */
import {
  decodeError,
  decodeReplies,
  encodeRequest,
  MAX_AUDIT_MESSAGE_LENGTH,
  MessageType,
  NLM_F_ACK,
  NLM_F_REQUEST,
  type Reply,
} from '../audit/netlink/message'
import { fail, ok, type Result } from '../audit/result'
import { errnoName } from './libc'
import { receive, sendToKernel } from './netlink-socket'

/**
 * How a request is answered: with an acknowledgement alone; with one reply of the request's own type; or with many,
 * up to NLMSG_DONE.
 */
export type Expect = 'ack' | 'reply' | 'dump'

/** A request and what is expected. */
export interface KernelRequest {
  type: number
  payload: Uint8Array
  expect: Expect
  timeoutMs: number
}

/** What came back. */
export interface KernelAnswer {
  /** The error field of the acknowledgement: 0, or the old value after a reset. 0 without an acknowledgement. */
  ack: number
  /** Payloads of the replies, copies. */
  payloads: Uint8Array[]
}

/** A rule set has 64 fields a rule at most, 1,040 bytes and its strings; datagrams hold one reply each. */
const RECEIVE_BYTES = 4 * MAX_AUDIT_MESSAGE_LENGTH

/** Sends requests on one control socket and collects their answers. */
export class RequestSocket {
  readonly #fd: number
  readonly #buffer = new Uint8Array(RECEIVE_BYTES)
  #seq = 0

  constructor(fd: number) {
    this.#fd = fd
  }

  /**
   * Runs a request. Refusals are Failures with the errno's name as code; `timeout` when the kernel did not answer.
   * Answers of earlier requests, which came too late, are passed over.
   */
  run(request: KernelRequest): Result<KernelAnswer> {
    const deadline = performance.now() + request.timeoutMs
    const seq = (this.#seq = (this.#seq % 0x7fffffff) + 1)
    const flags = request.expect === 'ack' ? NLM_F_REQUEST | NLM_F_ACK : NLM_F_REQUEST
    const sent = sendToKernel(
      this.#fd,
      encodeRequest({ type: request.type, flags, seq, payload: request.payload }),
    )
    if (!sent.ok) return sent
    const payloads: Uint8Array[] = []
    for (;;) {
      // Even when sending took longer than the time-out, an answer that is already there counts.
      const received = receive(
        this.#fd,
        this.#buffer,
        Math.max(0, Math.ceil(deadline - performance.now())),
      )
      if (!received.ok) return received
      if (received.value === 0) return timeout(request.timeoutMs)
      for (const reply of decodeReplies(this.#buffer.subarray(0, received.value))) {
        if (reply.seq !== seq) continue
        const end = answerOf(reply, request, payloads)
        if (end !== null) return end
      }
    }
  }
}

/** The answer when `reply` completes it, else null after adding its payload to `payloads`. */
function answerOf(
  reply: Reply,
  request: KernelRequest,
  payloads: Uint8Array[],
): Result<KernelAnswer> | null {
  if (reply.type === MessageType.NLMSG_ERROR) {
    const error = decodeError(reply.payload)
    if (error === null) return fail('internal', 'The kernel sent an error without a number.')
    if (error < 0) {
      const name = errnoName(-error)
      return fail(name, `The kernel refused: ${name}.`)
    }
    return request.expect === 'ack' ? ok({ ack: error, payloads }) : null
  }
  if (reply.type === MessageType.NLMSG_DONE) return ok({ ack: 0, payloads })
  if (reply.type !== request.type) return null
  payloads.push(reply.payload.slice())
  return request.expect === 'reply' ? ok({ ack: 0, payloads }) : null
}

function timeout(ms: number): Result<never> {
  return fail(
    'timeout',
    `The kernel did not answer within ${ms / 1000} s; while its queue is over the limit it holds requests back.`,
    'The change may have been made; look at the status before trying again.',
  )
}
