/**
 * Entry of the helper: checks how it was started, gives up what it does not need, then runs until stdin ends, its parent
 * dies, or it is told to stop.
 */
import { Socket } from 'node:net'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { confineAndRestart, isConfined, limitResources } from '../kernel/confine'
import { endWithParent, exitNow, forbidInspection, nameProcess } from '../kernel/process-control'
import { installSeccomp } from '../kernel/seccomp'
import { EXIT_CODES } from './exit'
import { guard } from './guard'
import { Helper } from './helper'
import { guardedJournal, objection, startFacts } from './start-check'

const script = fileURLToPath(import.meta.url)
/** What of the environment the helper keeps; nothing else of it reaches the confined process. */
const ENVIRONMENT = ['ELECTRON_RUN_AS_NODE', 'PKEXEC_UID']

function say(text: string): void {
  process.stderr.write(`auditscope-helper: ${text}\n`)
}

/** Gives privileges up. Does not return when that takes a restart. */
function confine(): void {
  if (process.getuid!() === 0 && !isConfined()) {
    const kept = ENVIRONMENT.flatMap((name) => {
      const value = process.env[name]
      return value === undefined ? [] : [[name, value]]
    })
    const env = {
      PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
      LANG: 'C.UTF-8',
      ...Object.fromEntries(kept),
    }
    const why = confineAndRestart([process.execPath, script], env)
    say(`it keeps all of its privileges, because it could not be started again (${why})`)
  }
  limitResources()
  nameProcess('auditscope-help')
  forbidInspection()
  const why = installSeccomp()
  if (why !== null) say(`it runs without a seccomp filter (${why})`)
}

async function main(): Promise<void> {
  const facts = startFacts(script)
  const guarded = guardedJournal(facts)
  const why = objection(guarded === null ? facts : { ...facts, args: [] })
  if (why !== null) {
    say(`it does not start: ${why}`)
    process.exit(EXIT_CODES.refused)
  }
  if (guarded === null) endWithParent()
  confine()
  if (guarded !== null) return guard(path.dirname(script), guarded)
  // Sockets of its own: process.stdout would block on a full pipe.
  const stdin = new Socket({ fd: 0, readable: true, writable: false })
  const stdout = new Socket({ fd: 1, readable: false, writable: true })
  const helper = await Helper.start(script, stdin, stdout)
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    process.on(signal, () => void helper.end(EXIT_CODES.done))
  }
  stdout.on('error', () => void helper.end(EXIT_CODES.done))
  process.on('uncaughtException', (error) => {
    say(error.stack ?? error.message)
    void helper.end(EXIT_CODES.internal)
  })
}

main().catch((error: unknown) => {
  say(error instanceof Error ? (error.stack ?? error.message) : String(error))
  exitNow(EXIT_CODES.internal)
})
