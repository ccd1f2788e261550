/** What cannot be taken back: the words that it needs, and what is still possible in a locked configuration. */
import { execFileSync } from 'node:child_process'
import type { Result } from '@native/audit/result'
import type { HelperClient } from '@native/helper/client'
import { EVERYTHING, kernel, need, report } from './guest'

const codeOf = (result: Result<unknown>): string => (result.ok ? 'ok' : result.code)

/** failure=2: asked for without its word, with it, and taken back while nothing can be lost. */
export async function panicConfirmation(client: HelperClient): Promise<void> {
  const unconfirmed = await client.command('set', { failure: 2 })
  const before = need(await kernel.status()).failure
  const confirmed = codeOf(await client.command('set', { failure: 2, confirm: ['panic'] }))
  const during = need(await kernel.status()).failure
  const back = codeOf(await client.command('set', { failure: 1 }))
  const message = unconfirmed.ok ? '' : unconfirmed.message
  report({
    phase: 'confirmation',
    unconfirmed: codeOf(unconfirmed),
    message,
    before,
    confirmed,
    during,
    back,
  })
}

/** enabled=2: the same, and what the kernel and the tools say after it. */
export async function locked(client: HelperClient): Promise<void> {
  const rule = Buffer.from(EVERYTHING).toString('base64')
  const unconfirmed = codeOf(await client.command('set', { enabled: 2 }))
  const wrongWord = codeOf(await client.command('set', { enabled: 2, confirm: ['panic'] }))
  const before = need(await kernel.status()).enabled
  report({
    phase: 'locked',
    unconfirmed,
    wrongWord,
    before,
    confirmed: codeOf(await client.command('set', { enabled: 2, confirm: ['lock'], keep: true })),
    set: codeOf(await client.command('set', { rateLimit: 5 })),
    unlock: codeOf(await client.command('set', { enabled: 1 })),
    addRule: codeOf(await client.command('rules.add', { rule })),
    resetLost: codeOf(await client.command('resetLost', {})),
    observe: codeOf(await client.command('subscribe', { mode: 'observe' })),
    cli: cli('set', '--rate-limit', '5'),
    after: need(await kernel.status()).enabled,
  })
}

/** Exit code and output of the command line tool. */
function cli(...args: string[]): { code: number; text: string } {
  try {
    const text = execFileSync('/bin/node', ['/app/out/cli/auditscope.cjs', ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    return { code: 0, text }
  } catch (error) {
    const { status, stderr } = error as { status: number; stderr: string }
    return { code: status, text: stderr }
  }
}
