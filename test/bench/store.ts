/**
 * `npm run bench store`: the store on one core, with machine-made events in the layouts of real ones. JSON lines. The peer
 * in the same run is a plain loop over the same bytes that only cuts lines: what no indexer can beat.
 *
 *     npm run bench store [-- --events N --folder DIR --query TEXT]
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { StoreArgs, StorePushes, StoreRequestName } from '@contract/store'
import { recordCount } from '@native/audit/netlink/records-frame'
import { Store } from '../../electron/store/store'
import { AuditStream } from '../support/audit-stream'
import { Replay } from '../support/replay'
import { numberOption, option, report, rounded } from './lib/report'

const EVENTS = numberOption('events', 10_000_000)
/** Events of one frame, and different frames: what comes after them is the same with later stamps. */
const FRAME_EVENTS = 2000
const FRAMES = 60
const MEMORY_BUDGET = 4 * 2 ** 30
const DISK_BUDGET = 64 * 2 ** 30

const megabytes = (bytes: number): number => rounded(bytes / 2 ** 20)

/** CPU time of this process, all threads, s. */
function cpuSeconds(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}

/** Lines cut and thrown away. */
function peer(frames: readonly Uint8Array[]): number {
  const before = cpuSeconds()
  let records = 0
  for (const frame of frames) {
    const bytes = Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength)
    for (let at = bytes.indexOf(0x29); at >= 0; at = bytes.indexOf(0x29, at + 1)) records++
  }
  return records / (cpuSeconds() - before)
}

class Bench {
  readonly store: Store
  unacked = 0
  #query: ((value: StorePushes['query']) => void) | null = null

  constructor(folder: string) {
    this.store = new Store({
      reply: (message) => {
        if (message.kind === 'ack') this.unacked -= message.bytes
      },
    })
    this.store.host({
      kind: 'config',
      dataFolder: folder,
      memoryBudgetBytes: MEMORY_BUDGET,
      diskBudgetBytes: DISK_BUDGET,
      retentionDays: 0,
      maskSecrets: true,
    })
    this.store.connect({
      post: (message) => {
        if ('push' in message && message.push === 'query')
          this.#query?.(message.value as StorePushes['query'])
      },
    })
  }

  async ingest(replay: Replay, events: number): Promise<void> {
    let records = 0
    const wall = performance.now()
    const cpu = cpuSeconds()
    for (let sent = 0; sent < events; sent += FRAME_EVENTS) {
      const frame = replay.next()
      records += recordCount(frame)
      this.unacked += frame.byteLength
      this.store.host({ kind: 'records', bytes: frame })
      // As main does it: no more than 64 MiB on the way. Here a little earlier, so that lag is not measured as memory.
      while (this.unacked > 16 * 2 ** 20)
        await new Promise<void>((resolve) => setImmediate(resolve))
    }
    await this.store.settle()
    const cpuTaken = cpuSeconds() - cpu
    report({
      bench: 'store',
      what: 'ingest',
      events,
      records,
      recordsPerSecond: Math.round((records * 1000) / (performance.now() - wall)),
      recordsPerCpuSecond: Math.round(records / cpuTaken),
      microsecondsPerRecord: rounded((cpuTaken * 1e6) / records),
    })
  }

  /** A query to its end: when its first rows were there, and when it was complete. */
  query(query: string): Promise<void> {
    const begun = performance.now()
    const cpu = cpuSeconds()
    let firstRows = Number.NaN
    return new Promise((resolve) => {
      this.#query = (value) => {
        if (Number.isNaN(firstRows) && value.rows > 0) firstRows = performance.now() - begun
        if (!value.done) return
        this.#query = null
        report({
          bench: 'store',
          what: 'query',
          query,
          firstRowsMs: rounded(firstRows),
          completeMs: rounded(performance.now() - begun),
          cpuMs: rounded((cpuSeconds() - cpu) * 1000),
          rows: value.rows,
          events: value.total,
        })
        resolve()
      }
      void this.ask('query.start', { session: 0, query, range: {} })
    })
  }

  async timed<N extends StoreRequestName>(
    what: string,
    name: N,
    args: StoreArgs<N>,
  ): Promise<void> {
    const begun = performance.now()
    const cpu = cpuSeconds()
    await this.ask(name, args)
    report({
      bench: 'store',
      what,
      ms: rounded(performance.now() - begun),
      cpuMs: rounded((cpuSeconds() - cpu) * 1000),
    })
  }

  async ask<N extends StoreRequestName>(name: N, args: StoreArgs<N>): Promise<void> {
    const result = await this.store.ask(name, args)
    if (!result.ok) throw new Error(`${name}: ${result.message}`)
  }
}

const QUERIES = [
  'syscall=unlink and success=no',
  'syscall=unlink and (user=1003 or exe~"^/usr/sbin/") and not key=access',
  'path~"^/etc/"',
  'comm=prog7',
  'auid=1001 and exit=EACCES',
  'pid>3000 and pid<3100',
  'file4242.txt',
]
const SUMMARIES = ['syscall', 'key', 'user', 'file', 'process', 'result'] as const

async function main(): Promise<void> {
  const folder = mkdtempSync(path.join(option('folder', tmpdir()), 'auditscope-bench-'))
  try {
    const replay = new Replay(new AuditStream({ interleave: 40 }), FRAMES, FRAME_EVENTS)
    report({
      bench: 'store',
      what: 'peer, cutting only',
      recordsPerCpuSecond: Math.round(peer(replay.frames)),
    })
    const own = process.memoryUsage().rss
    const bench = new Bench(folder)
    await bench.ingest(replay, EVENTS)
    const session = bench.store.session(0)!
    const events = session.index.next
    globalThis.gc?.()
    report({
      bench: 'store',
      what: 'memory',
      events,
      accountedMiB: megabytes(session.bytes),
      bytesPerEvent: rounded(session.bytes / events),
      grownByMiB: megabytes(process.memoryUsage().rss - own),
    })
    const only = option('query', '')
    for (const query of only === '' ? QUERIES : [only]) await bench.query(query)
    if (only !== '') return
    for (const by of SUMMARIES) {
      await bench.timed(`summary by ${by}`, 'summary', {
        session: 0,
        by,
        query: '',
        range: {},
        limit: 100,
      })
    }
    const { from, to } = session.timeRange!
    await bench.timed('series by key', 'series', {
      session: 0,
      by: 'key',
      query: '',
      range: { from, to },
      steps: 800,
      top: 8,
    })
    await bench.timed('500 rows', 'rows', { session: 0, from: Math.floor(events / 2), count: 500 })
    bench.store.host({ kind: 'shutdown' })
    await new Promise((resolve) => setTimeout(resolve, 500))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

void main().then(() => process.exit(0))
