/** The settings that this session changed: journal first, then the kernel; and putting them back. */
import { ok, type Result } from '../audit/result'
import type { AuditStatus, SettingName } from '../audit/status/status'
import type { OpenJournal } from './journal'
import type { KernelApi } from './kernel-api'
import type { SettingChange } from './messages'
import {
  keepChanges,
  undoChanges,
  withChange,
  withPendingChange,
  type ChangeScope,
  type ScopedChange,
} from './setting-changes'

/** How a change is remembered: taken back with the mode, with the session, or not at all. */
export type Lifetime = ChangeScope | 'kept'

/** Changes settings. Its methods must not run at the same time. */
export class SettingSession {
  readonly #api: KernelApi
  readonly #journal: OpenJournal
  readonly #inForce = new Map<SettingName, number>()

  constructor(api: KernelApi, journal: OpenJournal) {
    this.#api = api
    this.#journal = journal
  }

  /** The values that this session last gave to settings: another value is somebody else's doing. */
  get inForce(): ReadonlyMap<SettingName, number> {
    return this.#inForce
  }

  /** Sets settings in the given order, all or none; returns what changed. */
  async set(
    wanted: readonly (readonly [SettingName, number])[],
    current: AuditStatus,
    lifetime: Lifetime,
  ): Promise<Result<SettingChange[]>> {
    const done: SettingChange[] = []
    for (const [setting, to] of wanted) {
      const from = current[setting]
      if (from === null || from === to) continue
      const change = { setting, from, to }
      const result = await this.#setOne(change, lifetime)
      if (!result.ok) {
        for (const each of done.reverse()) {
          await this.#setOne({ setting: each.setting, from: each.to, to: each.from }, lifetime)
        }
        return result
      }
      done.push(change)
    }
    return ok(done)
  }

  /** Journals that this process is about to be registered (0 to its pid), or no longer is; the caller does it. */
  noteRegistration(pid: number, registered: boolean): Result<null> {
    const others = this.#changes.filter(({ setting }) => setting !== 'pid')
    const change: ScopedChange = { scope: 'mode', setting: 'pid', from: 0, to: pid }
    return this.#journal.update({ settings: registered ? [...others, change] : others })
  }

  /** Forgets the user's changes so far: they stay when the session ends. */
  keep(): Result<null> {
    return this.#journal.update({
      settings: keepChanges(this.#changes, ({ scope }) => scope === 'session'),
    })
  }

  /**
   * Takes changes back, as far as the kernel still has the value that was set; returns what was set. The registration
   * is not among them: only its owner can give it up.
   */
  async undo(which: (change: ScopedChange) => boolean): Promise<Result<SettingChange[]>> {
    const chosen = (change: ScopedChange) => change.setting !== 'pid' && which(change)
    if (!this.#changes.some(chosen)) return ok([])
    const status = await this.#api.status()
    if (!status.ok) return status
    const { restore, remaining } = undoChanges(this.#changes, status.value, chosen)
    for (const { setting, to } of restore) {
      const set = await this.#api.set(setting, to)
      if (!set.ok) return set
      this.#inForce.set(setting, to)
    }
    const written = this.#journal.update({ settings: remaining })
    return written.ok ? ok(restore) : written
  }

  get #changes(): readonly ScopedChange[] {
    return this.#journal.record.settings
  }

  async #setOne(change: SettingChange, lifetime: Lifetime): Promise<Result<null>> {
    const before = [...this.#changes]
    const scoped = lifetime === 'kept' ? null : { ...change, scope: lifetime }
    const pending = scoped === null ? before : withPendingChange(before, scoped)
    const noted = this.#journal.update({ settings: pending })
    if (!noted.ok) return noted
    const set = await this.#api.set(change.setting, change.to)
    if (set.ok) {
      this.#inForce.set(change.setting, change.to)
      return this.#journal.update({
        settings:
          scoped === null ? withoutUsers(before, change.setting) : withChange(before, scoped),
      })
    }
    // After a time-out the change may have been made: it stays pending.
    if (set.code !== 'timeout') this.#journal.update({ settings: before })
    return set
  }
}

/** What the user set lastingly is no longer taken back to what it was before. */
function withoutUsers(changes: readonly ScopedChange[], setting: SettingName): ScopedChange[] {
  return keepChanges(changes, (each) => each.scope === 'session' && each.setting === setting)
}
