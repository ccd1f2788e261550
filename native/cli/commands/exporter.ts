/** `auditscope exporter`: status, counters and the ledger's verdict for Prometheus. */
import { setImmediate as turn } from 'node:timers/promises'
import { DEFAULT_BUDGET } from '@native/audit/governor/budget'
import { Ledger } from '@native/audit/ledger/ledger'
import { Rates } from '@native/audit/ledger/rates'
import { ledgerView } from '@native/audit/ledger/view'
import { readRecordsHeader } from '@native/audit/netlink/records-frame'
import { fail, ok, type Result } from '@native/audit/result'
import type { HelperClient } from '@native/helper/client'
import type { StatusSample } from '@native/helper/protocol'
import { version } from '../../../package.json'
import { command } from '../command'
import { metricsText } from '../exporter/metrics'
import { isLoopback, MetricsServer, readAddress } from '../exporter/server'
import type { Io } from '../io'

const MODES = ['none', 'observe', 'best-effort', 'never-lose'] as const
const DEFAULT_LISTEN = '127.0.0.1:9476'

export const exporter = command({
  name: 'exporter',
  summary: 'Serve metrics for Prometheus.',
  details:
    'Serves /metrics until it is told to end. Started as root, it gives its own rights up as soon as the helper runs. A dashboard and alert rules are in the folder monitoring of the documentation.',
  flags: {
    listen: {
      kind: 'text',
      placeholder: 'ADDRESS:PORT',
      help: `Where to listen; ${DEFAULT_LISTEN} when not given.`,
    },
    mode: {
      kind: 'choice',
      choices: MODES,
      help: 'How to listen to the kernel; observe when not given. none: no records, only the status.',
    },
    'cpu-percent': {
      kind: 'number',
      placeholder: 'N',
      min: 1,
      max: 100,
      fraction: true,
      help: 'Budget for the helper; what does not fit is shed and counted.',
    },
  },
  async run({ flags, io }) {
    const address = readAddress(flags.listen ?? DEFAULT_LISTEN)
    if (!address.ok) return address
    const launch = await io.machine.helper()
    if (!launch.ok) return launch
    const { HelperClient: Client } = await import('@native/helper/client')
    const client = new Client()
    const collector = new Collector(client)
    const server = new MetricsServer(() => collector.page())
    const port = await server.listen(address.value)
    if (!port.ok) return port
    try {
      const hello = await client.spawn(launch.value.command, launch.value.args, {
        env: launch.value.env,
      })
      if (!hello.ok) return hello
      // What faces the network needs no rights; the helper is another process and keeps its own.
      io.machine.giveUpRights()
      const begun = await begin(client, flags.mode ?? 'observe', flags['cpu-percent'])
      if (!begun.ok) return begun
      await announce(
        io,
        `http://${address.value.host}:${port.value}/metrics`,
        isLoopback(address.value),
      )
      return await collector.until(io.signal)
    } finally {
      server.close()
      await client.end()
    }
  },
})

async function begin(
  client: HelperClient,
  mode: (typeof MODES)[number],
  cpuPercent: number | undefined,
): Promise<Result<unknown>> {
  if (mode !== 'none') {
    const subscribed = await client.command('subscribe', { mode })
    if (!subscribed.ok) return subscribed
  }
  if (cpuPercent === undefined) return ok(null)
  const budget = { ...DEFAULT_BUDGET, cpuPercent }
  return client.command('governor', { budget })
}

async function announce(io: Io, url: string, loopback: boolean): Promise<void> {
  await io.out.write(`Serving ${url}\n`)
  if (!loopback)
    await io.err.write(
      'warning: Everybody who reaches this address can read the metrics; they name no user and no file.\n',
    )
}

/** Keeps what the helper said last, and the ledger. */
class Collector {
  readonly #client: HelperClient
  readonly #ledger = new Ledger('live')
  readonly #ended: Promise<void>
  #sample: StatusSample | null = null

  constructor(client: HelperClient) {
    this.#client = client
    this.#ledger.connect(Date.now())
    client.on('status', (sample) => {
      this.#sample = sample
      this.#ledger.addSample(sample)
    })
    client.on('records', (payload) => {
      const header = readRecordsHeader(payload)
      if (header !== null) this.#ledger.addFrame(header)
    })
    this.#ended = new Promise((resolve) => client.on('exit', () => resolve()))
  }

  page(): string {
    const now = Date.now()
    const held = { held: this.#ledger.totals().arrived, evicted: 0, waiting: 0, firstAt: null }
    const ledger = ledgerView(this.#ledger, held, { now, rates: new Rates() })
    return metricsText({ version, sample: this.#sample, ledger, now })
  }

  /** Resolves when the program is told to end, or with the reason why the helper ended. */
  async until(signal: AbortSignal): Promise<Result<null>> {
    const told = new Promise<void>((resolve) => {
      if (signal.aborted) resolve()
      signal.addEventListener('abort', () => resolve())
    })
    await Promise.race([told, this.#ended])
    // A signal reaches the whole process group: the helper may have ended by the same one.
    await turn()
    const { exit } = this.#client
    return exit === null || signal.aborted ? ok(null) : fail(exit.reason, exit.message, exit.hint)
  }
}
