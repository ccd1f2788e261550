/**
 * The store fills its columns with a scanner of its own, because it must hold an event in forty bytes; files and the
 * command line use the digest. Both look at the same records: here they say the same of them.
 */
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Digester } from '@native/audit/event'
import { NO_NAMES } from '@native/audit/interpret'
import { FactReader } from '../../../electron/store/facts'
import { Indexer } from '../../../electron/store/ingest/indexer'
import { fixture, LOGS } from '../audit/fixtures'
import { Model } from './support/model'

/** What both say of each event of a log. */
function compare(log: Buffer): void {
  const indexer = new Indexer(
    { vocabularyBytes: 1 << 30, chunkTextBytes: Infinity },
    () => undefined,
  )
  indexer.feedLast(log, indexer.feed(log, 0, log.length, 0), log.length, 0)
  indexer.end()
  const { events } = new Model(log)
  const digester = new Digester()
  const reader = new FactReader(NO_NAMES)
  expect(indexer.index.next).toBe(events.length)
  for (const chunk of indexer.index.chunks()) {
    for (let at = 0; at < chunk.count; at++) {
      const event = events[chunk.first + at]!
      const digest = digester.of(event)
      const facts = reader.event(chunk, at)
      const { described, actor } = facts
      const text = event.records.map(({ line }) => line).join('\n')
      expect(
        {
          type: facts.type,
          arch: described.arch,
          syscall: described.syscall,
          success: described.success,
          exit: described.exit,
          pid: facts.pid ?? -1,
          ppid: facts.ppid ?? -1,
          auid: actor.auid,
          uid: actor.uid,
          euid: actor.euid,
          ses: actor.ses,
          comm: actor.comm,
          exe: actor.exe,
          key: actor.key,
          cwd: facts.cwd,
          object: described.object,
          objectKind: described.objectKind,
        },
        text,
      ).toEqual({
        type: digest.type,
        arch: digest.arch,
        syscall: digest.syscall,
        success: digest.success,
        exit: digest.exit,
        pid: digest.pid,
        ppid: digest.ppid,
        auid: digest.auid,
        uid: digest.uid,
        euid: digest.euid,
        ses: digest.ses,
        comm: digest.comm,
        exe: digest.exe,
        key: digest.key,
        cwd: digest.cwd,
        object: digest.object,
        objectKind: digest.objectKind,
      })
    }
  }
}

describe('the columns of the store and the digest', () => {
  it.each(LOGS)('agree about every event of %s', (log) => {
    compare(readFileSync(fixture(log)))
  })

  it('agree about what is left of them when records are lost, come in another order, or hold other numbers', () => {
    const lines = LOGS.map((log) => readFileSync(fixture(log), 'latin1').split('\n'))
    fc.assert(
      fc.property(
        fc.nat(lines.length - 1),
        fc.nat(2500),
        fc.array(fc.constantFrom('keep', 'keep', 'keep', 'lose', 'later', 'number'), {
          minLength: 5,
          maxLength: 60,
        }),
        fc.nat(9),
        (log, from, fates, digit) => {
          const piece = lines[log]!.slice(from, from + fates.length)
          fates.forEach((fate, i) => {
            const line = piece[i]
            if (line === undefined) return
            if (fate === 'lose') piece[i] = ''
            else if (fate === 'later') [piece[i], piece[i + 1]] = [piece[i + 1] ?? '', line]
            else if (fate === 'number') piece[i] = line.replace(/=\d(?=\d* )/, `=${digit}`)
          })
          compare(Buffer.from(piece.filter(Boolean).join('\n'), 'latin1'))
        },
      ),
      { numRuns: 300 },
    )
  })
})
