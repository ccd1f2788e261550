/** What a session changes and puts back, against a kernel in memory. */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
} from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { MessageType } from '@native/audit/netlink/message'
import type { AuditStatus } from '@native/audit/status/status'
import { Exemptions } from '@native/helper/exemptions'
import { JournalFolder, OpenJournal, type JournalRecord } from '@native/helper/journal'
import { KernelApi } from '@native/helper/kernel-api'
import { Restorer } from '@native/helper/restorer'
import { RuleSession } from '@native/helper/rule-session'
import { SettingSession } from '@native/helper/setting-session'
import { FakeKernel, fakeRule, ruleId } from './fake-kernel'

let folder: string
let kernel: FakeKernel
/** In memory, like /run: a journal is flushed at each write. */
const base = existsSync('/dev/shm') ? '/dev/shm' : os.tmpdir()
beforeEach(() => {
  folder = mkdtempSync(path.join(base, 'auditscope-journal-'))
  kernel = new FakeKernel()
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const BOOT = 'this boot'

/** A session's parts. The pid has no process, so that to the next session it is a dead one. */
function openSession(pid = 0x7fffffff) {
  const api = new KernelApi(kernel)
  const journals = new JournalFolder(folder)
  const record: JournalRecord = {
    version: 1,
    bootId: BOOT,
    pid,
    startTicks: 1,
    startedAt: 1000 + pid,
    settings: [],
    rules: null,
  }
  const journal = new OpenJournal(journals, `${pid}-1`, record)
  const settings = new SettingSession(api, journal)
  const rules = new RuleSession(api, journal)
  const exemptions = new Exemptions(rules)
  const context = { api, folder: journals, journal, settings, rules, exemptions, bootId: BOOT }
  return { journal, settings, rules, exemptions, restorer: new Restorer(context) }
}

type Session = ReturnType<typeof openSession>

const journalFiles = () => readdirSync(folder)

/** One thing that a session does. */
type Step =
  | { do: 'set'; scope: 'mode' | 'session'; setting: 'rateLimit' | 'backlogWaitTime'; to: number }
  | { do: 'undo-mode' }
  | { do: 'add'; list: number; id: number; first: boolean }
  | { do: 'delete'; list: number; id: number }
  | { do: 'replace'; rules: { list: number; id: number }[] }
  | { do: 'exempt'; ids: number[] }

const list = fc.constantFrom(4, 1)
const id = fc.integer({ min: 1, max: 6 })
const rule = fc.record({ list, id })
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    do: fc.constant('set' as const),
    scope: fc.constantFrom('mode' as const, 'session' as const),
    setting: fc.constantFrom('rateLimit' as const, 'backlogWaitTime' as const),
    to: fc.integer({ min: 0, max: 3 }),
  }),
  fc.constant({ do: 'undo-mode' as const }),
  fc.record({ do: fc.constant('add' as const), list, id, first: fc.boolean() }),
  fc.record({ do: fc.constant('delete' as const), list, id }),
  fc.record({
    do: fc.constant('replace' as const),
    rules: fc.uniqueArray(rule, { selector: (each) => `${each.list} ${each.id}`, maxLength: 6 }),
  }),
  fc.record({
    do: fc.constant('exempt' as const),
    ids: fc.uniqueArray(fc.integer({ min: 10, max: 13 }), { maxLength: 3 }),
  }),
)

async function take(session: Session, each: Step): Promise<void> {
  switch (each.do) {
    case 'set':
      await session.settings.set([[each.setting, each.to]], kernel.status, each.scope)
      return
    case 'undo-mode':
      await session.settings.undo(({ scope }) => scope === 'mode')
      return
    case 'add':
      await session.rules.add(fakeRule(each.list, each.id), each.first, 'session')
      return
    case 'delete':
      await session.rules.delete(fakeRule(each.list, each.id), 'session')
      return
    case 'replace':
      await session.rules.replace(
        each.rules.map((wanted) => fakeRule(wanted.list, wanted.id)),
        'session',
      )
      return
    case 'exempt':
      await session.exemptions.replace(each.ids.map((exempt) => fakeRule(4, exempt)))
  }
}

/** The kernel as a whole, for comparing. */
function state(): { status: AuditStatus; lists: number[][] } {
  return { status: kernel.status, lists: [kernel.ids(4), kernel.ids(1)] }
}

