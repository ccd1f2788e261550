import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { taskFacts } from '@native/helper/facts'
import { JournalFolder } from '@native/helper/journal'
import type { ProcessEntry } from '@native/helper/messages'

const LOG = { records: 1, suppressed: 0, complaints: [] }
const process = (pid: number, startedAt: number, ppid = 1): ProcessEntry => ({
  pid,
  ppid,
  startedAt,
  comm: 'x',
  exe: '/x',
  uid: 0,
  auid: 0,
})

describe('tasks without an audit context', () => {
  const running = [process(1, 0, 0), process(10, 50_000), process(11, 90_000)]

  it('are at most those that are older than the earliest moment at which auditing was on', () => {
    expect(taskFacts(running, 60_000, null)).toEqual({
      total: 3,
      knownOn: { at: 60_000, from: 'seen' },
      startedBefore: 2,
    })
    expect(taskFacts(running, 60_000, { ...LOG, onAt: 20_000 })).toEqual({
      total: 3,
      knownOn: { at: 20_000, from: 'kernel-log' },
      startedBefore: 1,
    })
  })

  it('cannot be told when no such moment is known', () => {
    const unknown = { total: 3, knownOn: null, startedBefore: null }
    expect(taskFacts(running, null, null)).toEqual(unknown)
    expect(taskFacts(running, null, { ...LOG, onAt: null })).toEqual(unknown)
  })

  it('are not threads of the kernel, which make no system calls', () => {
    const threads = [process(2, 0, 0), process(3, 0, 2), process(4, 0, 2)]
    expect(taskFacts([...running, ...threads], 60_000, null)).toMatchObject({
      total: 3,
      startedBefore: 2,
    })
  })
})

describe('since when auditing is known to be on', () => {
  let folder: string
  beforeEach(() => {
    folder = path.join(mkdtempSync(path.join(tmpdir(), 'auditscope-journal-')), 'run')
  })
  afterEach(() => rmSync(path.dirname(folder), { recursive: true }))

  it('is remembered for the sessions of the same boot, the earliest moment', () => {
    const journals = new JournalFolder(folder)
    expect(journals.seenOn('boot')).toBeNull()
    journals.noteOn('boot', 1000)
    journals.noteOn('boot', 2000)
    expect(new JournalFolder(folder).seenOn('boot')).toBe(1000)
    expect(journals.seenOn('another')).toBeNull()
    journals.noteOn('another', 3000)
    expect(journals.seenOn('another')).toBe(3000)
    expect(journals.list(() => true)).toEqual([])
    expect(statSync(path.join(folder, 'auditing-on')).mode & 0o777).toBe(0o600)
  })

  it('is not learnt from a file that says something else', () => {
    const journals = new JournalFolder(folder)
    journals.noteOn('boot', 1000)
    writeFileSync(path.join(folder, 'auditing-on'), '{"bootId":"boot"}')
    expect(journals.seenOn('boot')).toBeNull()
  })
})
