/**
 * The client's end of the helper's pipe: starts the helper (directly, through pkexec or ssh), checks its hello, sends
 * commands, and hands on what it sends. Used by Electron's main process and by the CLI; looks into no record.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { EventEmitter } from 'node:events'
import { fail, type Result } from '../audit/result'
import { exitOf, explainExit, type HelperExit } from './exit'
import { encodeJsonFrame, FrameReader, type FrameEvent } from './frames'
import {
  COMMANDS,
  FrameKind,
  MAX_COMMAND_BYTES,
  MAX_FRAME_BYTES,
  PROTOCOL_VERSION,
  type CommandArgs,
  type CommandName,
  type CommandResult,
  type Hello,
  type Notice,
  type ReplyFrame,
  type StatusSample,
} from './protocol'

export type { HelperExit } from './exit'

/** Events of a {@link HelperClient}. */
export interface HelperEvents {
  /** A records frame's payload (native/audit/netlink/records-frame.ts), not parsed, owned by the listener. */
  records: [payload: Uint8Array<ArrayBuffer>]
  /** Twice a second. */
  status: [sample: StatusSample]
  notice: [notice: Notice]
  /** Once, after the last other event; also when the helper never started. */
  exit: [exit: HelperExit]
}

/** How the helper is started. */
export interface SpawnOptions {
  /** Environment of the child; the caller's own when left out. */
  env?: NodeJS.ProcessEnv
}

/** How long an orderly end may take before the child is killed, ms; the helper itself gives up after 2 s. */
const END_TIMEOUT = 4000

/** One helper process, from its start to its end; make a new one to connect again. */
export class HelperClient extends EventEmitter<HelperEvents> {
  #child: ChildProcess | null = null
  #hello: Hello | null = null
  #exit: HelperExit | null = null
  #greeting: ((result: Result<Hello>) => void) | null = null
  #nextId = 1
  #stderr = ''
  readonly #waiting = new Map<number, (result: Result<unknown>) => void>()

  /** The helper's hello; null before it came. */
  get hello(): Hello | null {
    return this.#hello
  }

  /** How the helper ended; null while it runs. */
  get exit(): HelperExit | null {
    return this.#exit
  }

