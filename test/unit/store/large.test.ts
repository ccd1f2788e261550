/** What only shows with more events than one chunk, one vocabulary, or the first look of a query takes. */
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { matchesPlan } from '@native/audit/query'
import { SUMMARY_KINDS, type SummaryKind } from '@contract/store'
import { AuditStream } from '../../support/audit-stream'
import { Model, planOf } from './support/model'
import { OpenStore, temporaryFolder } from './support/open'

const EVENTS = 22_000
/** So small that the session has several vocabularies. */
const BUDGET = 32 * 2 ** 20

describe('a session of many chunks and vocabularies', () => {
  const log = new AuditStream({ seed: 71, files: 30_000, processes: 600 }).lines(EVENTS)
  let model: Model

  beforeAll(() => {
    model = new Model(log)
  })

  async function opened(): Promise<{ open: OpenStore; session: number }> {
    const file = path.join(temporaryFolder(), 'audit.log')
    writeFileSync(file, log)
    const open = new OpenStore({ memoryBudgetBytes: BUDGET })
    const session = await open.open(file)
    const vocabularies = new Set(
      open.store
        .session(session)!
        .chunks()
        .map((chunk) => chunk.vocabulary),
    )
    expect(vocabularies.size).toBeGreaterThan(1)
    expect(open.store.session(session)!.index.first).toBe(0)
    return { open, session }
  }

  it('gives the rows that the model gives, the first of them before it has seen all', async () => {
    const { open, session } = await opened()
    for (const query of [
      'syscall=unlink and success=no',
      'path~"^/etc/" or exit=EACCES',
      'not comm=prog7 and pid<2000',
      'file42',
      'a2=0 and syscall=connect',
    ]) {
      const result = await open.query({ session, query, range: {} })
      const expected = model.matches(planOf(query))
      // Not as rows, which would be made of raw text one by one.
      const held = open.store.queries.get(open.store.session(session)!, result)!.result
      expect(held.seqs(0, EVENTS * 2)).toEqual(expected)
      const pushes = open.pushes.query.filter((push) => push.result === result)
      const rows = pushes.map((push) => push.rows)
      expect(rows).toEqual([...rows].sort((a, b) => a - b))
      expect(pushes[0]!.scanned).toBeLessThan(EVENTS)
    }
  })

  it('sums up, by whatever, what the filters of its groups find', async () => {
    const { open, session } = await opened()
    const query = 'not pid=3'
    for (const by of SUMMARY_KINDS) await check(open, session, by, query)
  })

  async function check(
    open: OpenStore,
    session: number,
    by: SummaryKind,
    query: string,
  ): Promise<void> {
    const args = { session, by, query, range: {} }
    const { rows, groups, events } = await open.ask('summary', { ...args, limit: 1 })
    expect(events).toBe(model.matches(planOf(query)).length)
    for (const row of rows) {
      const plan = planOf(`(${query}) and (${row.filter})`)
      const found = model.events.filter((event) => matchesPlan(plan, model.read(event)))
      expect([row.filter, row.events]).toEqual([row.filter, found.length])
      expect([row.firstSeen, row.lastSeen]).toEqual([found[0]!.time, found.at(-1)!.time])
    }
    const all = await open.ask('summary', { ...args, limit: 1000 })
    expect(all.groups).toBe(groups)
    expect(all.rows.slice(0, 1)).toEqual(rows)
    expect(new Set(all.rows.map(({ filter }) => filter)).size).toBe(all.rows.length)
    expect(all.rows.length).toBe(Math.min(1000, groups))
  }

  it('counts each event of the time strip once', async () => {
    const { open, session } = await opened()
    const range = { from: model.events[0]!.time, to: model.events.at(-1)!.time + 1 }
    const { counts } = await open.ask('series', {
      session, by: 'syscall', query: '', range, steps: 50, top: 3,
    }) // prettier-ignore
    expect(counts.flat().reduce((sum, count) => sum + count, 0)).toBe(model.events.length)
  })
})
