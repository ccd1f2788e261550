import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { NO_NAMES } from '@native/audit/interpret'
import { matchesPlan } from '@native/audit/query'
import { hasBit } from '../../../electron/store/columns/bits'
import { Indexer } from '../../../electron/store/ingest/indexer'
import { FactReader } from '../../../electron/store/facts'
import { frontOf } from '../../../electron/store/query/front'
import { Evaluator } from '../../../electron/store/query/evaluate'
import type { Matches } from '../../../electron/store/query/scan-bits'
import { anyQuery, hostileLog } from './support/hostile'
import { Model, planOf } from './support/model'

function indexed(log: Buffer, sealed: boolean): Indexer {
  const indexer = new Indexer(
    { vocabularyBytes: 1 << 30, chunkTextBytes: Infinity },
    () => undefined,
  )
  indexer.feedLast(log, indexer.feed(log, 0, log.length, 0), log.length, 0)
  if (sealed) indexer.end()
  else indexer.finish()
  return indexer
}

function has(matches: Matches, index: number): boolean {
  return typeof matches === 'string' ? matches === 'all' : hasBit(matches, index)
}

describe('a query over columns', () => {
  it('finds what the naive model finds, in growing and in sealed chunks', () => {
    fc.assert(
      fc.property(hostileLog, anyQuery, fc.boolean(), (text, query, sealed) => {
        const log = Buffer.from(text)
        const { index } = indexed(log, sealed)
        const model = new Model(log)
        const plan = planOf(query)
        const evaluator = new Evaluator(plan, new FactReader(NO_NAMES))
        expect(index.next).toBe(model.events.length)
        for (const chunk of index.chunks()) {
          const { sure, maybe } = evaluator.run(chunk)
          for (let at = 0; at < chunk.count; at++) {
            const expected = matchesPlan(plan, model.read(model.events[chunk.first + at]!))
            // Sure and not possible are decided by columns; in between the raw text decides.
            if (has(sure, at)) expect(expected).toBe(true)
            if (!has(maybe, at)) expect(expected).toBe(false)
            if (!evaluator.needsRaw) expect(has(sure, at)).toBe(expected)
          }
          // The first events of a chunk are looked at by themselves first.
          const count = chunk.count >> 1
          const front = evaluator.run(frontOf(chunk, count))
          for (let at = 0; at < count; at++) {
            expect(has(front.sure, at)).toBe(has(sure, at))
            expect(has(front.maybe, at)).toBe(has(maybe, at))
          }
        }
      }),
      { numRuns: 1000 },
    )
  })
})
