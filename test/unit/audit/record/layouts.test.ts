/** The layouts that are read faster than fields are scanned say what a scan says, or nothing. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readFileSync } from 'node:fs'
import {
  CallLayout,
  FieldScan,
  fieldId,
  parseCallPrefix,
  PathLayout,
  SpanCache,
} from '@native/audit/record'
import { TYPE } from '@native/audit/tables'
import { latin1 } from '@native/audit/text'
import { fixture, LOGS, recordsOf } from '../fixtures'

const scan = new FieldScan()
const raw = (field: Parameters<typeof fieldId>[0]): string => scan.raw(fieldId(field))
const call = new CallLayout((bytes, start, end) => {
  const text = latin1(bytes, start, end)
  return parseCallPrefix(text) === null ? undefined : text
})
const path = new PathLayout()

/** Whether the layout fitted; if so, it said the same as the scan. */
function agrees(type: number, bytes: Uint8Array, start: number, end: number): boolean {
  scan.scan(bytes, start, end)
  if (type === TYPE.PATH) {
    if (!path.read(bytes, start, end)) return false
    expect(latin1(bytes, path.nameStart, path.nameEnd)).toBe(raw('name'))
    const { valueStart } = scan
    expect(path.nametype).toBe(valueStart[scan.find(fieldId('nametype'))])
    return true
  }
  if (!call.read(bytes, start, end)) return false
  const { prefix, exitStart, exitEnd, argumentStart, argumentEnd } = call
  const parsed = parseCallPrefix(prefix)!
  expect(parsed).toEqual({
    arch: scan.hex(fieldId('arch'), NaN),
    syscall: scan.decimal(fieldId('syscall'), NaN),
    success: raw('success'),
  })
  expect(latin1(bytes, exitStart, exitEnd)).toBe(raw('exit'))
  const names = ['a0', 'a1', 'a2', 'a3'] as const
  names.forEach((name, i) =>
    expect(latin1(bytes, argumentStart[i]!, argumentEnd[i]!)).toBe(raw(name)),
  )
  expect(call.tail).toBe(scan.valueEnd[scan.find(fieldId('items'))])
  return true
}

const LAID_OUT: readonly number[] = [TYPE.SYSCALL, TYPE.PATH]

describe('layouts of the kernel', () => {
  it.each(LOGS)('fit every record of %s', (log) => {
    // A call that does not return, such as exit_group, has no success.
    const records = recordsOf(readFileSync(fixture(log))).filter(
      ({ type, line }) =>
        type === TYPE.PATH || (type === TYPE.SYSCALL && line.includes(' success=')),
    )
    expect(records.length).toBeGreaterThan(1000)
    for (const { type, bytes, body, end } of records)
      expect(agrees(type, bytes, body, end), latin1(bytes, body, end)).toBe(true)
  })

  it('say nothing else than a scan, whatever was done to the record', () => {
    const records = recordsOf(readFileSync(fixture('audit.log'))).filter(({ type }) =>
      LAID_OUT.includes(type),
    )
    const byte = fc.oneof(
      fc.constantFrom(...[...' "\'=()\x1d\x01-x0aZ'].map((c) => c.charCodeAt(0))),
      fc.nat(255),
    )
    fc.assert(
      fc.property(
        fc.nat(records.length - 1),
        fc.array(fc.tuple(fc.nat(300), byte), { minLength: 1, maxLength: 3 }),
        fc.option(fc.nat(300)),
        (which, changes, cut) => {
          const { type, bytes, body, end } = records[which]!
          const text = Uint8Array.from(bytes.subarray(body, end))
          for (const [at, value] of changes) if (at < text.length) text[at] = value
          agrees(type, text, 0, cut === null ? text.length : Math.min(cut, text.length))
        },
      ),
      { numRuns: 20_000 },
    )
  })
})

describe('a cache of spans', () => {
  it('never takes one span for another, however many share a slot', () => {
    const cache = new SpanCache((bytes, start, end) => latin1(bytes, start, end), 4, 8)
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 12 }), { maxLength: 60 }),
        fc.nat(3),
        (spans, shift) => {
          for (const span of spans) {
            const bytes = Uint8Array.from([...new Array<number>(shift).fill(0x20), ...span, 0x20])
            const text = latin1(span, 0, span.length)
            expect(cache.get(bytes, shift, shift + span.length)).toBe(text)
          }
        },
      ),
    )
  })

  it('keeps what two spans of one hash became', () => {
    let made = 0
    const cache = new SpanCache((bytes, start, end) => (made++, latin1(bytes, start, end)), 2, 8)
    const [a, b] = [Uint8Array.of(1, 2, 3), Uint8Array.of(4, 5, 6)]
    for (let i = 0; i < 10; i++) for (const span of [a, b]) cache.get(span, 0, 3)
    expect(made).toBe(2)
  })
})
