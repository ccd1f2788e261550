/**
 * Every test on the machine's own kernel runs inside of this guard. It holds a lock, so that one at a time touches the
 * audit subsystem; it refuses a kernel that is in use; and a process of its own puts everything back, also when the test
 * is killed.
 *
 * Rules on this kernel only with `-F exe=` or `-F pid=` of the test's own programs. Never failure=2 or enabled=2: for
 * those there is QEMU (test/qemu).
 */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { createInterface, type Interface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, describe, expect } from 'vitest'

/** Who holds this lock may touch the kernel's audit subsystem. */
const LOCK = '/run/lock/auditscope-host-kernel'
/** How long to wait for the lock, s. */
const LOCK_TIMEOUT = 600
const WATCHDOG = fileURLToPath(new URL('./guard-watchdog.mjs', import.meta.url))

/** Why tests on this machine's kernel do not run, or null when they do. */
export function whyNot(): string | null {
  if (process.platform !== 'linux') return 'this is not Linux'
  if (process.getuid?.() !== 0) return 'they need root'
  if (!process.env.CI && process.env.AUDITSCOPE_HOST_KERNEL !== '1') {
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

const cleanups: (() => Promise<unknown>)[] = []

/** Runs `cleanup` after the current test, before the kernel is checked: for what must have ended by then. */
export function beforeCheck(cleanup: () => Promise<unknown>): void {
  cleanups.push(cleanup)
}

const reason = whyNot()
if (reason !== null) {
  process.stdout.write(`Tests on this machine's kernel are skipped: ${reason}.\n`)
}

/**
 * Declares tests on this machine's kernel. Each must leave the kernel as it found it: what it does not is put back and
 * fails it.
 */
export function describeOnKernel(name: string, define: () => void): void {
  describe.skipIf(reason !== null)(name, () => {
    let guard: Guard
    beforeAll(
      async () => {
        guard = await Guard.take()
      },
      (LOCK_TIMEOUT + 10) * 1000,
    )
    afterEach(async () => {
      for (const cleanup of cleanups.splice(0)) await cleanup()
      expect(await guard.check()).toEqual([])
    })
    afterAll(() => guard.release())
    define()
  })
}
