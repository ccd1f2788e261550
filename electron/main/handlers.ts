/** What main does for each request of the page: the handlers of the table in electron/contract/ipc.ts. */
import { existsSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { app, clipboard, dialog, shell, type BrowserWindow } from 'electron'
import type { AppInfo, IpcArgs, Settings, ViewName } from '@contract/ipc'
import { fail, ok, type Result } from '@native/audit/result'
import type { HelperConnection } from './helper/connection'
import type { Handlers } from './ipc'
import type { LabProcess } from './lab'
import { persistRules, readPersistedRules } from './helper/rules-d'
import type { ChosenFiles } from './rules-files'
import { lookUp } from './rules-lookup'
import type { SettingsFile } from './settings'
import type { StoreProcess } from './store-process'

/** The addresses that the app may open in a browser; nothing else ever is. */
const LINKS: Record<IpcArgs<'app.openExternal'>['link'], string> = {
  homepage: 'https://github.com/auditscope/auditscope',
  issues: 'https://github.com/auditscope/auditscope/issues',
  'audit-manual': 'https://man7.org/linux/man-pages/man8/auditctl.8.html',
  licence: 'https://opensource.org/license/mit',
}

const OPEN_FILTERS = {
  log: [
    {
      name: 'Audit logs and sessions',
      extensions: ['log', '1', '2', '3', '4', 'gz', 'xz', 'auditscope'],
    },
    { name: 'All files', extensions: ['*'] },
  ],
  session: [{ name: 'All files', extensions: ['*'] }],
  rules: [
    { name: 'Audit rules', extensions: ['rules'] },
    { name: 'All files', extensions: ['*'] },
  ],
}

/** What the handlers work on. */
export interface Parts {
  window(): BrowserWindow | null
  view: ViewName | null
  settings: SettingsFile
  settingsChanged(settings: Settings): void
  store: StoreProcess
  connection: HelperConnection
  lab: LabProcess
  files: ChosenFiles
  ready(): void
  developmentRuntime: boolean
}

export function makeHandlers(parts: Parts): Handlers {
  const { settings, store, connection, files, lab } = parts
  return {
    'app.info': () => ok(appInfo(parts)),
    'app.ready': () => {
      parts.ready()
      return ok(null)
    },
    'app.openExternal': async ({ link }) => {
      await shell.openExternal(LINKS[link])
      return ok(null)
    },
    'helper.connect': ({ mode }) => connection.connect(mode),
    'helper.disconnect': async () => {
      await connection.disconnect()
      return ok(null)
    },
    'helper.command': ({ name, args }) => connection.command(name, args),
    'settings.get': () => ok(settings.get()),
    'settings.set': (change) => {
      const next = settings.set(change)
      parts.settingsChanged(next)
      return ok(next)
    },
    'dialog.open': ({ what }) => chooseOpen(parts, what),
    'dialog.save': (args) => chooseSave(parts, args),
    'rules.readFile': ({ path: file }) => files.readRules(file),
    'rules.writeFile': ({ path: file, text, overwrite }) => files.writeRules(file, text, overwrite),
    'rules.lookup': async (names) => ok(await lookUp(names)),
    'rules.persisted': () => readPersistedRules(),
    'rules.persist': ({ text }) => persistRules(text),
    'lab.start': (order) => lab.start(order),
    'lab.cancel': () => {
      lab.cancel()
      return ok(null)
    },
    'clipboard.write': ({ text }) => {
      clipboard.writeText(text)
      return ok(null)
    },
    'data.deleteAll': async () => ok(await store.deleteAll()),
  }
}

function appInfo({ view, developmentRuntime }: Parts): AppInfo {
  return {
    version: app.getVersion(),
    electron: process.versions.electron ?? '',
    chromium: process.versions.chrome ?? '',
    developmentRuntime,
    platform: `${os.type()} ${os.machine()}`,
    kernel: os.release(),
    hostname: os.hostname(),
    dataFolder: app.getPath('userData'),
    user: userName(),
    root: process.getuid?.() === 0,
    view,
  }
}

function userName(): string {
  try {
    return os.userInfo().username
  } catch {
    // A uid without an entry in the user database, as in some containers.
    return String(process.getuid?.() ?? '')
  }
}

async function chooseOpen(
  parts: Parts,
  what: IpcArgs<'dialog.open'>['what'],
): Promise<Result<{ paths: string[] }>> {
  const window = parts.window()
  if (!window) return fail('gone', 'The window is closed.')
  const answer = await dialog.showOpenDialog(window, {
    filters: OPEN_FILTERS[what],
    properties:
      what === 'session'
        ? ['openDirectory']
        : what === 'log'
          ? ['openFile', 'multiSelections']
          : ['openFile'],
  })
  for (const file of answer.filePaths) {
    if (what === 'rules') parts.files.allow(file)
    else parts.store.post({ kind: 'grant', path: file, access: 'read' })
  }
  return ok({ paths: answer.filePaths })
}

async function chooseSave(
  parts: Parts,
  { what, suggestedName }: IpcArgs<'dialog.save'>,
): Promise<Result<{ path: string | null; exists: boolean }>> {
  const window = parts.window()
  if (!window) return fail('gone', 'The window is closed.')
  // The name comes from the page: it must not lead out of the folder that the dialog proposes.
  const answer = await dialog.showSaveDialog(window, {
    defaultPath: path.join(app.getPath('documents'), path.basename(suggestedName)),
  })
  const file = answer.filePath
  if (answer.canceled || !file) return ok({ path: null, exists: false })
  if (what === 'rules') parts.files.allow(file)
  else parts.store.post({ kind: 'grant', path: file, access: 'write' })
  return ok({ path: file, exists: existsSync(file) })
}

/** The major version of Electron that package.json declares; put in by electron.vite.config.ts. */
declare const DECLARED_ELECTRON_MAJOR: string

/** Whether this runtime is older than the declared Electron: the registry's, for development and tests only. */
export function isDevelopmentRuntime(): boolean {
  return Number(process.versions.electron?.split('.')[0]) < Number(DECLARED_ELECTRON_MAJOR)
}
