/**
 * Everything that tests and benchmarks do on the machine's own kernel happens inside of this guard. It holds a lock, so
 * that one at a time touches the audit subsystem; it refuses a kernel that is in use; and a process of its own puts
 * everything back, also when the test is killed.
 *
 * Rules on this kernel only with `-F exe=` or `-F pid=` of the test's own programs. Never failure=2 or enabled=2: for
 * those there is QEMU (test/qemu).
 */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { createInterface, type Interface } from 'node:readline'
import path from 'node:path'

/** Who holds this lock may touch the kernel's audit subsystem. */
const LOCK = '/run/lock/auditscope-host-kernel'
/** How long to wait for the lock, s. */
export const LOCK_TIMEOUT = 600
const WATCHDOG = path.join(process.cwd(), 'test', 'kernel', 'guard-watchdog.mjs')

/** Whether somebody asked for tests on this machine's kernel. */
const ASKED_FOR = Boolean(process.env.CI) || process.env.AUDITSCOPE_HOST_KERNEL === '1'

/**
 * Why nothing is done on this machine's kernel, or null when it may be.
 * @param askedFor whether it was asked for; a benchmark is, by being run
 */
export function whyNot(askedFor = ASKED_FOR): string | null {
  if (process.platform !== 'linux') return 'this is not Linux'
  if (process.getuid?.() !== 0) return 'they need root'
  if (!askedFor) {
    return 'they change the audit settings of this machine for a moment: give --host-kernel, or set CI'
  }
  try {
    const state = locked('sh', '-c', 'auditctl -s && auditctl -l')
    const idle = ['enabled 0', 'pid 0', 'No rules'].every((line) => state.includes(`${line}\n`))
    return idle ? null : 'audit is in use on it'
  } catch {
    return 'auditctl does not answer (no audit in this kernel, or the package auditd is missing)'
  }
}

/** Runs a program while nobody else touches the kernel's audit subsystem; returns what it prints. */
function locked(...command: string[]): string {
  const [program, ...args] = underLock(command)
  return execFileSync(program!, args, { encoding: 'utf8' })
}

function underLock(command: readonly string[]): readonly string[] {
  const held = process.env.AUDITSCOPE_KERNEL_LOCK_HELD === '1'
  return held ? command : ['flock', '--wait', String(LOCK_TIMEOUT), LOCK, ...command]
}

/** The lock and the process that puts the kernel back. */
export class Guard {
  readonly #child: ChildProcess
  readonly #lines: AsyncIterator<string>
  readonly #reader: Interface

  private constructor(child: ChildProcess) {
    this.#child = child
    this.#reader = createInterface({ input: child.stdout! })
    this.#lines = this.#reader[Symbol.asyncIterator]()
  }

  /** Waits for the lock and checks that the kernel is idle; throws when it is not. */
  static async take(): Promise<Guard> {
    const [program, ...args] = underLock([process.execPath, WATCHDOG])
    const child = spawn(program!, args, { stdio: ['pipe', 'pipe', 'inherit'], detached: true })
    const guard = new Guard(child)
    const answer = await guard.#answer()
    if (typeof answer.refused === 'string') throw new Error(answer.refused)
    return guard
  }

  /** What is not as on an idle kernel; it is put back. Empty is what a test should leave. */
  async check(): Promise<string[]> {
    this.#child.stdin!.write('check\n')
    return (await this.#answer()).differences as string[]
  }

  /** Puts the kernel back and gives the lock to the next. */
  async release(): Promise<void> {
    this.#child.stdin!.end()
    await new Promise((resolve) => this.#child.once('close', resolve))
    this.#reader.close()
  }

  async #answer(): Promise<Record<string, unknown>> {
    const { value, done } = await this.#lines.next()
    if (done === true) throw new Error(`No lock on ${LOCK} within ${LOCK_TIMEOUT} s.`)
    return JSON.parse(value) as Record<string, unknown>
  }
}
