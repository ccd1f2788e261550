/**
 * From a frame on stdin to a reply: everything that comes is checked against the table of commands. Whatever is wrong is
 * answered, changes nothing, and the stream goes on.
 */
import { isUtf8 } from 'node:buffer'
import { z } from 'zod'
import { fail, type Failure, type Result } from '../audit/result'
import type { FrameEvent } from './frames'
import type { Access } from './messages'
import { COMMANDS, FrameKind, type CommandName, type ReplyFrame } from './protocol'

/** Commands that may wait; a client that sends more without reading replies has gone astray. */
export const MAX_WAITING = 64

const frameSchema = z.strictObject({
  id: z.int().min(0).max(Number.MAX_SAFE_INTEGER),
  name: z.string().max(64),
  args: z.unknown(),
})

/** What the dispatcher asks of the helper. */
export interface DispatcherContext {
  access: Access
  /** Why the access is not `control`. */
  problem: Failure | null
  /** Why polkit has to be asked before this command, or null. */
  objection(name: CommandName, args: unknown): Failure | null
  /** Runs a command whose arguments have been checked. */
  run(name: CommandName, args: unknown): Promise<Result<unknown>>
  reply(reply: ReplyFrame): void
}

/** Commands that change nothing and need not wait for others. */
const AT_ONCE: ReadonlySet<CommandName> = new Set<CommandName>([
  'status',
  'session.changes',
  'processes',
  'authorize',
  'lock',
  'stop',
])

/** Checks frames and runs commands, those that change something one after the other. */
export class Dispatcher {
  readonly #context: DispatcherContext
  #waiting = 0
  #last: Promise<unknown> = Promise.resolve()

  constructor(context: DispatcherContext) {
    this.#context = context
  }

  /** Takes a frame from stdin. */
  take(event: FrameEvent): void {
    const command = parse(event)
    if (!command.ok) {
      this.#context.reply({ id: command.id, result: command.failure })
      return
    }
    const { id, name, args } = command
    if (this.#waiting >= MAX_WAITING) {
      const busy = fail(
        'busy',
        `${MAX_WAITING} commands are waiting already.`,
        'Wait for their replies first.',
      )
      this.#context.reply({ id, result: busy })
      return
    }
    this.#waiting++
    const run = () => this.#run(id, name, args)
    if (AT_ONCE.has(name)) void run()
    else this.#last = this.#last.then(run)
  }

  /** Runs a task of the helper's own when no command changes anything. */
  inTurn(task: () => Promise<unknown>): void {
    this.#last = this.#last.then(task, task)
  }

  async #run(id: number, name: CommandName, args: unknown): Promise<void> {
    let result: Result<unknown>
    try {
      result = this.#refusal(name, args) ?? (await this.#context.run(name, args))
    } catch (error) {
      result = fail(
        'internal',
        `A bug in the helper: ${name} failed with “${(error as Error).message}”.`,
        'Report it with what led to it.',
      )
    }
    this.#waiting--
    this.#context.reply({ id, result })
  }

  #refusal(name: CommandName, args: unknown): Failure | null {
    const { access, problem } = this.#context
    const needed = COMMANDS[name].access
    const granted = needed === 'none' || access === 'control' || access === needed
    return granted ? this.#context.objection(name, args) : problem
  }
}

type Parsed =
  | { ok: true; id: number; name: CommandName; args: unknown }
  | { ok: false; id: number | null; failure: Failure }

function parse(event: FrameEvent): Parsed {
  const bad = (message: string): Parsed => ({
    ok: false,
    id: null,
    failure: fail('bad-frame', message, 'Send commands as the protocol describes them.'),
  })
  if ('tooLong' in event)
    return bad(`A frame of ${event.tooLong} bytes is too long; it was skipped.`)
  if (event.kind !== FrameKind.command) {
    return bad(`A frame of kind ${event.kind} is not a command; it was skipped.`)
  }
  let json: unknown
  try {
    json = JSON.parse(textOf(event.payload))
  } catch {
    return bad('A command is not JSON.')
  }
  const frame = frameSchema.safeParse(json)
  if (!frame.success) return bad(`A command is malformed: ${problems(frame.error)}.`)
  return checkCommand(frame.data)
}

/**
 * Text that is UTF-8, or an exception. Not by a TextDecoder that is `fatal`: in Electron 25 (Node 18) one that has met a
 * wrong byte ends the process when it is collected.
 */
function textOf(bytes: Uint8Array): string {
  if (!isUtf8(bytes)) throw new TypeError('not UTF-8')
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
}

function checkCommand({ id, name, args }: z.output<typeof frameSchema>): Parsed {
  if (!isCommandName(name)) {
    const failure = fail(
      'unknown-command',
      `There is no command ${JSON.stringify(name)}.`,
      `There are: ${Object.keys(COMMANDS).join(', ')}.`,
    )
    return { ok: false, id, failure }
  }
  const checked = COMMANDS[name].args.safeParse(args)
  if (checked.success) return { ok: true, id, name, args: checked.data }
  const failure = fail(
    'usage',
    `${name} does not take these arguments: ${problems(checked.error)}.`,
    'Nothing was changed.',
  )
  return { ok: false, id, failure }
}

function isCommandName(name: string): name is CommandName {
  return Object.hasOwn(COMMANDS, name)
}

/** The first problems of an argument check, in one line. */
function problems(error: z.ZodError): string {
  return error.issues
    .slice(0, 3)
    .map(({ path, message }) => (path.length === 0 ? message : `${path.join('.')}: ${message}`))
    .join('; ')
    .slice(0, 500)
}
