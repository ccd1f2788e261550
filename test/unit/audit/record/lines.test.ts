import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LineSplitter } from '@native/audit/record'

/** Splits chunks, each of which is destroyed after it was pushed. */
function split(chunks: readonly Uint8Array[], limit?: number): string[] {
  const lines: string[] = []
  const splitter = new LineSplitter((bytes, start, end) => {
    lines.push(Buffer.from(bytes.subarray(start, end)).toString('latin1'))
  }, limit)
  for (const chunk of chunks) {
    const buffer = Buffer.from(chunk)
    splitter.push(buffer)
    buffer.fill(0x21)
  }
  splitter.end()
  return lines
}

describe('lines', () => {
  it('are the same however the stream is cut', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '\n', '\r\n'), maxLength: 60 })
    fc.assert(
      fc.property(text, fc.array(fc.nat({ max: 60 }), { maxLength: 8 }), (content, cuts) => {
        const data = Buffer.from(content, 'latin1')
        const places = [
          0,
          ...cuts.filter((cut) => cut < data.length).sort((a, b) => a - b),
          data.length,
        ]
        const chunks = places.slice(1).map((end, i) => data.subarray(places[i], end))
        const expected = content
          .split('\n')
          .map((line) => line.replace(/\r+$/, ''))
          .filter((line) => line !== '')
        expect(split(chunks)).toEqual(expected)
      }),
    )
  })

  it('without end come in parts, not in memory', () => {
    const lines = split(
      Array.from({ length: 100 }, () => Buffer.alloc(100, 0x61)),
      1000,
    )
    expect(lines.join('')).toHaveLength(10_000)
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(1000)
  })
})
