/**
 * The helper's stdout: JSON frames as they come, and the ring's records as fast as the reader takes them. Never waits on
 * the pipe with anything but the ring: when the reader is slow the ring fills, then drops, counted.
 */
import type { Socket } from 'node:net'
import { RECORDS_HEADER_BYTES, writeRecordsHeader } from '../audit/netlink/records-frame'
import { RingCounter, type RingReader, type RingSlice } from '../kernel/ring'
import { encodeJsonFrame, FRAME_HEADER_BYTES, writeFrameHeader } from './frames'
import type { PipeSample, RingSample } from './messages'
import { FrameKind } from './protocol'

/** Bytes of records given to the pipe and not taken yet, above which the ring is left to fill: a few slices. */
const MAX_IN_FLIGHT = 1024 * 1024
/**
 * After a write, the records of so many ms go into the next one: a hundred frames a second show everything in time, and
 * each process on the way is woken a hundred times instead of for every record.
 */
const GATHER_MS = 10

/** Writes the frames. */
export class Output {
  readonly #stream: Socket
  readonly #ring: RingReader
  #inFlight = 0
  #frames = 0
  #records = 0
  #bytes = 0
  #samplesSkipped = 0
  #samplePending = false
  #lastWrite = 0
  #lastProgress = 0
  #resume: (() => void) | null = null

  constructor(stream: Socket, ring: RingReader) {
    this.#stream = stream
    this.#ring = ring
  }

  /** Writes a frame of JSON. */
  send(kind: FrameKind, value: unknown): void {
    this.#stream.write(encodeJsonFrame(kind, value), () => this.#progress())
  }

  /** Writes a status sample, unless the reader has not taken the one before. */
  sendSample(value: unknown): void {
    if (this.#samplePending) {
      this.#samplesSkipped++
      return
    }
    this.#samplePending = true
    this.#stream.write(encodeJsonFrame(FrameKind.status, value), () => {
      this.#samplePending = false
      this.#progress()
    })
  }

  /** Empties the ring into the pipe, for as long as the helper runs. */
  async pump(): Promise<never> {
    for (;;) {
      const slice = this.#ring.read()
      if (slice !== null) {
        this.#writeRecords(slice)
        if (this.#inFlight > MAX_IN_FLIGHT) await this.#room()
        continue
      }
      await this.#ring.wait()
      const early = this.#lastWrite + GATHER_MS - performance.now()
      if (early > 0) await new Promise((resolve) => setTimeout(resolve, early))
    }
  }

  /** Writes what the ring holds and waits until the reader has taken everything, at most `timeoutMs`. */
  async flush(timeoutMs: number): Promise<void> {
    for (let slice = this.#ring.read(); slice !== null; slice = this.#ring.read()) {
      this.#writeRecords(slice)
    }
    await Promise.race([
      new Promise<void>((resolve) => this.#stream.end(resolve)),
      new Promise<void>((resolve) => setTimeout(resolve, timeoutMs)),
    ])
  }

  /** Whether so much waits that no further command should be read. */
  get congested(): boolean {
    return this.#stream.writableLength > 8 * MAX_IN_FLIGHT
  }

  /** Counters of the pipe; `now` is performance.now(). */
  sample(now: number): PipeSample {
    const queued = this.#stream.writableLength
    return {
      frames: this.#frames,
      records: this.#records,
      bytes: this.#bytes,
      queued,
      blocked: queued === 0 ? 0 : Math.round(now - this.#lastProgress),
      samplesSkipped: this.#samplesSkipped,
    }
  }

  /** Counters of the ring. */
  ringSample(): RingSample {
    return {
      used: this.#ring.used,
      capacity: this.#ring.capacity,
      droppedRecords: this.#ring.counter(RingCounter.droppedRecords),
      droppedBytes: this.#ring.counter(RingCounter.droppedBytes),
    }
  }

  #writeRecords(slice: RingSlice): void {
    const { bytes, count, firstIndex, subscription } = slice
    const head = new Uint8Array(FRAME_HEADER_BYTES + RECORDS_HEADER_BYTES)
    writeFrameHeader(head, FrameKind.records, RECORDS_HEADER_BYTES + bytes.length)
    writeRecordsHeader(new DataView(head.buffer), FRAME_HEADER_BYTES, {
      firstIndex,
      count,
      subscription,
      ringDropped: this.#ring.counter(RingCounter.droppedRecords),
      cutAt: Date.now(),
    })
    this.#lastWrite = performance.now()
    if (this.#stream.writableLength === 0) this.#lastProgress = this.#lastWrite
    this.#inFlight += bytes.length
    this.#frames++
    this.#records += count
    this.#bytes += head.length + bytes.length
    this.#stream.cork()
    this.#stream.write(head)
    this.#stream.write(bytes, () => {
      this.#ring.release(slice)
      this.#inFlight -= bytes.length
      this.#progress()
    })
    this.#stream.uncork()
  }

  #progress(): void {
    this.#lastProgress = performance.now()
    if (this.#inFlight > MAX_IN_FLIGHT) return
    this.#resume?.()
    this.#resume = null
  }

  /** Waits until the reader has taken enough, and in any case lets commands and timers have their turn. */
  async #room(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#resume = resolve
    })
    await new Promise((resolve) => setImmediate(resolve))
  }
}
