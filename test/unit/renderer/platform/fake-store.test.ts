// @vitest-environment node
/** The store made up for tests and the demo answers like the real one: both are asked the same of the same events. */
import { describe, expect, it, beforeEach } from 'vitest'
import { SERIES_KINDS, STORE_REQUESTS, SUMMARY_KINDS } from '@contract/store'
import type { StoreArgs, StoreRequestName, StoreResults } from '@contract/store'
import { makeEvent } from '@renderer/platform/fake/events'
import { FakePlatform } from '@renderer/platform/fake/fake'
import { Random } from '@renderer/platform/fake/random'
import { OpenStore } from '../../store/support/open'

const COUNT = 600
const LIVE = 0
const ALL = { session: LIVE, query: '', range: {} }

let open: OpenStore
let platform: FakePlatform

/** What both answer. */
async function both<N extends StoreRequestName>(
  name: N,
  args: StoreArgs<N>,
): Promise<{ real: StoreResults[N]; fake: StoreResults[N] }> {
  const answer = await platform.store.request(name, args)
  if (!answer.ok) throw new Error(`${name}: ${answer.message}`)
  return { real: await open.ask(name, args), fake: answer.value }
}

/** The kinds of values by their place; what a list holds is taken together. */
function shapes(value: unknown, place: string, into: Map<string, Set<string>>): void {
  const kind = value === null ? 'null' : Array.isArray(value) ? 'list' : typeof value
  if (!into.has(place)) into.set(place, new Set())
  into.get(place)!.add(kind)
  if (Array.isArray(value)) for (const each of value) shapes(each, `${place}[]`, into)
  else if (typeof value === 'object' && value !== null)
    for (const [key, each] of Object.entries(value)) shapes(each, `${place}.${key}`, into)
}

/** Places at which the two differ in kind; a place that only one has counts where the other has the object around it. */
function differences(real: unknown, fake: unknown): string[] {
  const [one, other] = [new Map<string, Set<string>>(), new Map<string, Set<string>>()]
  shapes(real, '', one)
  shapes(fake, '', other)
  const found: string[] = []
  for (const place of new Set([...one.keys(), ...other.keys()])) {
    const [a, b] = [one.get(place), other.get(place)]
    if (a !== undefined && b !== undefined) {
      const common = [...a].some((kind) => b.has(kind)) || a.has('null') || b.has('null')
      if (!common) found.push(`${place}: ${[...a].join()} and ${[...b].join()}`)
      continue
    }
    const around = place.replace(/(\[\]|\.[^.[\]]+)$/, '')
    const parent = (a === undefined ? one : other).get(around)
    if (!place.endsWith('[]') && parent?.has('object'))
      found.push(`${place} is only in the ${a === undefined ? 'fake' : 'real'} one`)
  }
  return found
}

beforeEach(async () => {
  const end = Date.now()
  const random = new Random(11)
  const events = Array.from({ length: COUNT }, (_, seq) =>
    makeEvent(random, seq, end - (COUNT - seq) * 50),
  )
  open = new OpenStore()
  await open.feed(events.flatMap(({ records }) => records).join('\n'))
  platform = new FakePlatform({ events: 0, now: () => end })
  platform.store.append(LIVE, events)
})

