import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  formatBytes,
  formatCount,
  formatDuration,
  formatQuantity,
  formatRate,
  formatShare,
  formatSi,
} from '@renderer/format/number'
import { parseDecimal, parseWhole } from '@renderer/format/parse'

describe('numbers for people', () => {
  it.each([
    [0, '0'],
    [1204, '1,204'],
    [13_339_360, '13,339,360'],
    [null, '–'],
  ])('count %s is %s', (value, text) => expect(formatCount(value)).toBe(text))

  it('names one thing in the singular', () => {
    expect(formatQuantity(1, 'record')).toBe('1 record')
    expect(formatQuantity(3804, 'record')).toBe('3,804 records')
  })

  it.each([
    [0, '0'],
    [0.25, '0.25'],
    [999, '999'],
    [999.6, '1 k'],
    [1204, '1.2 k'],
    [1830, '1.83 k'],
    [24_600, '24.6 k'],
    [13_339_360, '13.3 M'],
    [-1500, '-1.5 k'],
    [Number.NaN, '–'],
  ])('SI of %s is %s', (value, text) => expect(formatSi(value)).toBe(text))

  it('puts the unit behind a rate', () => expect(formatRate(1830)).toBe('1.83 k/s'))

  it.each([
    [0, '0 B'],
    [1023, '1023 B'],
    [33_554_432, '32 MiB'],
    [1.5 * 2 ** 30, '1.5 GiB'],
  ])('%s bytes are %s', (value, text) => expect(formatBytes(value)).toBe(text))

  it.each([
    [0, '0 %'],
    [0.0001, '<0.1 %'],
    [0.0184, '1.8 %'],
    [0.45, '45 %'],
  ])('share %s is %s', (value, text) => expect(formatShare(value)).toBe(text))

  it.each([
    [0, '0 ms'],
    [0.4, '0.4 ms'],
    [250, '250 ms'],
    [4500, '4.5 s'],
    [59_600, '1 min'],
    [90_000, '1 min 30 s'],
    [11_520_000, '3 h 12 min'],
    [200_000_000, '2 d 8 h'],
  ])('%s ms are %s', (value, text) => expect(formatDuration(value)).toBe(text))

  it('never prints a unit of 60 or 1000 of the one below', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e12, noNaN: true }), (ms) => {
        expect(formatDuration(ms)).not.toMatch(/\b(1000 ms|60 s|60 min|24 h|NaN)/)
        expect(formatSi(ms)).not.toMatch(/^1000 [kMGT]/)
      }),
    )
  })
})

describe('numbers that people type', () => {
  it('reads what the formatter prints', () => {
    fc.assert(
      fc.property(fc.nat(), (value) => {
        expect(parseWhole(formatCount(value))).toBe(value)
      }),
    )
  })

  it.each(['', 'a', '1.5', '-1', '1e9', '0x10', '1,2', '9'.repeat(16)])('refuses %j', (text) =>
    expect(parseWhole(text)).toBe(null),
  )

  it.each([
    ['0.4', 0.4],
    ['.5', 0.5],
    ['60', 60],
    ['1,000.25', 1000.25],
  ])('reads %s as %s', (text, value) => expect(parseDecimal(text)).toBe(value))

  it.each(['', '.', '1.2.3', 'Infinity', '-1'])('refuses %j', (text) =>
    expect(parseDecimal(text)).toBe(null),
  )
})
