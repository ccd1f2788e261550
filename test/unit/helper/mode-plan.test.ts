import { describe, expect, it } from 'vitest'
import { fail } from '@native/audit/result'
import type { AuditStatus } from '@native/audit/status/status'
import { planMode, type ModeSituation } from '@native/helper/mode-plan'
import { COMMANDS, type CommandArgs } from '@native/helper/protocol'

const status: AuditStatus = {
  enabled: 1,
  failure: 1,
  pid: 0,
  rateLimit: 0,
  backlogLimit: 64,
  lost: 0,
  backlog: 0,
  featureBitmap: 127,
  backlogWaitTime: 15000,
  backlogWaitTimeActual: 0,
}
const situation: ModeSituation = {
  access: 'control',
  problem: null,
  status,
  daemon: null,
  pid: 42,
  hz: 250,
  initialNetNamespace: true,
}

function plan(args: CommandArgs<'subscribe'>, changed: Partial<ModeSituation> = {}) {
  return planMode(COMMANDS.subscribe.args.parse(args), { ...situation, ...changed })
}

const registered = { setting: 'pid', from: 0, to: 42 }

describe('modes', () => {
  it('observe changes nothing', () => {
    expect(plan({ mode: 'observe' })).toMatchObject({ refusal: null, changes: [], boost: null })
  })

  it('best-effort makes nobody wait, and registers', () => {
    expect(plan({ mode: 'best-effort' }).changes).toEqual([
      { setting: 'backlogWaitTime', from: 15000, to: 0 },
      registered,
    ])
  })

  it('best-effort changes no wait time on a kernel that has none', () => {
    const old = { ...status, backlogWaitTime: null }
    expect(plan({ mode: 'best-effort' }, { status: old }).changes).toEqual([registered])
  })

  it('never-lose raises the backlog, never lowers it, and makes tasks wait again', () => {
    const changes = (changed: Partial<AuditStatus>) =>
      plan({ mode: 'never-lose' }, { status: { ...status, ...changed } }).changes
    expect(changes({})).toEqual([{ setting: 'backlogLimit', from: 64, to: 8192 }, registered])
    expect(changes({ backlogLimit: 100_000 })).toEqual([registered])
    expect(changes({ backlogLimit: 0 })).toEqual([registered])
    expect(changes({ backlogWaitTime: 0, backlogLimit: 0 })).toEqual([
      { setting: 'backlogWaitTime', from: 0, to: 15000 },
      registered,
    ])
  })

  it('never-lose raises the priority as asked', () => {
    expect(plan({ mode: 'never-lose' }).boost).toEqual({ nice: -4, oomScoreAdj: -900 })
    expect(plan({ mode: 'never-lose', priorityBoost: 0, oomScoreAdj: 0 }).boost).toEqual({
      nice: -0,
      oomScoreAdj: 0,
    })
  })

  it('says that never-lose may stall the machine, and what the watchdog does about it', () => {
    const words = (args: Partial<CommandArgs<'subscribe'>>) =>
      plan({ mode: 'never-lose', ...args }).consequences.join(' ')
    expect(words({})).toMatch(/may stall/)
    expect(words({ watchdog: 3000 })).toMatch(/stuck for 3 s/)
    expect(words({ watchdog: 0 })).toMatch(/until this program is ended/)
  })

  it('needs no registration of its own twice', () => {
    const ours = { status: { ...status, pid: 42 }, daemon: { pid: 42, comm: 'node' } }
    expect(plan({ mode: 'never-lose' }, ours)).toMatchObject({
      refusal: null,
      changes: [{ setting: 'backlogLimit' }],
    })
  })

  it('offers observe when another daemon lives, and takes the place of a dead one', () => {
    const auditd = { status: { ...status, pid: 7 }, daemon: { pid: 7, comm: 'auditd' } }
    for (const mode of ['best-effort', 'never-lose'] as const) {
      const { refusal } = plan({ mode }, auditd)
      expect(refusal?.code).toBe('daemon-registered')
      expect(refusal?.message).toMatch(/7.*auditd/)
      expect(refusal?.hint).toMatch(/observe/)
      expect(plan({ mode }, { ...auditd, daemon: { pid: 7, comm: '' } }).refusal).toBeNull()
    }
    expect(plan({ mode: 'observe' }, auditd).refusal).toBeNull()
  })

  it('refuses what a locked kernel does not let it change', () => {
    const locked = { status: { ...status, enabled: 2 } }
    expect(plan({ mode: 'best-effort' }, locked).refusal?.code).toBe('locked')
    expect(plan({ mode: 'never-lose' }, locked)).toMatchObject({
      refusal: null,
      changes: [registered],
    })
    expect(plan({ mode: 'never-lose' }, locked).consequences.join(' ')).toMatch(/locked/)
    const noWait = { status: { ...status, enabled: 2, backlogWaitTime: 0 } }
    expect(plan({ mode: 'best-effort' }, noWait).refusal).toBeNull()
    expect(plan({ mode: 'never-lose' }, noWait).refusal?.code).toBe('locked')
  })

  it('wants a confirmation before dropping could panic the machine', () => {
    const panics = { status: { ...status, failure: 2 } }
    expect(plan({ mode: 'best-effort' }, panics).refusal?.code).toBe('confirm-panic')
    expect(plan({ mode: 'best-effort', confirm: ['panic'] }, panics).refusal).toBeNull()
    expect(plan({ mode: 'observe' }, panics).refusal).toBeNull()
    expect(plan({ mode: 'never-lose' }, panics).refusal).toBeNull()
  })

  it('needs the privileges of the mode', () => {
    const problem = fail('read-only', 'Only CAP_AUDIT_READ.')
    const reader = { access: 'read' as const, problem, status: null }
    expect(plan({ mode: 'observe' }, reader).refusal).toBeNull()
    expect(plan({ mode: 'best-effort' }, reader).refusal).toEqual(problem)
    expect(plan({ mode: 'observe' }, { ...reader, access: 'none' }).refusal).toEqual(problem)
  })

  it('knows that multicast reaches only the initial network namespace', () => {
    const elsewhere = { initialNetNamespace: false }
    expect(plan({ mode: 'observe' }, elsewhere).refusal?.code).toBe('not-initial-net-namespace')
    expect(plan({ mode: 'best-effort' }, elsewhere).refusal).toBeNull()
  })
})
