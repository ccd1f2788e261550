/**
 * A process that outlives a helper which was killed, and puts back what that one had changed: for sessions that change the
 * kernel for moments only, such as the overload lab's. The helper's own program in another role; it waits for the end of
 * its stdin, whose other end only the helper has.
 */
import { spawn } from 'node:child_process'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { exitNow } from '../kernel/process-control'
import { readStat } from '../kernel/proc-process'
import { readBootId } from '../kernel/proc-system'
import { Exemptions } from './exemptions'
import { EXIT_CODES } from './exit'
import { JournalFolder, OpenJournal } from './journal'
import { KernelApi } from './kernel-api'
import { RequestsThread } from './requests-thread'
import { Restorer } from './restorer'
import { RuleSession } from './rule-session'
import { SettingSession } from './setting-session'
import { GUARD_ARGUMENT } from './start-check'

/** How often, and how long apart, ms, a dead helper's journal is looked for: its parent may not have noticed its end. */
const ATTEMPTS = 100
const INTERVAL = 100

/** Starts the guard of a journal. It ends by itself, after this process. */
export function startGuard(script: string, journal: string): void {
  const { PATH, LANG, ELECTRON_RUN_AS_NODE } = process.env
  const child = spawn(process.execPath, [script, GUARD_ARGUMENT, journal], {
    stdio: ['pipe', 'pipe', 'inherit'],
    // A session of its own: whoever kills this process's group does not kill its guard.
    detached: true,
    env: { PATH, LANG, ELECTRON_RUN_AS_NODE },
  })
  child.on('error', () => undefined)
  child.unref()
  for (const pipe of [child.stdin, child.stdout]) {
    pipe.on('error', () => undefined)
    ;(pipe as unknown as { unref(): void }).unref()
  }
}

/** Waits for the end of stdin, puts back what the journal says, and ends the process. */
export async function guard(folder: string, journal: string): Promise<void> {
  // What ends the helper's session ends the helper; this one is needed a moment longer.
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => undefined)
  await new Promise((resolve) => process.stdin.on('end', resolve).on('error', resolve).resume())
  const journals = new JournalFolder()
  const isLeft = () => journals.list(() => true).some(({ id }) => id === journal)
  // A helper that put everything back has removed its journal.
  if (!isLeft()) exitNow(EXIT_CODES.done)
  const restorer = makeRestorer(folder, journals)
  for (let attempt = 0; attempt < ATTEMPTS && isLeft(); attempt++) {
    const restored = await restorer.restoreLeftover(journal)
    if (!restored.ok) await pause(INTERVAL)
  }
  exitNow(isLeft() ? EXIT_CODES.notRestored : EXIT_CODES.done)
}

function makeRestorer(folder: string, journals: JournalFolder): Restorer {
  const thread = new RequestsThread(path.join(folder, 'requests.cjs'), { isolated: false })
  const api = new KernelApi(thread)
  const bootId = readBootId()
  const startTicks = readStat(process.pid)?.startTicks ?? 0
  // This session changes nothing of its own, so its journal stays empty, and unwritten.
  const journal = new OpenJournal(journals, `${process.pid}-${startTicks}`, {
    version: 1,
    bootId,
    pid: process.pid,
    startTicks,
    startedAt: Date.now(),
    settings: [],
    rules: null,
  })
  const rules = new RuleSession(api, journal)
  return new Restorer({
    api,
    folder: journals,
    journal,
    settings: new SettingSession(api, journal),
    rules,
    exemptions: new Exemptions(rules),
    bootId,
  })
}
