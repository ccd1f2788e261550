/** The books: under every way to lose records, what was produced is what was delivered and what was counted as lost. */
import { setTimeout as pause } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { describeOnKernel } from './guard'
import { value, type TestHelper } from './helper'
import { callsOf, countOf, listen, recordsOf, startHelper } from './listen'
import { Generator } from './programs'

const SYSCALL = 1300
const EOE = 1320
const PROCTITLE = 1327
/** Records that one getppid makes. */
const RECORDS_PER_CALL = 3

/** Waits until the helper has handed over everything that the kernel had queued, and returns its books. */
async function settled(helper: TestHelper) {
  for (;;) {
    const sample = value(await helper.client.command('status', {}))
    const taken = helper.records.length + sample.ring.droppedRecords
    const idle = sample.kernel?.backlog === 0 && (sample.socket?.queued ?? 0) === 0
    if (idle && taken === sample.drain.records) return sample
    await pause(20)
  }
}

describeOnKernel('the books close', () => {
  it('when the backlog is full and the kernel drops (best-effort)', async () => {
    const helper = await startHelper()
    await listen(helper, { mode: 'best-effort' }, 'getppid', { backlogLimit: 1 })
    const { calls } = await new Generator('getppid', 20_000).report()
    const { kernel, socket } = await settled(helper)
    const syscalls = countOf(helper, SYSCALL)
    expect(kernel!.lost).toBeGreaterThan(0)
    // A dropped SYSCALL takes its event with it; other records are dropped one by one (audit_log_exit).
    const missing =
      calls - syscalls + (syscalls - countOf(helper, PROCTITLE)) + (syscalls - countOf(helper, EOE))
    expect(kernel!.lost).toBe(missing)
    expect(socket!.drops).toBe(0)
  })

  it('under a rate limit, which cuts events apart', async () => {
    const helper = await startHelper()
    await listen(helper, { mode: 'best-effort' }, 'getppid', { backlogLimit: 8192, rateLimit: 500 })
    await pause(1100)
    const before = (await settled(helper)).kernel!.lost
    const { calls } = await new Generator('getppid', 3000).report()
    const { kernel } = await settled(helper)
    const lost = kernel!.lost - before
    expect(lost).toBeGreaterThan(0)
    expect(recordsOf(helper)).toHaveLength(calls * RECORDS_PER_CALL - lost)
    value(await helper.client.command('set', { rateLimit: 0 }))
  })

  it('when the helper itself is stopped and its multicast socket overflows', async () => {
    const helper = await startHelper()
    const { pid } = helper.client.hello!
    await listen(helper, { mode: 'observe', receiveBuffer: 64 * 1024 }, 'getppid')
    await settled(helper)
    process.kill(pid, 'SIGSTOP')
    const { calls, longestMs } = await new Generator('getppid', 3000).report()
    process.kill(pid, 'SIGCONT')
    const { kernel, socket } = await settled(helper)
    expect(socket!.drops).toBeGreaterThan(0)
    expect(recordsOf(helper)).toHaveLength(calls * RECORDS_PER_CALL - socket!.drops)
    // Nobody waits for a multicast reader, and the kernel does not count its loss.
    expect(kernel!.lost).toBe(0)
    expect(longestMs).toBeLessThan(1000)
  })

  it('when whoever reads from the helper stops: the newest records are dropped where the index jumps', async () => {
    const helper = await startHelper()
    await listen(helper, { mode: 'never-lose', backlogLimit: 8192 }, 'getppid')
    helper.client.pause()
    const { calls } = await new Generator('getppid', 200_000).report()
    helper.client.resume()
    const { kernel, ring, socket } = await settled(helper)
    expect(kernel!.lost).toBe(0)
    expect(socket!.drops).toBe(0)
    expect(ring.droppedRecords).toBeGreaterThan(0)
    expect(recordsOf(helper)).toHaveLength(calls * RECORDS_PER_CALL - ring.droppedRecords)
    let next = 0
    let jumped = 0
    for (const { firstIndex, count } of helper.headers) {
      jumped += firstIndex - next
      next = firstIndex + count
    }
    // What was dropped at the very end has no frame after it.
    const { drain } = helper.samples.at(-1)!
    expect(jumped + (drain.records - next)).toBe(ring.droppedRecords)
    await helper.until(() => helper.notices.some(({ type }) => type === 'ring-recovered'))
    expect(helper.notices.map(({ type }) => type)).toContain('ring-dropping')
  })

  it('when nothing is lost at all, with every call found once', async () => {
    const helper = await startHelper()
    await listen(helper, { mode: 'never-lose', backlogLimit: 8192 }, 'getppid')
    const { calls } = await new Generator('getppid', 30_000).report()
    const { kernel, ring, socket } = await settled(helper)
    expect([kernel!.lost, ring.droppedRecords, socket!.drops]).toEqual([0, 0, 0])
    const keys = callsOf(helper)
    expect(keys).toHaveLength(calls)
    expect(new Set(keys).size).toBe(calls)
  })
})