describe('a session', () => {
  const start = fc.uniqueArray(rule, {
    selector: (each) => `${each.list} ${each.id}`,
    maxLength: 6,
  })

  it('puts everything back exactly, whatever it did, and leaves no journal', async () => {
    await fc.assert(
      fc.asyncProperty(start, fc.array(step, { maxLength: 15 }), async (rules, steps) => {
        kernel = new FakeKernel()
        kernel.rules = rules.map((each) => fakeRule(each.list, each.id))
        const before = state()
        const session = openSession()
        for (const each of steps) await take(session, each)
        expect((await session.restorer.restore()).ok).toBe(true)
        expect(state()).toEqual(before)
        expect(journalFiles()).toEqual([])
      }),
      { numRuns: 200 },
    )
  })

  it('can be put back by the next one when it dies between any two requests to the kernel', async () => {
    await fc.assert(
      fc.asyncProperty(
        start,
        fc.array(step, { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 0, max: 40 }),
        async (rules, steps, requests) => {
          kernel = new FakeKernel()
          kernel.rules = rules.map((each) => fakeRule(each.list, each.id))
          const before = state()
          // From the death on the kernel gets no request of this session; its promise never settles.
          const dying = kernel
          let left = requests
          const doomed = openSession()
          const alive = dying.request.bind(dying)
          dying.request = (request) => (left-- > 0 ? alive(request) : new Promise(() => undefined))
          const work = (async () => {
            for (const each of steps) await take(doomed, each)
          })()
          await Promise.race([work, new Promise((resolve) => setImmediate(resolve))])
          dying.request = alive

          const next = openSession(0x7ffffffe)
          for (const { id: journal } of await next.restorer.leftovers()) {
            expect((await next.restorer.restoreLeftover(journal)).ok).toBe(true)
          }
          expect(state()).toEqual(before)
          expect(await next.restorer.leftovers()).toEqual([])
          expect(journalFiles()).toEqual([])
        },
      ),
      { numRuns: 300 },
    )
  })

  it('has left something when it died with nothing but the order of rules changed', async () => {
    kernel.rules = [5, 4].map((each) => fakeRule(1, each))
    const dying = kernel
    const alive = dying.request.bind(dying)
    // The list, the deletion and the addition get through; that they were is not journalled any more.
    let left = 3
    dying.request = (request) => (left-- > 0 ? alive(request) : new Promise(() => undefined))
    const work = openSession().rules.replace([fakeRule(1, 4), fakeRule(1, 5)], 'session')
    await Promise.race([work, new Promise((resolve) => setTimeout(resolve, 20))])
    dying.request = alive
    // Should all three not have been enough, the order is as it was and the test says nothing.
    expect(kernel.ids(1)).toEqual([4, 5])

    const next = openSession(0x7ffffffe)
    const leftovers = await next.restorer.leftovers()
    expect(leftovers).toHaveLength(1)
    expect((await next.restorer.restoreLeftover(leftovers[0]!.id)).ok).toBe(true)
    expect(kernel.ids(1)).toEqual([5, 4])
  })

  it('changes nothing when a later one of several settings is refused', async () => {
    kernel.refuse = ({ type, payload }) =>
      type === MessageType.AUDIT_SET && payload[0] === 0x10 ? 'EINVAL' : null
    const before = state()
    const { settings } = openSession()
    const result = await settings.set(
      [
        ['rateLimit', 5],
        ['backlogLimit', 7],
      ],
      kernel.status,
      'session',
    )
    expect(result).toMatchObject({ ok: false, code: 'EINVAL' })
    expect(state()).toEqual(before)
    expect(journalFiles()).toEqual([])
  })

  it('puts the rules back when one of a new set is refused', async () => {
    kernel.rules = [1, 2, 3].map((each) => fakeRule(4, each))
    kernel.refuse = ({ type, payload }) =>
      type === MessageType.AUDIT_ADD_RULE && ruleId(payload) === 9 ? 'EINVAL' : null
    const { rules } = openSession()
    const wanted = [5, 2, 9].map((each) => fakeRule(4, each))
    expect(await rules.replace(wanted, 'session')).toMatchObject({ ok: false, code: 'EINVAL' })
    expect(kernel.ids(4)).toEqual([1, 2, 3])
    expect(journalFiles()).toEqual([])
  })

  it('writes what it is about to change before the kernel is asked', async () => {
    const { settings } = openSession()
    let journalled = ''
    kernel.refuse = ({ type }) => {
      if (type === MessageType.AUDIT_SET) {
        journalled = readFileSync(path.join(folder, journalFiles()[0]!), 'utf8')
      }
      return null
    }
    await settings.set([['rateLimit', 5]], kernel.status, 'session')
    expect(JSON.parse(journalled)).toMatchObject({
      settings: [{ scope: 'session', setting: 'rateLimit', from: 0, to: 5 }],
    })
  })

  it('changes nothing when the journal cannot be written', async () => {
    const { settings, rules } = openSession()
    rmSync(folder, { recursive: true })
    // A folder that others can write is not believed either.
    mkdirSync(folder)
    chmodSync(folder, 0o777)
    const before = state()
    expect(await settings.set([['rateLimit', 5]], kernel.status, 'session')).toMatchObject({
      code: 'journal',
    })
    expect(await rules.add(fakeRule(4, 1), false, 'session')).toMatchObject({ code: 'journal' })
    expect(state()).toEqual(before)
  })

  it('keeps what the user wants to keep, and still takes the mode and the exemptions back', async () => {
    kernel.rules = [fakeRule(4, 1)]
    const session = openSession()
    await session.settings.set([['rateLimit', 5]], kernel.status, 'session')
    await session.settings.set([['backlogWaitTime', 0]], kernel.status, 'mode')
    await session.rules.add(fakeRule(4, 2), false, 'session')
    await session.exemptions.replace([fakeRule(4, 10)])
    const kept = await session.restorer.keep()
    expect(kept).toMatchObject({ ok: true, value: { settings: [{ setting: 'rateLimit', to: 5 }] } })
    await session.rules.delete(fakeRule(4, 1), 'session')
    await session.restorer.restore()
    expect(kernel.status).toMatchObject({ rateLimit: 5, backlogWaitTime: 15000 })
    expect(kernel.ids(4)).toEqual([1, 2])
  })
})

