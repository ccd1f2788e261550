/**
 * The connection to the helper as the user sees it: connect, disconnect, commands, and what happens when it dies.
 * Main's supervision; the protocol itself is native/helper.
 */
import { COMMANDS, type CommandArgs, type CommandName, type Hello } from '@native/helper/protocol'
import { HelperClient, type HelperEvents, type HelperExit } from '@native/helper/client'
import { fail, ok, type Result } from '@native/audit/result'
import type { Connection, Mode, Settings } from '@contract/ipc'
import { z } from 'zod'
import { planLaunch, type Launch } from './launch'

/** What the connection tells its owner. */
export interface ConnectionEvents {
  changed(connection: Connection): void
  records(payload: Uint8Array<ArrayBuffer>): void
  status(sample: HelperEvents['status'][0]): void
  notice(notice: HelperEvents['notice'][0]): void
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

/** Codes after which nothing is wrong: the user said no, or asked for the end. */
const ENDED_AS_ASKED: readonly HelperExit['reason'][] = ['stopped']

export class HelperConnection {
  private client: HelperClient | null = null
  private state: Connection = DISCONNECTED
  /** Set while disconnect() runs, so that the helper's end is not taken for its death. */
  private leaving = false

  constructor(
    private readonly events: ConnectionEvents,
    private readonly settings: () => Settings,
    private readonly plan: () => Result<Launch> = planLaunch,
  ) {}

  get connection(): Connection {
    return this.state
  }

  /**
   * Starts the helper and subscribes. With a helper already there only the mode changes. A second call while the first
   * waits for the prompt is refused: two prompts would confuse.
   */
  async connect(mode: Mode): Promise<Result<Connection>> {
    if (this.state.state === 'connecting') {
      return fail('busy', 'A connection is being made.', 'Answer the prompt, or wait.')
    }
    if (this.client) return this.subscribe(mode)
    const launch = this.plan()
    if (!launch.ok) return this.failed(launch)
    this.update({ ...DISCONNECTED, state: 'connecting', mode })
    const client = new HelperClient()
    this.client = client
    this.listen(client)
    const hello = await client.spawn(launch.value.command, launch.value.args, {
      env: launch.value.env,
    })
    if (this.connection.state !== 'connecting') {
      // The user cancelled while the prompt was open; should it be answered after all, the helper ends at once.
      void client.end()
      return fail('cancelled', 'Connecting was cancelled.', 'Connect again when you like.')
    }
    if (!hello.ok) {
      this.client = null
      return this.failed(hello)
    }
    if (hello.value.access === 'none' && hello.value.problem) {
      await this.close(client)
      return this.failed(hello.value.problem)
    }
    this.state = { ...this.state, ...describe(hello.value) }
    return this.subscribe(mode, true)
  }

  /** Ends the helper, which puts the kernel back, and waits for that. */
  async disconnect(): Promise<void> {
    const client = this.client
    if (client && this.state.state === 'connecting') {
      // pkexec runs as root and cannot be killed from here: it is left alone with its prompt, and its helper finds no reader.
      this.client = null
      void client.end()
    } else if (client) await this.close(client)
    this.update(DISCONNECTED)
  }

  /** Runs a command of the helper's table; its name and arguments are checked here, and once more in the helper. */
  async command(name: string, args: unknown): Promise<Result<unknown>> {
    if (!isCommandName(name))
      return fail('usage', `The helper has no command named ${JSON.stringify(name)}.`)
    const checked = COMMANDS[name].args.safeParse(args)
    if (!checked.success) return fail('usage', `${name}: ${z.prettifyError(checked.error)}`)
    if (!this.client || this.state.state !== 'connected') {
      return fail('not-connected', 'Not connected to the kernel.', 'Connect first.')
    }
    // The name ties schema and arguments together; the index type cannot express it.
    const run = () => this.run(name, checked.data as never)
    if (name === 'authorize') return this.authorize()
    const result = name === 'exempt' ? await run() : await this.asking(run)
    if (result.ok && (name === 'journal.restore' || name === 'journal.discard')) {
      this.forgetLeftover((checked.data as { id: string }).id)
    }
    return result
  }

