/** The overload lab on this machine's kernel: what it shows, whom it refuses, and that it always puts everything back. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { expect, it } from 'vitest'
import type { LabMessage } from '@native/audit/lab/messages'
import type { LabResult } from '@native/audit/lab/result'
import { DEFAULTS, type LabSettings } from '@native/audit/lab/settings'
import { beforeCheck, describeOnKernel } from './guard'

const OUT = path.join(process.cwd(), 'out', 'cli')
/** Makes tasks wait from the first moment on, for long enough to be killed in the middle, but not long each. */
const STALLING: LabSettings = {
  ...DEFAULTS,
  call: 'getppid',
  backlogLimit: 64,
  waitSeconds: 0.2,
  calls: 20_000,
}
const auditctl = (...args: string[]) => execFileSync('auditctl', args, { encoding: 'utf8' })
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

async function until(done: () => boolean, what: string): Promise<void> {
  for (let i = 0; i < 200; i++) {
    if (done()) return
    await sleep(50)
  }
  throw new Error(`${what} did not come to pass within 10 s.`)
}

function isIdle(): boolean {
  const status = auditctl('-s')
  const wanted = ['enabled 0', 'pid 0', 'rate_limit 0', 'backlog_limit 64']
  return (
    wanted.every((line) => status.includes(`${line}\n`)) && auditctl('-l').trim() === 'No rules'
  )
}

/** Processes whose command line has these words, by pid. */
function processesWith(...words: string[]): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8')
        return words.every((word) => line.includes(word))
      } catch {
        return false
      }
    })
    .map(Number)
}

/** The lab as the app runs it. */
class Lab {
  readonly messages: LabMessage[] = []
  readonly child: ChildProcess
  readonly ended: Promise<void>

  constructor(settings: LabSettings) {
    this.child = spawn(process.execPath, [path.join(OUT, 'lab.cjs')], {
      stdio: ['pipe', 'pipe', 'inherit'],
      detached: true,
    })
    createInterface({ input: this.child.stdout! }).on('line', (line) =>
      this.messages.push(JSON.parse(line) as LabMessage),
    )
    this.ended = new Promise((resolve) => this.child.once('close', () => resolve()))
    this.child.stdin!.write(`${JSON.stringify({ settings })}\n`)
    beforeCheck(async () => {
      this.child.stdin!.end()
      await this.ended
    })
  }

  /** Waits until its load runs, with some records taken. */
  async running(): Promise<void> {
    await until(
      () =>
        this.messages.some(
          (message) =>
            message.kind === 'progress' &&
            message.progress.stage === 'running' &&
            message.progress.received > 0,
        ),
      'A running load',
    )
  }

  get failure(): unknown {
    const last = this.messages.at(-1)
    return last?.kind === 'ended' ? last.failure : undefined
  }
}

const helpers = () => processesWith(path.join('out', 'helper', 'helper.cjs'))
const loads = () => processesWith('lab-load.cjs')

describeOnKernel('the overload lab', () => {
  it('shows what a client that cannot keep up does, and what a wait time of 0 does about it', () => {
    const run = (...args: string[]): LabResult =>
      JSON.parse(
        execFileSync(
          process.execPath,
          [path.join(OUT, 'auditscope.cjs'), 'lab', '--json', ...args],
          { encoding: 'utf8' },
        ),
      ) as LabResult
    const options = ['--call', 'getppid', '--backlog-limit', '64', '--calls', '500']
    const waits = run(...options)
    // 1,500 records, one for each millisecond and a bit.
    expect(waits.seconds).toBeGreaterThan(1)
    expect(waits).toMatchObject({
      events: { made: 500, recorded: 500 },
      records: { expected: 1500, received: 1500, lostByKernel: 0 },
    })
    expect(waits.waitedMs).toBeGreaterThan(500)
    expect(waits.explanation[0]).toMatch(/^The audited calls were held up/)
    const drops = run(...options, '--wait-seconds', '0')
    expect(drops.waitedMs).toBe(0)
    expect(drops.seconds).toBeLessThan(waits.seconds)
    expect(drops.records.lostByKernel).toBeGreaterThan(0)
    expect(drops.events.recorded).toBeLessThan(500)
  })

  it('stops when it is cancelled, and leaves nothing behind', async () => {
    const lab = new Lab(STALLING)
    await lab.running()
    lab.child.stdin!.end()
    await lab.ended
    expect(lab.failure).toMatchObject({ code: 'cancelled' })
    expect(isIdle()).toBe(true)
    expect(loads()).toEqual([])
  })

  it.each([
    ['the lab itself', (lab: Lab) => [lab.child.pid!]],
    ['the helper that does the work', () => [auditDaemon()]],
    ['both, and everything of theirs', (lab: Lab) => [-lab.child.pid!]],
  ])('puts everything back when a SIGKILL ends %s', async (_what, whom) => {
    const lab = new Lab(STALLING)
    await lab.running()
    for (const pid of whom(lab)) process.kill(pid, 'SIGKILL')
    await lab.ended
    await until(isIdle, 'An idle kernel')
    await until(() => loads().length === 0 && helpers().length === 0, 'The end of its processes')
    const kept = existsSync('/run/auditscope') ? readdirSync('/run/auditscope') : []
    expect(kept.filter((name) => name.endsWith('.json'))).toEqual([])
  })

  it('refuses where somebody else has rules, and changes nothing', async () => {
    const rule = ['always,exit', '-F', 'arch=b64', '-S', 'getppid', '-F', `pid=${process.pid}`]
    auditctl('-a', ...rule)
    beforeCheck(() => Promise.resolve(auditctl('-d', ...rule)))
    const before = auditctl('-s')
    const lab = new Lab(STALLING)
    await lab.ended
    expect(lab.failure).toMatchObject({
      code: 'in-use-rules',
      message: 'Audit is in use on this machine: there is 1 rule.',
    })
    expect(auditctl('-s')).toBe(before)
  })
})

function auditDaemon(): number {
  return Number(/^pid (\d+)$/m.exec(auditctl('-s'))![1])
}
