import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ok } from '@native/audit/result'
import type { AuditStatus } from '@native/audit/status/status'
import { FORGOTTEN_INTERVAL } from '@native/helper/forgotten'
import type { KernelApi } from '@native/helper/kernel-api'
import { Waker } from '@native/helper/waker'

/** Whether a task waits, as /proc would show it. */
let waiting = false
vi.mock('@native/kernel/proc-waiting', () => ({ waitingForAudit: () => (waiting ? 1 : 0) }))

const HZ = 250
const WAIT_TIME = 15_000

describe('waking tasks that the kernel forgot', () => {
  let status: AuditStatus
  let daemon: boolean
  /** How many records were made to wake somebody. */
  let made: number
  let notices: string[]
  let waker: Waker

  beforeEach(() => {
    vi.useFakeTimers()
    waiting = true
    daemon = false
    made = 0
    notices = []
    status = {
      enabled: 1,
      failure: 1,
      pid: 0,
      rateLimit: 0,
      backlogLimit: 64,
      lost: 0,
      backlog: 0,
      featureBitmap: 127,
      backlogWaitTime: WAIT_TIME,
      backlogWaitTimeActual: 0,
    }
    const statusApi = {
      status: () => Promise.resolve(ok(status)),
      set: () => {
        made++
        waiting = false
        status = { ...status, backlogWaitTimeActual: 500 }
        return Promise.resolve(ok(null))
      },
    } as unknown as KernelApi
    waker = new Waker({
      statusApi,
      hz: HZ,
      records: () => 0,
      kernel: () => status,
      isDaemon: () => daemon,
      notify: (notice) => notices.push(notice.type),
    })
    setInterval(() => waker.tick(), FORGOTTEN_INTERVAL)
  })
  afterEach(() => {
    vi.useRealTimers()
  })
  const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms)

  it('is done after the registration was given up too, and told', async () => {
    waker.letGo()
    await pass(1000)
    expect(made).toBe(1)
    expect(notices).toEqual(['woken'])
  })

  it('waits for as long as the kernel has something to send, which wakes them', async () => {
    status = { ...status, backlog: 70 }
    waker.letGo()
    await pass(20_000)
    expect(made).toBe(0)
    status = { ...status, backlog: 0 }
    await pass(1000)
    expect(made).toBe(1)
  })

  it('is left to others once the wait time is over, or where another daemon is registered', async () => {
    await pass(5000)
    expect(made).toBe(0)
    status = { ...status, pid: 4711 }
    waker.letGo()
    await pass(5000)
    expect(made).toBe(0)
    status = { ...status, pid: 0 }
    waiting = false
    waker.letGo()
    await pass((WAIT_TIME * 1000) / HZ + 1000)
    waiting = true
    waker.requestWaited()
    await pass(5000)
    expect(made).toBe(0)
    daemon = true
    waker.requestWaited()
    await pass(1000)
    expect(made).toBe(1)
  })
})
