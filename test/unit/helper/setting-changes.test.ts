import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AuditStatus } from '@native/audit/status/status'
import {
  undoChanges,
  withChange,
  type ChangeScope,
  type ScopedChange,
} from '@native/helper/setting-changes'

const status: AuditStatus = {
  enabled: 0,
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
const all = () => true
const ofScope = (scope: ChangeScope) => (change: ScopedChange) => change.scope === scope

/** Plays a session: each step changes a setting, or takes a scope's changes back. */
function play() {
  let current = { ...status }
  let changes: ScopedChange[] = []
  return {
    get current() {
      return current
    },
    get changes() {
      return changes
    },
    set(scope: ChangeScope, setting: 'rateLimit' | 'backlogWaitTime', to: number) {
      const from = current[setting] ?? 0
      if (from === to) return
      changes = withChange(changes, { scope, setting, from, to })
      current = { ...current, [setting]: to }
    },
    others(setting: 'rateLimit' | 'backlogWaitTime', to: number) {
      current = { ...current, [setting]: to }
    },
    undo(chosen: (change: ScopedChange) => boolean) {
      const { restore, remaining } = undoChanges(changes, current, chosen)
      for (const { setting, from, to } of restore) {
        expect(current[setting]).toBe(from)
        current = { ...current, [setting]: to }
      }
      changes = remaining
    },
  }
}

describe('setting changes', () => {
  const step = fc.record({
    kind: fc.constantFrom('set' as const, 'set' as const, 'set' as const, 'undo' as const),
    scope: fc.constantFrom<ChangeScope>('mode', 'session'),
    setting: fc.constantFrom('rateLimit' as const, 'backlogWaitTime' as const),
    to: fc.integer({ min: 0, max: 5 }),
  })

  it('are all gone at the end, whatever the order in which mode and session touched them', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
        const session = play()
        for (const { kind, scope, setting, to } of steps) {
          if (kind === 'set') session.set(scope, setting, to)
          else session.undo(ofScope(scope))
        }
        session.undo(all)
        expect(session.current).toEqual(status)
        expect(session.changes).toEqual([])
      }),
    )
  })

  it('leave what the user set on top of the mode, and go back behind the mode at the end', () => {
    const session = play()
    session.set('session', 'backlogWaitTime', 100)
    session.set('mode', 'backlogWaitTime', 0)
    session.set('session', 'backlogWaitTime', 50)
    session.undo(ofScope('mode'))
    expect(session.current.backlogWaitTime).toBe(50)
    session.undo(all)
    expect(session.current.backlogWaitTime).toBe(15000)
  })

  it('leave what somebody else has changed since', () => {
    const session = play()
    session.set('session', 'rateLimit', 100)
    session.others('rateLimit', 7)
    session.undo(all)
    expect(session.current.rateLimit).toBe(7)
  })
})
