/** A kernel and a helper made up: answers the helper's commands and makes samples, without any I/O. */
import type { Budget } from '@native/audit/governor/budget'
import { refusedByRules, refusedByStatus } from '@native/audit/lab/in-use'
import { fail, ok, type Failure, type Result } from '@native/audit/result'
import type { SwitchState } from '@native/audit/status/features'
import type { AuditStatus } from '@native/audit/status/status'
import { parseRule } from '@native/audit/rule'
import type {
  Facts,
  GovernorStatus,
  Hello,
  ModePreview,
  Mode,
  ProcessName,
  SettingChange,
  StatusSample,
} from '@native/helper/protocol'
import { decodeRule, encodeRule } from '@renderer/rules/codec'
import { ruleContext } from '@renderer/rules/context'
import type { Random } from './random'
import type { Scenario } from './scenario'

const HZ = 250
export const HELPER_PID = 20_417
const AUDITD: ProcessName = { pid: 702, comm: 'auditd' }

const RULES = [
  '-a never,exit -F exe=/opt/auditscope/auditscope-helper',
  '-w /etc/passwd -p wa -k identity',
  '-w /etc/shadow -p wa -k identity',
  '-a always,exit -F arch=b64 -S execve,execveat -F auid>=1000 -F auid!=unset -k exec',
  '-a always,exit -F arch=b32 -S execve,execveat -F auid>=1000 -F auid!=unset -k exec',
  '-a always,exit -F arch=b64 -S unlink,unlinkat,rename,renameat,rmdir -F auid>=1000 -F auid!=unset -k delete',
  '-a always,exit -F arch=b64 -S openat -F exit=-EACCES -F auid>=1000 -F auid!=unset -k files',
  '-a always,exit -F arch=b64 -S connect -F auid>=1000 -F auid!=unset -k network',
  '-a always,exit -F arch=b64 -S chmod,fchmod,fchmodat -F auid>=1000 -F auid!=unset -k perm',
  '-a always,exclude -F msgtype=CRYPTO_KEY_USER',
]

type Answer = Result<unknown>
type Args = Record<string, unknown>

/** Settings in the order in which `set` applies them. */
const SETTINGS = ['backlogLimit', 'backlogWaitTime', 'rateLimit', 'failure', 'enabled'] as const

export class FakeKernel {
  readonly status: AuditStatus
  readonly rules: string[] = []
  mode: Mode = 'observe'
  records = 0
  private waitedMs = 0
  private budget: Budget | null = null
  private readonly features: SwitchState[] = [
    { name: 'only_unset_loginuid', enabled: false, locked: false },
    { name: 'loginuid_immutable', enabled: true, locked: false },
  ]

  constructor(
    readonly scenario: Scenario,
    private readonly random: Random,
  ) {
    const first = scenario === 'first-run'
    this.status = {
      enabled: first ? 0 : scenario === 'locked' ? 2 : 1,
      failure: 1,
      pid: first || scenario === 'locked' ? 0 : AUDITD.pid,
      rateLimit: 0,
      backlogLimit: first ? 64 : 8192,
      lost: scenario === 'overload' ? 3804 : 0,
      backlog: 0,
      featureBitmap: 0x7f,
      backlogWaitTime: 60 * HZ,
      backlogWaitTimeActual: 0,
    }
    if (!first) for (const text of RULES) this.rules.push(this.encode(text))
  }

  private encode(text: string): string {
    const parsed = parseRule(text, ruleContext({ hello: null }))
    if (!parsed.ok) throw new Error(`${text}: ${parsed.message}`)
    return encodeRule(parsed.value.rule)
  }

  get daemon(): ProcessName | null {
    if (this.mode === 'best-effort' || this.mode === 'never-lose') {
      return { pid: HELPER_PID, comm: 'auditscope' }
    }
    return this.status.pid === 0 ? null : AUDITD
  }

  /** Why the lab would refuse to run; null when nobody uses audit. */
  refusesLab(): Failure | null {
    return refusedByStatus(this.status, this.daemon) ?? refusedByRules(this.rules.length)
  }

  get recording(): boolean {
    return this.status.enabled > 0 && this.rules.length > 0 && this.scenario !== 'quiet'
  }

  /** Half a second goes by: `records` came. */
  advance(records: number): void {
    this.records += records
    if (this.scenario === 'overload') {
      const limit = this.status.backlogLimit
      this.status.backlog = Math.round(limit * (0.86 + this.random.next() * 0.16))
      if (this.status.backlog > limit) {
        this.status.lost += this.random.below(90)
        this.waitedMs += this.random.below(400)
      }
    } else {
      this.status.backlog = this.recording ? this.random.below(40) : 0
    }
    this.status.backlogWaitTimeActual = Math.round((this.waitedMs * HZ) / 1000)
  }

