/**
 * What the renderer may ask the main process for, and what main tells it: the one table of the IPC boundary.
 * Main registers a handler for each request and checks sender and arguments; the preload exposes exactly these names.
 */
import { z } from 'zod'
import type { Hello, Leftover, Notice, StatusSample } from '@native/helper/protocol'
import type { LabState } from '@native/audit/lab/messages'
import { BUDGET_BOUNDS } from '@native/audit/governor/budget'
import { BOUNDS, CALL_NAMES, CONSUMERS } from '@native/audit/lab/settings'
import type { Result } from '@native/audit/result'

export const VIEW_NAMES = [
  'overview',
  'events',
  'processes',
  'syscalls',
  'files',
  'users',
  'keys',
  'connections',
  'rules',
  'limits',
  'lab',
  'diagnosis',
  'settings',
] as const
export type ViewName = (typeof VIEW_NAMES)[number]

export const MODES = ['observe', 'best-effort', 'never-lose'] as const
export type Mode = (typeof MODES)[number]

const within = ({ min, max }: { min: number; max: number }): z.ZodNumber =>
  z.number().min(min).max(max)
const whole = (bounds: { min: number; max: number }): z.ZodNumber => within(bounds).int()

/** The user's settings, kept in the app's data folder; unknown keys are refused. */
export const settingsSchema = z.object({
  theme: z.enum(['system', 'dark', 'light']),
  density: z.enum(['compact', 'normal', 'comfortable']),
  timeFormat: z.enum(['local', 'utc', 'relative', 'epoch']),
  memoryBudgetBytes: z
    .int()
    .min(32 * 2 ** 20)
    .max(64 * 2 ** 30),
  diskBudgetBytes: z
    .int()
    .min(0)
    .max(4 * 2 ** 40),
  retentionDays: z.int().min(0).max(3650),
  maskSecrets: z.boolean(),
  connectAtStart: z.boolean(),
  mode: z.enum(MODES),
  priorityBoost: z.int().min(0).max(20),
  watchdogSeconds: z.int().min(1).max(600),
  excludeSelf: z.boolean(),
  /** What the helper may take at most (native/audit/governor); null for no budget. */
  budget: z
    .strictObject({
      cpuPercent: within(BUDGET_BOUNDS.cpuPercent),
      memoryBytes: whole(BUDGET_BOUNDS.memoryBytes),
      waitMs: whole(BUDGET_BOUNDS.waitMs),
    })
    .nullable(),
  /** State of the UI that survives a restart: pane sizes, columns, recent and named filters. Opaque JSON, bounded. */
  ui: z.record(z.string().max(64), z.json()),
})
export type Settings = z.infer<typeof settingsSchema>

const labSettings = z.strictObject({
  consumer: z.enum(CONSUMERS),
  delayMs: within(BOUNDS.delayMs),
  backlogLimit: whole(BOUNDS.backlogLimit),
  waitSeconds: within(BOUNDS.waitSeconds),
  rateLimit: whole(BOUNDS.rateLimit),
  call: z.enum(CALL_NAMES),
  processes: whole(BOUNDS.processes),
  calls: whole(BOUNDS.calls),
})

/** The requests: name → schema of the arguments. Results are in {@link IpcResults}. */
export const IPC_REQUESTS = {
  'app.info': z.object({}),
  /** The view is mounted and listens; main then delivers what waited (open files, menu commands, the store's port). */
  'app.ready': z.object({}),
  'app.openExternal': z.object({ link: z.enum(['homepage', 'audit-manual', 'issues', 'licence']) }),
  /** Starts the helper (through polkit unless root) and subscribes in the mode. */
  'helper.connect': z.object({ mode: z.enum(MODES) }),
  'helper.disconnect': z.object({}),
  /** Any command of the helper's own table; name and args are checked against it in main, and again in the helper. */
  'helper.command': z.object({ name: z.string().min(1).max(64), args: z.unknown() }),
  'settings.get': z.object({}),
  'settings.set': settingsSchema.partial(),
  'dialog.open': z.object({ what: z.enum(['log', 'session', 'rules']) }),
  'dialog.save': z.object({
    what: z.enum(['session', 'export', 'rules']),
    suggestedName: z.string().max(255),
  }),
  /** Reads or writes a `.rules` text file that the user chose in a dialog of this run. */
  'rules.readFile': z.object({ path: z.string().min(1).max(4096) }),
  'rules.writeFile': z.object({
    path: z.string().min(1).max(4096),
    text: z.string().max(10_000_000),
    overwrite: z.boolean(),
  }),
  /** What names in rules mean on this machine, as auditctl looks them up: ids of users and groups, which paths are directories. */
  'rules.lookup': z.object({
    users: z.array(z.string().max(256)).max(64),
    groups: z.array(z.string().max(256)).max(64),
    paths: z.array(z.string().max(4096)).max(256),
  }),
  /** Our own file in /etc/audit/rules.d: what it holds, and writing it (polkit; atomic; previous version kept). */
  'rules.persisted': z.object({}),
  'rules.persist': z.object({ text: z.string().max(10_000_000) }),
  /** Runs an experiment of the overload lab (through polkit unless root), or, with null, all that answer the questions. */
  'lab.start': z.object({ settings: labSettings.nullable() }),
  'lab.cancel': z.object({}),
  'clipboard.write': z.object({ text: z.string().max(64 * 2 ** 20) }),
  'data.deleteAll': z.object({}),
} as const
export type IpcRequestName = keyof typeof IPC_REQUESTS
export type IpcArgs<N extends IpcRequestName> = z.infer<(typeof IPC_REQUESTS)[N]>

