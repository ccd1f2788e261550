import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { matchesPlan } from '@native/audit/query'
import { isSuccess } from '@native/audit/query-event'
import type { StatusSample } from '@native/helper/protocol'
import { STORE_REQUESTS, SUMMARY_KINDS, type SummaryKind } from '@contract/store'
import { HANDLERS } from '../../../electron/store/requests'
import { SORT_COLUMNS } from '../../../electron/store/query/sort-columns'
import { AuditStream } from '../../support/audit-stream'
import { anyQuery, hostileLog } from './support/hostile'
import { Model, planOf } from './support/model'
import { OpenStore, temporaryFolder } from './support/open'

const LIVE = 0
const everything = { session: LIVE, query: '', range: {} }

/** A store with a log opened as a file, and the model of the same log. */
async function opened(log: string): Promise<{ open: OpenStore; session: number; model: Model }> {
  const file = path.join(temporaryFolder(), 'audit.log')
  writeFileSync(file, log)
  const open = new OpenStore()
  return { open, session: await open.open(file), model: new Model(Buffer.from(log)) }
}

describe('the table of requests', () => {
  it('is answered completely, and nothing else is', () => {
    expect(Object.keys(HANDLERS).sort()).toEqual(Object.keys(STORE_REQUESTS).sort())
  })

  it('is checked before anything is done', async () => {
    const open = new OpenStore()
    expect(await open.store.answer('rows', { session: LIVE, from: -1, count: 1 })).toMatchObject({
      ok: false,
      code: 'usage',
    })
    expect(await open.store.answer('constructor', {})).toMatchObject({ ok: false, code: 'usage' })
    expect(await open.store.answer('rows', { session: 77, from: 0, count: 1 })).toMatchObject({
      ok: false,
      code: 'no-session',
    })
    expect(await open.store.answer('count', { ...everything, query: 'pid=' })).toMatchObject({
      ok: false,
      code: 'query',
    })
  })

  it('lets the page read and write only what the user chose', async () => {
    const open = new OpenStore()
    const refused = { ok: false, code: 'refused' }
    expect(await open.store.answer('sessions.open', { paths: ['/etc/passwd'] })).toMatchObject(
      refused,
    )
    expect(
      await open.store.answer('sessions.save', { session: LIVE, path: '/tmp/x' }),
    ).toMatchObject(refused)
    const target = { session: LIVE, format: 'raw', path: '/tmp/x', overwrite: true, masked: false }
    expect(await open.store.answer('export.start', target)).toMatchObject(refused)
  })
})

describe('rows', () => {
  it('are those of the query, in the order of the events, whatever part is asked for', async () => {
    await fc.assert(
      fc.asyncProperty(
        hostileLog,
        anyQuery,
        fc.nat(30),
        fc.integer({ min: 1, max: 30 }),
        async (log, query, from, count) => {
          const { open, session, model } = await opened(log)
          const expected = model.matches(planOf(query))
          const result = await open.query({ session, query, range: {} })
          expect(await open.seqs(session, result)).toEqual(expected)
          const part = await open.ask('rows', { session, result, from, count })
          expect(part.rows.map(({ seq }) => seq)).toEqual(expected.slice(from, from + count))
          expect(part.rows.map(({ position }) => position)).toEqual(
            expected.slice(from, from + count).map((_, at) => from + at),
          )
          await open.stop()
        },
      ),
      { numRuns: 150 },
    )
  })

  it('say the same whether they come from raw text or from columns', async () => {
    const log = readFileSync('test/fixtures/audit.log', 'utf8')
    const { open, session } = await opened(log)
    const held = open.store.session(session)!
    for (let seq = 0; seq < held.index.next; seq += 7) {
      const [event] = await held.loader.load([seq])
      const found = held.index.locate(seq)!
      const place = { seq, position: seq, marked: false }
      const fromRaw = held.rows.row(event!, place)
      const fromColumns = held.rows.rowOfFacts(held.facts.event(found.chunk, found.index), place)
      expect({ ...fromColumns, cwd: fromRaw.cwd, object: fromRaw.object }).toEqual(fromRaw)
    }
  })

  it('of an open query grow with the live session', async () => {
    const open = new OpenStore()
    const stream = new AuditStream({ seed: 3, interleave: 0 })
    await open.feed(stream.lines(500).toString())
    const result = await open.query({ session: LIVE, query: 'syscall=unlink', range: {} })
    const before = (await open.ask('rows', { session: LIVE, result, from: 0, count: 1 })).next
    await open.feed(stream.lines(500).toString())
    const all = await open.ask('count', { ...everything, query: 'syscall=unlink' })
    expect(all.events).toBeGreaterThan(before)
    await open.until('query', (push) => push.result === result && push.rows === all.events)
  })
})

