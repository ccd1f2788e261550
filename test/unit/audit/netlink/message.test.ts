import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  decodeError,
  decodeRecord,
  decodeReplies,
  encodeRequest,
  MAX_AUDIT_MESSAGE_LENGTH,
  NLMSG_HDRLEN,
} from '@native/audit/netlink/message'

const bytes = (maxLength: number) => fc.uint8Array({ maxLength })
const request = fc.record({
  type: fc.integer({ min: 0, max: 0xffff }),
  flags: fc.integer({ min: 0, max: 0xffff }),
  seq: fc.integer({ min: 0, max: 0xffffffff }),
  payload: bytes(2000),
})

/** A datagram as the kernel sends it; `counted` is what it writes into nlmsg_len. */
function datagram(type: number, text: Uint8Array, counted: number): Uint8Array {
  const data = encodeRequest({ type, flags: 0, seq: 0, payload: text })
  new DataView(data.buffer).setUint32(0, counted, true)
  return data
}

describe('requests and replies', () => {
  it('come back as they went, one in a datagram or several, each padded to four bytes', () => {
    fc.assert(
      fc.property(fc.array(request, { minLength: 1, maxLength: 5 }), (requests) => {
        const parts = requests.map((each) => {
          const encoded = encodeRequest(each)
          const padded = new Uint8Array((encoded.length + 3) & ~3)
          padded.set(encoded)
          return padded
        })
        const replies = decodeReplies(Buffer.concat(parts))
        expect(replies.map((reply) => ({ ...reply, payload: Buffer.from(reply.payload) }))).toEqual(
          requests.map((each) => ({ ...each, payload: Buffer.from(each.payload) })),
        )
      }),
    )
  })

  it('are decoded as far as lengths make sense, whatever the bytes', () => {
    fc.assert(
      fc.property(bytes(300), (garbage) => {
        for (const { payload } of decodeReplies(garbage)) {
          expect(payload.byteOffset + payload.length).toBeLessThanOrEqual(
            garbage.byteOffset + garbage.length,
          )
        }
      }),
    )
  })

  it('stop at a message that claims to be longer than the datagram, or shorter than its header', () => {
    const good = encodeRequest({ type: 1000, flags: 0, seq: 1, payload: new Uint8Array(4) })
    for (const length of [0, 15, 21, 0xffffffff]) {
      const bad = encodeRequest({ type: 1001, flags: 0, seq: 2, payload: new Uint8Array(4) })
      new DataView(bad.buffer).setUint32(0, length, true)
      const replies = decodeReplies(Buffer.concat([good, bad]))
      expect(replies.map(({ type }) => type)).toEqual([1000])
    }
  })
})

describe('records', () => {
  it('have the text that was received, whether nlmsg_len counts the header (multicast) or not (unicast)', () => {
    fc.assert(
      fc.property(bytes(MAX_AUDIT_MESSAGE_LENGTH - NLMSG_HDRLEN), (text) => {
        for (const counted of [text.length, text.length + NLMSG_HDRLEN]) {
          const record = decodeRecord(datagram(1300, text, counted))
          expect(record?.type).toBe(1300)
          expect(Buffer.from(record!.text)).toEqual(Buffer.from(text))
        }
      }),
    )
  })

  it('are null when a datagram is shorter than its header', () => {
    for (let length = 0; length < NLMSG_HDRLEN; length++) {
      expect(decodeRecord(new Uint8Array(length))).toBeNull()
    }
    expect(decodeRecord(new Uint8Array(NLMSG_HDRLEN))?.text.length).toBe(0)
  })
})

describe('the error field', () => {
  it('is a negative errno, 0 for an acknowledgement, or the old value after a reset', () => {
    const field = (value: number) => {
      const payload = new Uint8Array(20)
      new DataView(payload.buffer).setInt32(0, value, true)
      return decodeError(payload)
    }
    expect(field(-17)).toBe(-17)
    expect(field(0)).toBe(0)
    expect(field(49162)).toBe(49162)
    expect(decodeError(new Uint8Array(3))).toBeNull()
  })
})
