/** A store in this process, as main and a renderer see it. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { onTestFinished } from 'vitest'
import { NO_NAMES } from '@native/audit/interpret'
import { encodeRecords } from '@native/audit/netlink/records-frame'
import { recordTypeNumber } from '@native/audit/tables'
import type { StoreHostReply } from '@contract/store-host'
import type {
  StoreArgs,
  StorePushes,
  StorePushName,
  StoreRequestName,
  StoreResults,
} from '@contract/store'
import { Store } from '../../../../electron/store/store'

/** A folder that is gone after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'auditscope-store-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

export interface OpenOptions {
  dataFolder?: string
  memoryBudgetBytes?: number
  diskBudgetBytes?: number
  retentionDays?: number
  now?: () => number
}

export class OpenStore {
  readonly store: Store
  readonly replies: StoreHostReply[] = []
  readonly pushes: { [N in StorePushName]: StorePushes[N][] } = {
    sessions: [],
    tick: [],
    query: [],
    export: [],
  }
  /** Frames that were fed. */
  frames = 0
  #index = 0

  constructor(options: OpenOptions = {}) {
    this.store = new Store({
      reply: (reply) => this.replies.push(reply),
      resolver: NO_NAMES,
      ...(options.now === undefined ? {} : { now: options.now }),
    })
    this.store.host({
      kind: 'config',
      dataFolder: options.dataFolder ?? '/nonexistent',
      memoryBudgetBytes: options.memoryBudgetBytes ?? 2 ** 30,
      diskBudgetBytes: options.diskBudgetBytes ?? 0,
      retentionDays: options.retentionDays ?? 0,
      maskSecrets: true,
    })
    this.store.connect({
      post: (message) => {
        if ('push' in message) (this.pushes[message.push] as unknown[]).push(message.value)
      },
    })
    onTestFinished(() => this.stop())
  }

  /** Feeds the lines of a log as a helper's frames would bring them. */
  async feed(log: string, framesOf = 1000): Promise<void> {
    const records = log.split('\n').flatMap((line) => recordOf(line) ?? [])
    for (let at = 0; at < records.length; at += framesOf) {
      const part = records.slice(at, at + framesOf)
      this.store.host({
        kind: 'records',
        bytes: encodeRecords(
          { firstIndex: this.#index, subscription: 1, ringDropped: 0, cutAt: Date.now() },
          part,
        ) as Uint8Array<ArrayBuffer>,
      })
      this.#index += part.length
      this.frames++
    }
    await this.store.settle()
  }

  /** Waits until the memory budget has taken what it will of what was fed. */
  async enforced(): Promise<void> {
    const { memory } = this.store
    while (memory.used > memory.limit) {
      await memory.enforce()
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
  }

  async ask<N extends StoreRequestName>(name: N, args: StoreArgs<N>): Promise<StoreResults[N]> {
    const result = await this.store.ask(name, args)
    if (!result.ok) throw new Error(`${name}: ${result.code}: ${result.message}`)
    return result.value
  }

  /** Runs a query to its end; returns the result's number. */
  async query(args: StoreArgs<'query.start'>): Promise<number> {
    const { result } = await this.ask('query.start', args)
    await this.until('query', (push) => push.result === result && push.done)
    return result
  }

  /** The seqs of a result's rows, in their order. */
  async seqs(session: number, result: number): Promise<number[]> {
    const seqs: number[] = []
    let next = Number.POSITIVE_INFINITY
    for (let from = 0; from < next; from += 1000) {
      const reply = await this.ask('rows', { session, result, from, count: 1000 })
      next = reply.next
      seqs.push(...reply.rows.map(({ seq }) => seq))
    }
    return seqs
  }

  /** Waits for a push that fits. */
  async until<N extends StorePushName>(
    name: N,
    test: (push: StorePushes[N]) => boolean,
  ): Promise<StorePushes[N]> {
    const deadline = Date.now() + 20_000
    for (;;) {
      const found = this.pushes[name].find(test)
      if (found !== undefined) return found
      if (Date.now() > deadline)
        throw new Error(
          `No push ${name} as expected; last ${JSON.stringify(this.pushes[name].at(-1))}.`,
        )
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
  }

  /** Opens paths that the user chose, and waits until they have been read. */
  async open(...paths: string[]): Promise<number> {
    for (const chosen of paths) this.store.host({ kind: 'grant', path: chosen, access: 'read' })
    const { session } = await this.ask('sessions.open', { paths })
    await this.store.files.finished(this.store.session(session)!)
    return session
  }

  /** Shuts down as main does. */
  async stop(): Promise<void> {
    if (this.replies.some(({ kind }) => kind === 'stopped')) return
    this.store.host({ kind: 'shutdown' })
    while (!this.replies.some(({ kind }) => kind === 'stopped')) {
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
  }
}

/** A line of a log as a record of a frame; undefined when it is none. */
function recordOf(line: string): { type: number; flags: number; text: Uint8Array } | undefined {
  const match = /^type=(\S+) msg=(audit\(.*)$/s.exec(line)
  const type = match === null ? undefined : recordTypeNumber(match[1]!)
  return type === undefined ? undefined : { type, flags: 0, text: Buffer.from(match![2]!) }
}
