import {
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DEFAULT_SETTINGS, SettingsFile } from '../../../electron/main/settings'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'auditscope-settings-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const file = () => path.join(folder, 'settings.json')

describe('settings', () => {
  it('are the defaults without a file', () => {
    expect(new SettingsFile(folder).get()).toEqual(DEFAULT_SETTINGS)
  })

  it('survive a restart and are readable by their owner alone', () => {
    new SettingsFile(folder).set({ theme: 'dark', retentionDays: 7 })
    expect(new SettingsFile(folder).get()).toEqual({
      ...DEFAULT_SETTINGS,
      theme: 'dark',
      retentionDays: 7,
    })
    expect(statSync(file()).mode & 0o777).toBe(0o600)
  })

  it('are written through no link that was planted in the data folder', () => {
    const precious = path.join(folder, 'precious')
    writeFileSync(precious, 'as it was')
    symlinkSync(precious, file())
    symlinkSync(precious, `${file()}.new`)
    new SettingsFile(folder).set({ theme: 'dark' })
    expect(readFileSync(precious, 'utf8')).toBe('as it was')
    expect(lstatSync(file()).isFile()).toBe(true)
    expect(new SettingsFile(folder).get().theme).toBe('dark')
    expect(readdirSync(folder).filter((name) => /[0-9a-f]{16}/.test(name))).toEqual([])
  })

  it('that make no sense change nothing', () => {
    const settings = new SettingsFile(folder)
    expect(() => settings.set({ retentionDays: -1 })).toThrow()
    expect(settings.get()).toEqual(DEFAULT_SETTINGS)
  })

  it('that grow beyond a megabyte are refused', () => {
    const settings = new SettingsFile(folder)
    expect(() => settings.set({ ui: { big: 'x'.repeat(1_100_000) } })).toThrow(/1 MB/)
    expect(new SettingsFile(folder).get()).toEqual(DEFAULT_SETTINGS)
  })

  it('in a broken file are kept beside it, and the defaults are used and said', () => {
    writeFileSync(file(), '{ not json')
    const settings = new SettingsFile(folder)
    expect(settings.get()).toEqual(DEFAULT_SETTINGS)
    expect(settings.problem).toContain('.broken')
    expect(readFileSync(`${file()}.broken`, 'utf8')).toBe('{ not json')
  })

  it('of an older version keep what they know', () => {
    writeFileSync(file(), JSON.stringify({ theme: 'light' }))
    expect(new SettingsFile(folder).get()).toEqual({ ...DEFAULT_SETTINGS, theme: 'light' })
  })
})
