import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  copyBytes,
  csvCell,
  csvLine,
  decodeHex,
  decodeUtf8,
  encodeUtf8,
  escapeForDisplay,
  escapeOctal,
  hexToBytes,
  isHexPairs,
  latin1,
  latin1Bytes,
} from '@native/audit/text'

const bytes = fc.uint8Array({ maxLength: 300 })

describe('UTF-8', () => {
  it('loses nothing, valid or not', () => {
    fc.assert(
      fc.property(bytes, (data) => {
        expect(encodeUtf8(decodeUtf8(data))).toEqual(data)
      }),
      { numRuns: 2000 },
    )
  })

  it('is what the platform decodes, for valid text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const data = new TextEncoder().encode(text)
        expect(decodeUtf8(data)).toBe(text)
        expect(encodeUtf8(text)).toEqual(data)
      }),
    )
  })

  it('keeps names apart that differ in an invalid byte only', () => {
    expect(decodeUtf8(Uint8Array.of(0x61, 0xff))).not.toBe(decodeUtf8(Uint8Array.of(0x61, 0xfe)))
  })

  it.each([
    ['an overlong slash', [0xc0, 0xaf]],
    ['a surrogate', [0xed, 0xa0, 0x80]],
    ['a code point beyond the last', [0xf4, 0x90, 0x80, 0x80]],
    ['a cut sequence', [0xe2, 0x82]],
  ])('takes %s for bytes, not for text', (_name, data) => {
    const text = decodeUtf8(Uint8Array.from(data))
    expect([...text].every((character) => /[\udc80-\udcff]/.test(character))).toBe(true)
  })
})

describe('Latin-1', () => {
  it('is one character a byte, both ways', () => {
    fc.assert(
      fc.property(bytes, (data) => {
        const text = latin1(data, 0, data.length)
        expect(text).toHaveLength(data.length)
        expect(latin1Bytes(text)).toEqual(data)
      }),
    )
  })
})

describe('hexadecimal', () => {
  it('goes both ways', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 100 }), (data) => {
        const text = Buffer.from(data).toString('hex').toUpperCase()
        expect(hexToBytes(text)).toEqual(data)
        const ascii = latin1Bytes(text)
        expect(isHexPairs(ascii, 0, ascii.length)).toBe(true)
        expect(decodeHex(ascii, 0, ascii.length)).toEqual(data)
      }),
    )
  })

  it.each(['', 'A', 'ABC', 'GG', '0x41', '41 42', '4\u01411'])('refuses %j', (text) => {
    expect(hexToBytes(text)).toBeUndefined()
  })
})

describe('text for display', () => {
  it.each([
    ['plain text', 'plain text'],
    ['日本語 é 🐧', '日本語 é 🐧'],
    ['a\nb\tc\0', 'a\\nb\\tc\\0'],
    ['\x1b[31mred\x07', '\\e[31mred\\x07'],
    ['\u202ertl\u202c', '\\u{202e}rtl\\u{202c}'],
    ['zero\u200bwidth\ufeff', 'zero\\u{200b}width\\u{feff}'],
    ['\udcff', '\\xff'],
    ['\u{e0041}', '\\u{e0041}'],
    ['\x9b', '\\x9b'],
    ['\u2028', '\\u{2028}'],
  ])('shows %j as %j', (text, shown) => {
    expect(escapeForDisplay(text)).toBe(shown)
  })

  it('has nothing left that steers a terminal, reorders a line or hides', () => {
    fc.assert(
      fc.property(bytes, (data) => {
        const shown = escapeForDisplay(decodeUtf8(data))
        expect(shown).not.toMatch(
          /[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/,
        )
        expect(shown).not.toMatch(/[\ud800-\udfff]/u)
      }),
    )
  })

  it('in octal shows bytes', () => {
    expect(escapeOctal('a\n\u202e\udcff')).toBe('a\\012\\342\\200\\256\\377')
    expect(escapeOctal('é')).toBe('é')
  })
})

/** The cells of one line, as RFC 4180 has it. */
function parseLine(line: string): string[] {
  const cells: string[] = []
  for (let at = 0; at <= line.length;) {
    const match = /^(?:"((?:[^"]|"")*)"|([^,"]*))(,|$)/.exec(line.slice(at))!
    cells.push(match[1] === undefined ? match[2]! : match[1].replaceAll('""', '"'))
    at += match[0].length + (match[3] === '' ? 1 : 0)
  }
  return cells
}

describe('CSV', () => {
  it('defuses formulas and keeps numbers', () => {
    expect(csvCell("=cmd|' /C calc'!A0")).toBe("'=cmd|' /C calc'!A0")
    expect(csvCell('=SUM(A1,"x")')).toBe(`"'=SUM(A1,""x"")"`)
    expect(csvCell('@SUM(1)')).toBe("'@SUM(1)")
    expect(csvCell('+1')).toBe("'+1")
    expect(csvCell('-1')).toBe('-1')
    expect(csvCell('-x')).toBe("'-x")
  })

  it('is one line of as many cells as there were texts, none of them a formula', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'binary' }), { minLength: 1, maxLength: 6 }),
        (texts) => {
          const line = csvLine(texts)
          expect(line.endsWith('\r\n')).toBe(true)
          const body = line.slice(0, -2)
          expect(body).not.toMatch(/[\r\n]/)
          const cells = parseLine(body)
          expect(cells).toHaveLength(texts.length)
          cells.forEach((cell, i) => {
            if (!/^-\d/.test(cell)) expect(cell).not.toMatch(/^[=+\-@\t\r|%]/)
            expect(cell.replace(/^'/, '')).toBe(escapeForDisplay(texts[i]!).replace(/^'/, ''))
          })
        },
      ),
    )
  })
})

describe('a copy of bytes', () => {
  it('does not change with the buffer, also when that is Node’s', () => {
    const buffer = Buffer.from('abcdef')
    const copy = copyBytes(buffer, 1, 3)
    buffer.fill(0)
    expect(Buffer.from(copy).toString()).toBe('bc')
  })
})
