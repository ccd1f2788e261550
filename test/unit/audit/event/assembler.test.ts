import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Assembler, type AuditEvent, type SerialGap } from '@native/audit/event'
import { AuditRecord, RecordParser } from '@native/audit/record'
import { recordTypeNumber } from '@native/audit/tables'
import { assemble, fixture, LOGS, netlinkRecords, recordsOf } from '../fixtures'

/** A record without text. */
function record(type: string, serial: number, time = 1000, node = ''): AuditRecord {
  return new AuditRecord(recordTypeNumber(type)!, time, serial, node, new Uint8Array(0), 0, 0, 0, 0)
}

/** Everything that an assembler says. */
function run(records: readonly AuditRecord[], options = {}) {
  const events: AuditEvent[] = []
  const gaps: SerialGap[] = []
  const assembler = new Assembler(
    { event: (e) => events.push(e), gap: (g) => gaps.push(g) },
    options,
  )
  for (const one of records) assembler.push(one)
  return { events, gaps, assembler }
}
const shape = (event: AuditEvent) => ({
  serial: event.serial,
  types: event.records.map(({ typeName }) => typeName),
  completion: event.completion,
})
const names = (events: readonly AuditEvent[]) => events.map(shape)

describe('an event', () => {
  it('is complete with its PROCTITLE, and its EOE is no event', () => {
    const { events, assembler } = run(
      ['SYSCALL', 'CWD', 'PATH', 'PROCTITLE', 'EOE'].map((t) => record(t, 7)),
    )
    expect(names(events)).toEqual([
      { serial: 7, types: ['SYSCALL', 'CWD', 'PATH', 'PROCTITLE'], completion: 'proctitle' },
    ])
    expect(assembler.stats).toMatchObject({ records: 5, events: 1, endMarkers: 1 })
    expect(assembler.inFlight).toBe(0)
  })

  it('without PROCTITLE is complete with its EOE', () => {
    const { events } = run(['SYSCALL', 'EOE'].map((t) => record(t, 7)))
    expect(names(events)).toEqual([{ serial: 7, types: ['SYSCALL', 'EOE'], completion: 'eoe' }])
  })

  it('of a type that has no company is complete at once', () => {
    const types = [
      'USER_LOGIN',
      'DAEMON_START',
      'KERNEL',
      'ANOM_LOGIN_TIME',
      'VIRT_CONTROL',
      'MAC_UNLBL_ALLOW',
    ]
    const { events } = run(types.map((type, i) => record(type, i + 1)))
    expect(events.map(({ completion }) => completion)).toEqual(types.map(() => 'single'))
  })

  it('keeps a LOGIN together with the system call around it', () => {
    const { events } = run(['LOGIN', 'SYSCALL', 'PROCTITLE'].map((t) => record(t, 7)))
    expect(events).toHaveLength(1)
  })

  it('without an end waits two seconds of event time', () => {
    const { events, assembler } = run([record('SYSCALL', 1, 1000), record('USER_LOGIN', 2, 2999)])
    expect(names(events)).toEqual([{ serial: 2, types: ['USER_LOGIN'], completion: 'single' }])
    assembler.push(record('USER_LOGIN', 3, 3200))
    expect(names(events)).toContainEqual({ serial: 1, types: ['SYSCALL'], completion: 'timeout' })
  })

  it('without an end comes out when the clock says so, or when the stream ends', () => {
    const { events, assembler } = run([record('SYSCALL', 1, 1000), record('CWD', 1, 1000)])
    assembler.expire(2999)
    expect(events).toHaveLength(0)
    assembler.expire(3001)
    expect(names(events)).toEqual([{ serial: 1, types: ['SYSCALL', 'CWD'], completion: 'timeout' }])
    assembler.push(record('SYSCALL', 2, 4000))
    assembler.flush()
    expect(events).toHaveLength(2)
  })

  it('that waited long in the kernel is not cut apart by newer ones', () => {
    const old = ['SYSCALL', 'CWD', 'PROCTITLE'].map((t) => record(t, 9, 1000))
    const { events } = run([
      record('USER_LOGIN', 8, 60_000),
      old[0]!,
      record('USER_LOGIN', 10, 60_001),
      old[1]!,
      old[2]!,
    ])
    expect(names(events).at(-1)).toEqual({
      serial: 9,
      types: ['SYSCALL', 'CWD', 'PROCTITLE'],
      completion: 'proctitle',
    })
  })

  it('is known by node and time as well as by serial', () => {
    const { events } = run([
      record('SYSCALL', 1, 1000, 'a'),
      record('SYSCALL', 1, 1000, 'b'),
      record('SYSCALL', 1, 1500, 'a'),
      record('PROCTITLE', 1, 1000, 'b'),
      record('PROCTITLE', 1, 1500, 'a'),
      record('PROCTITLE', 1, 1000, 'a'),
    ])
    expect(events.map(({ node, time }) => [node, time])).toEqual([
      ['b', 1000],
      ['a', 1500],
      ['a', 1000],
    ])
    expect(events.every(({ records }) => records.length === 2)).toBe(true)
  })

  it('is forced out when it has too many records', () => {
    const { events } = run(
      Array.from({ length: 10 }, () => record('PATH', 1)),
      { maxRecords: 4 },
    )
    expect(names(events).map(({ completion }) => completion)).toEqual(['forced', 'forced'])
  })

  it('goes first when too many wait, the oldest before the others', () => {
    const { events, assembler } = run(
      Array.from({ length: 20 }, (_, i) => record('SYSCALL', i + 1)),
      { maxEvents: 8 },
    )
    expect(assembler.inFlight).toBeLessThanOrEqual(8)
    expect(events.map(({ serial }) => serial)).toEqual(Array.from({ length: 12 }, (_, i) => i + 1))
    expect(new Set(events.map(({ completion }) => completion))).toEqual(new Set(['forced']))
  })

  it('that is a line without meaning is an event of its own', () => {
    const parser = new RecordParser()
    const { events, assembler } = run([parser.malformed(Buffer.from('x'), 0, 1, 5)])
    expect(names(events)).toEqual([{ serial: 0, types: ['MALFORMED'], completion: 'single' }])
    expect(assembler.stats.malformed).toBe(1)
  })

  it('survives when the buffer that it came in is used again', () => {
    const buffer = Buffer.from('type=SYSCALL msg=audit(1.000:1): a=1')
    const { events, assembler } = run([new RecordParser().line(buffer)!])
    assembler.detach()
    buffer.fill(0)
    assembler.flush()
    expect(events[0]!.records[0]!.line).toBe('type=SYSCALL msg=audit(1.000:1): a=1')
  })
})

