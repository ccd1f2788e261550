import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  decodeRecords,
  encodeRecords,
  forEachRecord,
  readRecordsHeader,
  recordCount,
  RECORDS_HEADER_BYTES,
} from '@native/audit/netlink/records-frame'

const u16 = fc.integer({ min: 0, max: 0xffff })
const record = fc.record({ type: u16, flags: u16, text: fc.uint8Array({ maxLength: 300 }) })
const header = fc.record({
  firstIndex: fc.maxSafeNat(),
  subscription: fc.integer({ min: 0, max: 0xffffffff }),
  ringDropped: fc.maxSafeNat(),
  cutAt: fc.double({ noNaN: true }),
})

describe('records frame', () => {
  it('comes back as it was encoded', () => {
    fc.assert(
      fc.property(header, fc.array(record, { maxLength: 20 }), (head, records) => {
        const payload = encodeRecords(head, records)
        const decoded = decodeRecords(payload)
        expect(decoded?.header).toEqual({ ...head, count: records.length })
        expect(decoded?.records.map((each) => ({ ...each, text: Buffer.from(each.text) }))).toEqual(
          records.map((each) => ({ ...each, text: Buffer.from(each.text) })),
        )
        expect(recordCount(payload)).toBe(records.length)
      }),
    )
  })

  it('is walked wherever it lies in a larger buffer', () => {
    const payload = encodeRecords({ firstIndex: 5, subscription: 1, ringDropped: 0, cutAt: 0 }, [
      { type: 1300, flags: 0, text: Buffer.from('abcde') },
      { type: 1320, flags: 0, text: Buffer.from('') },
    ])
    const inside = Buffer.concat([Buffer.alloc(3), payload]).subarray(3)
    const seen: [number, string][] = []
    forEachRecord(inside, (type, start, end) => {
      seen.push([type, inside.toString('latin1', start, end)])
    })
    expect(seen).toEqual([
      [1300, 'abcde'],
      [1320, ''],
    ])
  })

  it('gives the whole records of a frame that is cut short, and says so', () => {
    fc.assert(
      fc.property(fc.array(record, { minLength: 1, maxLength: 10 }), fc.nat(), (records, cut) => {
        const payload = encodeRecords(
          { firstIndex: 0, subscription: 1, ringDropped: 0, cutAt: 0 },
          records,
        )
        const last = records.at(-1)!.text.length
        const shortened = payload.subarray(0, cut % (payload.length - ((4 - (last % 4)) % 4)))
        expect(decodeRecords(shortened)).toBeNull()
        const seen = forEachRecord(shortened, (_, start, end) => {
          expect(end).toBeLessThanOrEqual(shortened.length)
          expect(start).toBeLessThanOrEqual(end)
        })
        expect(seen).toBeLessThan(records.length)
      }),
    )
  })

  it('never reads outside of garbage', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (garbage) => {
        forEachRecord(garbage, (_, start, end) => {
          expect(end).toBeLessThanOrEqual(garbage.length)
          expect(start).toBeLessThanOrEqual(end)
        })
        if (garbage.length < RECORDS_HEADER_BYTES) expect(readRecordsHeader(garbage)).toBeNull()
      }),
    )
  })
})
