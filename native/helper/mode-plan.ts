/** What each mode would change in the kernel, and what it promises. Pure. */
import { fail, type Failure } from '../audit/result'
import type { AuditStatus } from '../audit/status/status'
import type { Access, ModePreview, ProcessName, SettingChange } from './messages'
import type { CheckedArgs } from './protocol'

/** What a plan depends on. */
export interface ModeSituation {
  access: Access
  problem: Failure | null
  /** Null without control access. */
  status: AuditStatus | null
  daemon: ProcessName | null
  /** This process. */
  pid: number
  hz: number
  /** Whether this process is in the initial network namespace; null when unknown. */
  initialNetNamespace: boolean | null
}

type Options = CheckedArgs<'subscribe'>

/** Plans a mode: what it would change, and why it would not work. */
export function planMode(options: Options, situation: ModeSituation): ModePreview {
  const plan = PLANS[options.mode](options, situation)
  const refusal = plan.refusal ?? confirmation(options, situation, plan.changes)
  return { ...plan, mode: options.mode, refusal }
}

type Plan = Omit<ModePreview, 'mode'>

const PLANS: Record<Options['mode'], (options: Options, situation: ModeSituation) => Plan> = {
  observe: (_, situation) => ({
    refusal: observeRefusal(situation),
    changes: [],
    boost: null,
    consequences: [
      'Nothing changes in the kernel; auditd and other readers go on as before.',
      'When this program cannot keep up it loses its own copy, counted in the socket’s drops; no task waits for it.',
      'A registered daemon alone stops the kernel from copying records to its log; observing does not.',
    ],
  }),
  'best-effort': (_, situation) => {
    const changes = settingChange(situation, 'backlogWaitTime', 0)
    return {
      refusal: daemonRefusal(situation) ?? lockedRefusal(situation, changes),
      changes: [...changes, ...registration(situation)],
      boost: null,
      consequences: [
        'No task ever waits for auditing: a record that finds the backlog full is dropped and counted as lost.',
        'The kernel’s records go to this program and no longer to the kernel log.',
      ],
    }
  },
  'never-lose': (options, situation) => {
    const { changes, consequences } = neverLoseSettings(options, situation)
    return {
      refusal: daemonRefusal(situation) ?? lockedRefusal(situation, changes),
      changes: [...changes, ...registration(situation)],
      boost: { nice: -options.priorityBoost, oomScoreAdj: options.oomScoreAdj },
      consequences,
    }
  },
}

function neverLoseSettings(
  { backlogLimit, watchdog }: Options,
  situation: ModeSituation,
): { changes: SettingChange[]; consequences: string[] } {
  const status = situation.status
  const locked = status?.enabled === 2
  const defaultWait = 60 * situation.hz
  const noWait = status?.backlogWaitTime === 0
  const roomy =
    status === null || status.backlogLimit === 0 || status.backlogLimit >= backlogLimit || locked
  const letsGo =
    watchdog === 0
      ? 'Should the drain get stuck, tasks wait until this program is ended.'
      : `Should the drain be stuck for ${watchdog / 1000} s, the registration is given up so that nobody waits for it.`
  return {
    changes: [
      ...(roomy ? [] : settingChange(situation, 'backlogLimit', backlogLimit)),
      ...(noWait ? settingChange(situation, 'backlogWaitTime', defaultWait) : []),
    ],
    consequences: [
      'While the backlog is full, every audited task on this machine waits: it may stall.',
      letsGo,
      ...(locked && status.backlogLimit !== 0 && status.backlogLimit < backlogLimit
        ? ['The backlog limit stays as it is: the configuration is locked.']
        : []),
    ],
  }
}

/** With failure=2 a mode in which the kernel drops instead of waiting panics the machine sooner. */
function confirmation(
  { confirm }: Options,
  { status }: ModeSituation,
  changes: readonly SettingChange[],
): Failure | null {
  const dropsSooner = changes.some(({ setting, to }) => setting === 'backlogWaitTime' && to === 0)
  if (status?.failure !== 2 || !dropsSooner || confirm.includes('panic')) return null
  return fail(
    'confirm-panic',
    'failure is 2: the machine panics when a record is lost, and in this mode records are lost as soon as the backlog is full.',
    'Set failure to 0 or 1 first, use the mode observe, or confirm the panic.',
  )
}

function observeRefusal({ access, problem, initialNetNamespace }: ModeSituation): Failure | null {
  if (access === 'none') return problem
  if (initialNetNamespace !== false) return null
  return fail(
    'not-initial-net-namespace',
    'The kernel sends its multicast records to the initial network namespace only.',
    'Run the helper on the host, outside of the container.',
  )
}

function daemonRefusal({ access, problem, daemon, pid }: ModeSituation): Failure | null {
  if (access !== 'control') return problem
  // A process that has gone stays registered until the kernel has a record for it; it may be replaced.
  if (daemon === null || daemon.pid === pid || daemon.comm === '') return null
  return fail(
    'daemon-registered',
    `Process ${daemon.pid}, “${daemon.comm}”, is registered as the audit daemon, and the kernel has room for one.`,
    'Use the mode observe, which works beside it; or end that daemon first.',
  )
}

function lockedRefusal(
  { status }: ModeSituation,
  changes: readonly SettingChange[],
): Failure | null {
  if (status?.enabled !== 2 || changes.length === 0) return null
  return fail(
    'locked',
    'The mode needs a setting changed, and the configuration is locked (enabled=2).',
    'Use the mode observe; the lock goes with the next boot.',
  )
}

function registration({ status, pid }: ModeSituation): SettingChange[] {
  return status === null || status.pid === pid
    ? []
    : [{ setting: 'pid', from: status.pid, to: pid }]
}

function settingChange(
  { status }: ModeSituation,
  setting: 'backlogWaitTime' | 'backlogLimit',
  to: number,
): SettingChange[] {
  const from = status?.[setting] ?? null
  return from === null || from === to ? [] : [{ setting, from, to }]
}