  /**
   * Starts the program and waits for its hello, as long as it takes (a person may be typing a password).
   * Fails with the exit's reason as code when the program ends before that; `exit` is emitted as well.
   */
  spawn(
    command: string,
    args: readonly string[],
    options: SpawnOptions = {},
  ): Promise<Result<Hello>> {
    if (this.#child !== null) throw new Error('A HelperClient starts one helper.')
    const child = spawn(command, args, {
      stdio: ['pipe', 'pipe', 'pipe'],
      ...(options.env === undefined ? {} : { env: options.env }),
    })
    this.#child = child
    const reader = new FrameReader(MAX_FRAME_BYTES)
    child.stdout!.on('data', (chunk: Buffer) => {
      reader.push(chunk, (event) => this.#onFrame(event))
    })
    child.stderr!.on('data', (chunk: Buffer) => {
      this.#stderr = (this.#stderr + chunk.toString('utf8')).slice(-4096)
    })
    // The pipe's error is the child's end, which `close` reports.
    child.stdin!.on('error', () => undefined)
    child.on('error', (error) => {
      if (child.pid === undefined) this.#finish(exitOf('missing', null, null, error.message))
    })
    child.on('close', (code, signal) => {
      this.#finish(explainExit(code, signal, this.#stderr, this.#hello !== null))
    })
    return new Promise((resolve) => {
      this.#greeting = resolve
    })
  }

  /**
   * Runs a command. Never throws: refusals, time-outs and the helper's end are Failures (`timeout`, `exited`,
   * or a code of ERROR_CODES or an errno's name from the helper).
   */
  command<N extends CommandName>(name: N, args: CommandArgs<N>): Promise<Result<CommandResult<N>>> {
    const stdin = this.#child?.stdin
    if (!stdin || this.#hello === null || this.#exit !== null) {
      return Promise.resolve(fail('exited', 'The helper is not running.', 'Connect to it first.'))
    }
    if (!Object.hasOwn(COMMANDS, name)) {
      return Promise.resolve(fail('usage', `There is no command ${JSON.stringify(name)}.`))
    }
    const id = this.#nextId++
    const frame = encodeJsonFrame(FrameKind.command, { id, name, args })
    if (frame.length > MAX_COMMAND_BYTES) {
      return Promise.resolve(
        fail('usage', `The arguments of ${name} are too large (${frame.length} bytes).`),
      )
    }
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#settle(
          id,
          fail(
            'timeout',
            `The helper did not answer ${name} within ${COMMANDS[name].timeout / 1000} s.`,
            'It may still happen; look at the status before trying again.',
          ),
        )
      }, COMMANDS[name].timeout)
      this.#waiting.set(id, (result) => {
        clearTimeout(timer)
        // The helper checked the arguments against the same table that types the result.
        resolve(result as Result<CommandResult<N>>)
      })
      stdin.write(frame)
    })
  }

  /** Stops reading: the pipe fills, then the helper's ring, which drops and counts. */
  pause(): void {
    this.#child?.stdout?.pause()
  }

  /** Reads on. */
  resume(): void {
    this.#child?.stdout?.resume()
  }

  /** Ends the helper by closing its stdin, and waits until it has put everything back. */
  end(): Promise<HelperExit> {
    if (this.#exit !== null) return Promise.resolve(this.#exit)
    const child = this.#child
    if (child === null) return Promise.resolve(exitOf('stopped'))
    child.stdout?.resume()
    child.stdin?.end()
    const timer = setTimeout(() => child.kill('SIGKILL'), END_TIMEOUT)
    return new Promise((resolve) => {
      this.once('exit', (exit) => {
        clearTimeout(timer)
        resolve(exit)
      })
    })
  }

  #onFrame(event: FrameEvent): void {
    if ('tooLong' in event) return this.#protocolError()
    if (event.kind === FrameKind.records) {
      this.emit('records', event.payload)
      return
    }
    let value: unknown
    try {
      value = JSON.parse(new TextDecoder().decode(event.payload))
    } catch {
      return this.#protocolError()
    }
    // The helper is the trusted end: it is root's program, started by us, of our own version (checked in the hello).
    if (event.kind === FrameKind.hello) this.#onHello(value as Hello)
    else if (this.#hello === null) this.#protocolError()
    else if (event.kind === FrameKind.reply) this.#onReply(value as ReplyFrame)
    else if (event.kind === FrameKind.status) this.emit('status', value as StatusSample)
    else if (event.kind === FrameKind.notice) this.emit('notice', value as Notice)
    else this.#protocolError()
  }

  #onHello(hello: Hello): void {
    if (hello.protocol !== PROTOCOL_VERSION) return this.#protocolError()
    this.#hello = hello
    this.#greeting?.({ ok: true, value: hello })
    this.#greeting = null
  }

  #onReply(reply: ReplyFrame): void {
    if (reply.id !== null) this.#settle(reply.id, reply.result)
  }

  #settle(id: number, result: Result<unknown>): void {
    const settle = this.#waiting.get(id)
    this.#waiting.delete(id)
    settle?.(result)
  }

  #protocolError(): void {
    const child = this.#child
    this.#finish(exitOf('protocol', null, null, this.#stderr))
    child?.stdin?.end()
    child?.stdout?.destroy()
    // A helper of ours ends with its stdin; what is none may need to be told.
    child?.kill()
  }

  #finish(exit: HelperExit): void {
    if (this.#exit !== null) return
    this.#exit = exit
    const failure = fail(exit.reason, exit.message, exit.hint)
    this.#greeting?.(failure)
    this.#greeting = null
    for (const id of [...this.#waiting.keys()]) {
      this.#settle(id, fail('exited', exit.message, exit.hint))
    }
    this.emit('exit', exit)
  }
}
