/**
 * The journal of a session under /run: what it changed in the kernel, written before each change, so that the next start
 * can offer what a killed helper could not put back. One file a helper; nobody else can read the folder.
 */
import fs from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import { fail, ok, type Result } from '../audit/result'
import type { SessionChanges } from './messages'
import type { ScopedChange } from './setting-changes'

/**
 * Where journals are kept. Each user who runs helpers has a folder, because what another account can write must not steer
 * this one: root, and the helper's own user, for whom the package's wrapper makes it.
 */
export const JOURNAL_FOLDER =
  process.getuid?.() === 0 ? '/run/auditscope' : '/run/auditscope-helper'

/** The rules' part of a journal; rules are base64 of struct audit_rule_data. */
export interface RuleJournal {
  before: string[]
  added: string[]
  deleted: string[]
}

/** What a journal says. */
export interface JournalRecord {
  version: 1
  bootId: string
  pid: number
  /** Start of the process in ticks since boot: tells it from a later one with the same pid. */
  startTicks: number
  /** ms since the epoch. */
  startedAt: number
  settings: ScopedChange[]
  /** Null while the session has not touched the rules. */
  rules: RuleJournal | null
}

const count = z.int().min(0)
const rules = z.array(z.string())
const schema: z.ZodType<JournalRecord> = z.strictObject({
  version: z.literal(1),
  bootId: z.string(),
  pid: count,
  startTicks: count,
  startedAt: z.number(),
  settings: z.array(
    z.strictObject({
      scope: z.enum(['mode', 'session']),
      setting: z.enum([
        'enabled',
        'failure',
        'pid',
        'rateLimit',
        'backlogLimit',
        'backlogWaitTime',
      ]),
      from: count,
      to: count,
    }),
  ),
  rules: z.strictObject({ before: rules, added: rules, deleted: rules }).nullable(),
})

/** A journal in the folder. */
export interface FoundJournal {
  id: string
  record: JournalRecord
}

/** Whether a record says that nothing is left to put back. */
export function isEmpty(record: JournalRecord): boolean {
  const { settings, rules } = record
  // Rules that were added and deleted again can have left others in another order: only the kernel's list can tell.
  return settings.length === 0 && rules === null
}

/** What is remembered of this boot beside the journals: since when auditing is known to have been on. */
const SEEN_ON = 'auditing-on'
const seenOnSchema = z.strictObject({ bootId: z.string(), at: z.number() })

/** The folder of journals. */
export class JournalFolder {
  readonly #folder: string

  constructor(folder = JOURNAL_FOLDER) {
    this.#folder = folder
  }

  /**
   * Writes a journal as a whole: a new file, then a rename, so that a kill at any moment leaves the old or the new one.
   * An empty record removes it.
   */
  write(id: string, record: JournalRecord): Result<null> {
    try {
      if (isEmpty(record)) {
        fs.rmSync(this.#file(id), { force: true })
        return ok(null)
      }
      this.#prepare()
      const next = `${this.#file(id)}.new`
      fs.writeFileSync(next, JSON.stringify(record), { mode: 0o600, flush: true })
      fs.renameSync(next, this.#file(id))
      return ok(null)
    } catch (error) {
      return fail(
        'journal',
        `The journal in ${this.#folder} could not be written (${(error as Error).message}), so nothing was changed.`,
        'Check that the folder is root’s own with mode 0700 and that /run has room; or make the change lasting.',
      )
    }
  }

  /** Removes a journal. */
  remove(id: string): void {
    fs.rmSync(this.#file(id), { force: true })
  }

  /** The journals for which `isOurs` holds, oldest first. Unreadable ones are removed: nothing can be learnt from them. */
  list(isOurs: (record: JournalRecord) => boolean): FoundJournal[] {
    let names: string[]
    try {
      this.#check()
      names = fs.readdirSync(this.#folder).filter((name) => name.endsWith('.json'))
    } catch {
      return []
    }
    return names
      .flatMap((name) => {
        const id = path.basename(name, '.json')
        const record = this.#read(id)
        return record !== null && isOurs(record) ? [{ id, record }] : []
      })
      .sort((a, b) => a.record.startedAt - b.record.startedAt)
  }

  /** When a session of this boot first saw that auditing was on, ms since the epoch; null when none did. */
  seenOn(bootId: string): number | null {
    try {
      this.#check()
      const text = fs.readFileSync(path.join(this.#folder, SEEN_ON), 'utf8')
      const seen = seenOnSchema.parse(JSON.parse(text))
      return seen.bootId === bootId ? seen.at : null
    } catch {
      return null
    }
  }

  /** Remembers that auditing was on at `at`, for the sessions that follow; what is known already stays. */
  noteOn(bootId: string, at: number): void {
    if (this.seenOn(bootId) !== null) return
    try {
      this.#prepare()
      const file = path.join(this.#folder, SEEN_ON)
      fs.rmSync(file, { force: true })
      fs.writeFileSync(file, JSON.stringify({ bootId, at }), { mode: 0o600, flag: 'wx' })
    } catch {
      // It is only good for a better answer of the diagnosis.
    }
  }

  #read(id: string): JournalRecord | null {
    try {
      return schema.parse(JSON.parse(fs.readFileSync(this.#file(id), 'utf8')))
    } catch {
      this.remove(id)
      return null
    }
  }

  #file(id: string): string {
    return path.join(this.#folder, `${path.basename(id)}.json`)
  }

  #prepare(): void {
    fs.mkdirSync(this.#folder, { mode: 0o700, recursive: true })
    this.#check()
  }

  /** What others could have written must not steer root. */
  #check(): void {
    const { uid, mode } = fs.lstatSync(this.#folder)
    const isFolder = (mode & fs.constants.S_IFMT) === fs.constants.S_IFDIR
    if (!isFolder || uid !== process.getuid!() || (mode & 0o077) !== 0) {
      throw new Error('it is not a folder that only this user can use')
    }
  }
}

/** The journal of one session, kept in step with what the session does. */
export class OpenJournal {
  readonly #folder: JournalFolder
  readonly id: string
  #record: JournalRecord

  constructor(folder: JournalFolder, id: string, record: JournalRecord) {
    this.#folder = folder
    this.id = id
    this.#record = record
  }

  /** What the session has changed. */
  get record(): Readonly<JournalRecord> {
    return this.#record
  }

  /** Writes the next record; keeps the old one when that fails. */
  update(next: Partial<Pick<JournalRecord, 'settings' | 'rules'>>): Result<null> {
    const record = { ...this.#record, ...next }
    const written = this.#folder.write(this.id, record)
    if (written.ok) this.#record = record
    return written
  }
}

/** What a record would put back, for the client. */
export function changesOf({ settings, rules }: JournalRecord): SessionChanges {
  return {
    settings: settings.map(({ setting, from, to }) => ({ setting, from, to })),
    rulesAdded: rules?.added ?? [],
    rulesDeleted: rules?.deleted ?? [],
  }
}
