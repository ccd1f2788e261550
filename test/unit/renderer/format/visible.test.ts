import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { shorten, visible } from '@renderer/format/visible'

describe('strings that an attacker controls', () => {
  it.each([
    ['a\nb', 'a\\nb'],
    ['\u001b[2J', '\\e[2J'],
    ['\u0001', '\\x01'],
    ['photo\u202egnp.exe', 'photo\\u202egnp.exe'],
    ['zero\u200bwidth', 'zero\\u200bwidth'],
    ['\u0085', '\\x85'],
    ['grüße 🐧', 'grüße 🐧'],
    ['\ud83d', '\\ud83d'],
  ])('%j is shown as %s', (raw, shown) => expect(visible(raw)).toBe(shown))

  it('leaves nothing that hides, reorders or breaks text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(visible(text)).not.toMatch(/[\p{Cc}\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/u)
      }),
    )
  })

  it('keeps beginning and end of what is too long', () => {
    expect(shorten('/usr/lib/gcc/x86_64-linux-gnu/12/cc1', 20)).toBe('/usr/lib/gcc…/12/cc1')
    expect(shorten('/tmp/x', 20)).toBe('/tmp/x')
  })

  it('is never longer than asked for', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 5, max: 50 }), (text, length) => {
        expect(shorten(text, length).length).toBeLessThanOrEqual(length)
      }),
    )
  })
})
