/** The user's settings: one JSON file in the data folder, checked when read, written atomically. */
import { mkdirSync, readFileSync, renameSync } from 'node:fs'
import path from 'node:path'
import { settingsSchema, type Settings } from '@contract/ipc'
import { replaceFile } from './replace-file'

export const DEFAULT_SETTINGS: Settings = {
  theme: 'system',
  density: 'normal',
  timeFormat: 'local',
  memoryBudgetBytes: 512 * 2 ** 20,
  diskBudgetBytes: 2 * 2 ** 30,
  retentionDays: 30,
  maskSecrets: true,
  connectAtStart: false,
  mode: 'observe',
  priorityBoost: 4,
  watchdogSeconds: 10,
  excludeSelf: false,
  budget: null,
  ui: {},
}

/** Bytes that the opaque part of the settings may have; a page that writes without end is refused. */
const MAX_UI_BYTES = 1_000_000

export class SettingsFile {
  private readonly file: string
  private current: Settings
  /** Set when the file could not be understood: it was kept beside and defaults are in force. */
  readonly problem: string

  constructor(folder: string) {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    this.file = path.join(folder, 'settings.json')
    const { settings, problem } = read(this.file)
    this.current = settings
    this.problem = problem
  }

  get(): Settings {
    return this.current
  }

  /** Merges a change and writes the file. Throws an Error that says what is wrong; then nothing changed. */
  set(change: Partial<Settings>): Settings {
    const next = settingsSchema.parse({ ...this.current, ...change })
    const text = JSON.stringify(next, null, 2)
    if (text.length > MAX_UI_BYTES) throw new Error('The settings are larger than 1 MB.')
    replaceFile(this.file, text, 0o600)
    this.current = next
    return next
  }
}

/** Reads what is known of the file; a broken file is kept beside as `.broken` so that nothing is lost. */
function read(file: string): { settings: Settings; problem: string } {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT'
    return {
      settings: DEFAULT_SETTINGS,
      problem: missing ? '' : `The settings could not be read: ${String(error)}`,
    }
  }
  try {
    const known = settingsSchema.partial().parse(JSON.parse(text))
    return { settings: { ...DEFAULT_SETTINGS, ...known }, problem: '' }
  } catch {
    const kept = `${file}.broken`
    try {
      renameSync(file, kept)
    } catch {
      return {
        settings: DEFAULT_SETTINGS,
        problem: `The settings file ${file} is not valid; defaults are used.`,
      }
    }
    return {
      settings: DEFAULT_SETTINGS,
      problem: `The settings file was not valid and is kept as ${kept}; defaults are used.`,
    }
  }
}
