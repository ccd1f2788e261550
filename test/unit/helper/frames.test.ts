import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeFrame, FrameReader, type FrameEvent } from '@native/helper/frames'

const MAX = 64
const frame = fc.record({
  kind: fc.integer({ min: 0, max: 255 }),
  payload: fc.uint8Array({ maxLength: 2 * MAX }),
})

/** What a reader makes of a stream that arrives in pieces of the given sizes. */
function read(
  stream: Uint8Array,
  sizes: readonly number[],
): { events: FrameEvent[]; partial: boolean } {
  const reader = new FrameReader(MAX)
  const events: FrameEvent[] = []
  let at = 0
  for (let i = 0; at < stream.length; i++) {
    const size = Math.max(1, sizes[i % Math.max(1, sizes.length)] ?? 1)
    reader.push(stream.subarray(at, at + size), (event) => events.push(event))
    at += size
  }
  return { events, partial: reader.partial }
}

describe('frame reader', () => {
  it('finds the same frames however the stream is cut, and skips the ones that are too long', () => {
    fc.assert(
      fc.property(
        fc.array(frame, { maxLength: 8 }),
        fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 10 }),
        (frames, sizes) => {
          const stream = Buffer.concat(
            frames.map(({ kind, payload }) => encodeFrame(kind, payload)),
          )
          const { events, partial } = read(stream, sizes)
          expect(partial).toBe(false)
          expect(
            events.map((event) =>
              'payload' in event ? { ...event, payload: [...event.payload] } : event,
            ),
          ).toEqual(
            frames.map(({ kind, payload }) =>
              payload.length > MAX
                ? { kind, tooLong: payload.length }
                : { kind, payload: [...payload] },
            ),
          )
        },
      ),
    )
  })

  it('stays in step after garbage that happens to be frames, and never holds more than one frame', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 500 }),
        fc.integer({ min: 1, max: 50 }),
        (garbage, size) => {
          const whole = read(garbage, [garbage.length])
          expect(read(garbage, [size])).toEqual(whole)
          for (const event of whole.events) {
            if ('payload' in event) expect(event.payload.length).toBeLessThanOrEqual(MAX)
          }
        },
      ),
    )
  })

  it('knows that a stream ended inside of a frame', () => {
    const stream = encodeFrame(1, Buffer.from('whole'))
    for (let length = 1; length < stream.length; length++) {
      expect(read(stream.subarray(0, length), [3])).toEqual({ events: [], partial: true })
    }
  })
})
