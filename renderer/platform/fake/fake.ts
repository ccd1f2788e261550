/**
 * A platform made up: for unit tests, which drive it step by step, and for the demo in a plain browser, which lets it
 * run. It answers like main and the store do, from machine-made data.
 */
import { fail, ok, type Result } from '@native/audit/result'
import type {
  AppInfo,
  Connection,
  IpcArgs,
  IpcPushes,
  IpcPushName,
  IpcRequestName,
  IpcResults,
  Mode,
  Settings,
} from '@contract/ipc'
import { Listeners } from '../listeners'
import type { Platform, Unsubscribe } from '../platform'
import { makeEvent } from './events'
import { FakeHistory } from './history'
import { FakeKernel, HELPER_PID } from './kernel'
import { FakeLab } from './lab'
import { Random } from './random'
import type { Scenario } from './scenario'
import { FakeStore } from './store'

type Handlers = {
  [N in IpcRequestName]: (
    args: IpcArgs<N>,
  ) => Result<IpcResults[N]> | Promise<Result<IpcResults[N]>>
}

export interface FakeOptions {
  scenario: Scenario
  seed: number
  /** Records a second that the machine makes when it is healthy. */
  rate: number
  /** Events that were captured before the window opened. */
  events: number
  settings: Partial<Settings>
  info: Partial<AppInfo>
  /** ms since the epoch. */
  now: () => number
}

const DEFAULTS: FakeOptions = {
  scenario: 'live',
  seed: 7,
  rate: 640,
  events: 6000,
  settings: {},
  info: {},
  now: () => Date.now(),
}

const SETTINGS: Settings = {
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
  excludeSelf: true,
  budget: null,
  ui: {},
}

const DISCONNECTED: Connection = {
  state: 'disconnected',
  mode: null,
  problem: null,
  control: null,
  pid: null,
  since: null,
  leftovers: [],
  hello: null,
}

/** Why connecting fails, in the scenarios in which it does. */
const PROBLEMS: Partial<Record<Scenario, Connection['problem']>> = {
  dismissed: {
    code: 'dismissed',
    message: 'The authorization prompt was dismissed.',
    hint: 'Connect again to get a new prompt.',
  },
  'no-agent': {
    code: 'no-agent',
    message: 'No polkit authentication agent is running in this session, so nobody could be asked.',
    hint: 'Start your desktop’s polkit agent, or run Auditscope as root.',
  },
  'daemon-registered': {
    code: 'daemon-registered',
    message: 'auditd (pid 702) is registered as the audit daemon.',
    hint: 'Use observe mode, or stop auditd first.',
  },
  lost: {
    code: 'killed',
    message: 'The helper was killed by a signal.',
    hint: 'Connect again; what it could not put back is offered then.',
  },
}

const NEVER_CONNECTED: readonly Scenario[] = [
  'disconnected',
  'dismissed',
  'no-agent',
  'daemon-registered',
]
const TICK_MS = 500

export class FakePlatform implements Platform {
  readonly store: FakeStore
  readonly kernel: FakeKernel
  readonly lab: FakeLab
  /** Every request to main, in order: what tests look at. */
  readonly asked: { name: IpcRequestName; args: unknown }[] = []
  connection: Connection = DISCONNECTED
  settings: Settings
  private readonly options: FakeOptions
  private readonly pushes = new Listeners<IpcPushes>()
  private readonly history = new FakeHistory()
  private readonly random: Random
  private seq = 0
  private persisted: string | null = null
  private readonly files = new Map<string, string>()
  private readonly overrides = new Map<IpcRequestName, Result<unknown>>()
  /** What the next file dialog answers; null is a dismissed one. */
  chosen: string | null = '/var/log/audit/audit.log'

  constructor(options: Partial<FakeOptions> = {}) {
    this.options = { ...DEFAULTS, ...options }
    const { scenario, seed, now } = this.options
    this.random = new Random(seed)
    const feeding = scenario === 'feeding'
    this.settings = { ...SETTINGS, excludeSelf: !feeding, ...this.options.settings }
    this.kernel = new FakeKernel(scenario, this.random)
    this.store = new FakeStore(this.kernel, this.history, now)
    this.lab = new FakeLab(
      (state) => this.emit('lab', state),
      () => this.kernel.refusesLab(),
    )
    if (feeding) {
      this.store.selfAudit = {
        ownPerSecond: 1204,
        eventsPerSecond: 1377,
        key: 'files',
        call: 'openat',
      }
    }
    this.remember()
    this.store.mood =
      scenario === 'loading' ? 'silent' : scenario === 'failing' ? 'fails' : 'answers'
    const problem = PROBLEMS[scenario]
    if (problem)
      this.connection = { ...DISCONNECTED, state: scenario === 'lost' ? 'lost' : 'failed', problem }
    else if (!NEVER_CONNECTED.includes(scenario)) this.connection = this.connectedIn('observe')
  }

