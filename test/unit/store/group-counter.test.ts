import fc from 'fast-check'
import { expect, it } from 'vitest'
import { NO_NAMES } from '@native/audit/interpret'
import { AuditStream } from '../../support/audit-stream'
import { createGrouper } from '../../../electron/store/aggregate/grouper'
import { GroupCounter } from '../../../electron/store/aggregate/group-counter'
import { FactReader } from '../../../electron/store/facts'
import { Indexer } from '../../../electron/store/ingest/indexer'

it('the groups shown are the first of all, however few are asked for', () => {
  const log = Buffer.from(new AuditStream({ seed: 41, interleave: 0 }).lines(2000).toString())
  const indexer = new Indexer(
    { vocabularyBytes: 1 << 30, chunkTextBytes: 200_000 },
    () => undefined,
  )
  indexer.feedLast(log, indexer.feed(log, 0, log.length, 0), log.length, 0)
  indexer.end()
  const facts = new FactReader(NO_NAMES)
  for (const kind of ['process', 'file', 'syscall', 'key'] as const) {
    const counter = new GroupCounter(createGrouper(kind, facts), facts)
    for (const chunk of indexer.index.chunks()) counter.add(chunk, chunk.count, 'all')
    const all = counter.top(Number.POSITIVE_INFINITY)
    expect(all.shown).toHaveLength(all.groups)
    const order = [...all.shown].sort((a, b) => b.events - a.events || a.group - b.group)
    expect(all.shown).toEqual(order)
    fc.assert(
      fc.property(fc.nat(all.groups + 2), (limit) => {
        expect(counter.top(limit)).toEqual({ ...all, shown: order.slice(0, limit) })
      }),
      { numRuns: 50 },
    )
  }
})
