/**
 * Who may change something. Starting the helper through polkit allowed its user to see (org.auditscope.monitor); before
 * the first change polkit is asked about the same user once more (org.auditscope.control), however the renderer or the
 * main process of the app behave. The answer holds until the user locks changes again, or makes none for a while. Root,
 * who started the helper without polkit, is not asked.
 */
import { spawn } from 'node:child_process'
import { fail, type Failure, type Result } from '../audit/result'
import { readStat } from '../kernel/proc-process'
import type { CommandName } from './protocol'

const ACTION = 'org.auditscope.control'
const PKCHECK = '/usr/bin/pkcheck'
/** Changes are locked again so long after the last one, ms: whoever finds the window open later has to know the password. */
export const LOCK_AFTER_MS = 15 * 60_000

/** Whether a command changes what the kernel audits, or takes records from somebody else; the others only look. */
const CHANGES: {
  readonly [N in CommandName]: boolean | ((args: { mode?: string; rules?: string[] }) => boolean)
} = {
  status: false,
  features: false,
  set: true,
  resetLost: true,
  resetWaitTimeActual: true,
  setFeature: true,
  'rules.list': false,
  'rules.add': true,
  'rules.delete': true,
  'rules.deleteAll': true,
  'rules.replace': true,
  preview: false,
  // The other modes register this program as the audit daemon.
  subscribe: ({ mode }) => mode !== 'observe',
  unsubscribe: false,
  // An exempt process is not audited: whoever could exempt one could hide. Taking exemptions back hides nothing.
  exempt: ({ rules }) => rules?.length !== 0,
  // It takes records from nobody but this program; the settings that it touches need a mode that was allowed.
  governor: false,
  'lab.slow': true,
  guard: true,
  facts: false,
  processes: false,
  'session.changes': false,
  'session.keep': true,
  'journal.restore': true,
  'journal.discard': true,
  authorize: false,
  lock: false,
  stop: false,
}

/** Whether a command with these (checked) arguments is a change. */
export function isChange(name: CommandName, args: unknown): boolean {
  const changes = CHANGES[name]
  return typeof changes === 'function'
    ? changes(args as { mode?: string; rules?: string[] })
    : changes
}

/** The process that polkit is asked about: start time in ticks since boot, so that a reused pid is not mistaken for it. */
export interface Subject {
  pid: number
  startTicks: number
  uid: number
}

/**
 * The process that had polkit start this one: pkexec keeps its own pid, so it is the parent. Null without polkit. Throws
 * when it has ended: polkit would be asked about whoever took this process in, or got the pid since.
 */
export function clientOfPolkit(
  environment: NodeJS.ProcessEnv,
  parent: () => number = () => process.ppid,
  startTicksOf: (pid: number) => number | null = (pid) => readStat(pid)?.startTicks ?? null,
): Subject | null {
  const uid = pkexecUser(environment)
  if (uid === null) return null
  const pid = parent()
  const startTicks = startTicksOf(pid)
  // Still the parent after its start time was read: so that was its own, not that of the next process with this pid.
  // polkit would take a start time of 0 for "whatever process has this pid when I look".
  if (startTicks === null || pid <= 1 || parent() !== pid) {
    throw new Error('the program that had polkit start it has ended')
  }
  return { pid, startTicks, uid }
}

/** The user's id as pkexec(1) hands it on; null when pkexec did not start this process. */
export function pkexecUser(environment: NodeJS.ProcessEnv): number | null {
  const text = environment.PKEXEC_UID
  if (text === undefined) return null
  // Nobody else sets it to anything else; NaN is no user, and polkit will refuse it.
  return /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN
}

/** pkcheck(1)'s exit codes: 1 refused, 2 nobody could be asked, 3 dismissed. */
function refusal(code: number | null): Failure {
  if (code === 3) {
    return fail('dismissed', 'The authorization prompt was dismissed.', 'Nothing was changed.')
  }
  if (code === 2) {
    return fail(
      'no-agent',
      'No polkit authentication agent is running in this session, so nobody could be asked.',
      'Start your desktop’s polkit agent, or run Auditscope as root. Nothing was changed.',
    )
  }
  return fail(
    'not-authorized',
    'polkit refused: wrong password, or this user may not change what is audited.',
    'Ask an administrator to allow the action org.auditscope.control. Nothing was changed.',
  )
}

/** Asks polkit about the subject, who may see a prompt; answers the exit code of pkcheck, null when it did not run. */
function pkcheck({ pid, startTicks, uid }: Subject, program = PKCHECK): Promise<number | null> {
  const subject = [pid, startTicks, uid].join(',')
  const args = ['--action-id', ACTION, '--process', subject, '--allow-user-interaction']
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: 'ignore' })
    child.on('error', () => resolve(null))
    child.on('close', (code) => resolve(code))
  })
}

/** Remembers the answer while it holds. */
export class Authority {
  readonly #subject: Subject | null
  readonly #onLocked: () => void
  readonly #ask: (subject: Subject) => Promise<number | null>
  #asking: Promise<number | null> | null = null
  #granted: boolean
  #lockTimer: NodeJS.Timeout | undefined

  /**
   * `subject`: null when polkit did not start the helper, then everything is granted, always. `onLocked` is called when
   * changes were allowed and are not any more.
   */
  constructor(
    subject: Subject | null,
    onLocked: () => void = () => undefined,
    ask: (subject: Subject) => Promise<number | null> = pkcheck,
  ) {
    this.#subject = subject
    this.#onLocked = onLocked
    this.#ask = ask
    this.#granted = subject === null
  }

  /** Whether changes are allowed without another question. */
  get granted(): boolean {
    return this.#granted
  }

  /** Why a command must not run yet, or null. A change that may run keeps the answer in force. */
  objection(name: CommandName, args: unknown): Failure | null {
    if (!isChange(name, args)) return null
    if (this.#granted) {
      // Exemptions follow our own processes, not the user's hand.
      if (name !== 'exempt') this.#holdOn()
      return null
    }
    return fail(
      'control-locked',
      'Changing what is audited needs another authorization than seeing it.',
      'Ask for it with authorize; nothing was changed.',
    )
  }

  /** Asks unless it was granted before; whoever asks while a prompt is open waits for the same answer. */
  async authorize(): Promise<Result<null>> {
    if (this.#granted || this.#subject === null) return { ok: true, value: null }
    this.#asking ??= this.#ask(this.#subject)
    const code = await this.#asking
    this.#asking = null
    this.#granted = code === 0
    if (!this.#granted) return refusal(code)
    this.#holdOn()
    return { ok: true, value: null }
  }

  /** Forgets the answer: the next change is asked about again. */
  lock(): void {
    clearTimeout(this.#lockTimer)
    if (this.#subject === null || !this.#granted) return
    this.#granted = false
    this.#onLocked()
  }

  #holdOn(): void {
    if (this.#subject === null) return
    clearTimeout(this.#lockTimer)
    this.#lockTimer = setTimeout(() => this.lock(), LOCK_AFTER_MS).unref()
  }
}
