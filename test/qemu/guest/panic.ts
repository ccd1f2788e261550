/** failure=2, and then one lost record. What the host sees next is the kernel's last word. */
import { EVERYTHING, kernel, Load, need, report, scenario, sleep, warmUp } from './guest'

scenario(async () => {
  await warmUp()
  need(await kernel.set('enabled', 1))
  const load = new Load(1, 1000)
  need(await kernel.set('failure', 2))
  need(await kernel.addRule(EVERYTHING))
  report({ phase: 'failure is 2 and nothing was lost' })
  need(await kernel.set('rateLimit', 1))
  load.run()
  await sleep(10_000)
  report({ phase: 'still alive' })
})