describe('time stamps that jump', () => {
  it('do not stop events from being completed', () => {
    const stream = [record('USER_LOGIN', 1, 9e12), record('SYSCALL', 2, 1000)]
    for (let i = 0; i < 3000; i++) stream.push(record('USER_LOGIN', i + 3, 1000 + i * 10))
    const { events } = run(stream)
    expect(events.some(({ serial, completion }) => serial === 2 && completion === 'timeout')).toBe(
      true,
    )
  })
})

describe('serials', () => {
  const login = (serial: number, time = 1000, node = '') => record('USER_LOGIN', serial, time, node)
  const gapsOf = (records: AuditRecord[]) => {
    const { gaps, assembler } = run(records)
    assembler.flush()
    return gaps.map(({ first, count }) => [first, count])
  }

  it('that never came are told, once two seconds have passed', () => {
    const { gaps, assembler } = run([login(1), login(5), login(6)])
    expect(gaps).toEqual([])
    assembler.push(login(7, 3100))
    expect(gaps).toEqual([{ node: '', first: 2, count: 3, time: 1000 }])
    expect(assembler.stats.missing).toBe(3)
  })

  it('that only come late are not missing', () => {
    expect(gapsOf([login(1), login(4), login(3), login(2), login(5)])).toEqual([])
    expect(gapsOf([login(1), login(6), login(4), login(7)])).toEqual([
      [2, 2],
      [5, 1],
    ])
  })

  it('wrap', () => {
    expect(gapsOf([login(0xfffffffe), login(0xffffffff), login(0), login(1)])).toEqual([])
    expect(gapsOf([login(0xfffffffe), login(1)])).toEqual([[0xffffffff, 2]])
  })

  it('start again at boot', () => {
    expect(gapsOf([login(500), login(501), login(1, 60_000), login(2, 60_000)])).toEqual([])
    expect(gapsOf([login(1), login(4_000_000_000)])).toEqual([])
  })

  it('are counted for each node', () => {
    expect(
      gapsOf([login(1, 1, 'a'), login(100, 1, 'b'), login(2, 1, 'a'), login(101, 1, 'b')]),
    ).toEqual([])
  })

  it('of auditd’s own records are its own', () => {
    expect(gapsOf([login(1), record('DAEMON_START', 8807), login(2)])).toEqual([])
  })

  it('that are missing are found whatever the order of the rest', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 2, max: 99 }), { maxLength: 40 }),
        fc.integer({ min: 0, max: 0xffffffff }),
        fc.infiniteStream(fc.nat({ max: 5 })),
        (missing, base, jitter) => {
          const present = Array.from({ length: 100 }, (_, i) => i + 1).filter(
            (i) => !missing.includes(i),
          )
          // The first and the last come in their place; the others up to five places late.
          const places = present.map((serial, i) => {
            const late = i === 0 || i === present.length - 1 ? 0 : jitter.next().value
            return { serial, place: Math.min(i + late, present.length - 1.5) }
          })
          places.sort((a, b) => a.place - b.place)
          const { gaps, assembler } = run(places.map(({ serial }) => login((base + serial) >>> 0)))
          assembler.flush()
          const found = gaps.flatMap(({ first, count }) =>
            Array.from({ length: count }, (_, i) => (first + i - base) >>> 0),
          )
          expect(found.sort((a, b) => a - b)).toEqual([...missing].sort((a, b) => a - b))
        },
      ),
    )
  })
})

