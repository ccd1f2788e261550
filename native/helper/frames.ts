/**
 * The frame codec of the helper's pipe: u32 little-endian length of the payload, u8 kind, payload.
 * Pure; fed with chunks of any size.
 */

/** Bytes before the payload. */
export const FRAME_HEADER_BYTES = 5

/** What a {@link FrameReader} found: a frame, or a frame that it skipped because it is longer than allowed. */
export type FrameEvent =
  { kind: number; payload: Uint8Array<ArrayBuffer> } | { kind: number; tooLong: number }

/** Writes a frame's header into `target` at 0. */
export function writeFrameHeader(target: Uint8Array, kind: number, length: number): void {
  new DataView(target.buffer, target.byteOffset).setUint32(0, length, true)
  target[4] = kind
}

/** A whole frame. */
export function encodeFrame(kind: number, payload: Uint8Array): Uint8Array<ArrayBuffer> {
  const frame = new Uint8Array(FRAME_HEADER_BYTES + payload.length)
  writeFrameHeader(frame, kind, payload.length)
  frame.set(payload, FRAME_HEADER_BYTES)
  return frame
}

/** A whole frame whose payload is JSON. */
export function encodeJsonFrame(kind: number, value: unknown): Uint8Array<ArrayBuffer> {
  return encodeFrame(kind, new TextEncoder().encode(JSON.stringify(value)))
}

/**
 * Cuts a byte stream into frames. A frame longer than `maxPayload` is skipped byte by byte without being stored, and
 * reported, so that the stream stays in step and memory stays bounded.
 */
export class FrameReader {
  readonly #maxPayload: number
  readonly #header = new Uint8Array(FRAME_HEADER_BYTES)
  #headerFilled = 0
  #payload: Uint8Array<ArrayBuffer> | null = null
  #filled = 0
  #length = 0

  /** `maxPayload`: longest payload accepted, bytes. */
  constructor(maxPayload: number) {
    this.#maxPayload = maxPayload
  }

  /** Takes the next bytes and calls `emit` for each frame that they complete. */
  push(chunk: Uint8Array, emit: (event: FrameEvent) => void): void {
    let at = 0
    while (at < chunk.length) {
      if (this.#headerFilled < FRAME_HEADER_BYTES) {
        this.#header[this.#headerFilled++] = chunk[at++]!
        if (this.#headerFilled === FRAME_HEADER_BYTES) this.#begin(emit)
        continue
      }
      const take = Math.min(chunk.length - at, this.#length - this.#filled)
      this.#payload?.set(chunk.subarray(at, at + take), this.#filled)
      this.#filled += take
      at += take
      if (this.#filled === this.#length) this.#finish(emit)
    }
  }

  /** Whether the stream ended in the middle of a frame. */
  get partial(): boolean {
    return this.#headerFilled > 0
  }

  #begin(emit: (event: FrameEvent) => void): void {
    this.#length = new DataView(this.#header.buffer).getUint32(0, true)
    this.#filled = 0
    this.#payload = this.#length <= this.#maxPayload ? new Uint8Array(this.#length) : null
    if (this.#length === 0) this.#finish(emit)
  }

  #finish(emit: (event: FrameEvent) => void): void {
    const kind = this.#header[4]!
    const payload = this.#payload
    const length = this.#length
    this.#headerFilled = 0
    this.#payload = null
    emit(payload === null ? { kind, tooLong: length } : { kind, payload })
  }
}
