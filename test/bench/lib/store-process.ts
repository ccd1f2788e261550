/** The app's store for benchmarks: the utility process as main starts and feeds it. Runs in Electron's main process. */
import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { MessagePortMain } from 'electron'
import type { StoreArgs, StorePushes, StoreRequestName, StoreResults } from '@contract/store'
import type { Result } from '@native/audit/result'
import { StoreProcess } from '../../../electron/main/store-process'
import { value } from '../../kernel/helper'
import { report } from './report'

/** The store's process as main has it, and its renderer's end. */
export class StoreUnderTest {
  readonly #folder = mkdtempSync(path.join(os.tmpdir(), 'auditscope-chain-'))
  readonly process: StoreProcess
  #port: MessagePortMain | null = null
  #nextId = 1
  readonly #waiting = new Map<number, (result: Result<unknown>) => void>()
  tick: StorePushes['tick'] | null = null

  constructor() {
    this.process = new StoreProcess(
      {
        dataFolder: this.#folder,
        memoryBudgetBytes: 512 * 2 ** 20,
        diskBudgetBytes: 2 * 2 ** 30,
        retentionDays: 0,
        maskSecrets: true,
      },
      {
        problem: ({ message }) => report({ bench: 'chain', problem: message }),
        ended: (code) => report({ bench: 'chain', problem: `The store ended with ${code}.` }),
      },
      (port) => this.#listen(port),
      path.join(process.cwd(), 'out', 'main', 'store.js'),
    )
    this.process.connectRenderer()
  }

  async ask<N extends StoreRequestName>(name: N, args: StoreArgs<N>): Promise<StoreResults[N]> {
    const id = this.#nextId++
    this.#port!.postMessage({ id, name, args })
    const result = await new Promise<Result<unknown>>((resolve) => this.#waiting.set(id, resolve))
    return value(result) as StoreResults[N]
  }

  /** The live numbers of the next push for which `test` holds. */
  async until(test: (tick: StorePushes['tick']) => boolean): Promise<StorePushes['tick']> {
    while (this.tick === null || !test(this.tick)) await pause(5)
    return this.tick
  }

  async end(): Promise<void> {
    await this.process.stop()
    rmSync(this.#folder, { recursive: true, force: true })
  }

  #listen(port: MessagePortMain): void {
    this.#port = port
    port.on('message', ({ data }) => {
      const message = data as
        { id: number; result: Result<unknown> } | { push: string; value: unknown }
      if ('id' in message) {
        this.#waiting.get(message.id)?.(message.result)
        this.#waiting.delete(message.id)
      } else if (message.push === 'tick') this.tick = message.value as StorePushes['tick']
    })
    port.start()
  }
}