  /** Ten minutes that went by before the window opened. */
  private remember(): void {
    const { now, events, rate, scenario } = this.options
    const end = now()
    const span = 600_000
    this.store.since = end - span
    const recording = this.kernel.recording && !NEVER_CONNECTED.includes(scenario)
    for (let time = end - span; time < end; time += TICK_MS) {
      const records = recording ? this.recordsNow(rate, time) : 0
      if (recording) this.kernel.advance(Math.round(records / 2))
      if (!NEVER_CONNECTED.includes(scenario)) this.sampleInto(time, records)
    }
    this.history.marks.push({ time: end - 412_000, text: 'Connected in observe mode' })
    if (!recording) return
    this.history.marks.push({ time: end - 240_000, text: 'Rules applied: 2 added' })
    const made = Array.from({ length: events }, (_, index) =>
      makeEvent(this.random, this.seq++, end - span + (index / events) * span),
    )
    this.store.append(0, made)
    if (scenario === 'file') this.store.addSession('audit.log', 'file')
  }

  private sampleInto(time: number, recordsPerSecond: number): void {
    const { backlog, backlogLimit } = this.kernel.status
    const waits = backlog > backlogLimit ? this.random.below(700) : 0
    this.history.add(time, this.kernel, recordsPerSecond, waits)
  }

  /** A rate with a slow swell, noise, and bursts. */
  private recordsNow(rate: number, time: number): number {
    const swell = 1 + 0.35 * Math.sin(time / 47_000) + 0.2 * Math.sin(time / 9_000)
    const burst = Math.sin(time / 31_000) > 0.96 ? 2.4 : 1
    const load = this.options.scenario === 'overload' ? 30 : 1
    return Math.max(0, rate * swell * burst * load * (0.85 + this.random.next() * 0.3))
  }

  private connectedIn(mode: Mode): Connection {
    this.kernel.mode = mode
    const { scenario, now } = this.options
    const hello = this.kernel.hello()
    return {
      state: 'connected',
      mode,
      problem: null,
      control: scenario === 'read-only' ? 'read-only' : 'full',
      pid: HELPER_PID,
      since: now() - 412_000,
      leftovers: hello.leftovers,
      hello,
    }
  }

  /** Half a second goes by: events, a sample, the store's numbers. */
  tick(): void {
    const { now, rate } = this.options
    const time = now()
    if (this.connection.state === 'connected') {
      const records = this.kernel.recording ? this.recordsNow(rate, time) : 0
      this.store.rate = records
      this.kernel.advance(Math.round(records / 2))
      this.sampleInto(time, records)
      // The demo shows the rate of an overloaded machine without making as many events.
      const events = Math.min(400, Math.round(records / 2 / 3.7))
      const made = Array.from({ length: events }, (_, index) =>
        makeEvent(this.random, this.seq++, time - TICK_MS + (index / events) * TICK_MS),
      )
      this.store.append(0, made)
      if (this.store.visible) this.emit('status', this.kernel.sample(time))
    }
    this.lab.tick()
    if (this.store.visible) this.store.announce()
  }

  /** Lets time go by itself; returns what stops it. */
  run(): () => void {
    const timer = setInterval(() => this.tick(), TICK_MS)
    return () => clearInterval(timer)
  }

  /** Says something as main does. */
  emit<N extends IpcPushName>(name: N, value: IpcPushes[N]): void {
    this.pushes.emit(name, value)
  }

  /** Makes a request to main answer this, until it is called with null. */
  answer<N extends IpcRequestName>(name: N, result: Result<IpcResults[N]> | null): void {
    if (result) this.overrides.set(name, result)
    else this.overrides.delete(name)
  }

  setConnection(connection: Partial<Connection>): void {
    this.connection = { ...this.connection, ...connection }
    this.emit('connection', this.connection)
  }

  async invoke<N extends IpcRequestName>(
    name: N,
    args: IpcArgs<N>,
  ): Promise<Result<IpcResults[N]>> {
    this.asked.push({ name, args })
    const override = this.overrides.get(name)
    if (override) return override as Result<IpcResults[N]>
    const handler = this.handlers[name] as Handlers[N]
    return handler(args)
  }

