/**
 * What the tests of the unprivileged path need on the machine: a system bus with polkit, the checkout's helper where
 * polkit may start it, a user who is nobody special, and rules that speak about that user alone. All of it goes again.
 */
import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { HELPER_WRAPPER } from '@native/helper/launch'

export const USER = 'auditscope-test'
const RULES = '/etc/polkit-1/rules.d/01-auditscope-test.rules'
const BUS = '/run/dbus/system_bus_socket'
const INSTALL = 'build/install-helper.mjs'

/** Answers a prompt by itself: with the password, or by dismissing it. */
export type Agent = 'password' | 'wrong password' | 'dismiss' | 'none'

/** What is in /opt: put there, and taken away, by the stage; or the package, which is the test's own affair. */
type Installed = 'checkout' | 'package'

const run = (program: string, ...args: string[]) =>
  execFileSync(program, args, { encoding: 'utf8', stdio: 'pipe' })

function busAnswers(): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(BUS)
    socket.on('connect', () => resolve(true)).on('error', () => resolve(false))
    socket.unref()
  })
}

/** Starts a system bus where none runs (a container); answers its pid, or null. */
async function startBus(): Promise<number | null> {
  if (await busAnswers()) return null
  mkdirSync(path.dirname(BUS), { recursive: true })
  rmSync('/run/dbus/pid', { force: true })
  return Number(run('dbus-daemon', '--system', '--fork', '--print-pid').trim())
}

/** The set stage; make one with {@link Stage.set} and {@link Stage.strike} it in the end. */
export class Stage {
  readonly password = randomBytes(12).toString('hex')
  readonly folder: string
  readonly uid: number
  readonly #installed: Installed
  #bus: number | null = null
  readonly #agents: ChildProcess[] = []

  private constructor(folder: string, installed: Installed) {
    this.folder = folder
    this.#installed = installed
    this.uid = Number(run('id', '-u', USER).trim())
    execFileSync('chpasswd', { input: `${USER}:${this.password}\n` })
    run('chown', USER, folder)
  }

  /** Sets everything up but the bus, so that what polkitd looks at when it starts can be put there first. */
  static prepare(installed: Installed): Stage {
    Stage.clean()
    const folder = mkdtempSync(path.join(tmpdir(), 'auditscope-polkit-'))
    chmodSync(folder, 0o755)
    run('useradd', '--home-dir', folder, '--no-create-home', '--shell', '/bin/sh', USER)
    return new Stage(folder, installed)
  }

  async openBus(): Promise<void> {
    this.#bus = await startBus()
  }

  /** A stage with the checkout's helper where polkit may start it, and an agent that answers by itself. */
  static async set(): Promise<Stage> {
    const stage = Stage.prepare('checkout')
    run(process.execPath, INSTALL)
    const flags = run('pkg-config', '--cflags', '--libs', 'polkit-agent-1').trim().split(/\s+/)
    run('gcc', 'test/e2e/polkit/agent.c', '-o', path.join(stage.folder, 'agent'), ...flags)
    await stage.openBus()
    return stage
  }

  /** Removes what a stage left, also one of a run that was killed. */
  private static clean(): void {
    rmSync(RULES, { force: true })
    // Forced: an agent of a run that was killed may still be there.
    spawnSync('userdel', ['--force', USER])
  }

  async strike(): Promise<void> {
    for (const agent of this.#agents) agent.kill()
    Stage.clean()
    if (this.#installed === 'checkout') run(process.execPath, INSTALL, '--remove')
    rmSync(this.folder, { recursive: true, force: true })
    if (this.#bus !== null) process.kill(this.#bus)
  }

  /** What polkit answers about the user without asking: actions that are allowed. The user is an administrator here. */
  async allow(...actions: string[]): Promise<void> {
    writeFileSync(
      RULES,
      `polkit.addAdminRule(function () { return ["unix-user:${USER}"] })
polkit.addRule(function (action, subject) {
  if (subject.user == "${USER}" && ${JSON.stringify(actions)}.indexOf(action.id) >= 0) return polkit.Result.YES
})\n`,
    )
    // polkitd watches the folder; it has read the file once it says so about an action.
    const check = (action: string) =>
      spawnSync('pkcheck', ['--action-id', action, '--process', String(process.pid)]).status
    check('org.auditscope.monitor')
    await new Promise((resolve) => setTimeout(resolve, 500))
  }

  /** A command line that runs another one as the user, with an agent as its parent. */
  asUser(agent: Agent, command: readonly string[]): [string, string[]] {
    const drop = ['--reuid', USER, '--regid', USER, '--init-groups', '--']
    if (agent === 'none') return ['setpriv', [...drop, ...command]]
    return ['setpriv', [...drop, ...this.#agent(agent), 'self', ...command]]
  }

  /**
   * Starts an agent for a running process of the user; answers what ends it. polkit forgets the one before it a moment
   * after its end, so this tries again for a while.
   */
  async agentFor(pid: number, agent: Exclude<Agent, 'none'>): Promise<() => Promise<void>> {
    const drop = ['--reuid', USER, '--regid', USER, '--init-groups', '--']
    for (let attempt = 0; attempt < 20; attempt++) {
      const args = [...drop, ...this.#agent(agent), String(pid)]
      const child = spawn('setpriv', args, { stdio: ['ignore', 'pipe', 'ignore'] })
      const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
      const registered = new Promise<true>((resolve) =>
        child.stdout.once('data', () => resolve(true)),
      )
      if (await Promise.race([registered, ended])) {
        this.#agents.push(child)
        return () => {
          child.kill()
          return ended
        }
      }
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    throw new Error('The agent could not be registered.')
  }

  #agent(agent: Exclude<Agent, 'none'>): string[] {
    const answer = { password: this.password, 'wrong password': 'wrong', dismiss: 'dismiss' }[agent]
    return [path.join(this.folder, 'agent'), answer, this.#log]
  }

  get #log(): string {
    return path.join(this.folder, 'prompts')
  }

  /** The prompts since the last call: action and text. */
  prompts(): { action: string; message: string }[] {
    if (!existsSync(this.#log)) return []
    const lines = readFileSync(this.#log, 'utf8').trimEnd().split('\n')
    rmSync(this.#log)
    return lines.map((line) => {
      const [action = '', message = ''] = line.split('\t')
      return { action, message }
    })
  }
}

/** How the app starts the helper when it is not root. */
export const PKEXEC_HELPER = [
  '/usr/bin/pkexec',
  '--disable-internal-agent',
  HELPER_WRAPPER,
] as const