describe('sorting', () => {
  it('puts rows in the order of any column, and keeps the order of events among equals', async () => {
    const { open, session, model } = await opened(
      new AuditStream({ seed: 5, files: 40, programs: 5, processes: 20 }).lines(400).toString(),
    )
    const all = await open.ask('rows', { session, from: 0, count: 1000 })
    expect(all.rows).toHaveLength(model.events.length)
    for (const column of SORT_COLUMNS) {
      for (const descending of [false, true]) {
        const result = await open.query({
          session,
          query: '',
          range: {},
          sort: { column, descending },
        })
        const { rows } = await open.ask('rows', { session, result, from: 0, count: 1000 })
        expect(rows.map(({ seq }) => seq).sort((a, b) => a - b)).toEqual(
          all.rows.map(({ seq }) => seq),
        )
        for (let at = 1; at < rows.length; at++) {
          const [before, after] = [rows[at - 1]!, rows[at]!]
          const order = compare(before[column as 'exe'], after[column as 'exe'], descending)
          expect({ column, before, after, order: Math.max(0, order) }).toEqual({
            column,
            before,
            after,
            order: 0,
          })
          if (order === 0) expect(before.seq).toBeLessThan(after.seq)
        }
        await open.ask('query.close', { session, result })
      }
    }
  })

  it('refuses a column that there is not', async () => {
    const open = new OpenStore()
    const sort = { column: 'nothing', descending: false }
    expect(await open.store.answer('query.start', { ...everything, sort })).toMatchObject({
      ok: false,
      code: 'usage',
    })
  })
})

/** Nothing comes last, whichever way. */
function compare(a: unknown, b: unknown, descending: boolean): number {
  const nothing = (value: unknown) => value === null || value === ''
  if (nothing(a) || nothing(b)) return Number(nothing(a)) - Number(nothing(b))
  if (a === b) return 0
  const order = (a as number) < (b as number) ? -1 : 1
  return descending ? -order : order
}

describe('summaries', () => {
  /** What a group's own filter finds is what the group says: the model decides. */
  async function check(
    open: OpenStore,
    session: number,
    model: Model,
    by: SummaryKind,
    query: string,
  ): Promise<void> {
    const summary = await open.ask('summary', { session, by, query, range: {}, limit: 10_000 })
    const plan = planOf(query)
    let last = Number.POSITIVE_INFINITY
    for (const row of summary.rows) {
      expect(row.events).toBeLessThanOrEqual(last)
      last = row.events
      const filter = planOf(row.filter)
      const events = model.events.filter((event) => {
        const read = model.read(event)
        return matchesPlan(plan, read) && matchesPlan(filter, read)
      })
      expect({ filter: row.filter, events: row.events }).toEqual({
        filter: row.filter,
        events: events.length,
      })
      const failures = events.filter((event) => successOf(model, event) === false)
      expect({ filter: row.filter, failures: row.failures }).toEqual({
        filter: row.filter,
        failures: failures.length,
      })
      expect(row.errors.reduce((sum, { count }) => sum + count, 0)).toBe(row.failures)
      expect([row.firstSeen, row.lastSeen]).toEqual([events[0]!.time, events.at(-1)!.time])
    }
    expect(summary.groups).toBe(summary.rows.length)
  }

  it.each(SUMMARY_KINDS)('by %s count what their filters find', async (by) => {
    await fc.assert(
      fc.asyncProperty(
        hostileLog,
        fc.constantFrom('', 'success=no', 'type=SYSCALL'),
        async (log, query) => {
          const { open, session, model } = await opened(log)
          await check(open, session, model, by, query)
          // Again: what was kept is added to, not counted twice.
          await check(open, session, model, by, query)
          await open.stop()
        },
      ),
      { numRuns: 25 },
    )
  })

  it('name each group once', async () => {
    const { open, session } = await opened(new AuditStream({ seed: 9 }).lines(2000).toString())
    for (const by of SUMMARY_KINDS) {
      const { rows } = await open.ask('summary', {
        session,
        by,
        query: '',
        range: {},
        limit: 10_000,
      })
      expect(new Set(rows.map(({ filter }) => filter)).size).toBe(rows.length)
    }
  })
})

