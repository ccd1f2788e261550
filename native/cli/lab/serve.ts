/**
 * The lab for the app: a process of its own, so that neither an experiment's records nor its mistakes reach the app. One
 * line of JSON on stdin says what to run; the end of stdin cancels it. Lines of JSON on stdout say how it goes, the last
 * one how it ended ({@link LabMessage}).
 */
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { LabMessage, LabOrder } from '@native/audit/lab/messages'
import { ok, type Result } from '@native/audit/result'
import { HELPER_WRAPPER, planLaunch } from '@native/helper/launch'
import { systemContext } from '../commands/rules/context'
import { bundledHelper } from '../machine'
import { runExperiment, type LabContext } from './run'
import { runSuite } from './suite'

function say(message: LabMessage): void {
  process.stdout.write(`${JSON.stringify(message)}\n`)
}

async function run(order: LabOrder, signal: AbortSignal): Promise<Result<null>> {
  const launch = planLaunch({ script: bundledHelper('helper.cjs'), wrapper: HELPER_WRAPPER })
  if (!launch.ok) return launch
  const context: LabContext = {
    launch: launch.value,
    loadScript: join(__dirname, 'lab-load.cjs'),
    rules: systemContext(),
    signal,
  }
  if (order.settings === null) {
    const answered = await runSuite(
      context,
      (result) => say({ kind: 'result', result }),
      (progress) => say({ kind: 'progress', progress }),
    )
    if (!answered.ok) return answered
    say({ kind: 'answers', ...answered.value })
    return ok(null)
  }
  const result = await runExperiment(order.settings, {
    ...context,
    onProgress: (progress) =>
      say({ kind: 'progress', progress: { ...progress, experiment: 1, of: 1 } }),
  })
  if (!result.ok) return result
  say({ kind: 'result', result: result.value })
  return ok(null)
}

const cancelled = new AbortController()
// Without whoever started this nobody wants the result; what was begun is put back all the same.
process.stdout.on('error', () => cancelled.abort())
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const)
  process.on(signal, () => cancelled.abort())
const lines = createInterface({ input: process.stdin })
lines.on('close', () => cancelled.abort())
lines.once('line', (line) => {
  // Written by the app's main process, which has checked it.
  void run(JSON.parse(line) as LabOrder, cancelled.signal).then((ended) => {
    say({ kind: 'ended', failure: ended.ok ? null : ended })
    process.stdout.end(() => process.exit(0))
  })
})