  sample(at: number): StatusSample {
    const readOnly = this.scenario === 'read-only'
    return {
      at,
      kernel: readOnly ? null : { ...this.status },
      kernelAt: at,
      kernelLatency: this.scenario === 'overload' ? 84 : 0.2,
      kernelOverdue: 0,
      waitedMs: readOnly ? null : this.waitedMs,
      hz: HZ,
      daemon: readOnly ? null : this.daemon,
      mode: this.mode,
      subscription: 1,
      socket: {
        drops: 0,
        enobufs: 0,
        receiveBuffer: 67_108_864,
        receiveBufferLimited: false,
        queued: this.random.below(8192),
      },
      drain: {
        records: this.records,
        bytes: this.records * 155,
        batches: Math.ceil(this.records / 11),
        heartbeatAge: 4,
        foreign: 0,
      },
      ring: { used: 2048, capacity: 67_108_864, droppedRecords: 0, droppedBytes: 0 },
      pipe: {
        frames: Math.ceil(this.records / 300),
        records: this.records,
        bytes: this.records * 171,
        queued: 0,
        blocked: 0,
        samplesSkipped: 0,
      },
      boost: { nice: 0, oomScoreAdj: 0 },
      watchdog: { limit: 0, stuck: 0, letGo: 0 },
      cpu: { user: 410, system: 730 },
      memory: 88 * 2 ** 20,
      exemptRules: 1,
      governor: this.governorStatus(),
    }
  }

  /** As on a machine that makes thirty times what fits, when it is overloaded; else everything fits. */
  private governorStatus(): GovernorStatus | null {
    if (this.budget === null) return null
    const sheds = this.scenario === 'overload' && this.mode !== 'never-lose'
    const { cpuPercent } = this.budget
    return {
      budget: this.budget,
      cpuPercent: sheds ? cpuPercent * (0.8 + this.random.next() * 0.15) : 0.4,
      pace: sheds ? 5240 : null,
      waitTime: this.mode === 'best-effort' ? 0 : null,
      rateLimit: null,
    }
  }

  hello(): Hello {
    return {
      protocol: 1,
      version: '0.1.0',
      pid: HELPER_PID,
      kernel: { release: '6.18.0-1-amd64', machine: 'x86_64' },
      hz: HZ,
      access: this.scenario === 'read-only' ? 'read' : 'control',
      problem: null,
      authorized: true,
      status: { ...this.status },
      daemon: this.daemon,
      leftovers:
        this.scenario === 'leftovers'
          ? [
              {
                id: 'a1',
                pid: 19_002,
                startedAt: 1_795_390_000_000,
                changes: {
                  settings: [{ setting: 'backlogWaitTime', from: 15_000, to: 0 }],
                  rulesAdded: [this.rules[0]!],
                  rulesDeleted: [],
                },
              },
            ]
          : [],
    }
  }

  /** Answers one command of the helper's table. */
  command(name: string, args: Args): Answer {
    const handler = this.handlers[name]
    if (!handler) return fail('unknown-command', `The demo has no command ${name}.`)
    if (this.status.enabled === 2 && CHANGING.includes(name)) {
      return fail(
        'locked',
        'The configuration is locked (enabled=2).',
        'It can be changed again after the next boot.',
      )
    }
    return handler(args)
  }

  private readonly handlers: Record<string, (args: Args) => Answer> = {
    status: () => ok(this.sample(Date.now())),
    features: () => ok(this.features),
    set: (args) => this.set(args),
    resetLost: () => {
      const { lost } = this.status
      this.status.lost = 0
      return ok({ lost })
    },
    resetWaitTimeActual: () => {
      const waited = this.status.backlogWaitTimeActual ?? 0
      this.waitedMs = 0
      return ok({ waited })
    },
    setFeature: (args) => {
      const feature = this.features.find(({ name }) => name === args.name)!
      feature.enabled = args.enabled === true
      feature.locked = args.locked === true
      return ok(this.features)
    },
    'rules.list': () => ok([...this.rules]),
    'rules.add': ({ rule, prepend }) => this.addRule(String(rule), prepend === true),
    'rules.delete': ({ rule }) => {
      const at = this.rules.indexOf(String(rule))
      if (at < 0) return fail('ENOENT', 'The kernel has no such rule.', 'List the rules again.')
      this.rules.splice(at, 1)
      return ok(null)
    },
    'rules.deleteAll': () => ok({ deleted: this.rules.splice(0).length }),
    'rules.replace': ({ rules }) => {
      const wanted = rules as string[]
      const added = wanted.filter((rule) => !this.rules.includes(rule)).length
      const deleted = this.rules.filter((rule) => !wanted.includes(rule)).length
      this.rules.splice(0, this.rules.length, ...wanted)
      return ok({ added, deleted })
    },
    preview: ({ mode }) => ok(this.preview(mode as Mode)),
    subscribe: ({ mode }) => {
      const { refusal, changes } = this.preview(mode as Mode)
      if (refusal) return refusal
      this.mode = mode as Mode
      return ok({ subscription: 1, changes })
    },
    unsubscribe: () => ok(null),
    exempt: () => ok({ rules: 1 }),
    governor: ({ budget }) => {
      this.budget = budget as Budget | null
      return ok(this.governorStatus())
    },
    facts: () => ok(this.facts()),
    processes: () => ok([]),
    'session.changes': () => ok({ settings: [], rulesAdded: [], rulesDeleted: [] }),
    'session.keep': () => ok({ settings: [], rulesAdded: [], rulesDeleted: [] }),
    'journal.restore': () => ok({ settings: [], rulesAdded: [], rulesDeleted: [] }),
    'journal.discard': () => ok(null),
    authorize: () => ok(null),
  }

