/** Entry of the main process: puts the parts together. What each part does is in its own file. */
import { app, Menu, nativeTheme, type BrowserWindow } from 'electron'
import log from 'electron-log/main'
import path from 'node:path'
import { z } from 'zod'
import { CHANNELS } from '@contract/channels'
import type { Settings } from '@contract/ipc'
import { parseArguments, STANDARD_INPUT, type AppArguments } from './arguments'
import { PAGE_URL, registerScheme, serveRenderer } from './app-protocol'
import { isDevelopmentRuntime, makeHandlers } from './handlers'
import { HelperConnection } from './helper/connection'
import { Exemption } from './helper/exemption'
import { childrenOf, OwnProcesses } from './helper/own-processes'
import { serveIpc } from './ipc'
import { LabProcess } from './lab'
import { installMenu } from './menu'
import { Pushes } from './pushes'
import { ChosenFiles } from './rules-files'
import { takeScreenshot } from './screenshot'
import { denyByDefault, denyPermissions } from './security'
import { SettingsFile } from './settings'
import { StoreProcess } from './store-process'
import { boundsOf, createWindow } from './window'
import { WindowState } from './window-state'

z.config({ jitless: true })
// The log is main's alone: nothing of it goes to the page, and the page cannot write to it.
log.transports.ipc.level = false
log.transports.file.level = 'info'
log.transports.console.level = 'warn'
log.transports.file.maxSize = 2 ** 20

registerScheme()
denyByDefault()
// Chromium refuses to run as root with its sandbox; whoever starts the app as root passes --no-sandbox knowingly.
if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox()

const parsed = parseArguments(ownArguments(process.argv))
if (!parsed.ok) {
  process.stderr.write(`auditscope: ${parsed.message}\n${parsed.hint}\n`)
  app.exit(2)
} else if (
  !parsed.value.screenshot &&
  !app.requestSingleInstanceLock({ open: parsed.value.open.filter(isFile).map(pathOf) })
) {
  if (parsed.value.open.every(isFile)) {
    process.stderr.write('auditscope: already running; the files were passed to its window.\n')
    app.exit(0)
  } else {
    // The window that is there belongs to another process, which cannot read this one's input.
    process.stderr.write(
      'auditscope: already running, and the standard input cannot be passed to its window.\n' +
        'Close it first, or write the records to a file and open that.\n',
    )
    app.exit(2)
  }
} else {
  void app.whenReady().then(() => run(parsed.value))
}

function isFile(given: string): boolean {
  return given !== STANDARD_INPUT
}

/** Where what was given on the command line is; the store's process finds this one's standard input in /proc. */
function pathOf(given: string): string {
  return isFile(given) ? path.resolve(given) : `/proc/${process.pid}/fd/0`
}

/** What is ours of the command line: in development everything behind the app's path, else all but the executable. */
function ownArguments(argv: readonly string[]): string[] {
  const appPath = app.isPackaged
    ? 0
    : argv.findIndex((word, i) => i > 0 && path.resolve(word) === app.getAppPath())
  return argv.slice(appPath + 1)
}

