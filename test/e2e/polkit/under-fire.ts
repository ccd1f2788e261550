/**
 * The helper as polkit starts it, under fire from its own caller: whatever comes on its stdin is answered and changes
 * nothing. A moment in each run; AUDITSCOPE_FUZZ_SECONDS=60 for longer.
 */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { encodeJsonFrame, FrameReader } from '@native/helper/frames'
import { FrameKind, MAX_FRAME_BYTES, type Hello, type ReplyFrame } from '@native/helper/protocol'
import { beforeCheck } from '../../kernel/guard'
import { Fuzz } from './fuzz'
import { requireLocked } from './require-locked'
import { PKEXEC_HELPER, type Stage } from './stage'

const SECONDS = Number(process.env.AUDITSCOPE_FUZZ_SECONDS ?? '2')
/** Frames sent before their replies are awaited: more than may wait in the helper, so that it also has to say so. */
const BURST = 100
/** What the ring, the buffers and V8 may take, MiB; a helper that kept what it was sent would need gigabytes. */
const MEMORY_LIMIT = 400

/** The kernel's settings and rules, without what counts. */
const kernel = () =>
  execFileSync('sh', ['-c', 'auditctl -s && auditctl -l'], { encoding: 'utf8' }).replace(
    /^(lost|backlog|backlog_wait_time_actual) .*$/gm,
    '',
  )

/** A helper whose stdin is ours. */
class Target {
  readonly child: ChildProcess
  hello: Hello | null = null
  lastReply: ReplyFrame | null = null
  replies = 0
  codes = new Map<string, number>()
  #heard: () => void = () => undefined
  readonly #closed: Promise<[number | null, NodeJS.Signals | null]>

  constructor(program: string, args: readonly string[]) {
    this.child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] })
    this.#closed = once(this.child, 'close') as Promise<[number | null, NodeJS.Signals | null]>
    // Its end is what the test looks at.
    this.child.stdin!.on('error', () => undefined)
    const reader = new FrameReader(MAX_FRAME_BYTES)
    this.child.stdout!.on('data', (chunk: Buffer) =>
      reader.push(chunk, (event) => {
        if ('tooLong' in event) throw new Error('The helper itself sent too long a frame.')
        const read = () => JSON.parse(Buffer.from(event.payload).toString('utf8'))
        if (event.kind === FrameKind.hello) this.hello = read() as Hello
        if (event.kind === FrameKind.reply) this.#count(read() as ReplyFrame)
        this.#heard()
      }),
    )
  }

  /** Sends bytes, as fast as they are taken. */
  async send(pieces: readonly Uint8Array[]): Promise<void> {
    for (const piece of pieces) {
      if (!this.child.stdin!.write(piece)) await this.#unlessEnded(once(this.child.stdin!, 'drain'))
    }
  }

  /** Waits until the helper has said what `done` looks for. */
  until(done: () => boolean): Promise<unknown> {
    const said = new Promise<void>((resolve) => {
      this.#heard = () => {
        if (done()) resolve()
      }
      this.#heard()
    })
    return this.#unlessEnded(said)
  }

  /** Fails when the helper ends first. */
  #unlessEnded<T>(event: Promise<T>): Promise<T> {
    const ended = this.#closed.then(([code, signal]) => {
      throw new Error(`The helper ended with ${signal ?? code}.`)
    })
    return Promise.race([event, ended])
  }

  /** Resident memory at its highest, MiB, and open descriptors. */
  usage(): { memory: number; descriptors: number } {
    const status = readFileSync(`/proc/${this.hello!.pid}/status`, 'utf8')
    const kib = Number(/^VmHWM:\s*(\d+)/m.exec(status)![1])
    return { memory: kib / 1024, descriptors: readdirSync(`/proc/${this.hello!.pid}/fd`).length }
  }

  async end(): Promise<number | null> {
    this.child.stdin!.end()
    return (await this.#closed)[0]
  }

  #count(reply: ReplyFrame): void {
    const { result } = reply
    this.lastReply = reply
    this.replies++
    const code = result.ok ? 'ok' : result.code
    this.codes.set(code, (this.codes.get(code) ?? 0) + 1)
  }
}

/** Declares the test; `stage` lets everybody see and nobody change. */
export function underFire(stage: () => Stage): void {
  const limit = (SECONDS + 60) * 1000
  it(
    'answers every frame of a hostile caller once, changes nothing, and stays small',
    { timeout: limit },
    async () => {
      await stage().allow('org.auditscope.monitor')
      const seed = Number(process.env.AUDITSCOPE_FUZZ_SEED ?? Date.now() % 2 ** 31)
      const fuzz = new Fuzz(seed)
      const before = kernel()
      const [program, args] = stage().asUser('none', PKEXEC_HELPER)
      const end = Date.now() + SECONDS * 1000
      const totals = { frames: 0, noise: 0, helpers: 0, memory: 0 }
      const codes = new Map<string, number>()
      do {
        const target = new Target(program, args)
        beforeCheck(() => target.end())
        await target.until(() => target.hello !== null)
        // Only at a helper that polkit does not let change anything.
        await target.send([
          encodeJsonFrame(FrameKind.command, { id: 1, name: 'authorize', args: {} }),
        ])
        await target.until(() => target.replies === 1)
        requireLocked(target.hello!, target.lastReply!)
        const { descriptors } = target.usage()
        const restart = Date.now() + 10_000
        let sent = 1
        while (Date.now() < Math.min(end, restart)) {
          const frames = Array.from({ length: BURST }, () => fuzz.frame())
          sent += frames.length
          await target.send(fuzz.pieces(Buffer.concat(frames)))
          await target.until(() => target.replies >= sent)
        }
        expect(target.replies, `seed ${seed}`).toBe(sent)
        const usage = target.usage()
        expect(usage.memory, `seed ${seed}`).toBeLessThan(MEMORY_LIMIT)
        // A subscription that was started has its socket.
        expect(usage.descriptors, `seed ${seed}`).toBeLessThanOrEqual(descriptors + 4)
        // From here on the stream may be out of step: all that is left to ask is that it ends in order, and small.
        const noise = fuzz.noise(2 ** 20)
        await target.send(fuzz.pieces(noise))
        totals.memory = Math.max(totals.memory, target.usage().memory)
        expect(await target.end(), `seed ${seed}`).toBe(0)
        totals.frames += sent
        totals.noise += noise.length
        totals.helpers++
        for (const [code, count] of target.codes) codes.set(code, (codes.get(code) ?? 0) + count)
        expect(kernel(), `seed ${seed}`).toBe(before)
      } while (Date.now() < end)
      const said = [...codes].map(([code, count]) => `${code} ${count}`).join(', ')
      process.stdout.write(
        `Fuzzed ${totals.helpers} helpers for ${SECONDS} s with ${totals.frames} frames and ${totals.noise} bytes of noise ` +
          `(seed ${seed}); ${Math.round(totals.memory)} MiB at most; ${said}\n`,
      )
      for (const code of ['control-locked', 'bad-frame', 'usage'])
        expect(codes.get(code), code).toBeGreaterThan(0)
    },
  )
}
