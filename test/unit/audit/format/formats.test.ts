import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { CSV_COLUMNS, JSON_SCHEMA, OUTPUT_FORMATS } from '@native/audit/format'
import { Clock } from '@native/audit/format/time'
import { interpretRecord, NO_NAMES, type Resolver } from '@native/audit/interpret'
import { RecordParser, type AuditRecord } from '@native/audit/record'
import { AuditEvent } from '@native/audit/event'
import { recordTypes } from '@native/audit/tables'
import { decodeUtf8, encodeUtf8, escapeOctal } from '@native/audit/text'
import { assemble, eventsOf, fixture, LOGS, netlinkRecords, recordOf, recordsOf } from '../fixtures'
import { convert, eventWriter, write } from './convert'

beforeAll(() => {
  process.env.TZ = 'UTC'
})

const PEOPLE: Resolver = {
  user: (uid) => (uid === 1 ? 'dæmon\n' : undefined),
  group: (gid) => (gid === 0 ? 'wheel' : undefined),
}

/** `name=value` of the interpreted fields of a record, as the interpret format writes them. */
function composed(record: AuditRecord, resolver: Resolver): string[] {
  return interpretRecord(record, resolver)
    .filter(({ name }) => name !== 'seresult' && name !== 'seperms')
    .map(({ name, value }) => {
      const parts = name === 'key' ? value.split('\x01') : [value]
      return `${name}=${parts.map(escapeOctal).join(' key=')}`
    })
}

describe('the interpret format', () => {
  /** Each field must be found in the written line, in the record's order. */
  const written = eventWriter('interpret', PEOPLE)
  function expectComposed(record: AuditRecord): void {
    const line = decodeUtf8(written(new AuditEvent([record], 'single'))).split('\n')[1]!
    let at = line.indexOf(') : ')
    for (const field of composed(record, PEOPLE)) {
      const found = line.indexOf(field, at)
      expect(found, `${field} in ${line}`).toBeGreaterThanOrEqual(0)
      at = found + field.length
    }
  }

  it.each([...LOGS, 'other-types.log'])(
    'says of %s what the interpretation of single fields says',
    (log) => {
      for (const record of recordsOf(readFileSync(fixture(log))))
        if (record.type >= 0) expectComposed(record)
    },
  )

  it('says so of any record', () => {
    const raw = fc.oneof(
      fc.string({ unit: fc.constantFrom(...'0123456789abcdefABCDEF'), maxLength: 20 }),
      fc
        .string({ unit: fc.constantFrom(...'abc/. =\'"'), maxLength: 12 })
        .map((text) => `"${text.replaceAll('"', '')}"`),
      fc.constantFrom('(null)', '?', '', '-13', '4294967295', '616200', '0061'),
    )
    const name = fc.constantFrom(
      'a0',
      'a1',
      'a2',
      'uid',
      'gid',
      'exe',
      'key',
      'proctitle',
      'saddr',
      'mode',
      'exit',
      'syscall',
      'arch',
      'items',
      'ppid',
      'res',
      'cap_fp',
      'other',
    )
    fc.assert(
      fc.property(
        fc.constantFrom(...recordTypes.map(([type]) => type).filter((type) => type !== 'EOE')),
        fc.array(fc.tuple(name, raw), { minLength: 1, maxLength: 10 }),
        (type, fields) => {
          const text = fields.map(([n, v]) => `${n}=${v}`).join(' ')
          expectComposed(recordOf(`type=${type} msg=audit(1.000:1): ${text}`))
        },
      ),
      { numRuns: 3000 },
    )
  })

  it('is the same whatever came before: what is remembered is never another’s', () => {
    const records = recordsOf(readFileSync(fixture('audit.log')))
    const events = assemble(records)
    const remembering = eventWriter('interpret')
    const forwards = events.map((event) => remembering(event).toString('latin1'))
    const backwards = [...events].reverse().map((event) => remembering(event).toString('latin1'))
    expect(backwards.reverse()).toEqual(forwards)
    // A sample is written by a writer that knows nothing yet.
    for (let i = 0; i < events.length; i += 50) {
      expect(eventWriter('interpret')(events[i]!).toString('latin1')).toBe(forwards[i])
    }
  })

  it('has nothing that steers a terminal', () => {
    for (const log of [...LOGS, 'other-types.log']) {
      const text = decodeUtf8(convert(readFileSync(fixture(log)), 'interpret'))
      expect(text).not.toMatch(
        /[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]/u,
      )
    }
  })
})

describe('the raw format', () => {
  it('gives lines back byte by byte', () => {
    for (const log of [...LOGS, 'other-types.log']) {
      const data = readFileSync(fixture(log))
      const lines = (bytes: Buffer) => bytes.toString('latin1').split('\n').sort()
      expect(lines(convert(data, 'raw'))).toEqual(lines(data))
    }
  })

  it('of netlink records is a log that reads the same', () => {
    const records = netlinkRecords()
    const log = write(records, 'raw')
    expect(recordsOf(log).map(({ type, serial, time }) => [type, serial, time])).toEqual(
      assemble(records).flatMap((event) =>
        event.records.map(({ type, serial, time }) => [type, serial, time]),
      ),
    )
  })

  it('makes no second record of a line break within a message', () => {
    const text = Buffer.from("audit(1.000:1): msg='a\ntype=SYSCALL msg=audit(1.000:2): x'")
    const record = new RecordParser().netlink(1100, text)!
    expect(write([record], 'raw').toString()).toBe(
      "type=USER_AUTH msg=audit(1.000:1): msg='a type=SYSCALL msg=audit(1.000:2): x'\n",
    )
  })
})