  on<N extends IpcPushName>(name: N, listener: (value: IpcPushes[N]) => void): Unsubscribe {
    return this.pushes.add(name, listener)
  }

  private readonly handlers: Handlers = {
    'app.info': () => ok({ ...INFO, ...this.options.info }),
    'app.ready': () => {
      this.emit('theme', { dark: this.dark() })
      this.emit('connection', this.connection)
      if (this.connection.state === 'connected') {
        this.emit('status', this.kernel.sample(this.options.now()))
      }
      this.store.setState('open')
      this.store.announce()
      if (this.options.scenario === 'file')
        this.emit('openFiles', { paths: ['/var/log/audit/audit.log'] })
      return ok(null)
    },
    'app.openExternal': () => ok(null),
    'helper.connect': ({ mode }) => {
      const problem = PROBLEMS[this.options.scenario]
      if (problem && !(problem.code === 'daemon-registered' && mode === 'observe')) {
        this.setConnection({ ...DISCONNECTED, state: 'failed', problem })
        return { ok: false, ...problem }
      }
      this.setConnection(this.connectedIn(mode))
      return ok(this.connection)
    },
    'helper.disconnect': () => {
      this.setConnection(DISCONNECTED)
      return ok(null)
    },
    'helper.command': ({ name, args }) => {
      if (this.options.scenario === 'loading') return new Promise(() => undefined)
      if (this.options.scenario === 'failing') {
        return fail('timeout', 'The kernel did not answer in time.', 'Try again in a moment.')
      }
      if (this.connection.state !== 'connected') {
        return fail('not-connected', 'Not connected to the kernel.', 'Connect first.')
      }
      if (name.startsWith('journal.')) this.setConnection({ leftovers: [] })
      return this.kernel.command(name, (args ?? {}) as Record<string, unknown>)
    },
    'settings.get': () => ok(this.settings),
    'settings.set': (change) => {
      this.settings = { ...this.settings, ...(change as Partial<Settings>) }
      this.emit('settings', this.settings)
      if (change.theme) this.emit('theme', { dark: this.dark() })
      return ok(this.settings)
    },
    'dialog.open': () => ok({ paths: this.chosen === null ? [] : [this.chosen] }),
    'dialog.save': ({ suggestedName }) =>
      ok({ path: this.chosen === null ? null : `/tmp/${suggestedName}`, exists: false }),
    'rules.readFile': ({ path }) =>
      ok({ text: this.files.get(path) ?? '## Example\n-w /etc/hosts -p wa -k hosts\n' }),
    'rules.writeFile': ({ path, text }) => {
      this.files.set(path, text)
      return ok(null)
    },
    'rules.lookup': ({ users, groups, paths }) => {
      const known = (names: readonly string[]): Record<string, number> =>
        Object.fromEntries(names.filter((name) => name in IDS).map((name) => [name, IDS[name]!]))
      return ok({
        users: known(users),
        groups: known(groups),
        directories: paths.filter((path) => DIRECTORIES.includes(path)),
        missing: paths.filter((path) => path.startsWith('/missing')),
      })
    },
    'rules.persisted': () =>
      ok({ path: '/etc/audit/rules.d/50-auditscope.rules', text: this.persisted, problem: '' }),
    'rules.persist': ({ text }) => {
      const backup = this.persisted === null ? null : '/etc/audit/rules.d/50-auditscope.rules.prev'
      this.persisted = text
      return ok({ path: '/etc/audit/rules.d/50-auditscope.rules', backup })
    },
    'lab.start': (order) => this.lab.start(order),
    'lab.cancel': () => {
      this.lab.cancel()
      return ok(null)
    },
    'clipboard.write': () => ok(null),
    'data.deleteAll': () => ok({ files: 12, bytes: 48 * 2 ** 20 }),
  }

  private dark(): boolean {
    const { theme } = this.settings
    return (
      theme === 'dark' ||
      (theme === 'system' && window.matchMedia('(prefers-color-scheme: dark)').matches)
    )
  }
}

/** Names and directories of the machine made up. */
const IDS: Record<string, number> = { root: 0, alice: 1000, bob: 1001 }
const DIRECTORIES: readonly string[] = ['/etc', '/etc/ssh', '/usr/bin', '/tmp']

const INFO: AppInfo = {
  version: '0.1.0',
  electron: '45.4.1',
  chromium: '150.0.0.0',
  developmentRuntime: false,
  platform: 'Linux x86_64',
  kernel: '6.18.0-1-amd64',
  hostname: 'db1',
  dataFolder: '/home/alice/.config/auditscope',
  user: 'alice',
  root: false,
  view: null,
}
