import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeRecords, encodeRecords } from '@native/audit/netlink/records-frame'
import {
  allocateRing,
  BLOCK_BYTES,
  RingCounter,
  RingReader,
  RingWriter,
  type RingSlice,
} from '@native/kernel/ring'

const SCRATCH = 16 * 1024

/** A ring with both ends in this thread, and a way to feed it datagrams. */
function makeRing(capacity = 4 * BLOCK_BYTES) {
  const memory = allocateRing(capacity, SCRATCH)
  const writer = new RingWriter(memory)
  const reader = new RingReader(memory)
  const view = new DataView(memory.buffer)
  const append = (type: number, text: Uint8Array) => {
    view.setUint16(writer.scratch + 4, type, true)
    view.setUint16(writer.scratch + 6, 0, true)
    new Uint8Array(memory.buffer, writer.scratch + 16).set(text)
    writer.append(writer.scratch, 16 + text.length)
  }
  return { memory, writer, reader, append }
}

/** A slice's records, decoded the way the store does it. */
function recordsOf(slice: RingSlice) {
  const { firstIndex, subscription, count } = slice
  const header = encodeRecords({ firstIndex, subscription, ringDropped: 0, cutAt: 0 }, [])
  new DataView(header.buffer).setUint32(8, count, true)
  const decoded = decodeRecords(Buffer.concat([header, slice.bytes]))
  expect(decoded).not.toBeNull()
  return decoded!.records.map(({ type, text }) => ({ type, text: Buffer.from(text).toString() }))
}

describe('ring', () => {
  it('hands on what was appended, in order, whatever the sizes and however it is interleaved', () => {
    const step = fc.oneof(
      fc.record({
        length: fc.integer({ min: 0, max: 9000 }),
        type: fc.integer({ min: 0, max: 0xffff }),
      }),
      fc.constantFrom(
        'publish' as const,
        'read' as const,
        'release' as const,
        'subscribe' as const,
      ),
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
        const { writer, reader, append } = makeRing()
        const sent = new Map<number, { type: number; text: string; subscription: number }>()
        const held: RingSlice[] = []
        let index = 0
        let subscription = 0
        let next = 0
        const take = () => {
          const slice = reader.read()
          if (slice === null) return false
          expect(slice.firstIndex).toBeGreaterThanOrEqual(next)
          next = slice.firstIndex + slice.count
          recordsOf(slice).forEach((record, i) => {
            expect({ ...record, subscription: slice.subscription }).toEqual(
              sent.get(slice.firstIndex + i),
            )
          })
          held.push(slice)
          return true
        }
        for (const each of steps) {
          if (each === 'publish') writer.publish()
          else if (each === 'subscribe') writer.beginSubscription(++subscription)
          else if (each === 'read') take()
          else if (each === 'release') held.splice(0, 1).forEach((slice) => reader.release(slice))
          else {
            const text = String.fromCharCode(97 + (index % 26)).repeat(each.length)
            const dropped = reader.counter(RingCounter.droppedRecords)
            append(each.type, Buffer.from(text))
            if (reader.counter(RingCounter.droppedRecords) === dropped) {
              sent.set(index, { type: each.type, text, subscription })
            }
            index++
          }
        }
        writer.publish()
        while (take());
        // Everything kept was read exactly once, in order.
        expect(next).toBe(Math.max(0, ...[...sent.keys()].map((key) => key + 1)))
        expect(reader.counter(RingCounter.records)).toBe(index)
        expect(reader.counter(RingCounter.droppedRecords)).toBe(index - sent.size)
      }),
      { numRuns: 150 },
    )
  })

  it('drops the newest when the reader has stopped, counts it, and shows the hole as a jump of the index', () => {
    const { writer, reader, append } = makeRing(2 * BLOCK_BYTES)
    const text = Buffer.alloc(1000, 'x')
    const total = 2000
    for (let i = 0; i < total; i++) append(1300, text)
    writer.publish()
    const dropped = reader.counter(RingCounter.droppedRecords)
    expect(dropped).toBeGreaterThan(0)
    expect(reader.counter(RingCounter.droppedBytes)).toBe(dropped * text.length)
    let kept = 0
    for (let slice = reader.read(); slice !== null; slice = reader.read()) {
      expect(slice.firstIndex).toBe(kept)
      kept += slice.count
      reader.release(slice)
    }
    expect(kept).toBe(total - dropped)
    append(1301, Buffer.from('after'))
    writer.publish()
    const after = reader.read()!
    expect(after.firstIndex).toBe(total)
    expect(recordsOf(after)).toEqual([{ type: 1301, text: 'after' }])
  })

  it('does not reuse a block while one of its slices is in use', () => {
    const { writer, reader, append } = makeRing(2 * BLOCK_BYTES)
    append(1300, Buffer.from('held'))
    writer.publish()
    const held = reader.read()!
    const filler = Buffer.alloc(8000, 'f')
    // Closes the held block, with nothing unread in it, and fills the rest of the ring.
    writer.beginSubscription(2)
    for (let i = 0; i < 200; i++) append(1300, filler)
    writer.publish()
    for (let slice = reader.read(); slice !== null; slice = reader.read()) reader.release(slice)
    for (let i = 0; i < 200; i++) append(1300, filler)
    writer.publish()
    expect(recordsOf(held)).toEqual([{ type: 1300, text: 'held' }])
    reader.release(held)
  })

  it('keeps to a few blocks while the reader keeps up', () => {
    const { writer, reader, append } = makeRing(64 * BLOCK_BYTES)
    const offsets = new Set<number>()
    const text = Buffer.alloc(5000, 'x')
    for (let i = 0; i < 5000; i++) {
      append(1300, text)
      writer.publish()
      const slice = reader.read()!
      offsets.add(Math.floor((slice.bytes.byteOffset - 64) / BLOCK_BYTES))
      reader.release(slice)
    }
    expect(offsets.size).toBeLessThanOrEqual(4)
    expect(reader.used).toBeLessThanOrEqual(2 * BLOCK_BYTES)
  })

  it('wakes a sleeping reader, also when all that happens is a drop', async () => {
    const { writer, reader, append } = makeRing(2 * BLOCK_BYTES)
    const woken = reader.wait()
    append(1300, Buffer.from('a'))
    writer.publish()
    await woken
    expect(reader.read()!.count).toBe(1)
    // Something unread: no sleep at all.
    append(1300, Buffer.from('b'))
    writer.publish()
    await reader.wait()
    expect(reader.read()!.count).toBe(1)
  })
})