describe('any interleaving', () => {
  /** Draws from several queues in an order of the generator's choice. */
  const interleave = (
    queues: AuditRecord[][],
    choices: IterableIterator<number>,
  ): AuditRecord[] => {
    const left = queues.map((queue) => [...queue])
    const mixed: AuditRecord[] = []
    while (left.some(({ length }) => length > 0)) {
      const open = left.filter(({ length }) => length > 0)
      mixed.push(open[choices.next().value % open.length]!.shift()!)
    }
    return mixed
  }
  const bodies = fc.array(fc.constantFrom('CWD', 'PATH', 'SOCKADDR', 'EXECVE'), { maxLength: 5 })
  const ends = fc.constantFrom(['PROCTITLE', 'EOE'], ['PROCTITLE'], ['EOE'])

  it('of whole events gives the same events', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(bodies, ends), { minLength: 1, maxLength: 12 }),
        fc.infiniteStream(fc.nat({ max: 1000 })),
        (plans, choices) => {
          const queues = plans.map(([body, end], i) =>
            ['SYSCALL', ...body, ...end].map((type) => record(type, i + 1)),
          )
          const apart = names(assemble(queues.flat())).sort((a, b) => a.serial - b.serial)
          const mixed = names(assemble(interleave(queues, choices))).sort(
            (a, b) => a.serial - b.serial,
          )
          expect(mixed).toEqual(apart)
        },
      ),
    )
  })

  it('loses no record and doubles none', () => {
    const any = fc.record({
      type: fc.constantFrom(
        'SYSCALL',
        'CWD',
        'PATH',
        'PROCTITLE',
        'EOE',
        'USER_LOGIN',
        'LOGIN',
        'DAEMON_END',
      ),
      serial: fc.integer({ min: 1, max: 6 }),
      time: fc.constantFrom(1000, 1001, 5000, 90_000),
      node: fc.constantFrom('', 'a'),
    })
    fc.assert(
      fc.property(fc.array(any, { maxLength: 60 }), (list) => {
        const records = list.map(({ type, serial, time, node }) => record(type, serial, time, node))
        const { events, assembler } = run(records, { maxEvents: 3, maxRecords: 5 })
        assembler.flush()
        const out = events.flatMap(({ records: own }) => own)
        const markers = records.filter(({ typeName }) => typeName === 'EOE').length
        expect(new Set(out).size).toBe(out.length)
        expect(out.length + assembler.stats.endMarkers).toBe(records.length)
        expect(assembler.stats.endMarkers).toBeLessThanOrEqual(markers)
        for (const event of events) {
          for (const own of event.records) {
            expect([own.serial, own.time, own.node]).toEqual([event.serial, event.time, event.node])
          }
        }
      }),
    )
  })
})

describe('captured streams', () => {
  it.each(LOGS)('%s comes apart into whole events', (log) => {
    const records = recordsOf(readFileSync(fixture(log)))
    const { events, assembler } = run(records)
    assembler.flush()
    expect(assembler.stats.missing).toBe(0)
    expect(assembler.stats.completions.proctitle).toBeGreaterThan(900)
    expect(assembler.stats.completions).toMatchObject({
      proctitle: records.filter(({ typeName }) => typeName === 'PROCTITLE').length,
      forced: 0,
    })
    // io_uring operations have neither PROCTITLE nor EOE in a log of auditd; BPF_PROG_UNLOAD has no system call.
    const open = events.filter(({ completion }) => completion === 'timeout')
    expect(new Set(open.map(({ records }) => records[0]!.typeName))).toEqual(
      new Set(
        ['URINGOP', 'BPF', 'ANOM_ABEND', 'SECCOMP'].filter((type) =>
          open.some((e) => e.records[0]!.typeName === type),
        ),
      ),
    )
    expect(open.length).toBeLessThan(10)
  })

  it('of netlink end with EOE, which belongs to events that are complete', () => {
    const { events, assembler } = run(netlinkRecords())
    assembler.flush()
    expect(assembler.stats.endMarkers).toBeGreaterThan(1000)
    expect(assembler.stats.completions.proctitle).toBe(assembler.stats.endMarkers)
    expect(
      events
        .filter(({ completion }) => completion === 'eoe')
        .map(({ records }) => records[0]!.typeName),
    ).toEqual(['URINGOP', 'URINGOP', 'URINGOP'])
  })
})
