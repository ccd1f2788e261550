/** The real helper for tests: built bundles, started as root, with what it sends collected. */
import { existsSync } from 'node:fs'
import path from 'node:path'
import type { Result } from '@native/audit/result'
import { decodeRecords, type RecordsHeader } from '@native/audit/netlink/records-frame'
import { HelperClient } from '@native/helper/client'
import type { Notice, StatusSample } from '@native/helper/protocol'

/** The built helper (npm run build). */
export const HELPER = path.join(process.cwd(), 'out', 'helper', 'helper.cjs')

/** A record as text. */
export interface TextRecord {
  type: number
  text: string
  subscription: number
}

/** A running helper and everything that it has sent. */
export class TestHelper {
  readonly client = new HelperClient()
  readonly records: TextRecord[] = []
  readonly headers: RecordsHeader[] = []
  readonly samples: StatusSample[] = []
  readonly notices: Notice[] = []
  readonly #listeners = new Set<() => void>()

  /** Starts it, by another program if one is given, and waits for its hello; throws when there is none. */
  static async start(by: readonly string[] = []): Promise<TestHelper> {
    if (!existsSync(HELPER)) throw new Error(`${HELPER} is missing: run "npm run build".`)
    const helper = new TestHelper()
    const { client } = helper
    client.on('records', (payload) => helper.#take(payload))
    client.on('status', (sample) => helper.#add(helper.samples, sample))
    client.on('notice', (notice) => helper.#add(helper.notices, notice))
    const [program, ...args] = [...by, process.execPath, HELPER]
    value(await client.spawn(program!, args))
    return helper
  }

  /** Waits until `done` holds; it is asked again whenever something arrives. */
  until(done: () => boolean, timeoutMs = 10_000): Promise<void> {
    return new Promise((resolve, reject) => {
      const check = () => {
        if (!done()) return
        this.#listeners.delete(check)
        clearTimeout(timer)
        resolve()
      }
      const timer = setTimeout(() => {
        this.#listeners.delete(check)
        reject(new Error(`What was waited for did not come within ${timeoutMs} ms.`))
      }, timeoutMs)
      this.#listeners.add(check)
      check()
    })
  }

  /** Resolves with the next sample. */
  async nextSample(): Promise<StatusSample> {
    const count = this.samples.length
    await this.until(() => this.samples.length > count)
    return this.samples[count]!
  }

  #take(payload: Uint8Array): void {
    const frame = decodeRecords(payload)
    if (frame === null) throw new Error('The helper sent a malformed frame of records.')
    this.headers.push(frame.header)
    for (const { type, text } of frame.records) {
      const { subscription } = frame.header
      this.records.push({ type, text: Buffer.from(text).toString('utf8'), subscription })
    }
    this.#changed()
  }

  #add<T>(list: T[], item: T): void {
    list.push(item)
    this.#changed()
  }

  #changed(): void {
    for (const listener of [...this.#listeners]) listener()
  }
}

/** The value of a Result; throws its message when it is a Failure. */
export function value<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`${result.code}: ${result.message}`)
  return result.value
}

/** The audit event key of a record, `1364481363.243:24287`. */
export function eventKey(text: string): string {
  return /^audit\((\d+\.\d+:\d+)\)/.exec(text)?.[1] ?? ''
}
