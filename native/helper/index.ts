/** Entry of the helper: checks how it was started, then runs until stdin ends, its parent dies, or it is told to stop. */
import { fstatSync } from 'node:fs'
import { Socket } from 'node:net'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { endWithParent, exitNow } from '../kernel/process-control'
import { EXIT_CODES } from './exit'
import { Helper } from './helper'

const here = path.dirname(fileURLToPath(import.meta.url))

/** Why the helper does not start like this, or null. */
function objection(): string | null {
  if (process.argv.length > 2) return 'it takes no arguments'
  for (const fd of [0, 1]) {
    const stat = fstatSync(fd)
    if (!stat.isFIFO() && !stat.isSocket()) {
      return 'it speaks to a program through pipes, not to a terminal or a file'
    }
  }
  return null
}

function refuse(why: string): never {
  process.stderr.write(`auditscope-helper does not start: ${why}.\n`)
  process.exit(EXIT_CODES.refused)
}

async function main(): Promise<void> {
  const why = objection()
  if (why !== null) refuse(why)
  endWithParent()
  // Sockets of its own: process.stdout would block on a full pipe.
  const stdin = new Socket({ fd: 0, readable: true, writable: false })
  const stdout = new Socket({ fd: 1, readable: false, writable: true })
  const helper = await Helper.start(here, stdin, stdout)
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    process.on(signal, () => void helper.end(EXIT_CODES.done))
  }
  stdout.on('error', () => void helper.end(EXIT_CODES.done))
  process.on('uncaughtException', (error) => {
    process.stderr.write(`${error.stack ?? error.message}\n`)
    void helper.end(EXIT_CODES.internal)
  })
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`)
  exitNow(EXIT_CODES.internal)
})