  /** Runs a command of the table on the helper that is there. */
  private run<N extends CommandName>(name: N, args: CommandArgs<N>): Promise<Result<unknown>> {
    return this.client
      ? this.client.command(name, args)
      : Promise.resolve(fail('not-connected', 'The helper has ended.', 'Connect again.'))
  }

  /** Runs a command; when the user has not been asked about changes yet, has polkit ask and runs it again. */
  private async asking(run: () => Promise<Result<unknown>>): Promise<Result<unknown>> {
    const first = await run()
    if (first.ok || first.code !== 'control-locked') return first
    const authorized = await this.authorize()
    return authorized.ok ? run() : authorized
  }

  private async authorize(): Promise<Result<unknown>> {
    const authorized = await this.run('authorize', {})
    if (authorized.ok && this.state.control === 'locked') {
      this.update({ ...this.state, control: 'full' })
    }
    return authorized
  }

  private async subscribe(mode: Mode, isFirst = false): Promise<Result<Connection>> {
    const client = this.client
    if (!client) return fail('not-connected', 'The helper has ended.', 'Connect again.')
    const { priorityBoost, watchdogSeconds, budget } = this.settings()
    const args = { mode, priorityBoost, watchdog: watchdogSeconds * 1000 }
    const subscribed = await this.asking(() => this.run('subscribe', args))
    if (!subscribed.ok) {
      if (!isFirst) return subscribed
      await this.close(client)
      return this.failed(subscribed)
    }
    // The mode is in force already; that a budget could not be is told by its absence from the samples.
    if (isFirst && budget !== null) await this.run('governor', { budget })
    this.update({
      ...this.state,
      state: 'connected',
      mode,
      problem: null,
    })
    return ok(this.state)
  }

  private listen(client: HelperClient): void {
    client.on('records', (payload) => this.events.records(payload))
    client.on('status', (sample) => this.events.status(sample))
    client.on('notice', (notice) => {
      if (notice.type === 'mode-changed' && this.client === client) {
        this.update({ ...this.state, mode: notice.mode === 'none' ? null : notice.mode })
      }
      if (notice.type === 'control-locked' && this.client === client) {
        this.update({ ...this.state, control: 'locked' })
      }
      this.events.notice(notice)
    })
    client.on('exit', (exit) => {
      if (this.client !== client) return
      const wasConnected = this.state.state === 'connected'
      this.client = null
      if (!wasConnected || this.leaving) return
      if (ENDED_AS_ASKED.includes(exit.reason)) return this.update(DISCONNECTED)
      const { reason: code, message, hint } = exit
      this.update({ ...DISCONNECTED, state: 'lost', problem: { code, message, hint } })
    })
  }

  private async close(client: HelperClient): Promise<void> {
    this.leaving = true
    try {
      await client.end()
    } finally {
      this.leaving = false
      if (this.client === client) this.client = null
    }
  }

  private failed(problem: Result<never>): Result<never> {
    if (problem.ok) return problem
    const { code, message, hint } = problem
    this.update({ ...DISCONNECTED, state: 'failed', problem: { code, message, hint } })
    return problem
  }

  private forgetLeftover(id: string): void {
    this.update({
      ...this.state,
      leftovers: this.state.leftovers.filter((leftover) => leftover.id !== id),
    })
  }

  private update(next: Connection): void {
    this.state = next
    this.events.changed(next)
  }
}

function describe(
  hello: Hello,
): Pick<Connection, 'control' | 'pid' | 'since' | 'leftovers' | 'hello'> {
  return {
    control: controlOf(hello),
    pid: hello.pid,
    since: Date.now(),
    leftovers: hello.leftovers,
    hello,
  }
}

function controlOf({ access, authorized }: Hello): Connection['control'] {
  if (access !== 'control') return 'read-only'
  return authorized ? 'full' : 'locked'
}

function isCommandName(name: string): name is CommandName {
  return Object.hasOwn(COMMANDS, name)
}
