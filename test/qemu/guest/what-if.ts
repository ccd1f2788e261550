/** What if, against the kernel: what changed rules would have recorded of captured events, and what they then record. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { Assembler, type AuditEvent } from '@native/audit/event'
import { decodeRecords } from '@native/audit/netlink/records-frame'
import { RecordParser } from '@native/audit/record'
import { BARE_CONTEXT, addedRules, compileRule, parseRuleFile } from '@native/audit/rule'
import { WhatIfSum, factsOf } from '@native/audit/rule/whatif'
import type { HelperClient } from '@native/helper/client'
import { drained, kernel, need, report, sleep } from './guest'

/** Everything that the load does. */
const BROAD =
  '-a always,exit -F arch=b64 -S unlink,mkdir,rmdir,rename -F exe=/bin/node -k everything'
/** What is asked for instead: the first match decides, results and places matter. */
const CHANGED = `-a never,exit -F arch=b64 -S rename -F exe=/bin/node -F dir=/tmp/other
-a always,exit -F arch=b64 -S unlink -F exe=/bin/node -F exit=-ENOENT -k missing
-a always,exit -F arch=b64 -S mkdir,rmdir,rename -F exe=/bin/node -F success=1 -k done`

/** The same calls each time, in two folders; some fail. */
const LOAD = `
const fs = require('node:fs')
const attempt = (call) => { try { call() } catch {} }
for (const folder of ['/tmp/load', '/tmp/other'])
  for (let i = 0; i < 4; i++) {
    attempt(() => fs.unlinkSync(folder + '/missing'))
    attempt(() => fs.mkdirSync(folder + '/made'))
    attempt(() => fs.mkdirSync(folder + '/made'))
    attempt(() => fs.renameSync(folder + '/made', folder + '/moved'))
    attempt(() => fs.rmdirSync(folder + '/moved'))
    attempt(() => fs.rmdirSync(folder + '/moved'))
    fs.writeFileSync(folder + '/there', '')
    attempt(() => fs.renameSync(folder + '/there', folder + '/kept'))
    attempt(() => fs.unlinkSync(folder + '/kept'))
  }
`

/** Collects events until it is asked for them. */
class Events {
  private readonly parser = new RecordParser()
  private events: AuditEvent[] = []
  private readonly assembler = new Assembler({ event: (event) => this.events.push(event) }, {})

  constructor(client: HelperClient) {
    client.on('records', (payload) => {
      for (const { type, text } of decodeRecords(payload)?.records ?? []) {
        const record = this.parser.netlink(type, text, 0, text.length)
        if (record) this.assembler.push(record)
      }
    })
  }

  /** The events since the last call that a rule recorded. */
  async take(): Promise<AuditEvent[]> {
    await drained()
    await sleep(500)
    this.assembler.flush()
    const taken = this.events
    this.events = []
    return taken.filter((event) => factsOf(event).key !== '')
  }
}

/** Runs the load under rules and gives its events. */
async function record(rules: string, events: Events): Promise<AuditEvent[]> {
  const file = parseRuleFile(rules, BARE_CONTEXT)
  for (const { rule } of addedRules(file)) need(await kernel.addRule(compileRule(rule)))
  await events.take()
  execFileSync('/bin/node', ['-e', LOAD])
  const taken = await events.take()
  for (const rule of need(await kernel.rules())) need(await kernel.deleteRule(rule))
  return taken
}

/** Needs auditing on. */
export async function whatIf(client: HelperClient): Promise<void> {
  for (const folder of ['/tmp/load', '/tmp/other']) mkdirSync(folder, { recursive: true })
  writeFileSync('/tmp/load/kept', '')
  need(await client.command('subscribe', { mode: 'observe' }))
  const events = new Events(client)
  const captured = await record(BROAD, events)
  const sum = new WhatIfSum(
    addedRules(parseRuleFile(CHANGED, BARE_CONTEXT)).map(({ rule }) => rule),
  )
  for (const event of captured) sum.add(event)
  const { recorded, undecidable, byKey } = sum.result()
  const seen = await record(CHANGED, events)
  const keys: Record<string, number> = {}
  for (const event of seen) {
    const { key } = factsOf(event)
    keys[key] = (keys[key] ?? 0) + 1
  }
  report({
    phase: 'what if',
    captured: captured.length,
    predicted: recorded,
    undecidable,
    predictedKeys: Object.fromEntries(
      byKey.filter(({ after }) => after > 0).map(({ name, after }) => [name, after]),
    ),
    seen: seen.length,
    keys,
  })
}
