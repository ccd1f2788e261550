import { beforeEach, describe, expect, it } from 'vitest'
import { Indexer } from '../../../electron/store/ingest/indexer'
import { SelfAuditWatch } from '../../../electron/store/self-audit'

const OURS = 4242
const OTHER = 17

describe('the watch for being audited', () => {
  let indexer: Indexer
  let watch: SelfAuditWatch
  let serial: number
  let now: number
  let named: number[]

  beforeEach(() => {
    const limits = { vocabularyBytes: 2 ** 24, chunkTextBytes: Number.POSITIVE_INFINITY }
    indexer = new Indexer(limits, () => undefined)
    named = []
    watch = new SelfAuditWatch((seq) => {
      named.push(seq)
      return { key: 'all', call: 'read' }
    })
    watch.watch([OURS])
    serial = 1
    now = 1000
    watch.look(indexer.index, now)
  })

  /** A second goes by in which this many events of each kind come. */
  function second(own: number, others: number) {
    const line = (pid: number) =>
      `type=SYSCALL msg=audit(1790000000.000:${serial++}): arch=c000003e syscall=0 success=yes exit=1 ppid=1 pid=${pid} auid=0 uid=0 comm="x" exe="/x" key="all"\n`
    const text = [...Array(own).fill(OURS), ...Array(others).fill(OTHER)].map(line).join('')
    const bytes = Buffer.from(text)
    indexer.feed(bytes, 0, bytes.length, 0)
    indexer.finish()
    now += 1000
    return watch.look(indexer.index, now)
  }

  it('says how many events are our own, and what kind they are, once that goes on', () => {
    expect(second(300, 100)).toBeNull()
    expect(second(300, 100)).toBeNull()
    expect(second(300, 100)).toEqual({
      ownPerSecond: 300,
      eventsPerSecond: 400,
      key: 'all',
      call: 'read',
    })
    expect(second(600, 0)?.ownPerSecond).toBe(600)
    // The event that is named is one of ours: the first of its second's.
    expect(named[0]).toBe(800)
  })

  it('says nothing of few events, of a small share, or of one busy moment', () => {
    for (let i = 0; i < 5; i++) expect(second(20, 0)).toBeNull()
    for (let i = 0; i < 5; i++) expect(second(100, 5000)).toBeNull()
    for (let i = 0; i < 5; i++) expect(second(i % 2 === 0 ? 500 : 0, 10)).toBeNull()
  })

  it('stops saying so once it is over, not at the first calm second', () => {
    for (let i = 0; i < 3; i++) second(300, 0)
    expect(second(0, 10)).not.toBeNull()
    expect(second(300, 0)).not.toBeNull()
    second(0, 10)
    second(0, 10)
    expect(second(0, 10)).toBeNull()
  })

  it('looks at each event once, also when events went', () => {
    for (let i = 0; i < 3; i++) second(300, 0)
    expect(watch.look(indexer.index, now + 10)?.ownPerSecond).toBe(300)
    while (indexer.index.evict()) {
      // Everything that was held.
    }
    expect(second(200, 0)).toMatchObject({ ownPerSecond: 200, eventsPerSecond: 200 })
  })
})
