import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ok, type Result } from '@native/audit/result'
import type { AuditStatus } from '@native/audit/status/status'
import { Subscription, type SubscriptionContext } from '@native/helper/subscription'
import { COMMANDS } from '@native/helper/protocol'

const STATUS: AuditStatus = {
  enabled: 1,
  failure: 1,
  pid: 0,
  rateLimit: 0,
  backlogLimit: 64,
  lost: 0,
  backlog: 0,
  featureBitmap: 127,
  backlogWaitTime: 15000,
  backlogWaitTimeActual: 0,
}
const FD = 77
const closedFds: number[] = []
vi.mock('@native/kernel/descriptors', () => ({
  closeDescriptor: (fd: number) => closedFds.push(fd),
}))
vi.mock('@native/kernel/netlink-socket', () => ({
  openEventSocket: () => ok({ fd: FD, portid: 1, receiveBuffer: 2 ** 26, limited: false }),
  joinReadLog: () => ok(null),
  leaveReadLog: () => undefined,
}))

describe('a subscription', () => {
  let subscription: Subscription
  let release: (answer: Result<null>) => void
  let notices: string[]
  let daemon: boolean[]

  beforeEach(async () => {
    vi.useFakeTimers()
    closedFds.length = 0
    notices = []
    daemon = []
    const done = () => Promise.resolve()
    const context = {
      api: {
        status: () => Promise.resolve(ok(STATUS)),
        set: () => new Promise((resolve) => (release = resolve)),
      },
      requests: { register: () => Promise.resolve(ok(null)) },
      drain: { listen: done, hold: done, handOver: done, finish: done },
      settings: {
        noteRegistration: () => ok(null),
        set: () => Promise.resolve(ok([])),
        undo: () => Promise.resolve(ok([])),
      },
      journal: { record: { settings: [] } },
      boost: { apply: done },
      situation: () =>
        Promise.resolve(
          ok({
            access: 'control',
            problem: null,
            status: STATUS,
            daemon: null,
            pid: process.pid,
            hz: 250,
            initialNetNamespace: true,
          }),
        ),
      notify: (notice: { type: string }) => notices.push(notice.type),
      rescue: () => undefined,
      daemonChanged: (isDaemon: boolean) => daemon.push(isDaemon),
    }
    subscription = new Subscription(context as unknown as SubscriptionContext)
    const options = COMMANDS.subscribe.args.parse({ mode: 'best-effort' })
    expect(await subscription.subscribe(options)).toMatchObject({ ok: true })
  })
  afterEach(() => vi.useRealTimers())

  it('is no lost registration while it is being ended', async () => {
    expect(subscription.registeredAt).not.toBeNull()
    const ended = subscription.unsubscribe()
    expect(subscription.registeredAt).toBeNull()
    release(ok(null))
    await vi.advanceTimersByTimeAsync(100)
    expect(await ended).toMatchObject({ ok: true })
    expect(subscription.mode).toBe('none')
  })

  it('stays when the kernel refuses to end it', async () => {
    const ended = subscription.unsubscribe()
    release({ ok: false, code: 'timeout', message: 'No answer.', hint: '' })
    expect(await ended).toMatchObject({ ok: false, code: 'timeout' })
    expect(subscription.isDaemon).toBe(true)
    expect(closedFds).toEqual([])
  })

  it('tells when it becomes the daemon and when it is no longer: what looks after that rests otherwise', async () => {
    expect(daemon).toEqual([true])
    const refused = subscription.unsubscribe()
    release({ ok: false, code: 'timeout', message: 'No answer.', hint: '' })
    await refused
    expect(daemon).toEqual([true, false, true])
    const observe = subscription.subscribe(COMMANDS.subscribe.args.parse({ mode: 'observe' }))
    await vi.advanceTimersByTimeAsync(10)
    release(ok(null))
    expect(await observe).toMatchObject({ ok: true })
    expect(daemon).toEqual([true, false, true, false])
  })

  it('closes its socket once, also when the kernel ends it while a command does', async () => {
    const ended = subscription.unsubscribe()
    release(ok(null))
    await vi.advanceTimersByTimeAsync(10)
    const lost = subscription.registrationLost()
    await vi.advanceTimersByTimeAsync(5000)
    await Promise.all([ended, lost])
    expect(closedFds).toEqual([FD])
  })
})
