/**
 * What scenarios are made of. They run under Node inside the guest, in a process that was started before auditing was
 * first turned on: it is never made to wait, whatever happens to the rest of the machine.
 *
 * Programs are started stopped, before anything records: starting one later would wait for the child to be let go.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { closeSync, openSync, promises, readFileSync, readSync, rmSync, writeSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Result } from '@native/audit/result'
import { fullMask } from '@native/audit/rule/mask'
import type { Rule } from '@native/audit/rule/model'
import { compileRule } from '@native/audit/rule/struct'
import { HelperClient } from '@native/helper/client'
import { KernelApi } from '@native/helper/kernel-api'
import { openSocket } from '@native/kernel/netlink-socket'
import { RequestSocket } from '@native/kernel/request'

export { sleep }

/** Tells the host; one JSON line. */
export function report(value: Record<string, unknown>): void {
  writeSync(1, JSON.stringify(value) + '\n')
}

/** The value, or the end of the scenario with the reason on the console. */
export function need<T>(result: Result<T>): T {
  if (result.ok) return result.value
  throw new Error(`${result.code}: ${result.message}`)
}

/** Requests from this very thread, which nothing audits. */
const socket = new RequestSocket(need(openSocket()))
export const kernel = new KernelApi({
  request: (request) => Promise.resolve(socket.run(request)),
})

/** `-a always,exit -S all`: what nobody should do. */
export const EVERYTHING = compileRule({
  list: 'exit',
  action: 'always',
  prepend: false,
  mask: fullMask(),
  fields: [],
} satisfies Rule)

/** Seconds on the monotonic clock, as the guest's programs read it. */
function monotonic(): number {
  return Number(process.hrtime.bigint()) / 1e9
}

/** The pulse of the guest's audited programs. */
export class Pulse {
  readonly #file: string
  readonly #child: ChildProcess
  readonly #began = monotonic()

  constructor(name: string) {
    this.#file = `/run/pulse-${name}`
    rmSync(this.#file, { force: true })
    this.#child = spawn('/bin/heartbeat', [this.#file], { stdio: 'ignore' })
  }

  /** The longest pause between two beats so far, the one that lasts included, s. */
  longestPause(): number {
    const [last, longest] = this.#read()
    return Math.max(longest, monotonic() - (last === 0 ? this.#began : last))
  }

  /** Waits until a beat comes, and tells how long that took, s. */
  async nextBeat(limit: number): Promise<number> {
    const from = monotonic()
    while (this.#read()[0] < from && monotonic() - from < limit) await sleep(2)
    return monotonic() - from
  }

  stop(): void {
    this.#child.kill('SIGKILL')
  }

  #read(): [last: number, longest: number] {
    const numbers = Buffer.alloc(16)
    try {
      const fd = openSync(this.#file, 'r')
      readSync(fd, numbers, 0, 16, 0)
      closeSync(fd)
    } catch {
      // Not there yet: no beat so far.
    }
    return [numbers.readDoubleLE(0), numbers.readDoubleLE(8)]
  }
}

/** Programs that make records, started stopped. */
export class Load {
  readonly #children: ChildProcess[]

  constructor(processes: number, pauseMicroseconds: number) {
    this.#children = Array.from({ length: processes }, (_, index) => {
      const child = spawn('/bin/load', [`/tmp/load-${index}`, String(pauseMicroseconds)], {
        stdio: 'ignore',
      })
      child.kill('SIGSTOP')
      return child
    })
  }
  run(): void {
    for (const child of this.#children) child.kill('SIGCONT')
  }
  stop(): void {
    for (const child of this.#children) child.kill('SIGKILL')
  }
  /** State of the first one as /proc tells it: `D` while nobody, not even SIGKILL, can interrupt it. */
  state(): string {
    const stat = readFileSync(`/proc/${this.#children[0]!.pid}/stat`, 'utf8')
    return /\) (\S)/.exec(stat)?.[1] ?? '?'
  }
}

/** Starts the naive client and waits until it is registered, or refused: then its errno. */
export async function startNaive(
  pauseMicroseconds: number,
): Promise<{ child: ChildProcess; answer: string }> {
  const child = spawn('/bin/naive', [String(pauseMicroseconds)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const answer = await new Promise<string>((resolve) => {
    child.stdout!.once('data', (chunk: Buffer) => resolve(chunk.toString().trim()))
  })
  return { child, answer }
}

/** Starts the helper and waits for its hello. */
export async function startHelper(): Promise<HelperClient> {
  const client = new HelperClient()
  need(await client.spawn('/bin/node', ['/app/out/helper/helper.cjs']))
  return client
}

/** Waits until the kernel's queue is empty. */
export async function drained(): Promise<void> {
  while (need(await kernel.status()).backlog > 0) await sleep(50)
}

/** Node's own threads must exist before auditing is turned on, or they would be audited. */
export async function warmUp(): Promise<void> {
  await Promise.all(Array.from({ length: 8 }, () => promises.stat('/')))
}

/** Runs a scenario: what it throws goes to the console and ends the machine. */
export function scenario(run: () => Promise<void>): void {
  run().then(
    () => process.exit(0),
    (error: unknown) => {
      process.stderr.write(`scenario: ${error instanceof Error ? error.stack : String(error)}\n`)
      process.exit(1)
    },
  )
}
