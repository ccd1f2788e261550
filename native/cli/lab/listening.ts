/** What the lab measures about listening itself: whether the listener is audited, and what the kernel log gets. */
import { setTimeout as pause } from 'node:timers/promises'
import { ok, type Result } from '@native/audit/result'
import { HelperClient } from '@native/helper/client'
import { inUse } from './in-use'
import { keyCounter } from './keys'
import type { Listening, ListeningFacts } from '@native/audit/lab/questions'
import { encodedRule } from './rule'
import type { LabContext } from './run'

const KEY = 'auditscope-lab-own'
const countKeys = keyCounter(KEY)
/** The listener feeds on its own records for so long at most, ms. */
const MOMENT_MS = 300

/** Listens in both ways for a moment, with a rule that matches the helper's own reading and nothing else. */
export async function measureListening(context: LabContext): Promise<Result<Listening>> {
  const observe = await measure('observe', context)
  if (!observe.ok) return observe
  const daemon = await measure('best-effort', context)
  return daemon.ok ? ok({ observe: observe.value, daemon: daemon.value }) : daemon
}

async function measure(
  mode: 'observe' | 'best-effort',
  { launch, rules }: LabContext,
): Promise<Result<ListeningFacts>> {
  const client = new HelperClient()
  let own = 0
  client.on('records', (payload) => {
    own += countKeys(payload)
  })
  const hello = await client.spawn(launch.command, launch.args, { env: launch.env })
  if (!hello.ok) return hello
  try {
    const text = `-a always,exit -F arch=b64 -S recvmmsg -F pid=${hello.value.pid} -F key=${KEY}`
    const rule = encodedRule(text, rules)
    if (!rule.ok) return rule
    const allowed = await client.command('authorize', {})
    if (!allowed.ok) return allowed
    const used = await inUse(client, hello.value)
    if (used !== null) return used
    const guarded = await client.command('guard', {})
    if (!guarded.ok) return guarded
    const subscribed = await client.command('subscribe', { mode })
    if (!subscribed.ok) return subscribed
    const before = await client.command('facts', {})
    if (!before.ok) return before
    const on = await client.command('set', { enabled: 1, backlogLimit: 8192 })
    if (!on.ok) return on
    const added = await client.command('rules.add', { rule: rule.value })
    if (!added.ok) return added
    await pause(MOMENT_MS)
    const deleted = await client.command('rules.delete', { rule: rule.value })
    if (!deleted.ok) return deleted
    const after = await client.command('facts', {})
    if (!after.ok) return after
    return ok({
      ownCallsRecorded: own,
      copiedToKernelLog: copies(after.value.kernelLog, before.value.kernelLog),
    })
  } finally {
    await client.end()
  }
}

type KernelLog = { records: number; suppressed: number } | null

function copies(after: KernelLog, before: KernelLog): number | null {
  if (after === null || before === null) return null
  return after.records + after.suppressed - before.records - before.suppressed
}
