/** Whatever happens to the helper or to who started it: nobody stalls for long, and the kernel is put back or offered. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { readStat } from '@native/kernel/proc-process'
import { beforeCheck, describeOnKernel } from './guard'
import { HELPER, TestHelper, value } from './helper'
import { auditctl, callsOf, listen, startHelper } from './listen'
import { compileC, Generator } from './programs'

/** The thread of the helper that receives, found by what it waits in while idle: poll on two descriptors. */
function drainThread(pid: number): number {
  const nice = (tid: string) => {
    const stat = readFileSync(`/proc/${pid}/task/${tid}/stat`, 'utf8')
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16])
  }
  const boosted = readdirSync(`/proc/${pid}/task`).filter((tid) => nice(tid) === -4)
  expect(boosted).toHaveLength(1)
  return Number(boosted[0])
}

/** Waits until `done`, at most `ms`; returns how long it took. */
async function within(ms: number, done: () => boolean): Promise<number> {
  const start = performance.now()
  while (!done()) {
    if (performance.now() - start > ms) throw new Error(`Not within ${ms} ms.`)
    await pause(10)
  }
  return performance.now() - start
}

describeOnKernel('lifecycle of the helper', () => {
  it('lets go of the pid when its drain is stuck, so that waiting tasks go on, and says so', async () => {
    const helper = await startHelper()
    const { pid } = helper.client.hello!
    await listen(
      helper,
      { mode: 'never-lose', backlogLimit: 64, receiveBuffer: 64 * 1024, watchdog: 2000 },
      'getppid',
      { backlogLimit: 64 },
    )
    const holder = spawn(compileC('test/kernel/hold-thread.c'), [String(drainThread(pid))], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    await once(holder.stdout!, 'data')
    const generator = new Generator('getppid', 5000)
    await within(5000, () => readState(generator.pid) === 'D')
    // They wait in the same line, and make no record that would wake the next.
    for (let i = 0; i < 3; i++) spawn('auditctl', ['-s'], { stdio: 'ignore' })
    await helper.until(() => helper.notices.some(({ type }) => type === 'watchdog-let-go'))
    const { longestMs } = await generator.report()
    // It waited for the watchdog, and not for the 60 s that the kernel would have made it wait.
    expect(longestMs).toBeGreaterThan(100)
    expect(longestMs).toBeLessThan(10_000)
    expect(auditctl('-s')).toContain('pid 0\n')
    const sample = await helper.nextSample()
    expect(sample.watchdog.letGo).toBe(1)
    expect(sample.mode).toBe('none')
    holder.stdin!.end()
    await once(holder, 'close')
    // The drain goes on, and the helper can begin again.
    const before = callsOf(helper).length
    value(await helper.client.command('subscribe', { mode: 'observe' }))
    await new Generator('getppid', 5).report()
    await helper.until(() => callsOf(helper).length >= before + 5)
  })

  it('frees waiting tasks when it is killed', async () => {
    const helper = await TestHelper.start()
    const { pid } = helper.client.hello!
    await listen(
      helper,
      { mode: 'never-lose', backlogLimit: 64, receiveBuffer: 64 * 1024, watchdog: 0 },
      'getppid',
      { backlogLimit: 64 },
    )
    process.kill(pid, 'SIGSTOP')
    const generator = new Generator('getppid', 5000)
    await within(5000, () => readState(generator.pid) === 'D')
    await pause(1000)
    expect(readState(generator.pid)).toBe('D')
    process.kill(pid, 'SIGKILL')
    const { longestMs } = await generator.report()
    expect(longestMs).toBeLessThan(5000)
    await restoreLeftovers()
  })

  it('wakes a task that the kernel leaves waiting because others asked for the status', async () => {
    const helper = await startHelper()
    const { pid } = helper.client.hello!
    const small = { receiveBuffer: 64 * 1024, backlogLimit: 64, watchdog: 0 }
    await listen(helper, { mode: 'never-lose', ...small }, 'getppid', { backlogLimit: 64 })
    process.kill(pid, 'SIGSTOP')
    const generator = new Generator('getppid', 20_000)
    await within(5000, () => readState(generator.pid) === 'D')
    // Each waits in the same line, is woken in place of the generator, and makes no record.
    const pollers = Array.from({ length: 4 }, () => spawn('auditctl', ['-s'], { stdio: 'ignore' }))
    await within(5000, () => pollers.every((poller) => readState(poller.pid!) === 'D'))
    process.kill(pid, 'SIGCONT')
    const { longestMs } = await generator.report()
    // The wait time is 60 s.
    expect(longestMs).toBeLessThan(20_000)
    await helper.until(() => helper.notices.some(({ type }) => type === 'woken'))
  })

  it('ends within 2 s of its parent’s death and puts everything back', async () => {
    const file = path.join(process.cwd(), '.cache', 'parent-of-helper.cjs')
    writeFileSync(
      file,
      `const child = require('node:child_process').spawn(process.execPath, [${JSON.stringify(HELPER)}], { stdio: ['pipe', 'pipe', 'inherit'] })
       const send = (id, name, args) => {
         const payload = Buffer.from(JSON.stringify({ id, name, args }))
         const head = Buffer.alloc(5); head.writeUInt32LE(payload.length); head[4] = 1
         child.stdin.write(Buffer.concat([head, payload]))
       }
       child.stdout.once('data', () => {
         send(1, 'subscribe', { mode: 'never-lose' })
         send(2, 'set', { rateLimit: 4321 })
         console.log(child.pid)
       })
       child.stdout.resume()`,
    )
    const parent = spawn(process.execPath, [file], { stdio: ['ignore', 'pipe', 'inherit'] })
    const [line] = (await once(parent.stdout!, 'data')) as [Buffer]
    const pid = Number(line.toString())
    await within(5000, () => auditctl('-s').includes('rate_limit 4321\n'))
    expect(auditctl('-s')).toContain(`pid ${pid}\n`)
    parent.kill('SIGKILL')
    await within(2000, () => readStat(pid) === null)
    expect(auditctl('-s')).toMatch(/^pid 0$[^]*^rate_limit 0$[^]*^backlog_limit 64$/m)
  })

  it('puts everything back when it is asked to end by a signal', async () => {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
      const helper = await TestHelper.start()
      await listen(helper, { mode: 'best-effort' }, 'getppid')
      process.kill(helper.client.hello!.pid, signal)
      await within(3000, () => helper.client.exit !== null)
      expect(helper.client.exit).toMatchObject({ reason: 'stopped', code: 0 })
      expect(auditctl('-l')).toBe('No rules\n')
    }
  })

  it('keeps running flat: a quarter of a million events change neither memory nor descriptors', async () => {
    const helper = await startHelper()
    const { pid } = helper.client.hello!
    await listen(helper, { mode: 'never-lose', backlogLimit: 8192 }, 'getppid')
    const descriptors = () => readdirSync(`/proc/${pid}/fd`).length
    const generator = new Generator('getppid', 0, 10_000)
    beforeCheck(() => generator.end())
    await pause(8000)
    const early = { memory: (await helper.nextSample()).memory, descriptors: descriptors() }
    helper.records.length = 0
    await pause(18_000)
    const late = { memory: (await helper.nextSample()).memory, descriptors: descriptors() }
    expect(late.descriptors).toBe(early.descriptors)
    expect(late.memory).toBeLessThan(early.memory * 1.15)
    const { kernel, ring } = helper.samples.at(-1)!
    expect([kernel!.lost, ring.droppedRecords]).toEqual([0, 0])
  })
})

function readState(pid: number): string {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  return stat.slice(stat.lastIndexOf(')') + 2)[0]!
}

/** Has a next helper put back what the killed one left. */
async function restoreLeftovers(): Promise<void> {
  const next = await startHelper()
  const { leftovers } = next.client.hello!
  expect(leftovers).toHaveLength(1)
  value(await next.client.command('journal.restore', { id: leftovers[0]!.id }))
}
