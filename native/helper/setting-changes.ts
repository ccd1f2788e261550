/**
 * The settings that a session changed, as a list in the order of the changes, and how to take them back. Pure.
 *
 * A change has a scope: those of the mode are taken back when the mode is left, those of the session at its end; the two
 * may touch the same setting in turn.
 */
import type { AuditStatus, SettingName } from '../audit/status/status'
import type { SettingChange } from './messages'

/** Who made a change: the mode, or the user. */
export type ChangeScope = 'mode' | 'session'

/** A change that can be taken back. */
export interface ScopedChange extends SettingChange {
  scope: ChangeScope
}

/**
 * The list while a change is being made. It is not merged yet: whether the kernel has made it or not, taking back starts
 * from the value that it has.
 */
export function withPendingChange(
  changes: readonly ScopedChange[],
  change: ScopedChange,
): ScopedChange[] {
  return [...changes, change]
}

/** The list after a change was made; one that continues the newest of its setting and scope is merged with it. */
export function withChange(changes: readonly ScopedChange[], change: ScopedChange): ScopedChange[] {
  const newest = newestOf(changes, change.setting)
  if (newest?.scope !== change.scope) return [...changes, change]
  const merged = { ...newest, to: change.to }
  return changes.flatMap((each) =>
    each !== newest ? [each] : merged.from === merged.to ? [] : [merged],
  )
}

/** What taking back one scope's changes (or all) means: what to set, newest first, and which changes remain. */
export interface Undo {
  restore: SettingChange[]
  remaining: ScopedChange[]
}

/**
 * Takes back the changes for which `chosen` holds. A setting whose value is no longer the one that was set belongs to
 * whoever changed it since: it stays. Where another change came on top, that one inherits the value to go back to.
 */
export function undoChanges(
  changes: readonly ScopedChange[],
  current: AuditStatus,
  chosen: (change: ScopedChange) => boolean,
): Undo {
  const values = new Map<SettingName, number | null>()
  const restored = new Map<SettingName, SettingChange>()
  const { remaining, removed } = without(changes, chosen)
  for (const { change, covered } of removed) {
    const value = values.get(change.setting) ?? current[change.setting]
    if (covered || value !== change.to) continue
    values.set(change.setting, change.from)
    const from = restored.get(change.setting)?.from ?? change.to
    restored.set(change.setting, { setting: change.setting, from, to: change.from })
  }
  return { restore: [...restored.values()].filter(({ from, to }) => from !== to), remaining }
}

/** Forgets the changes for which `chosen` holds, as if their values had been there before. */
export function keepChanges(
  changes: readonly ScopedChange[],
  chosen: (change: ScopedChange) => boolean,
): ScopedChange[] {
  return changes.filter((change) => !chosen(change))
}

interface Removed {
  change: ScopedChange
  /** Whether a later change of the same setting remains. */
  covered: boolean
}

/** Removes changes, newest first; a later change of the same setting inherits `from`. */
function without(
  changes: readonly ScopedChange[],
  chosen: (change: ScopedChange) => boolean,
): { remaining: ScopedChange[]; removed: Removed[] } {
  let remaining = [...changes]
  const removed: Removed[] = []
  for (const change of [...changes].reverse().filter(chosen)) {
    const at = remaining.indexOf(change)
    const later = remaining.find((each, i) => i > at && each.setting === change.setting)
    removed.push({ change, covered: later !== undefined })
    remaining = remaining
      .filter((each) => each !== change)
      .map((each) => (each === later ? { ...each, from: change.from } : each))
  }
  return { remaining, removed }
}

function newestOf(
  changes: readonly ScopedChange[],
  setting: SettingName,
): ScopedChange | undefined {
  return [...changes].reverse().find((change) => change.setting === setting)
}
