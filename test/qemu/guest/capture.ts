/**
 * Records what test/fixtures/capture/variety.c does on the guest's kernel, and hands over the text of every record: the
 * kernel's multicast copy, "type text" a line.
 */
import { execFileSync, spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync, readFileSync, statSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { compileRule, onlyRule, parseArguments } from '@native/audit/rule'
import { systemContext } from '@native/cli/commands/rules/context'
import { kernel, need, report, scenario, sleep, warmUp } from './guest'

const PROGRAM = '/bin/variety'
const RULES = [
  ['-a', 'always,exit', '-F', 'arch=b64', '-S', 'all', '-F', `exe=${PROGRAM}`, '-k', 'variety'],
  ['-a', 'always,exit', '-F', 'arch=b32', '-S', 'all', '-F', `exe=${PROGRAM}`]
    // Two keys, one of them with a space.
    .concat('-k', 'variety', '-k', 'compat call'),
]
const OUTPUT = '/tmp/netlink.txt'
const PLAY = '/tmp/play'
/** Bytes of one report: the console takes no line of any length. */
const PART = 3000

scenario(async () => {
  await warmUp()
  need(await kernel.set('enabled', 1))
  need(await kernel.set('backlogLimit', 65_536))
  need(await kernel.set('backlogWaitTime', 0))
  for (const rule of RULES)
    need(
      await kernel.addRule(compileRule(need(onlyRule(parseArguments(rule, systemContext()))).rule)),
    )
  execFileSync(PROGRAM, ['prepare'])
  execFileSync(PROGRAM, ['uring-rule', PROGRAM])
  const output = openSync(OUTPUT, 'w')
  const listener = spawn('/bin/listen', [], { stdio: ['ignore', output, 'inherit'] })
  await sleep(500)
  mkdirSync(PLAY)
  const program = spawn(PROGRAM, [PLAY], { stdio: 'ignore' })
  const status = await new Promise((resolve) => program.on('close', resolve))
  // Until nothing more comes.
  for (let size = -1; size !== statSync(OUTPUT).size; await sleep(1000))
    size = statSync(OUTPUT).size
  listener.kill('SIGKILL')
  closeSync(output)
  const packed = gzipSync(readFileSync(OUTPUT))
  for (let at = 0; at < packed.length; at += PART)
    report({ part: packed.subarray(at, at + PART).toString('base64') })
  report({ status, lost: need(await kernel.status()).lost, bytes: packed.length })
})
