/** A store in this process as a benchmark drives it: fed as main feeds it, asked as a renderer asks it. */
import { readFileSync } from 'node:fs'
import type { StoreArgs, StorePushes, StoreRequestName, StoreResults } from '@contract/store'
import { recordCount } from '@native/audit/netlink/records-frame'
import { Store } from '../../../electron/store/store'
import type { Replay } from '../../support/replay'
import { report, rounded } from './report'

const MEMORY_BUDGET = 4 * 2 ** 30
const DISK_BUDGET = 64 * 2 ** 30
/** As main does it: no more than 64 MiB on the way. Here a little earlier, so that lag is not measured as memory. */
const MOST_UNACKED = 16 * 2 ** 20

/** Events of one frame. */
export const FRAME_EVENTS = 2000

export const megabytes = (bytes: number): number => rounded(bytes / 2 ** 20)

/** CPU time of this process, all threads, s. */
export function cpuSeconds(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}

/** Memory of this process: now and at most so far, MiB. */
export function processMemory(): { residentMiB: number; peakMiB: number } {
  const status = readFileSync('/proc/self/status', 'utf8')
  const kibibytes = (name: string) => Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1])
  return {
    residentMiB: megabytes(kibibytes('VmRSS') * 1024),
    peakMiB: megabytes(kibibytes('VmHWM') * 1024),
  }
}

export class StoreBench {
  readonly store: Store
  #unacked = 0
  #query: ((value: StorePushes['query']) => void) | null = null

  constructor(folder: string) {
    this.store = new Store({
      reply: (message) => {
        if (message.kind === 'ack') this.#unacked -= message.bytes
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

  /** Feeds so many events; `makingSeconds` is the CPU time that making the frame of a record takes, to be left out. */
  async ingest(replay: Replay, events: number, makingSeconds: number): Promise<void> {
    let records = 0
    let most = 0
    const wall = performance.now()
    const cpu = cpuSeconds()
    for (let sent = 0; sent < events; sent += FRAME_EVENTS) {
      const frame = replay.next()
      records += recordCount(frame)
      this.#unacked += frame.byteLength
      this.store.host({ kind: 'records', bytes: frame })
      while (this.#unacked > MOST_UNACKED)
        await new Promise<void>((resolve) => setImmediate(resolve))
      most = Math.max(most, this.store.live?.lag.records ?? 0)
    }
    await this.store.settle()
    const taken = cpuSeconds() - cpu - makingSeconds * records
    report({
      bench: 'store',
      what: 'ingest',
      events,
      records,
      recordsPerSecondWithMaking: Math.round((records * 1000) / (performance.now() - wall)),
      recordsPerCpuSecond: Math.round(records / taken),
      microsecondsPerRecord: rounded((taken * 1e6) / records),
      mostRecordsWaiting: most,
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

  /** How long after being cancelled a query is over. */
  async cancel(query: string): Promise<void> {
    const { result } = await this.ask('query.start', { session: 0, query, range: {} })
    await new Promise((resolve) => setTimeout(resolve, 10))
    const begun = performance.now()
    let scanned = 0
    await new Promise<void>((resolve) => {
      this.#query = (value) => {
        scanned = value.scanned
        if (value.done) resolve()
      }
      void this.ask('query.cancel', { session: 0, result })
    })
    this.#query = null
    report({
      bench: 'store',
      what: 'cancel',
      query,
      ms: rounded(performance.now() - begun),
      scanned,
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

  async ask<N extends StoreRequestName>(name: N, args: StoreArgs<N>): Promise<StoreResults[N]> {
    const result = await this.store.ask(name, args)
    if (!result.ok) throw new Error(`${name}: ${result.message}`)
    return result.value
  }

  async close(): Promise<void> {
    this.store.host({ kind: 'shutdown' })
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
}
