/** Puts back what was changed: by this session at its end, or by sessions that were killed before they could. */
import { fail, ok, type Result } from '../audit/result'
import type { AuditStatus } from '../audit/status/status'
import { readStat } from '../kernel/proc-process'
import type { Exemptions } from './exemptions'
import {
  changesOf,
  isEmpty,
  OpenJournal,
  type FoundJournal,
  type JournalFolder,
  type JournalRecord,
} from './journal'
import type { KernelApi } from './kernel-api'
import type { Leftover, SessionChanges } from './messages'
import { ruleText } from './rule-bytes'
import { RuleSession, rulesToUndo } from './rule-session'
import { undoChanges } from './setting-changes'
import { SettingSession } from './setting-session'

/** What restoring needs. */
export interface RestorerContext {
  api: KernelApi
  folder: JournalFolder
  journal: OpenJournal
  settings: SettingSession
  rules: RuleSession
  exemptions: Exemptions
  bootId: string
}

/** Restores. Its methods must not run at the same time as other changes. */
export class Restorer {
  readonly #context: RestorerContext

  constructor(context: RestorerContext) {
    this.#context = context
  }

  /** Names this session's journal. */
  get id(): string {
    return this.#context.journal.id
  }

  /** What this session would put back. */
  get changes(): SessionChanges {
    return changesOf(this.#context.journal.record)
  }

  /** Makes what the user changed outlive the session; returns it. */
  async keep(): Promise<Result<SessionChanges>> {
    const { settings, rules, exemptions, journal } = this.#context
    const { record } = journal
    const ofUser = record.settings.filter(({ scope }) => scope === 'session')
    const exempt = new Set(exemptions.inForce.map(ruleText))
    const kept = changesOf({ ...record, settings: ofUser })
    const keptSettings = settings.keep()
    if (!keptSettings.ok) return keptSettings
    const keptRules = record.rules === null ? ok(null) : await rules.keep(exemptions.inForce)
    if (!keptRules.ok) return keptRules
    return ok({ ...kept, rulesAdded: kept.rulesAdded.filter((text) => !exempt.has(text)) })
  }

  /** Puts back what this session changed, but for the registration; returns what was put back. */
  restore(): Promise<Result<SessionChanges>> {
    return restoreWith(this.#context.settings, this.#context.rules)
  }

  /** Sessions that died with changes which are still in force, oldest first. Others’ journals are forgotten. */
  async leftovers(): Promise<Leftover[]> {
    const status = await this.#context.api.status()
    const rules = await this.#context.api.rules()
    if (!status.ok || !rules.ok) return []
    return this.#dead().flatMap(({ id, record }) => {
      const changes = stillInForce(record, status.value, rules.value)
      const { settings, rulesAdded, rulesDeleted } = changes
      if (settings.length + rulesAdded.length + rulesDeleted.length === 0) {
        this.#context.folder.remove(id)
        return []
      }
      return [{ id, pid: record.pid, startedAt: record.startedAt, changes }]
    })
  }

  /** Puts back what a dead session left, and forgets its journal. */
  async restoreLeftover(id: string): Promise<Result<SessionChanges>> {
    const found = this.#dead().find((journal) => journal.id === id)
    if (found === undefined) return noSuchJournal(id)
    const { api, folder } = this.#context
    const journal = new OpenJournal(folder, id, found.record)
    const settings = new SettingSession(api, journal)
    const evicted = await this.#evict(found.record, settings)
    if (!evicted.ok) return evicted
    const restored = await restoreWith(settings, new RuleSession(api, journal))
    if (!restored.ok) return restored
    if (!isEmpty(journal.record)) folder.remove(id)
    return ok({
      ...restored.value,
      settings: [...evicted.value, ...restored.value.settings],
    })
  }

  /** Forgets a dead session's journal. */
  discardLeftover(id: string): Result<null> {
    const found = this.#dead().find((journal) => journal.id === id)
    if (found === undefined) return noSuchJournal(id)
    this.#context.folder.remove(id)
    return ok(null)
  }

  /**
   * The kernel asks a registered daemon whether it lives before anybody may change the registration, and forgets one
   * that does not answer (audit_replace of kernel/audit.c): clearing it is enough.
   */
  async #evict(
    record: JournalRecord,
    settings: SettingSession,
  ): Promise<Result<SessionChanges['settings']>> {
    const status = await this.#context.api.status()
    if (!status.ok) return status
    const stale = record.settings.find(({ setting }) => setting === 'pid')
    if (stale === undefined) return ok([])
    if (status.value.pid === stale.to) {
      const released = await this.#context.api.set('pid', 0)
      if (!released.ok) return released
    }
    const noted = settings.noteRegistration(stale.to, false)
    if (!noted.ok) return noted
    const { from, to } = stale
    return ok(status.value.pid === to ? [{ setting: 'pid', from: to, to: from }] : [])
  }

  /** Journals of this boot whose process has gone. */
  #dead(): FoundJournal[] {
    const { folder, bootId } = this.#context
    return folder.list((record) => {
      const alive = readStat(record.pid)?.startTicks === record.startTicks
      return record.bootId === bootId && !alive
    })
  }
}

async function restoreWith(
  settings: SettingSession,
  rules: RuleSession,
): Promise<Result<SessionChanges>> {
  const undoneSettings = await settings.undo(() => true)
  const undoneRules = await rules.undo()
  if (!undoneSettings.ok) return undoneSettings
  if (!undoneRules.ok) return undoneRules
  return ok({ settings: undoneSettings.value, ...undoneRules.value })
}

/** What of a dead session's changes the kernel still has. */
function stillInForce(
  record: JournalRecord,
  status: AuditStatus,
  rules: readonly Uint8Array[],
): SessionChanges {
  return {
    settings: undoChanges(record.settings, status, () => true).restore,
    ...rulesToUndo(rules, record.rules),
  }
}

function noSuchJournal(id: string): Result<never> {
  return fail(
    'no-such-journal',
    `There is no journal ${JSON.stringify(id)} of a dead session.`,
    'Connect again to see what is left.',
  )
}