/** As the columns have it: from the call, else from the first message that says. */
function successOf(model: Model, event: Model['events'][number]): boolean | null {
  const [word] = model.read(event).values('result')
  if (word === undefined) return null
  return isSuccess(word.value) ?? false
}

describe('the time strip', () => {
  it('counts every event of the range once, whatever it is stacked by', async () => {
    const { open, session, model } = await opened(
      new AuditStream({ seed: 11 }).lines(3000).toString(),
    )
    const from = model.events[500]!.time
    const to = model.events[2500]!.time
    const expected = model.events.filter(({ time }) => time >= from && time < to).length
    for (const by of ['syscall', 'user', 'result'] as const) {
      const series = await open.ask('series', {
        session,
        by,
        query: '',
        range: { from, to },
        steps: 60,
        top: 4,
      })
      expect(series.counts.flat().reduce((sum, count) => sum + count, 0)).toBe(expected)
      expect(series.groups.length).toBeLessThanOrEqual(5)
      expect(series.counts.every((row) => row.length === 60)).toBe(true)
    }
  })

  it('puts each event in its step', async () => {
    const { open, session, model } = await opened(
      new AuditStream({ seed: 12 }).lines(1000).toString(),
    )
    const range = { from: model.events[0]!.time, to: model.events[0]!.time + 100 }
    const { counts } = await open.ask('series', {
      session,
      by: 'type',
      query: 'type=USER_LOGIN',
      range,
      steps: 10,
      top: 1,
    })
    const expected = new Array<number>(10).fill(0)
    for (const { time, records } of model.events) {
      if (records[0]!.typeName === 'USER_LOGIN' && time < range.to)
        expected[Math.floor((time - range.from) / 10)]!++
    }
    expect(counts[0] ?? expected.map(() => 0)).toEqual(expected)
  })
})

describe('values for completion', () => {
  it('are those that occur, the most frequent first, as the language writes them', async () => {
    const { open, session } = await opened(
      new AuditStream({ seed: 13, programs: 12 }).lines(2000).toString(),
    )
    for (const field of ['comm', 'key', 'syscall', 'path', 'pid', 'type', 'auid', 'addr', 'acct']) {
      const values = await open.ask('values', { session, field, prefix: '', limit: 20 })
      expect(values.length).toBeGreaterThan(0)
      for (const { value, count } of values.slice(0, 3)) {
        const found = await open.ask('count', { session, query: `${field}="${value}"`, range: {} })
        expect({ field, value, count: found.events }).toEqual({ field, value, count })
      }
    }
    const some = await open.ask('values', { session, field: 'comm', prefix: 'PROG1', limit: 20 })
    expect(some.every(({ value }) => value.startsWith('prog1'))).toBe(true)
  })
})

