import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decimalAt, fieldId, FieldScan, hexAt, untrustedText } from '@native/audit/record'
import { latin1 } from '@native/audit/text'
import { fixture, LOGS, recordsOf } from '../fixtures'

/** Name and raw value of each field. */
function fields(text: string): [string, string][] {
  const scan = new FieldScan()
  const bytes = Buffer.from(text, 'latin1')
  scan.scan(bytes, 0, bytes.length)
  return Array.from({ length: scan.count }, (_, i) => [
    latin1(bytes, scan.nameStart[i]!, scan.nameEnd[i]!),
    latin1(bytes, scan.valueStart[i]!, scan.valueEnd[i]!),
  ])
}

describe('a scan', () => {
  it.each([
    [
      'a=1 b=2',
      [
        ['a', '1'],
        ['b', '2'],
      ],
    ],
    [
      'comm="a b" exe="/x"',
      [
        ['comm', '"a b"'],
        ['exe', '"/x"'],
      ],
    ],
    ['key=(null)', [['key', '(null)']]],
    [
      'pid=1 msg=\'op=login acct="root" res=success\'',
      [
        ['pid', '1'],
        ['op', 'login'],
        ['acct', '"root"'],
        ['res', 'success'],
      ],
    ],
    [
      'avc:  denied  { read } for  pid=5 comm="x" tclass=file',
      [
        ['pid', '5'],
        ['comm', '"x"'],
        ['tclass', 'file'],
      ],
    ],
    [
      'tty pid=1 data=41',
      [
        ['pid', '1'],
        ['data', '41'],
      ],
    ],
    [
      'a= b=2',
      [
        ['a', ''],
        ['b', '2'],
      ],
    ],
    ['a=', [['a', '']]],
    ['a="unclosed b=2', [['a', '"unclosed b=2']]],
    ['no fields here', []],
    ['', []],
    ['=x', [['', 'x']]],
    ['a==b', [['a', '=b']]],
    [
      'grantors=pam_unix,pam_env x=1',
      [
        ['grantors', 'pam_unix,pam_env'],
        ['x', '1'],
      ],
    ],
  ] as [string, [string, string][]][])('of %j', (text, expected) => {
    expect(fields(text)).toEqual(expected)
  })

  it('ends where auditd put what it resolved', () => {
    const scan = new FieldScan()
    const bytes = Buffer.from('uid=0 pid=1\x1dUID="root"', 'latin1')
    scan.scan(bytes, 0, bytes.length)
    expect(scan.count).toBe(2)
    expect(latin1(bytes, scan.enriched, bytes.length)).toBe('UID="root"')
    const resolved = FieldScan.ofResolved()
    resolved.scan(bytes, scan.enriched, bytes.length)
    expect(resolved.raw(fieldId('uid'))).toBe('"root"')
  })

  it('takes the first of several fields of a name', () => {
    const scan = new FieldScan()
    const bytes = Buffer.from("pid=1 uid=0 msg='uid=1000 x=1'", 'latin1')
    scan.scan(bytes, 0, bytes.length)
    expect(scan.decimal(fieldId('uid'), -1)).toBe(0)
  })

  it('forgets the record before', () => {
    const scan = new FieldScan()
    const first = Buffer.from('pid=1 uid=2')
    scan.scan(first, 0, first.length)
    const second = Buffer.from('pid=3')
    scan.scan(second, 0, second.length)
    expect(scan.decimal(fieldId('pid'), -1)).toBe(3)
    expect(scan.decimal(fieldId('uid'), -1)).toBe(-1)
  })

  it('can end early', () => {
    const scan = new FieldScan()
    const bytes = Buffer.from('item=0 name="x" nametype=NORMAL cap_fp=0')
    scan.scan(bytes, 0, bytes.length, fieldId('nametype'))
    expect(scan.stopped).toBe(true)
    expect(scan.count).toBe(3)
  })

  it('covers any number of fields', () => {
    const text = Array.from({ length: 5000 }, (_, i) => `a${i}=${i}`).join(' ')
    expect(fields(text)).toHaveLength(5000)
  })

  it('of any bytes throws nothing and stays within them', () => {
    const scan = new FieldScan()
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        scan.scan(bytes, 0, bytes.length)
        for (let i = 0; i < scan.count; i++) {
          const places = [
            scan.nameStart[i]!,
            scan.nameEnd[i]!,
            scan.valueStart[i]!,
            scan.valueEnd[i]!,
          ]
          expect([...places].sort((a, b) => a - b)).toEqual(places)
          expect(places[3]).toBeLessThanOrEqual(bytes.length)
        }
      }),
      { numRuns: 2000 },
    )
  })

  it('of fields made up gives them back', () => {
    const name = fc
      .string({ unit: fc.constantFrom(...'abcz_09-'), minLength: 1, maxLength: 8 })
      .filter((n) => n !== 'msg')
    const bare = fc.string({
      unit: fc.constantFrom(...'AZaz09/.:?+,%{}'),
      minLength: 1,
      maxLength: 12,
    })
    const quoted = fc
      .string({ unit: fc.constantFrom(..."ab =,'()[]"), maxLength: 12 })
      .map((text) => `"${text}"`)
    fc.assert(
      fc.property(fc.array(fc.tuple(name, fc.oneof(bare, quoted)), { maxLength: 20 }), (list) => {
        expect(fields(list.map(([n, v]) => `${n}=${v}`).join(' '))).toEqual(list)
      }),
    )
  })
})