describe('the json format', () => {
  it('is one object an event, which keeps every record and every byte', () => {
    for (const log of [...LOGS, 'other-types.log']) {
      const lines = convert(readFileSync(fixture(log)), 'json')
        .toString('utf8')
        .trimEnd()
        .split('\n')
      const events = eventsOf(log)
      expect(lines).toHaveLength(events.length)
      lines.forEach((line, i) => {
        const object = JSON.parse(line)
        const event = events[i]!
        expect(object).toMatchObject({
          schema: JSON_SCHEMA,
          serial: event.serial,
          timeMs: event.time,
          completion: event.completion,
        })
        expect(object.records.map(({ raw }: { raw: string }) => raw)).toEqual(
          event.records.map(({ line: raw }) => raw),
        )
        for (const [k, record] of event.records.entries()) {
          expect(object.records[k].fields).toEqual(interpretRecord(record, NO_NAMES, event.records))
        }
      })
    }
  })

  it('tells names apart that differ in an invalid byte', () => {
    const line = (hex: string) => `type=CWD msg=audit(1.000:1): cwd=${hex}\n`
    const [one, two] = ['FF', 'FE'].map(
      (hex) =>
        JSON.parse(convert(Buffer.from(line(hex)), 'json').toString('utf8')).records[0].fields[0]
          .value,
    )
    expect(one).not.toBe(two)
    expect(encodeUtf8(one)).toEqual(Uint8Array.of(0xff))
  })
})

describe('the csv format', () => {
  /** Cells of RFC 4180 text. */
  function parse(text: string): string[][] {
    return text
      .split('\r\n')
      .slice(0, -1)
      .map((line) =>
        [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
          (m) => m[1]?.replaceAll('""', '"') ?? m[2]!,
        ),
      )
  }

  it('has the documented columns in every line, and no formula', () => {
    for (const log of [...LOGS, 'other-types.log']) {
      const [head, ...lines] = parse(convert(readFileSync(fixture(log)), 'csv').toString('utf8'))
      expect(head).toEqual([...CSV_COLUMNS])
      expect(lines).toHaveLength(eventsOf(log).length)
      for (const cells of lines) {
        expect(cells).toHaveLength(CSV_COLUMNS.length)
        for (const cell of cells) expect(cell).not.toMatch(/^([=+@\t\r|%]|-\D)/)
      }
    }
  })

  it('guards against a formula in a file’s name', () => {
    const cells = parse(
      convert(readFileSync(fixture('audit-raw.log')), 'csv').toString('utf8'),
    ).flat()
    expect(cells.some((cell) => cell.includes("=cmd|' /C calc'!A0"))).toBe(true)
    const log =
      'type=SYSCALL msg=audit(1.000:1): arch=c000003e syscall=59 pid=1 comm=3D312B31 exe="/x"\n'
    expect(parse(convert(Buffer.from(log), 'csv').toString('utf8'))[1]).toContain("'=1+1")
  })
})

describe('the text format', () => {
  it('is one line an event, with nothing hidden in it', () => {
    for (const log of [...LOGS, 'other-types.log']) {
      const text = decodeUtf8(convert(readFileSync(fixture(log)), 'text'))
      expect(text.trimEnd().split('\n')).toHaveLength(eventsOf(log).length)
      expect(text).not.toMatch(
        /[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]/u,
      )
    }
  })
})

describe('the captured logs', () => {
  it.each([
    ['audit', 'text'],
    ['audit', 'csv'],
    ['audit-6.1', 'text'],
    ['audit-6.1', 'csv'],
  ] as const)('in a format are what they were found to be: %s.%s', async (log, format) => {
    await expect(
      decodeUtf8(convert(readFileSync(fixture(`${log}.log`)), format)),
    ).toMatchFileSnapshot(fixture(`golden/${log}.${format}`))
  })
})

describe('every format', () => {
  it('takes any bytes for a log', () => {
    const line = fc.oneof(
      fc.uint8Array({ maxLength: 80 }),
      fc
        .tuple(fc.constantFrom(...recordTypes), fc.uint8Array({ maxLength: 80 }))
        .map(([[type], body]) =>
          Buffer.concat([Buffer.from(`type=${type} msg=audit(1.000:1): `), body]),
        ),
    )
    fc.assert(
      fc.property(
        fc.array(line, { maxLength: 8 }),
        fc.constantFrom(...OUTPUT_FORMATS),
        (lines, format) => {
          const log = Buffer.concat(lines.flatMap((bytes) => [bytes, Buffer.from('\n')]))
          expect(convert(log, format)).toBeInstanceOf(Buffer)
        },
      ),
      { numRuns: 300 },
    )
  })
})

describe('times', () => {
  it('are written in the local zone', () => {
    const time = Date.UTC(2026, 0, 2, 3, 4, 5, 6)
    expect(Clock.ausearch().format(time)).toBe('01/02/26 03:04:05.006')
    expect(Clock.iso().format(time)).toBe('2026-01-02T03:04:05.006+00:00')
    expect(Clock.plain().format(time)).toBe('2026-01-02 03:04:05.006')
  })

  it('keep their milliseconds within a second', () => {
    const clock = Clock.plain()
    expect([1000, 1001, 1999, 2000, 1001].map((time) => clock.format(time).slice(-6))).toEqual([
      '01.000',
      '01.001',
      '01.999',
      '02.000',
      '01.001',
    ])
  })
})
