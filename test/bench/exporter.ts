/**
 * `npm run bench exporter`: what a scrape costs. JSON lines: time of a scrape over one connection, and what the process
 * holds after 10,000 of them. Needs no kernel: the helper's sample is made up, the server and the page are the real ones.
 *
 *     npm run bench exporter [-- --scrapes N]
 */
import { Agent, get } from 'node:http'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { Ledger } from '@native/audit/ledger/ledger'
import { Rates } from '@native/audit/ledger/rates'
import { ledgerView } from '@native/audit/ledger/view'
import { metricsText } from '@native/cli/exporter/metrics'
import { MetricsServer } from '@native/cli/exporter/server'
import type { StatusSample } from '@native/helper/protocol'
import { median, numberOption, report, rounded } from './lib/report'

const STORE = { held: 0, evicted: 0, waiting: 0, firstAt: null }

/** A sample in the middle of some load. */
function sampleAt(at: number): StatusSample {
  return {
    at,
    kernel: {
      enabled: 1,
      failure: 1,
      pid: 812,
      rateLimit: 0,
      backlogLimit: 8192,
      lost: at % 1000,
      backlog: at % 8192,
      featureBitmap: 0x7f,
      backlogWaitTime: 15_000,
      backlogWaitTimeActual: at % 5000,
    },
    kernelAt: at,
    kernelLatency: 1,
    kernelOverdue: 0,
    waitedMs: 0,
    hz: 250,
    daemon: null,
    mode: 'observe',
    subscription: 1,
    socket: { drops: 0, enobufs: 0, receiveBuffer: 0, receiveBufferLimited: false, queued: 0 },
    drain: { records: at % 1e9, bytes: at, batches: 1, foreign: 0, heartbeatAge: 1 },
    ring: { used: 0, capacity: 1, droppedRecords: 0, droppedBytes: 0 },
    pipe: { frames: 1, records: 1, bytes: 1, queued: 0, blocked: 0, samplesSkipped: 0 },
    boost: { nice: 0, oomScoreAdj: 0 },
    watchdog: { limit: 0, stuck: 0, letGo: 0 },
    cpu: { user: at, system: at },
    memory: 70_000_000,
    exemptRules: 0,
    governor: null,
  }
}

function scrape(port: number, agent: Agent): Promise<number> {
  return new Promise((resolve, reject) => {
    get({ port, path: '/metrics', agent }, (response) => {
      let bytes = 0
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length
      })
      response.on('end', () => resolve(bytes))
    }).on('error', reject)
  })
}

/** Bytes in use once what nobody needs is collected. */
function heapAfterCollection(): number {
  setFlagsFromString('--expose-gc')
  ;(runInNewContext('gc') as () => void)()
  return process.memoryUsage().heapUsed
}

async function main(): Promise<void> {
  const scrapes = numberOption('scrapes', 10_000)
  const ledger = new Ledger('live')
  ledger.connect(Date.now())
  const page = (): string => {
    const now = Date.now()
    const sample = sampleAt(now)
    ledger.addSample(sample)
    const view = ledgerView(ledger, STORE, { now, rates: new Rates() })
    return metricsText({ version: '0.0.0', sample, ledger: view, now })
  }
  const server = new MetricsServer(page)
  const port = await server.listen({ host: '127.0.0.1', port: 0 })
  if (!port.ok) throw new Error(port.message)
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const times = new Float64Array(scrapes)
  let bytes = 0
  let heapBefore = 0
  for (let i = 0; i < scrapes; i++) {
    if (i === Math.floor(scrapes / 10)) heapBefore = heapAfterCollection()
    const from = performance.now()
    bytes = await scrape(port.value, agent)
    times[i] = performance.now() - from
  }
  const heapAfter = heapAfterCollection()
  agent.destroy()
  server.close()
  times.sort()
  report({
    bench: 'exporter',
    scrapes,
    bytes,
    medianMs: rounded(median([...times])),
    p99Ms: rounded(times[Math.floor(times.length * 0.99)]!),
    heapGrowthBytes: heapAfter - heapBefore,
  })
}

void main()