describe('leftovers', () => {
  it('are only what the kernel still has, and a registration of a dead process is among them', async () => {
    const dead = openSession()
    await dead.settings.set(
      [
        ['rateLimit', 5],
        ['backlogLimit', 7],
      ],
      kernel.status,
      'session',
    )
    dead.settings.noteRegistration(0x7fffffff, true)
    kernel.status = { ...kernel.status, pid: 0x7fffffff, backlogLimit: 99 }
    const { restorer } = openSession(0x7ffffffe)
    const [leftover] = await restorer.leftovers()
    expect(leftover?.changes.settings).toEqual(
      expect.arrayContaining([
        { setting: 'rateLimit', from: 5, to: 0 },
        { setting: 'pid', from: 0x7fffffff, to: 0 },
      ]),
    )
    expect(leftover?.changes.settings).toHaveLength(2)
    expect((await restorer.restoreLeftover(leftover!.id)).ok).toBe(true)
    expect(kernel.status).toMatchObject({ rateLimit: 0, pid: 0, backlogLimit: 99 })
  })

  it('can be discarded, and unknown ones are said to be unknown', async () => {
    const dead = openSession()
    await dead.settings.set([['rateLimit', 5]], kernel.status, 'session')
    const { restorer } = openSession(0x7ffffffe)
    const [leftover] = await restorer.leftovers()
    expect(restorer.discardLeftover(leftover!.id).ok).toBe(true)
    expect(kernel.status.rateLimit).toBe(5)
    expect(restorer.discardLeftover('../../etc/passwd')).toMatchObject({ code: 'no-such-journal' })
    expect(await restorer.restoreLeftover(leftover!.id)).toMatchObject({ code: 'no-such-journal' })
  })

  it('of a living helper are left alone', async () => {
    const living = openSession(process.pid)
    await living.settings.set([['rateLimit', 5]], kernel.status, 'session')
    const stat = readFileSync(`/proc/${process.pid}/stat`, 'utf8')
    const startTicks = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19])
    new JournalFolder(folder).write('living', { ...living.journal.record, startTicks })
    rmSync(path.join(folder, `${process.pid}-1.json`))
    const { restorer } = openSession(0x7ffffffe)
    expect(await restorer.leftovers()).toEqual([])
    expect(journalFiles()).toEqual(['living.json'])
  })
})
