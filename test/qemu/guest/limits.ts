/** The budget under a load that does not fit, and the overload lab, on a machine that records everything there is. */
import { execFile } from 'node:child_process'
import type { LabResult } from '@native/audit/lab/result'
import type { HelperClient } from '@native/helper/client'
import type { GovernorStatus, Notice } from '@native/helper/protocol'
import {
  drained,
  EVERYTHING,
  kernel,
  Load,
  need,
  report,
  scenario,
  sleep,
  startHelper,
  warmUp,
} from './guest'

const BUDGET = { cpuPercent: 10, memoryBytes: 4 * 2 ** 20, waitMs: 20 } as const
/** Longer than it takes to shed, or to see that all fits again. */
const PATIENCE = 20_000

/** What the governor does when a load comes, and when it goes, and what is left when the budget is taken away. */
async function underBudget(client: HelperClient): Promise<void> {
  const before = need(await kernel.status())
  const actions: string[] = []
  let governor: GovernorStatus | null = null
  const onNotice = (notice: Notice): void => {
    if (notice.type === 'governor') actions.push(notice.action)
  }
  client.on('notice', onNotice)
  client.on('status', (sample) => (governor = sample.governor))
  const now = (): GovernorStatus | null => governor
  const load = new Load(2, 0)
  need(await client.command('subscribe', { mode: 'best-effort' }))
  need(await client.command('governor', { budget: BUDGET }))
  need(await kernel.addRule(EVERYTHING))
  load.run()
  await until(() => now()?.pace != null)
  const during = { pace: now()?.pace, waitTime: need(await kernel.status()).backlogWaitTime }
  await sleep(1000)
  load.stop()
  need(await kernel.deleteRule(EVERYTHING))
  await drained()
  await until(() => actions.includes('full'))
  // The sample comes half a second after the notice at most.
  await until(() => now()?.pace === null)
  const after = now()
  need(await client.command('governor', { budget: null }))
  need(await client.command('subscribe', { mode: 'never-lose' }))
  client.off('notice', onNotice)
  const back = need(await kernel.status())
  report({
    phase: 'budget',
    actions,
    during,
    paceAfter: after?.pace ?? null,
    same: back.rateLimit === before.rateLimit && back.backlogWaitTime === before.backlogWaitTime,
  })
}

/** The lab's client that cannot keep up, as `auditscope lab` runs it here. */
async function lab(): Promise<void> {
  const before = need(await kernel.status())
  const args = ['lab', '--json', '--call', 'getppid', '--backlog-limit', '64', '--calls', '200']
  const output = await new Promise<string>((resolve, reject) => {
    execFile('/bin/node', ['/app/out/cli/auditscope.cjs', ...args], (error, stdout, stderr) => {
      if (error === null) resolve(stdout)
      else reject(new Error(`${error.message} ${stderr}`))
    })
  })
  const { events, records, waitedMs } = JSON.parse(output) as LabResult
  const after = need(await kernel.status())
  report({
    phase: 'lab',
    events,
    records,
    waited: (waitedMs ?? 0) > 0,
    rules: need(await kernel.rules()).length,
    pid: after.pid,
    same: (['enabled', 'rateLimit', 'backlogLimit', 'backlogWaitTime'] as const).every(
      (name) => after[name] === before[name],
    ),
  })
}

async function until(done: () => boolean): Promise<void> {
  const end = Date.now() + PATIENCE
  while (!done() && Date.now() < end) await sleep(50)
}

scenario(async () => {
  await warmUp()
  await lab()
  need(await kernel.set('enabled', 1))
  const client = await startHelper()
  await underBudget(client)
  await client.end()
})
