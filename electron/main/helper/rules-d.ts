/**
 * Our own file among auditd's rules, written by a separate one-shot program (native/helper/rules-writer.ts): the
 * long-running helper never gets the right to write files. Asked for through polkit unless root.
 */
import { spawn } from 'node:child_process'
import { z } from 'zod'
import type { IpcResults } from '@contract/ipc'
import { exitOf, explainExit } from '@native/helper/exit'
import { fail, type Result } from '@native/audit/result'
import { planWriter } from './launch'

/** What the writer prints on stdout: one JSON Result. */
const answerSchema = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), value: z.unknown() }),
  z.object({ ok: z.literal(false), code: z.string(), message: z.string(), hint: z.string() }),
])

/** The writer prints a path and a rules file at most. */
const MAX_ANSWER_BYTES = 16 * 2 ** 20

/** Our file's text, or null when there is none. */
export function readPersistedRules(): Promise<Result<IpcResults['rules.persisted']>> {
  return runWriter<IpcResults['rules.persisted']>('read', '')
}

/** Writes our file: atomically, with the version before kept. */
export function persistRules(text: string): Promise<Result<IpcResults['rules.persist']>> {
  return runWriter<IpcResults['rules.persist']>('write', text)
}

function runWriter<T>(verb: 'read' | 'write', input: string): Promise<Result<T>> {
  const plan = planWriter(verb)
  if (!plan.ok) return Promise.resolve(plan)
  const { command, args, env } = plan.value
  return new Promise((resolve) => {
    const child = spawn(command, args, { env, stdio: ['pipe', 'pipe', 'pipe'] })
    let output = ''
    let errors = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (output.length < MAX_ANSWER_BYTES) output += text
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      errors = (errors + text).slice(-4096)
    })
    child.stdin.on('error', () => undefined)
    child.on('error', (error) => resolve(explained(exitOf('missing', null, null, error.message))))
    child.on('close', (code, signal) => {
      const answer = parseAnswer(output)
      // The writer is ours and root's; its value has the shape that its own types declare.
      resolve(answer ? (answer as Result<T>) : explained(explainExit(code, signal, errors, false)))
    })
    child.stdin.end(input)
  })
}

function parseAnswer(text: string): Result<unknown> | null {
  try {
    return answerSchema.parse(JSON.parse(text)) as Result<unknown>
  } catch {
    return null
  }
}

function explained({ reason, message, hint }: ReturnType<typeof exitOf>): Result<never> {
  return fail(reason, message, hint)
}