describe('the store made up', () => {
  it('holds the same events as rows that say the same', async () => {
    const { real, fake } = await both('rows', { session: LIVE, from: 0, count: COUNT })
    expect(differences(real, fake)).toEqual([])
    expect([fake.first, fake.next]).toEqual([real.first, real.next])
    expect(fake.rows.map(({ seq }) => seq)).toEqual(real.rows.map(({ seq }) => seq))
    const same = (row: (typeof real.rows)[number]) => ({
      position: row.position,
      serial: row.serial,
      time: Math.round(row.time),
      event: row.event,
      success: row.success,
      result: row.result,
      object: row.object,
      pid: row.pid,
      uid: row.uid,
      auid: row.auid,
      ses: row.ses,
      comm: row.comm,
      exe: row.exe,
      key: row.key,
      syscall: row.syscall,
      type: row.type,
      records: row.records,
    })
    expect(fake.rows.map(same)).toEqual(real.rows.map(same))
  })

  it.each([
    '',
    'syscall=unlink',
    'syscall=unlink and success=no',
    'success=no and not key=files',
    'result=ENOENT or result=EACCES',
    'pid=8144',
    'exe~"^/usr/bin/"',
    'path~"/etc/"',
    'key=*',
    'not key=*',
    'uid=1000',
    'type=USER_LOGIN',
    'addr=10.0.0.0/8',
    'serial>184300',
    'exit<0',
  ])('lets the same through the filter %s', async (query) => {
    const { real, fake } = await both('count', { ...ALL, query })
    expect(fake).toEqual(real)
  })

  it('lets the same through a time range', async () => {
    const { real: all } = await both('rows', { session: LIVE, from: 0, count: COUNT })
    const range = { from: all.rows[100]!.time, to: all.rows[300]!.time }
    const { real, fake } = await both('count', { ...ALL, range })
    expect(fake).toEqual(real)
    expect(real.events).toBe(200)
  })

  it('refuses a query like it', async () => {
    for (const query of ['pid=', 'syscall=unlink and']) {
      const real = await open.store.ask('count', { ...ALL, query })
      const fake = await platform.store.request('count', { ...ALL, query })
      expect(real).toMatchObject({ ok: false })
      expect(fake).toEqual(real)
    }
  })

  it('refuses what the contract does not allow', async () => {
    const args = { session: LIVE, from: -1, count: 1 }
    const real = await open.store.answer('rows', args)
    expect(real).toMatchObject({ ok: false, code: 'usage' })
    expect(await platform.store.request('rows', args)).toMatchObject({ ok: false, code: 'usage' })
    const none = { session: 77, from: 0, count: 1 }
    expect(await platform.store.request('rows', none)).toEqual(await open.store.ask('rows', none))
    const gone = { session: LIVE, seq: 99_999 }
    const [was, is] = [
      await open.store.ask('event', gone),
      await platform.store.request('event', gone),
    ]
    expect(is).toMatchObject({ ok: was.ok, ...(was.ok ? {} : { code: was.code }) })
  })

  it.each(['time', 'pid', 'event', 'comm', 'exe', 'result', 'object', 'key'])(
    'sorts by %s, both ways',
    async (column) => {
      for (const descending of [false, true]) {
        const args = { ...ALL, query: 'success=no', sort: { column, descending } }
        const result = await open.query(args)
        const started = await platform.store.request('query.start', args)
        if (!started.ok) throw new Error(started.message)
        const window = { session: LIVE, from: 0, count: 200 }
        const real = await open.ask('rows', { ...window, result })
        const fake = await platform.store.request('rows', {
          ...window,
          result: started.value.result,
        })
        if (!fake.ok) throw new Error(fake.message)
        expect(fake.value.next).toBe(real.next)
        expect(fake.value.rows.map(({ seq }) => seq)).toEqual(real.rows.map(({ seq }) => seq))
      }
    },
  )

  it('locates and finds the same', async () => {
    const target = (await open.ask('rows', { session: LIVE, from: 250, count: 1 })).rows[0]!
    for (const by of [
      { time: target.time },
      { serial: target.serial },
      { seq: target.seq },
      { serial: 1 },
      { time: target.time + 10 ** 9 },
    ]) {
      const { real, fake } = await both('query.locate', { session: LIVE, ...by })
      expect(fake, JSON.stringify(by)).toEqual(real)
    }
    for (const [from, backwards] of [
      [0, false],
      [300, true],
      [599, false],
    ] as const) {
      const { real, fake } = await both('find', { session: LIVE, from, text: 'shadow', backwards })
      expect(fake).toEqual(real)
    }
  })

  it.each(SUMMARY_KINDS)('counts by %s', async (by) => {
    const { real, fake } = await both('summary', { ...ALL, by, limit: 1000 })
    expect(differences(real, fake)).toEqual([])
    expect([fake.groups, fake.events, fake.scanned]).toEqual([
      real.groups,
      real.events,
      real.scanned,
    ])
    const numbers = (rows: typeof real.rows): string[] =>
      rows.map(({ events, failures, errors }) => JSON.stringify([events, failures, errors])).sort()
    expect(numbers(fake.rows)).toEqual(numbers(real.rows))
    const busiest = (rows: typeof real.rows) => rows.map(({ events }) => events)
    expect(busiest(fake.rows)).toEqual(busiest(real.rows))
    // The filter of each group finds exactly its events.
    for (const { filter, events } of fake.rows) {
      const { real: counted, fake: again } = await both('count', { ...ALL, query: filter })
      expect([filter, again.events]).toEqual([filter, events])
      expect([filter, counted.events]).toEqual([filter, events])
    }
  })

  it.each(SERIES_KINDS)('makes series by %s', async (by) => {
    const times = (await open.ask('rows', { session: LIVE, from: 0, count: COUNT })).rows
    const range = { from: times[0]!.time, to: times.at(-1)!.time + 1 }
    const { real, fake } = await both('series', { ...ALL, by, range, steps: 20, top: 4 })
    expect(differences(real, fake)).toEqual([])
    expect(fake.stepMs).toBe(real.stepMs)
    const sums = (counts: number[][]) =>
      counts[0]?.map((_, step) => counts.reduce((sum, each) => sum + each[step]!, 0))
    expect(sums(fake.counts)).toEqual(sums(real.counts))
    const totals = (counts: number[][]) => counts.map((each) => each.reduce((a, b) => a + b, 0))
    expect(totals(fake.counts)).toEqual(totals(real.counts))
    expect(fake.groups.at(-1)).toBe(real.groups.at(-1))
  })

  it.each(['comm', 'syscall', 'key', 'exe'])('completes values of %s', async (field) => {
    for (const prefix of ['', 'c', '/usr/bin/']) {
      const { real, fake } = await both('values', { session: LIVE, field, prefix, limit: 5 })
      expect(fake).toEqual(real)
    }
  })

  it('shows an event, its relatives and its records', async () => {
    const { real, fake } = await both('event', { session: LIVE, seq: 100 })
    expect(differences(real, fake)).toEqual([])
    expect(fake.records.map(({ type }) => type)).toEqual(real.records.map(({ type }) => type))
    for (const by of ['process', 'session', 'file', 'key'] as const) {
      const args = { session: LIVE, seq: 100, by, limit: 20 }
      const related = await both('related', args)
      expect(differences(related.real, related.fake)).toEqual([])
      expect(
        related.fake.map(({ seq }) => seq),
        by,
      ).toEqual(related.real.map(({ seq }) => seq))
    }
    const copied = await both('copy', { session: LIVE, seqs: [1, 2, 3], format: 'raw' })
    expect(copied.fake.text.trim()).toBe(copied.real.text.trim())
  })

  it('keeps bookmarks', async () => {
    await both('bookmarks.set', { session: LIVE, seq: 7, marked: true, note: 'this' })
    await both('bookmarks.set', { session: LIVE, seq: 3, marked: true, note: '' })
    const { real, fake } = await both('bookmarks.list', { session: LIVE })
    expect(differences(real, fake)).toEqual([])
    const notes = (list: typeof real) => list.map(({ seq, note, row }) => [seq, note, row?.marked])
    expect(notes(fake)).toEqual(notes(real))
  })

  it('answers the rest in the same form', async () => {
    const now = Date.now()
    const forms = {
      'sessions.list': await both('sessions.list', {}),
      ledger: await both('ledger', { session: LIVE }),
      samples: await both('samples', { range: { from: now - 60_000, to: now }, points: 50 }),
      whatif: await both('whatif', { session: LIVE, rules: '-a always,exit -S unlink -k x' }),
      advice: await both('advice', { session: LIVE, rules: '-a always,exit -S unlink -k x' }),
      visibility: await both('visibility', { visible: true }),
    }
    for (const [name, { real, fake }] of Object.entries(forms)) {
      expect([name, ...differences(real, fake)]).toEqual([name])
    }
    expect(Object.keys(STORE_REQUESTS)).toEqual(expect.arrayContaining(Object.keys(forms)))
  })
})
