import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  bitmapFeatures,
  BITMAP_FEATURES,
  decodeSwitches,
  encodeSwitch,
  SWITCHES,
} from '@native/audit/status/features'
import {
  decodeStatus,
  encodeReset,
  encodeSettings,
  encodeStatus,
  STATUS_BYTES,
  STATUS_MIN_BYTES,
  type AuditStatus,
} from '@native/audit/status/status'

const u32 = fc.integer({ min: 0, max: 0xffffffff })
const status: fc.Arbitrary<AuditStatus> = fc.record({
  enabled: u32,
  failure: u32,
  pid: u32,
  rateLimit: u32,
  backlogLimit: u32,
  lost: u32,
  backlog: u32,
  featureBitmap: u32,
  backlogWaitTime: u32,
  backlogWaitTimeActual: u32,
})

describe('status', () => {
  it('comes back from the full struct', () => {
    fc.assert(
      fc.property(status, (each) => {
        expect(decodeStatus(encodeStatus(each))).toEqual(each)
      }),
    )
  })

  it('leaves null what an older kernel’s shorter struct does not have, and never invents a 0', () => {
    fc.assert(
      fc.property(status, fc.integer({ min: 0, max: STATUS_BYTES + 8 }), (each, size) => {
        const decoded = decodeStatus(encodeStatus(each, size))
        if (size < STATUS_MIN_BYTES) {
          expect(decoded).toBeNull()
          return
        }
        expect(decoded).toEqual({
          ...each,
          featureBitmap: size >= 36 ? each.featureBitmap : null,
          backlogWaitTime: size >= 40 ? each.backlogWaitTime : null,
          backlogWaitTimeActual: size >= 44 ? each.backlogWaitTimeActual : null,
        })
      }),
    )
  })

  it('reads a reply of a real kernel', () => {
    // AUDIT_GET on Linux 6.18: off, failure 1, limit 64, all features, wait 15000 jiffies.
    const reply = Buffer.from(
      '00000000' +
        '00000000' +
        '01000000' +
        '00000000' +
        '00000000' +
        '40000000' +
        '00000000' +
        '00000000' +
        '7f000000' +
        '983a0000' +
        '00000000',
      'hex',
    )
    expect(decodeStatus(reply)).toEqual({
      enabled: 0,
      failure: 1,
      pid: 0,
      rateLimit: 0,
      backlogLimit: 64,
      lost: 0,
      backlog: 0,
      featureBitmap: 127,
      backlogWaitTime: 15000,
      backlogWaitTimeActual: 0,
    })
  })
})

describe('AUDIT_SET', () => {
  it('names in its mask exactly what it carries, in the struct’s full size', () => {
    const words = (bytes: Uint8Array) => [...new Uint32Array(bytes.buffer)]
    expect(words(encodeSettings({ enabled: 1, backlogWaitTime: 7 }))).toEqual([
      0x21, 1, 0, 0, 0, 0, 0, 0, 0, 7, 0,
    ])
    expect(words(encodeSettings({ pid: 42 }))).toEqual([4, 0, 0, 42, 0, 0, 0, 0, 0, 0, 0])
    expect(words(encodeReset('lost'))).toEqual([0x40, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])
    expect(words(encodeReset('backlogWaitTimeActual'))[0]).toBe(0x80)
    fc.assert(
      fc.property(u32, (rateLimit) => {
        const bytes = encodeSettings({ rateLimit })
        expect(bytes.length).toBe(STATUS_BYTES)
        expect(decodeStatus(bytes)?.rateLimit).toBe(rateLimit)
      }),
    )
  })
})

describe('features', () => {
  it('of a bitmap are those whose bits are set', () => {
    expect(bitmapFeatures(127)).toEqual(BITMAP_FEATURES)
    expect(bitmapFeatures(0x24).map(({ name }) => name)).toEqual(['EXECUTABLE_PATH', 'LOST_RESET'])
  })

  it('switched one by one leave the others alone', () => {
    for (const name of SWITCHES) {
      for (const enabled of [true, false]) {
        for (const locked of [true, false]) {
          const bytes = encodeSwitch({ name, enabled, locked })
          const mask = new DataView(bytes.buffer).getUint32(4, true)
          expect(mask).toBe(1 << SWITCHES.indexOf(name))
          expect(decodeSwitches(bytes)).toContainEqual({ name, enabled, locked })
        }
      }
    }
    expect(decodeSwitches(new Uint8Array(15))).toBeNull()
  })
})