export interface AppInfo {
  version: string
  electron: string
  chromium: string
  /** True when the runtime is the one for development and tests only. */
  developmentRuntime: boolean
  platform: string
  kernel: string
  hostname: string
  dataFolder: string
  user: string
  root: boolean
  /** View to open first, from `--view`. */
  view: ViewName | null
}

/** Connection to the helper as the user sees it. */
export interface Connection {
  state: 'disconnected' | 'connecting' | 'connected' | 'failed' | 'lost'
  mode: Mode | null
  /** Set in `failed` and `lost`: why, and what to do. `code` as in {@link Result}. */
  problem: { code: string; message: string; hint: string } | null
  /**
   * What the connection may do: everything; everything once polkit has been asked, which the first change does (`locked`);
   * or events only (CAP_AUDIT_READ without CAP_AUDIT_CONTROL).
   */
  control: 'full' | 'locked' | 'read-only' | null
  /** The helper's pid and when it connected (ms). */
  pid: number | null
  since: number | null
  /** What killed helpers could not put back, offered by `journal.restore` and `journal.discard`. */
  leftovers: Leftover[]
  /** The hello of the connected helper: kernel, jiffies per second, what was found at the start. */
  hello: Hello | null
}

export interface IpcResults {
  'app.info': AppInfo
  'app.ready': null
  'app.openExternal': null
  'helper.connect': Connection
  'helper.disconnect': null
  'helper.command': unknown
  'settings.get': Settings
  'settings.set': Settings
  'dialog.open': { paths: string[] }
  'dialog.save': { path: string | null; exists: boolean }
  'rules.readFile': { text: string }
  'rules.writeFile': null
  /** Names that do not exist are missing. */
  'rules.lookup': {
    users: Record<string, number>
    groups: Record<string, number>
    directories: string[]
    /** Paths that do not exist; one that is neither here nor a directory is another kind of file, or not to be seen. */
    missing: string[]
  }
  'rules.persisted': { path: string; text: string | null; problem: string }
  'rules.persist': { path: string; backup: string | null }
  'lab.start': null
  'lab.cancel': null
  'clipboard.write': null
  'data.deleteAll': { files: number; bytes: number }
}

/** What main tells the renderer. `status` is the helper's sample as its protocol defines it, 2 Hz. */
export interface IpcPushes {
  connection: Connection
  status: StatusSample
  notice: Notice
  settings: Settings
  /** A problem of the store (full disk, read-only folder), or its end (`solved`). */
  problem: { code: string; message: string; hint: string; solved: boolean }
  /** How the overload lab goes, and what it showed in this run of the app. */
  lab: LabState
  /** A menu item or shortcut was used: the id of a command of the renderer's command table. */
  command: { id: string }
  /** Files given on the command line, dropped, or by a second instance. */
  openFiles: { paths: string[] }
  /** The system theme in force. */
  theme: { dark: boolean }
}
export type IpcPushName = keyof IpcPushes

/** What the preload exposes as `window.auditscope`. The store's port arrives as a `message` event with data `auditscope:store-port`. */
export interface PreloadApi {
  invoke<N extends IpcRequestName>(name: N, args: IpcArgs<N>): Promise<Result<IpcResults[N]>>
  /** Subscribes; returns the unsubscribe function. */
  on<N extends IpcPushName>(name: N, listener: (value: IpcPushes[N]) => void): () => void
}