describe('finding', () => {
  it('goes to the next and the previous row that a bare word would match', async () => {
    await fc.assert(
      fc.asyncProperty(
        hostileLog,
        fc.constantFrom('passwd', 'EACCES', 'login', '300'),
        fc.nat(60),
        fc.boolean(),
        async (log, text, from, filtered) => {
          const { open, session, model } = await opened(log)
          const query = filtered ? 'not type=USER_LOGIN' : ''
          const result = filtered ? await open.query({ session, query, range: {} }) : undefined
          const rows = model.matches(planOf(query))
          const hits = new Set(model.matches(planOf(`"${text}"`)))
          const positions = rows.flatMap((seq, position) => (hits.has(seq) ? [position] : []))
          const args = { session, result, from, text }
          expect(await open.ask('find', { ...args, backwards: false })).toEqual({
            position: positions.find((position) => position >= from) ?? null,
          })
          expect(await open.ask('find', { ...args, backwards: true })).toEqual({
            position: positions.filter((position) => position <= from).at(-1) ?? null,
          })
          await open.stop()
        },
      ),
      { numRuns: 100 },
    )
  })

  it('goes to a time, a serial or an event', async () => {
    const { open, session, model } = await opened(
      new AuditStream({ seed: 15, interleave: 0 }).lines(500).toString(),
    )
    const target = model.events[321]!
    const locate = (wanted: object) => open.ask('query.locate', { session, ...wanted })
    expect(await locate({ serial: target.serial })).toEqual({ position: 321 })
    expect(await locate({ seq: 42 })).toEqual({ position: 42 })
    const at = model.events.findIndex(({ time }) => time >= target.time)
    expect(await locate({ time: target.time })).toEqual({ position: at })
    expect(await locate({ serial: 1 })).toEqual({ position: null })
    expect(await locate({ time: target.time + 1e9 })).toEqual({ position: null })
    const result = await open.query({ session, query: 'syscall=unlink', range: {} })
    const seqs = await open.seqs(session, result)
    expect(await locate({ result, seq: seqs[3]! })).toEqual({ position: 3 })
    expect(await locate({ result, serial: model.events[seqs[5]!]!.serial })).toEqual({
      position: 5,
    })
    const other = model.events.findIndex((_, seq) => !seqs.includes(seq))
    expect(await locate({ result, serial: model.events[other]!.serial })).toEqual({
      position: null,
    })
  })
})

describe('one event', () => {
  it('is shown with filters that find it again', async () => {
    const { open, session } = await opened(readFileSync('test/fixtures/audit.log', 'utf8'))
    const { rows } = await open.ask('rows', { session, from: 0, count: 1000 })
    for (const { seq, serial } of rows.filter((_, index) => index % 20 === 0)) {
      const detail = await open.ask('event', { session, seq })
      expect(detail.records.length).toBeGreaterThan(0)
      for (const { label, filter } of [...detail.who, ...detail.what, ...detail.object]) {
        const query = `(${filter}) and serial=${serial}`
        const { events } = await open.ask('count', { session, query, range: {} })
        expect({ label, filter, found: events > 0 }).toEqual({ label, filter, found: true })
      }
    }
  })

  it('knows its ancestors and its relatives', async () => {
    const line = (serial: number, pid: number, ppid: number, comm: string) =>
      `type=SYSCALL msg=audit(1790000000.${String(serial).padStart(3, '0')}:${serial}): arch=c000003e syscall=59 success=yes exit=0 a0=0 a1=0 a2=0 a3=0 items=0 ppid=${ppid} pid=${pid} auid=1000 uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 tty=pts0 ses=3 comm="${comm}" exe="/bin/${comm}" subj=x key="k"\n` +
      `type=PROCTITLE msg=audit(1790000000.${String(serial).padStart(3, '0')}:${serial}): proctitle="${comm}"\n`
    const log = [
      line(1, 10, 1, 'init'),
      line(2, 20, 10, 'sshd'),
      line(3, 30, 20, 'bash'),
      line(4, 31, 20, 'other'),
      line(5, 30, 20, 'cat'),
    ].join('')
    const { open, session } = await opened(log)
    const { chain } = await open.ask('event', { session, seq: 4 })
    expect(chain.map(({ pid, comm, seq }) => ({ pid, comm, seq }))).toEqual([
      { pid: 20, comm: 'sshd', seq: 1 },
      { pid: 10, comm: 'init', seq: 0 },
      { pid: 1, comm: '', seq: null },
    ])
    const related = async (by: 'process' | 'session' | 'key' | 'file' | 'ancestors') =>
      (await open.ask('related', { session, seq: 4, by, limit: 10 })).map(({ seq }) => seq)
    expect(await related('process')).toEqual([2, 4])
    expect(await related('session')).toEqual([0, 1, 2, 3, 4])
    expect(await related('key')).toEqual([0, 1, 2, 3, 4])
    expect(await related('ancestors')).toEqual([1, 0])
    expect(await open.ask('related', { session, seq: 2, by: 'session', limit: 3 })).toHaveLength(3)
  })

  it('is gone when it was never there', async () => {
    const open = new OpenStore()
    expect(await open.store.answer('event', { session: LIVE, seq: 3 })).toMatchObject({
      ok: false,
      code: 'evicted',
    })
  })
})

