import { describe, expect, it } from 'vitest'
import { Digester } from '@native/audit/event'
import { describeEvent, type Resolver } from '@native/audit/interpret'
import { EventWords } from '@native/audit/interpret/words'
import { readFileSync } from 'node:fs'
import { assemble, fixture, LOGS, recordsOf } from '../fixtures'

const PEOPLE: Resolver = {
  user: (uid) => ({ 0: 'root', 1: 'daemon' })[uid],
  group: () => undefined,
}

describe('the words of a stream of events', () => {
  it.each([...LOGS, 'other-types.log'])('are those of each event by itself: %s', (log) => {
    const events = assemble(recordsOf(readFileSync(fixture(log))))
    const words = new EventWords(PEOPLE)
    const digester = new Digester()
    // Twice, and the second time backwards: what is remembered must not depend on what came before.
    for (const event of [...events, ...events.reverse()]) {
      const digest = digester.of(event)
      const { event: name, who, action, object, result } = describeEvent(event, digest, PEOPLE)
      expect(words.of(event, digest)).toEqual({ event: name, who, action, object, result })
    }
  })
})