/** Builds everything; called once, when Electron is ready. */
function run(args: AppArguments): void {
  denyPermissions()
  serveRenderer(path.join(__dirname, '../renderer'))

  const folder = app.getPath('userData')
  const settings = new SettingsFile(folder)
  if (settings.problem) log.warn(settings.problem)
  const windowState = new WindowState(folder)
  const pushes = new Pushes()
  const files = new ChosenFiles()
  let window: BrowserWindow | null = null

  const store = new StoreProcess(
    storeConfig(folder, settings.get()),
    {
      problem: (problem) => pushes.send('problem', problem),
      ended: (code) => log.error(`The store ended with code ${code}.`),
    },
    (port) => {
      if (window && !window.isDestroyed())
        window.webContents.postMessage(CHANNELS.storePort, null, [port])
    },
  )
  const connection = new HelperConnection(
    {
      changed: (state) => {
        pushes.send('connection', state)
        store.post({ kind: 'connection', connection: state })
        if (state.state !== 'connected') exemption.forget()
        if (state.state !== 'connected') daemon = null
        ownProcesses.update(state.state === 'connected')
        updateExemption()
      },
      records: (payload) => store.records(payload),
      status: (sample) => {
        daemon = sample.daemon?.pid ?? null
        pushes.send('status', sample)
        store.post({ kind: 'status', sample })
      },
      notice: (notice) => {
        pushes.send('notice', notice)
        store.post({ kind: 'mark', time: notice.at, text: notice.message })
      },
    },
    () => settings.get(),
  )

  const lab = new LabProcess((state) => pushes.send('lab', state))
  let daemon: number | null = null
  const ownProcesses = new OwnProcesses(
    () =>
      [
        process.pid,
        connection.connection.pid,
        store.pid,
        ...app.getAppMetrics().map(({ pid }) => pid),
        ...(daemon === null ? [] : childrenOf(daemon)),
      ].filter(isPid),
    (pids) => store.post({ kind: 'own-processes', pids }),
  )
  /** What was told last: it is tried again every few seconds. */
  let exemptionProblem = ''
  const exemption = new Exemption(ownProcesses.list, async (rules) => {
    const result = await connection.command('exempt', { rules })
    const told = exemptionProblem
    exemptionProblem = result.ok ? '' : result.message
    if (!result.ok && result.message !== told) {
      const { code, message, hint } = result
      pushes.send('problem', {
        code,
        message: `Auditscope is audited. ${message}`,
        hint,
        solved: false,
      })
    }
    return result.ok
  })
  const updateExemption = (): void => {
    const { state, control } = connection.connection
    exemption.update(state === 'connected' && control === 'full' && settings.get().excludeSelf)
  }

  const applyTheme = (theme: Settings['theme']): void => {
    nativeTheme.themeSource = args.theme ?? theme
  }
  const pushTheme = (): void => pushes.send('theme', { dark: nativeTheme.shouldUseDarkColors })
  nativeTheme.on('updated', pushTheme)

  serveIpc(
    makeHandlers({
      window: () => window,
      view: args.view,
      settings,
      store,
      connection,
      lab,
      files,
      developmentRuntime: isDevelopmentRuntime(),
      settingsChanged: (next) => {
        applyTheme(next.theme)
        store.configure(storeConfig(folder, next))
        updateExemption()
        pushes.send('settings', next)
      },
      ready: () => {
        if (!window) return
        store.connectRenderer()
        pushes.ready(window.webContents)
      },
    }),
    () => (window && !window.isDestroyed() ? window.webContents : null),
  )

  const openFiles = (paths: string[]): void => {
    for (const file of paths) store.post({ kind: 'grant', path: file, access: 'read' })
    if (paths.length > 0) pushes.send('openFiles', { paths })
  }

  Menu.setApplicationMenu(null)
  installMenu((id) => pushes.send('command', { id }))
  applyTheme(settings.get().theme)
  pushTheme()
  pushes.send('connection', connection.connection)

  window = createWindow(args.size ?? windowState.read())
  const page = window.webContents
  window.once('ready-to-show', () => {
    log.info(`First paint after ${Math.round(process.uptime() * 1000)} ms.`)
    if (args.screenshot) void screenshotAndQuit(args.screenshot, args.after)
  })
  page.on('did-start-navigation', (details) => {
    if (details.isMainFrame && !details.isSameDocument) pushes.notReady()
  })
  page.on('render-process-gone', (_event, { reason }) => {
    log.error(`The window's process ended (${reason}); it is loaded again.`)
    pushes.notReady()
    if (reason !== 'clean-exit') void page.loadURL(PAGE_URL)
  })
  window.on('close', () => {
    if (window && !args.size) windowState.write(boundsOf(window))
  })
  openFiles(args.open.map(pathOf))
  if (args.connect || settings.get().connectAtStart) void connection.connect(settings.get().mode)

  app.on('second-instance', (_event, _argv, _cwd, data) => {
    const passed = z.object({ open: z.array(z.string().max(4096)).max(256) }).safeParse(data)
    if (passed.success) openFiles(passed.data.open)
    if (window?.isMinimized()) window.restore()
    window?.focus()
  })

  const shutDown = once(async () => {
    await Promise.all([lab.end(), connection.disconnect()])
    await store.stop()
  })
  app.on('window-all-closed', () => app.quit())
  app.on('before-quit', (event) => {
    if (shutDown.done()) return
    event.preventDefault()
    void shutDown.run().finally(() => app.quit())
  })
  // A terminal's Ctrl+C and a service manager's stop must put the kernel back as an orderly quit does.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => app.quit())

  async function screenshotAndQuit(file: string, after: number): Promise<void> {
    const result = window ? await takeScreenshot(window, file, after) : null
    if (result && !result.ok) process.stderr.write(`auditscope: ${result.message} ${result.hint}\n`)
    await shutDown.run()
    app.exit(result?.ok ? 0 : 1)
  }
}

function storeConfig(
  dataFolder: string,
  settings: Settings,
): ConstructorParameters<typeof StoreProcess>[0] {
  const { memoryBudgetBytes, diskBudgetBytes, retentionDays, maskSecrets } = settings
  return {
    dataFolder: path.join(dataFolder, 'sessions'),
    memoryBudgetBytes,
    diskBudgetBytes,
    retentionDays,
    maskSecrets,
  }
}

function isPid(pid: number | null | undefined): pid is number {
  return typeof pid === 'number'
}

/** Runs an async job at most once; tells whether it has finished. */
function once(job: () => Promise<void>): { run(): Promise<void>; done(): boolean } {
  let running: Promise<void> | null = null
  let finished = false
  return {
    run: () => (running ??= job().finally(() => (finished = true))),
    done: () => finished,
  }
}
