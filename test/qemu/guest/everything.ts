/** All that can be tried in one boot; the configuration is locked last. */
import { kernel, need, scenario, startHelper, warmUp } from './guest'
import { locked, panicConfirmation } from './locked'
import { killedWhileTasksWait, otherDaemon } from './registration'
import { underHelper, underNaiveClient, withoutAudit } from './stall'

scenario(async () => {
  await warmUp()
  await withoutAudit()
  need(await kernel.set('enabled', 1))
  await underNaiveClient()
  const client = await startHelper()
  await underHelper(client, 'observe')
  await underHelper(client, 'best-effort')
  await underHelper(client, 'never-lose')
  await otherDaemon(client)
  const next = await killedWhileTasksWait(client)
  await panicConfirmation(next)
  await locked(next)
  await next.end()
})
