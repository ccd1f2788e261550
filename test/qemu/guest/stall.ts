/** Who holds the machine up, and who does not: the same load without audit, under the naive client, and under the helper. */
import type { HelperClient } from '@native/helper/client'
import { drained, EVERYTHING, kernel, Load, need, Pulse, report, sleep, startNaive } from './guest'

const LOADS = 2
const BACKLOG = 4096
/** When the naive client has stopped the pulse for so long, the point is made, s. */
const LONG_PAUSE = 2.5
const LONGEST_TRY = 30_000

/** The pulse of a machine on which nothing is audited. */
export async function withoutAudit(): Promise<void> {
  const pulse = new Pulse('off')
  await sleep(1500)
  report({ phase: 'off', pause: pulse.longestPause() })
  pulse.stop()
}

/** The client that everybody writes first: one record at a time, a pause after each. */
export async function underNaiveClient(): Promise<void> {
  need(await kernel.set('backlogLimit', BACKLOG))
  const load = new Load(LOADS, 0)
  const client = await startNaive(1000)
  const pulse = new Pulse('naive')
  await sleep(300)
  need(await kernel.addRule(EVERYTHING))
  load.run()
  const until = Date.now() + LONGEST_TRY
  while (pulse.longestPause() < LONG_PAUSE && Date.now() < until) await sleep(100)
  const pause = pulse.longestPause()
  const state = load.state()
  load.stop()
  client.child.kill('SIGKILL')
  const released = await pulse.nextBeat(10)
  await drained()
  need(await kernel.deleteRule(EVERYTHING))
  pulse.stop()
  report({ phase: 'naive', pause, state, released, lost: need(await kernel.status()).lost })
}

/** The helper in a mode, first with a reader, then with one that takes nothing. */
export async function underHelper(
  client: HelperClient,
  mode: 'observe' | 'best-effort' | 'never-lose',
): Promise<void> {
  const load = new Load(LOADS, 0)
  need(await client.command('subscribe', { mode }))
  const pulse = new Pulse(mode)
  await sleep(300)
  const before = need(await client.command('status', {}))
  need(await kernel.addRule(EVERYTHING))
  load.run()
  await sleep(2500)
  const pause = pulse.longestPause()
  client.pause()
  await sleep(2500)
  const pauseWithoutReader = pulse.longestPause()
  client.resume()
  load.stop()
  await drained()
  need(await kernel.deleteRule(EVERYTHING))
  pulse.stop()
  const after = need(await client.command('status', {}))
  report({
    phase: mode,
    pause,
    pauseWithoutReader,
    modeAfter: after.mode,
    received: after.drain.records - before.drain.records,
    waitedMs: after.waitedMs! - before.waitedMs!,
    lost: after.kernel!.lost - before.kernel!.lost,
  })
}
