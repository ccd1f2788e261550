/** One process only can be the audit daemon: who gets it, who is refused, and what is left when it dies. */
import type { HelperClient } from '@native/helper/client'
import {
  drained,
  EVERYTHING,
  kernel,
  Load,
  need,
  Pulse,
  report,
  sleep,
  startHelper,
  startNaive,
} from './guest'

/** Small enough that a stopped helper holds the machine up at once. */
const SMALL = { receiveBuffer: 64 * 1024, backlogLimit: 256 } as const
const LONG_PAUSE = 1.5

/** Another daemon is there first, then goes; then it comes too late. */
export async function otherDaemon(client: HelperClient): Promise<void> {
  need(await client.command('unsubscribe', {}))
  const first = await startNaive(0)
  const refused = await client.command('subscribe', { mode: 'best-effort' })
  const beside = await client.command('subscribe', { mode: 'observe' })
  first.child.kill('SIGKILL')
  // The kernel notices that its daemon has died when it wants to deliver something.
  const taken = await firstSuccess(() => client.command('subscribe', { mode: 'best-effort' }))
  const second = await startNaive(0)
  const status = need(await kernel.status())
  report({
    phase: 'other daemon',
    refused: refused.ok ? 'ok' : refused.code,
    beside: beside.ok,
    taken,
    late: second.answer,
    stillOurs: status.pid === client.hello!.pid,
  })
}

/** The helper is stopped, so that tasks wait for it, and then killed. Returns the next one, which finds what it left. */
export async function killedWhileTasksWait(client: HelperClient): Promise<HelperClient> {
  need(await client.command('unsubscribe', {}))
  const before = need(await kernel.status())
  need(await client.command('set', { backlogLimit: SMALL.backlogLimit }))
  need(await client.command('subscribe', { mode: 'never-lose', ...SMALL }))
  const load = new Load(1, 0)
  const pulse = new Pulse('killed')
  await sleep(300)
  need(await kernel.addRule(EVERYTHING))
  load.run()
  await sleep(500)
  process.kill(client.hello!.pid, 'SIGSTOP')
  const until = Date.now() + 30_000
  while (pulse.longestPause() < LONG_PAUSE && Date.now() < until) await sleep(50)
  const state = load.state()
  const pause = pulse.longestPause()
  process.kill(client.hello!.pid, 'SIGKILL')
  const released = await pulse.nextBeat(10)
  load.stop()
  await drained()
  need(await kernel.deleteRule(EVERYTHING))
  pulse.stop()
  const next = await startHelper()
  const [leftover] = next.hello!.leftovers
  const restored = await next.command('journal.restore', { id: leftover?.id ?? '' })
  const after = need(await kernel.status())
  report({
    phase: 'killed',
    state,
    pause,
    released,
    leftover: leftover?.changes.settings ?? null,
    restored: restored.ok,
    sameSettings:
      after.backlogLimit === before.backlogLimit &&
      after.backlogWaitTime === before.backlogWaitTime,
    pid: after.pid,
  })
  return next
}

async function firstSuccess(attempt: () => Promise<{ ok: boolean }>): Promise<boolean> {
  for (let i = 0; i < 20; i++) {
    if ((await attempt()).ok) return true
    await sleep(100)
  }
  return false
}
