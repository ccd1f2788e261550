/**
 * Entry of the placer (bundled into out/helper/placer.cjs): hands rules on closed paths to the kernel, and nothing else.
 * It may look into every folder (dac_read_search), but its filter lets it open no file, start no program and make no
 * connection from before it reads its first byte; so whoever took it over could learn of a path only whether it is there.
 *
 * Everything blocks: one question, one answer, until `end`, or until the helper has gone.
 */
import { readSync, writeSync } from 'node:fs'
import { fail, type Result } from '../audit/result'
import { limitResources } from '../kernel/confine'
import { openSocket } from '../kernel/netlink-socket'
import { exitNow, forbidInspection } from '../kernel/process-control'
import { RequestSocket } from '../kernel/request'
import { installSeccomp, NOTHING_BUT_TALK } from '../kernel/seccomp'
import { EXIT_CODES } from './exit'
import { encodeJsonFrame, FrameReader, type FrameEvent } from './frames'
import { REQUEST_TIMEOUT } from './kernel-api'
import { MAX_PLACED_BYTES, PLACER_REQUESTS, PlacerKind, type PlacerAnswer } from './placer-protocol'

/** Answers a frame, or ends. */
function take(event: FrameEvent, socket: Result<RequestSocket>): void {
  const end = event.kind === PlacerKind.end
  const frame = encodeJsonFrame(
    event.kind,
    end ? { ok: true, value: { ack: 0 } } : place(event, socket),
  )
  writeSync(1, frame)
  if (end) exitNow(EXIT_CODES.done)
}

function place(event: FrameEvent, socket: Result<RequestSocket>): PlacerAnswer {
  const type = PLACER_REQUESTS.get(event.kind)
  if ('tooLong' in event || type === undefined) {
    return fail('usage', 'The placer adds and deletes rules, and nothing else.')
  }
  if (!socket.ok) return socket
  return socket.value.run({
    type,
    payload: event.payload,
    expect: 'ack',
    timeoutMs: REQUEST_TIMEOUT,
  })
}

function main(): never {
  const opened = openSocket()
  const socket: Result<RequestSocket> = opened.ok
    ? { ok: true, value: new RequestSocket(opened.value) }
    : opened
  limitResources()
  forbidInspection()
  // Without the filter it would be too powerful: rather no rule on a closed path than that.
  if (installSeccomp(NOTHING_BUT_TALK) !== null) exitNow(EXIT_CODES.refused)

  const reader = new FrameReader(MAX_PLACED_BYTES)
  const buffer = Buffer.alloc(64 * 1024)
  for (;;) {
    const length = readSync(0, buffer)
    if (length === 0) exitNow(EXIT_CODES.done)
    reader.push(buffer.subarray(0, length), (event) => take(event, socket))
  }
}

try {
  main()
} catch {
  exitNow(EXIT_CODES.internal)
}
