/** Frames that never end: a few are made, and come again and again with later stamps, which costs next to nothing. */
import {
  forEachRecord,
  recordCount,
  RECORDS_HEADER_BYTES,
  readRecordsHeader,
  writeRecordsHeader,
} from '@native/audit/netlink/records-frame'
import type { AuditStream } from './audit-stream'

const COLON = 0x3a
const DIGITS_OF_SECONDS = 10
const DIGITS_OF_MS = 3
const DIGITS_OF_SERIAL = 9
/** Serials begin here, so that all have the same width. */
const FIRST_SERIAL = 100_000_000

export class Replay {
  readonly frames: Uint8Array[] = []
  readonly #records: number
  readonly #serials: number
  readonly #ms: number
  #turn = 0
  #at = 0

  /** `stream` makes `count` frames of `events` events each. */
  constructor(stream: AuditStream, count: number, events: number) {
    stream.serial = FIRST_SERIAL
    const from = stream.time
    let records = 0
    for (let made = 0; made < count; made++) {
      const frame = stream.frame(events, records)
      records += recordCount(frame)
      this.frames.push(frame)
    }
    this.#records = records
    this.#serials = stream.serial - FIRST_SERIAL
    this.#ms = Math.ceil(stream.time - from)
  }

  /** The next frame, a copy. */
  next(): Uint8Array<ArrayBuffer> {
    const frame = new Uint8Array(this.frames[this.#at]!)
    if (this.#turn > 0) this.#shift(frame)
    this.#at++
    if (this.#at === this.frames.length) {
      this.#at = 0
      this.#turn++
    }
    return frame
  }

  #shift(frame: Uint8Array): void {
    const header = readRecordsHeader(frame)!
    const view = new DataView(frame.buffer, frame.byteOffset, RECORDS_HEADER_BYTES)
    const shiftMs = this.#turn * this.#ms
    writeRecordsHeader(view, 0, {
      ...header,
      firstIndex: header.firstIndex + this.#turn * this.#records,
      cutAt: header.cutAt + shiftMs,
    })
    forEachRecord(frame, (_type, start) => {
      const seconds = start + 'audit('.length
      const ms = seconds + DIGITS_OF_SECONDS + 1
      const serial = ms + DIGITS_OF_MS + 1
      if (frame[serial - 1] !== COLON) throw new Error('A stamp has another width.')
      const time =
        read(frame, seconds, DIGITS_OF_SECONDS) * 1000 + read(frame, ms, DIGITS_OF_MS) + shiftMs
      write(frame, seconds, DIGITS_OF_SECONDS, Math.floor(time / 1000))
      write(frame, ms, DIGITS_OF_MS, time % 1000)
      write(
        frame,
        serial,
        DIGITS_OF_SERIAL,
        read(frame, serial, DIGITS_OF_SERIAL) + this.#turn * this.#serials,
      )
    })
  }
}

function read(bytes: Uint8Array, at: number, digits: number): number {
  let value = 0
  for (let index = at; index < at + digits; index++) value = value * 10 + bytes[index]! - 0x30
  return value
}

function write(bytes: Uint8Array, at: number, digits: number, value: number): void {
  let rest = value
  for (let index = at + digits - 1; index >= at; index--) {
    bytes[index] = 0x30 + (rest % 10)
    rest = Math.floor(rest / 10)
  }
}