  private set(args: Args): Answer {
    const confirmed = (args.confirm ?? []) as string[]
    if (args.failure === 2 && !confirmed.includes('panic')) {
      return fail('confirm-panic', 'failure=2 panics the machine on the first loss.')
    }
    if (args.enabled === 2 && !confirmed.includes('lock')) {
      return fail('confirm-lock', 'enabled=2 locks rules and settings until reboot.')
    }
    const changes: SettingChange[] = []
    for (const setting of SETTINGS) {
      const to = args[setting]
      const from = this.status[setting]
      if (typeof to !== 'number' || from === null || from === to) continue
      if (setting === 'backlogWaitTime' && to > 600 * HZ) {
        return fail('EINVAL', 'The kernel refuses a wait time of more than 600 s.', 'Choose less.')
      }
      this.status[setting] = to
      changes.push({ setting, from, to })
    }
    return ok({ status: { ...this.status }, changes })
  }

  private addRule(rule: string, prepend: boolean): Answer {
    if (!decodeRule(rule).ok) return fail('EINVAL', 'The kernel does not understand the rule.')
    if (this.rules.includes(rule)) {
      return fail('EEXIST', 'The kernel has this rule already.', 'Nothing needs to be done.')
    }
    if (prepend) this.rules.unshift(rule)
    else this.rules.push(rule)
    return ok(null)
  }

  private preview(mode: Mode): ModePreview {
    const other = this.status.pid !== 0
    const changes: SettingChange[] =
      mode === 'best-effort'
        ? [
            { setting: 'pid', from: this.status.pid, to: HELPER_PID },
            { setting: 'backlogWaitTime', from: this.status.backlogWaitTime ?? 0, to: 0 },
          ]
        : mode === 'never-lose'
          ? [
              { setting: 'pid', from: this.status.pid, to: HELPER_PID },
              { setting: 'backlogLimit', from: this.status.backlogLimit, to: 8192 },
            ]
          : []
    return {
      mode,
      refusal:
        mode !== 'observe' && other
          ? fail(
              'daemon-registered',
              'auditd (pid 702) is registered as the audit daemon.',
              'Use observe mode, or stop auditd first.',
            )
          : null,
      changes: mode !== 'observe' && other ? [] : changes,
      boost: mode === 'never-lose' ? { nice: -4, oomScoreAdj: -900 } : null,
      consequences:
        mode === 'observe'
          ? ['Auditscope only listens. Under overload its own copy loses records, and says so.']
          : mode === 'best-effort'
            ? ['No task ever waits; records over the limit are dropped and counted as lost.']
            : ['Tasks may wait for up to 60 s for each record when Auditscope falls behind.'],
    }
  }

  private facts(): Facts {
    return {
      access: this.scenario === 'read-only' ? 'read' : 'control',
      problem: null,
      kernel: { release: '6.18.0-1-amd64', machine: 'x86_64' },
      hz: HZ,
      cmdline: ['BOOT_IMAGE=/vmlinuz', 'root=/dev/vda1', 'ro', 'quiet'],
      status: this.scenario === 'read-only' ? null : { ...this.status },
      features: this.features,
      daemon: this.daemon,
      sockets: [
        { portid: 702, groups: 0, queued: 0, drops: 0, process: AUDITD },
        {
          portid: 311,
          groups: 1,
          queued: 0,
          drops: 17,
          process: { pid: 311, comm: 'systemd-journal' },
        },
        {
          portid: HELPER_PID,
          groups: 1,
          queued: 0,
          drops: 0,
          process: { pid: HELPER_PID, comm: 'auditscope' },
        },
      ],
      capabilities: { effective: ['CAP_AUDIT_CONTROL', 'CAP_AUDIT_READ'], bounding: [] },
      namespaces: { pid: true, user: true, net: true },
      container: null,
      rules: [...this.rules],
      tasks: {
        total: 214,
        knownOn: { at: Date.now() - 3_600_000, from: 'kernel-log' },
        startedBefore: 61,
      },
      kernelLog: { records: 0, suppressed: 0, complaints: [], onAt: null },
    }
  }
}

const CHANGING: readonly string[] = [
  'set',
  'rules.add',
  'rules.delete',
  'rules.deleteAll',
  'rules.replace',
]