describe('numbers', () => {
  const decimal = (text: string) => decimalAt(Buffer.from(text), 0, text.length, NaN)
  const hex = (text: string) => hexAt(Buffer.from(text), 0, text.length, NaN)

  it('are what they look like', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (n) => {
        expect(decimal(String(n)) + 0).toBe(n + 0)
      }),
    )
    fc.assert(
      fc.property(fc.nat({ max: Number.MAX_SAFE_INTEGER }), (n) => {
        expect(hex(n.toString(16))).toBe(n)
        expect(hex(`0x${n.toString(16).toUpperCase()}`)).toBe(n)
      }),
    )
  })

  it.each(['', '-', '1x', ' 1', '1'.repeat(21)])('%j is no decimal number', (text) =>
    expect(decimal(text)).toBeNaN(),
  )
  it.each(['', '0xg', 'xyz', '1'.repeat(17)])('%j is no hexadecimal number', (text) =>
    expect(hex(text)).toBeNaN(),
  )
})

describe('an untrusted string', () => {
  const text = (raw: string) => untrustedText(Buffer.from(raw, 'latin1'), 0, raw.length)

  it.each([
    ['"plain"', 'plain'],
    ['6120622263', 'a b"c'],
    ['(null)', ''],
    ['(none)', ''],
    ['E697A5', '日'],
    ['FFFE', '\udcff\udcfe'],
    ['root', 'root'],
    ['ABC', 'ABC'],
    ['"', ''],
    ['""', ''],
    ['', ''],
  ])('%j is %j', (raw, expected) => expect(text(raw)).toBe(expected))

  it('comes back from the kernel’s encoding, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 64 }), (data) => {
        const safe = data.every((byte) => byte >= 0x21 && byte <= 0x7e && byte !== 0x22)
        const raw = safe
          ? `"${Buffer.from(data).toString('latin1')}"`
          : Buffer.from(data).toString('hex').toUpperCase()
        expect(text(raw)).toBe(
          untrustedText(
            Buffer.from(`"${Buffer.from(data).toString('latin1')}"`, 'latin1'),
            0,
            data.length + 2,
          ),
        )
      }),
    )
  })
})

describe('the captured logs', () => {
  it.each(LOGS)('%s has no line that is not understood', (log) => {
    const records = recordsOf(readFileSync(fixture(log)))
    expect(records.length).toBeGreaterThan(2500)
    expect(records.filter(({ type }) => type < 0)).toEqual([])
  })
})