describe('bookmarks', () => {
  it('are listed with their rows, and mark them', async () => {
    const { open, session } = await opened(new AuditStream({ seed: 16 }).lines(50).toString())
    await open.ask('bookmarks.set', { session, seq: 7, marked: true, note: 'look here' })
    await open.ask('bookmarks.set', { session, seq: 3, marked: true, note: '' })
    expect(await open.ask('bookmarks.list', { session })).toMatchObject([
      { seq: 3, note: '', row: { seq: 3, marked: true } },
      { seq: 7, note: 'look here', row: { seq: 7 } },
    ])
    await open.ask('bookmarks.set', { session, seq: 3, marked: false, note: '' })
    expect(await open.ask('bookmarks.list', { session })).toHaveLength(1)
    expect(
      await open.store.answer('bookmarks.set', { session, seq: 999, marked: true, note: '' }),
    ).toMatchObject({ code: 'evicted' })
  })
})

describe('advice against load', () => {
  it('is worked out on the events held, and refused on rules that are wrong', async () => {
    const { open, session } = await opened(
      new AuditStream({ seed: 17, interleave: 0 }).lines(300).toString(),
    )
    const rules = '-a always,exit -F arch=b64 -S all -k all'
    const { judged, before, advice } = await open.ask('advice', { session, rules })
    expect(judged).toBe(300)
    expect(before.events).toBe(300)
    expect(advice.length).toBeGreaterThan(0)
    for (const each of advice) {
      expect(each.after.records).toBeLessThan(before.records)
      // The same as what-if says of the changed rules.
      const { recorded } = await open.ask('whatif', { session, rules: each.rules })
      expect(each.after.events).toBe(recorded)
    }
    expect(await open.store.answer('advice', { session, rules: '-a always' })).toMatchObject({
      code: 'usage',
    })
  })
})

describe('what if', () => {
  it('says what rules would have recorded, and refuses rules that are wrong', async () => {
    const { open, session } = await opened(
      new AuditStream({ seed: 17, interleave: 0 }).lines(300).toString(),
    )
    const rules = '-a always,exit -F arch=b64 -S unlink -k gone'
    const unlinks = await open.ask('count', { session, query: 'syscall=unlink', range: {} })
    const messages = await open.ask('count', { session, query: 'not type=SYSCALL', range: {} })
    const answer = await open.ask('whatif', { session, rules })
    expect(answer).toMatchObject({ held: 300, undecidable: 0 })
    expect(answer.recorded).toBe(unlinks.events + messages.events)
    expect(answer.byKey.find(({ key }) => key === 'gone')?.after).toBe(unlinks.events)
    expect(await open.store.answer('whatif', { session, rules: '-a always' })).toMatchObject({
      ok: false,
      code: 'usage',
      message: /^Line 1: /,
    })
  })

  it('judges every event that time allows, and a newer question ends an older one', async () => {
    const { open, session } = await opened(
      new AuditStream({ seed: 18, interleave: 0 }).lines(4000).toString(),
    )
    const rules = '-a always,exit -F arch=b64 -S unlink -k gone'
    const first = open.store.answer('whatif', { session, rules })
    const second = open.ask('whatif', { session, rules })
    expect(await first).toMatchObject({ ok: false, code: 'cancelled' })
    const { held, notes } = await second
    expect(held).toBe(4000)
    expect(notes.join()).not.toContain('newest')
  })
})

