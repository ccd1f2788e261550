/** `auditscope watch`: live events on a terminal or into a pipe, through the helper, so that a slow reader stalls nobody. */
import { Ledger } from '@native/audit/ledger/ledger'
import { Rates } from '@native/audit/ledger/rates'
import { ledgerView } from '@native/audit/ledger/view'
import { readRecordsHeader } from '@native/audit/netlink/records-frame'
import { counted } from '@native/audit/numbers'
import { ok, type Result } from '@native/audit/result'
import { escapeForDisplay } from '@native/audit/text'
import type { HelperClient } from '@native/helper/client'
import type { HelperExit } from '@native/helper/exit'
import { MachineNames } from '@native/system/names'
import { command } from '../command'
import type { Io } from '../io'
import { FORMATS, formatter, type Formatter } from '../watch/formats'

const MODES = ['observe', 'best-effort', 'never-lose'] as const
/** Bytes that may wait for the reader of the output before reading from the helper pauses; its ring then fills, and drops. */
const MAX_PENDING = 4 * 1024 * 1024
/** Formats whose writers ask once for each number. */
const REMEMBERING: ReadonlySet<string> = new Set(['interpret', 'csv'])
const LONGEST_SECONDS = 365 * 24 * 3600

export const watch = command({
  name: 'watch',
  summary: 'Print events as they happen.',
  details:
    'Ends with Ctrl-C, and then says on stderr whether anything was missed. What the mode changed in the kernel is put back.',
  flags: {
    mode: {
      kind: 'choice',
      choices: MODES,
      help: 'How to listen; observe when not given, which changes nothing.',
    },
    duration: {
      kind: 'number',
      placeholder: 'SECONDS',
      min: 0.1,
      max: LONGEST_SECONDS,
      fraction: true,
      help: 'End after so long.',
    },
    format: {
      kind: 'choice',
      choices: FORMATS,
      help: 'As convert writes it: text, one sentence an event, when not given; raw gives lines of audit.log.',
    },
  },
  async run({ flags, io }) {
    const launch = await io.machine.helper()
    if (!launch.ok) return launch
    const { HelperClient: Client } = await import('@native/helper/client')
    const client = new Client()
    const watcher = new Watcher(client, flags.format ?? 'text', io)
    const hello = await client.spawn(launch.value.command, launch.value.args, {
      env: launch.value.env,
    })
    if (!hello.ok) return hello
    const subscribed = await client.command('subscribe', { mode: flags.mode ?? 'observe' })
    if (subscribed.ok) await watcher.until(flags.duration)
    await watcher.lastSample()
    const exit = await client.end()
    return subscribed.ok ? watcher.finish(exit) : subscribed
  },
})

class Watcher {
  readonly #ledger = new Ledger('live')
  readonly #client: HelperClient
  readonly #formatter: Formatter
  readonly #io: Io
  readonly #ended: Promise<void>
  #paused = false
  #over = false

  constructor(client: HelperClient, format: (typeof FORMATS)[number], io: Io) {
    this.#client = client
    this.#io = io
    this.#formatter = formatter({
      format,
      terminal: io.out.terminal,
      // Writers that remember what a number was called must be told at once; nobody else waits for a name service.
      resolver: new MachineNames(REMEMBERING.has(format) ? 'now' : 'background'),
      onGap: ({ count, time }) =>
        this.#ledger.addSerialGap({ events: count, from: time, to: time }),
    })
    this.#ledger.connect(Date.now())
    client.on('records', (payload) => this.#print(payload))
    client.on('status', (sample) => {
      this.#ledger.addSample(sample)
      if (!this.#over) void io.out.write(this.#formatter.overdue(Date.now()))
    })
    client.on('notice', ({ message }) => void io.err.write(escapeForDisplay(message) + '\n'))
    this.#ended = new Promise((resolve) => client.on('exit', () => resolve()))
  }

  /** Resolves when the time is over, the program is told to end, or the helper has ended. */
  async until(seconds: number | undefined): Promise<void> {
    const { signal } = this.#io
    let timer: NodeJS.Timeout | undefined
    const over = new Promise<void>((resolve) => {
      if (signal.aborted) resolve()
      signal.addEventListener('abort', () => resolve())
      if (seconds !== undefined) timer = setTimeout(resolve, seconds * 1000)
    })
    await Promise.race([over, this.#ended])
    clearTimeout(timer)
  }

  /** Nothing is printed from now on; one more sample tells what was lost up to now. */
  async lastSample(): Promise<void> {
    this.#over = true
    this.#client.resume()
    const sample = await this.#client.command('status', {})
    if (sample.ok) this.#ledger.addSample(sample.value)
  }

  /** Prints the rest and the verdict. */
  async finish(exit: HelperExit): Promise<Result<null>> {
    await this.#io.out.write(this.#formatter.end())
    await this.#io.err.write(this.#summary() + '\n')
    return exit.reason === 'stopped'
      ? ok(null)
      : { ok: false, code: exit.reason, message: exit.message, hint: exit.hint }
  }

  #print(payload: Uint8Array): void {
    const header = readRecordsHeader(payload)
    if (header !== null) this.#ledger.addFrame(header)
    if (this.#over) return
    const written = this.#io.out.write(this.#formatter.frame(payload))
    if (this.#paused || this.#io.out.pending < MAX_PENDING) return
    this.#paused = true
    this.#client.pause()
    void written.then(() => {
      this.#paused = false
      this.#client.resume()
    })
  }

  #summary(): string {
    const { records, events } = this.#formatter.counts
    const held = { held: this.#ledger.totals().arrived, evicted: 0, waiting: 0, firstAt: null }
    const { sentence } = ledgerView(this.#ledger, held, { now: Date.now(), rates: new Rates() })
    const amount = events === 0 ? '' : `${counted(events, 'event')} in `
    return `${amount}${counted(records, 'record')}; ${sentence}`
  }
}
