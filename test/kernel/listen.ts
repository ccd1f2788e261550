/** What the kernel's tests share: a helper that ends with its test, listening to the generator's calls. */
import { execFileSync } from 'node:child_process'
import type { CommandArgs } from '@native/helper/protocol'
import { beforeCheck } from './guard'
import { eventKey, TestHelper, value } from './helper'
import { generatorRule, ruleOf } from './rules'

const SYSCALL = 1300

/** Runs auditctl, the oracle. */
export function auditctl(...args: string[]): string {
  return execFileSync('auditctl', args, { encoding: 'utf8' })
}

/** A helper that is ended with its test. */
export async function startHelper(): Promise<TestHelper> {
  const helper = await TestHelper.start()
  beforeCheck(() => helper.client.end())
  return helper
}

/** Listens, and turns auditing on with one rule for the generator. */
export async function listen(
  helper: TestHelper,
  options: CommandArgs<'subscribe'>,
  call: 'getppid' | 'unlink',
  settings: CommandArgs<'set'> = { backlogLimit: 8192 },
) {
  const { client } = helper
  const subscribed = value(await client.command('subscribe', options))
  value(await client.command('rules.add', { rule: ruleOf(generatorRule(call)) }))
  value(await client.command('resetLost', {}))
  value(await client.command('set', { enabled: 1, ...settings }))
  return subscribed
}

/** Keys of the events of the generator's calls: each has one SYSCALL record with the rule's key. */
export function callsOf(helper: TestHelper): string[] {
  // A change of settings makes an event too, with a SYSCALL record of the helper's, but without the rule's key.
  return helper.records
    .filter(({ type, text }) => type === SYSCALL && text.includes('key="auditscope-test"'))
    .map(({ text }) => eventKey(text))
}

/** The records of the generator's calls, and of changes of settings while auditing is on. */
export function recordsOf(helper: TestHelper) {
  return helper.records.filter(({ type }) => EVENT_TYPES.has(type))
}

/** SYSCALL, PATH, CWD, EOE, PROCTITLE. */
const EVENT_TYPES: ReadonlySet<number> = new Set([SYSCALL, 1302, 1307, 1320, 1327])

/** How many records of a type have come. */
export function countOf(helper: TestHelper, type: number): number {
  return helper.records.filter((record) => record.type === type).length
}