describe('samples for the charts', () => {
  const START = 1_790_000_000_000
  /** The helper's sample half a second after the one before. */
  function sample(index: number, change: Partial<StatusSample> = {}): StatusSample {
    const base = {
      at: START + index * 500,
      kernel: { backlog: index, backlogLimit: 8192, lost: 10 * index },
      waitedMs: 50 * index,
      drain: { records: 1000 * index },
      ring: { droppedRecords: 2 * index },
      socket: { drops: index },
      cpu: { user: 5 * index, system: 10 * index },
    }
    return { ...base, ...change } as unknown as StatusSample
  }
  const ask = (open: OpenStore, points: number, from = START, to = START + 1e9) =>
    open.ask('samples', { range: { from, to }, points })

  it('are rates of what the helper counts, nothing where it begins to count, and bounded', async () => {
    const open = new OpenStore()
    await open.store.settle()
    for (let index = 0; index < 10; index++)
      open.store.host({ kind: 'status', sample: sample(index) })
    open.store.host({ kind: 'mark', time: START + 700, text: 'Mode: observe' })
    const samples = await ask(open, 100)
    expect(samples.time).toEqual(Array.from({ length: 10 }, (_, index) => START + index * 500))
    expect(samples.recordsPerSecond).toEqual([null, ...Array<number>(9).fill(2000)])
    expect(samples.lostPerSecond.at(-1)).toBe(20)
    expect(samples.droppedPerSecond.at(-1)).toBe(6)
    expect(samples.waitedMsPerSecond.at(-1)).toBe(100)
    expect(samples.helperCpu.at(-1)).toBe(3)
    expect(samples.backlog).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    expect(samples.marks).toEqual([{ time: START + 700, text: 'Mode: observe' }])
    const part = await ask(open, 100, START + 1000, START + 2000)
    expect(part.time).toEqual([START + 1000, START + 1500])
    expect(part.marks).toEqual([])
  })

  it('keep the largest value of each step, so that no spike is lost', async () => {
    const open = new OpenStore()
    await open.store.settle()
    for (let index = 0; index < 1000; index++) {
      const backlog = index === 500 ? 8000 : 3
      const kernel = { backlog, backlogLimit: 8192, lost: 0 }
      open.store.host({
        kind: 'status',
        sample: sample(index, { kernel } as Partial<StatusSample>),
      })
    }
    const samples = await ask(open, 20)
    expect(samples.time.length).toBeLessThanOrEqual(20)
    expect(samples.backlog.filter((value) => value === 8000)).toHaveLength(1)
    for (const column of [samples.lost, samples.recordsPerSecond, samples.helperCpu])
      expect(column).toHaveLength(samples.time.length)
  })

  it('begin anew with a new helper, and know nothing of a kernel that does not answer', async () => {
    const open = new OpenStore()
    await open.store.settle()
    open.store.host({ kind: 'status', sample: sample(5) })
    open.store.host({
      kind: 'status',
      sample: { ...sample(6), ...{ drain: { records: 3 } } } as StatusSample,
    })
    open.store.host({ kind: 'status', sample: sample(7, { kernel: null }) })
    const samples = await ask(open, 10)
    expect(samples.recordsPerSecond[1]).toBeNull()
    expect(samples.backlog).toEqual([5, 6, null])
    expect((await ask(new OpenStore(), 10)).time).toEqual([])
  })
})

it('names the family of an address where the address does not tell it', async () => {
  const open = new OpenStore()
  const session = await open.open('test/fixtures/audit.log')
  const { rows } = await open.ask('summary', {
    session,
    by: 'connection',
    query: '',
    range: {},
    limit: 100,
  })
  const names = rows.map(({ name }) => name)
  expect(names).toContain('packet interface 1')
  expect(names).toContain('vsock 2:1234')
  expect(names).toContain('audit multicast group 1')
  expect(names.filter((name) => /^-?\d+$/.test(name))).toEqual([])
  // What is shown and what is filtered by are two things: the filter finds exactly the group.
  for (const { filter, events } of rows) {
    expect((await open.ask('count', { session, query: filter, range: {} })).events).toBe(events)
  }
})
