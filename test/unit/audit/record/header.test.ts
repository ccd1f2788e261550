import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MALFORMED, RecordParser } from '@native/audit/record'
import { recordTypeName } from '@native/audit/tables'
import { netlinkRecords, recordOf } from '../fixtures'

const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1')
const line = (text: string) => new RecordParser().line(bytes(text))

describe('a line of a log', () => {
  it('has type, time, serial and body', () => {
    const record = line('type=SYSCALL msg=audit(1700000000.123:456): arch=c000003e syscall=59')!
    expect(record).toMatchObject({ type: 1300, time: 1700000000123, serial: 456, node: '' })
    expect(bytes(record.line).subarray(record.body)).toEqual(bytes('arch=c000003e syscall=59'))
  })

  it.each([
    [
      'node=web1.example type=CWD msg=audit(1.002:3): cwd="/"',
      { type: 1307, node: 'web1.example' },
    ],
    ['type=UNKNOWN[1425] msg=audit(1.002:3): x=1', { type: 1425 }],
    ['type=1400 audit(1.002:3): apparmor="DENIED"', { type: 1400 }],
    ['type=EOE msg=audit(1.002:3): ', { type: 1320 }],
    ['type=EOE msg=audit(1.002:3):', { type: 1320 }],
    ['type=PATH msg=audit(1.002:4294967295): item=0', { type: 1302, serial: 4294967295 }],
    ['type=SYSCALL msg=audit(0.000:0): ', { time: 0, serial: 0 }],
  ])('%s is understood', (text, expected) => {
    expect(line(text)).toMatchObject(expected)
  })

  it.each([
    '',
    'type=',
    'type=SYSCALL',
    'type=SYSCALL msg=',
    'type=SYSCALL msg=audit(',
    'type=SYSCALL msg=audit(1.2:3',
    'type=SYSCALL msg=audit(1.2)',
    'type=SYSCALL msg=audit(x.2:3): ',
    'type=SYSCALL msg=audit(1.2:-3): ',
    'type=SYSCALL msg=audit(1.2:4294967296): ',
    'type=SYSCALL msg=audit(1.2345:3): ',
    'type=SYSCALL msg=audit(99999999999999.000:3): ',
    'type=NOT_A_TYPE msg=audit(1.2:3): ',
    'node=x',
    'node=x type=SYSCALL',
    'Nov 23 01:14:11 host kernel: audit: type=1300',
    ' type=SYSCALL msg=audit(1.2:3): ',
  ])('%j is none, and nothing throws', (text) => {
    expect(line(text)).toBeUndefined()
  })

  it('that is none is kept as it is', () => {
    const text = bytes('what is this')
    const record = new RecordParser().malformed(text, 0, text.length, 42)
    expect(record).toMatchObject({
      type: MALFORMED,
      time: 42,
      line: 'what is this',
      typeName: 'MALFORMED',
    })
  })

  it('has one string for a node that all lines share', () => {
    const parser = new RecordParser()
    const first = parser.line(bytes('node=a type=EOE msg=audit(1.2:3): '))!
    const second = parser.line(bytes('node=a type=EOE msg=audit(1.2:4): '))!
    const third = parser.line(bytes('node=b type=EOE msg=audit(1.2:4): '))!
    expect([first.node, second.node, third.node]).toEqual(['a', 'a', 'b'])
  })

  it('survives parse and print, whatever stands in it', () => {
    const word = fc.string({
      unit: fc.constantFrom(...'abcXYZ0189_-"\'=(){}[]\\,;'),
      minLength: 1,
      maxLength: 12,
    })
    fc.assert(
      fc.property(
        fc.integer({ min: 1000, max: 3000 }),
        fc.integer({ min: 0, max: 2 ** 40 }),
        fc.nat({ max: 0xffffffff }),
        fc.option(fc.string({ unit: fc.constantFrom(...'abc.-09'), minLength: 1, maxLength: 9 })),
        fc.array(word, { maxLength: 6 }),
        (type, time, serial, node, words) => {
          const stamp = `${Math.floor(time / 1000)}.${String(time % 1000).padStart(3, '0')}:${serial}`
          const prefix = node === null ? '' : `node=${node} `
          const text = `${prefix}type=${recordTypeName(type)} msg=audit(${stamp}): ${words.join(' ')}`
          const record = line(text)!
          expect(record).toMatchObject({ type, time, serial, node: node ?? '', line: text })
          expect(record.detached()).toMatchObject({ type, time, serial, line: text })
        },
      ),
    )
  })
})

describe('a message of netlink', () => {
  it('has its type from outside and prints as auditd writes it', () => {
    const text = bytes('audit(1700000000.123:456): cwd="/"\n\0')
    const record = new RecordParser().netlink(1307, text)!
    expect(record).toMatchObject({ type: 1307, time: 1700000000123, serial: 456 })
    expect(record.line).toBe('type=CWD msg=audit(1700000000.123:456): cwd="/"')
    expect(recordOf(record.line)).toMatchObject({ type: 1307, serial: 456 })
  })

  it('of a real kernel is understood, every one', () => {
    const records = netlinkRecords()
    expect(records.length).toBeGreaterThan(3000)
    for (const record of records)
      expect(recordOf(record.line)).toMatchObject({ type: record.type, serial: record.serial })
  })
})
