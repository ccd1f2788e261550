/** Who holds the machine up, and who does not: the same load under the naive client and under the helper. */
import { promises } from 'node:fs'
import { EVERYTHING, kernel, Load, need, Pulse, report, scenario, sleep, startNaive } from './guest'

const LOADS = 2
const LOAD_PAUSE = 0
const BACKLOG = 8192

async function quiet(): Promise<void> {
  const pulse = new Pulse('off')
  await sleep(2000)
  report({ phase: 'off', pause: pulse.longestPause() })
  pulse.stop()
}

async function naive(): Promise<void> {
  const load = new Load(LOADS, LOAD_PAUSE)
  const client = await startNaive(1000)
  const pulse = new Pulse('naive')
  await sleep(300)
  need(await kernel.addRule(EVERYTHING))
  load.run()
  await sleep(6000)
  const pause = pulse.longestPause()
  load.stop()
  client.child.kill('SIGKILL')
  const released = await pulse.nextBeat(10)
  report({ phase: 'naive', answer: client.answer, pause, released })
  need(await kernel.deleteRule(EVERYTHING))
  report({ phase: 'naive-after', status: need(await kernel.status()), x: pulse.longestPause() })
  pulse.stop()
}

scenario(async () => {
  // Node's own threads must exist before auditing is turned on.
  await Promise.all([1, 2, 3, 4].map(() => promises.stat('/')))
  await quiet()
  need(await kernel.set('backlogLimit', BACKLOG))
  need(await kernel.set('enabled', 1))
  await naive()
})
