/**
 * Rules through this machine's kernel: what it takes and refuses, what it lists, what auditctl says about it. Every rule
 * here has `pid=` of a process that has ended, so that it matches nothing; auditing stays off.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import {
  checkRule,
  compileRule,
  decompileRule,
  kernelForm,
  machineOf,
  parseLine,
  printRule,
  ruleIdentity,
  type Rule,
} from '@native/audit/rule'
import { RULE_SETS, rulesOfSet } from '@native/audit/rule/library'
import { encodeUtf8 } from '@native/audit/text'
import { root } from '@native/cli/table'
import { systemContext } from '@native/cli/commands/rules/context'
import type { KernelApi } from '@native/helper/kernel-api'
import type { Machine } from '@native/cli/machine'
import { goodLine } from '../unit/audit/rule/arbitraries'
import { runWith } from '../unit/cli/harness'
import { describeOnKernel } from './guard'
import { value } from './helper'
import { hostApi, hostMachine } from './rules/host-kernel'

const context = systemContext()
/** A process that was, and is no more. */
const GONE = spawnSync('true').pid
/** The rule of a line, with a condition that nothing fulfils. */
function harmless(line: string): Rule | null {
  const [statement] = parseLine(`${line} -F pid=${GONE}`, context).statements
  return statement?.kind === 'rule' && statement.rule.list !== 'filesystem' ? statement.rule : null
}
const one = (line: string): Rule => {
  const rule = harmless(line)
  if (rule === null) throw new Error(`Not a rule for this machine: ${line}`)
  return rule
}

/** Refusals that are about the file system, which our checks do not look at. */
const ABOUT_FILES = ['ENOENT', 'ENOTDIR', 'ENAMETOOLONG', 'EACCES']

const auditctl = (...args: string[]): string =>
  execFileSync('auditctl', args, { encoding: 'latin1' })

describeOnKernel('rules in the kernel', () => {
  let api: KernelApi
  let machine: Machine
  let folder: string
  beforeAll(() => {
    api = hostApi()
    machine = hostMachine()
    folder = mkdtempSync(join(tmpdir(), 'auditscope-rules-'))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const listed = async (): Promise<Rule[]> =>
    value(await api.rules()).map((bytes) => value(decompileRule(bytes)))
  const cli = (...args: string[]) => runWith(root, ['rules', ...args], { machine })

  it('are taken and refused as we say, and listed as we sent them, for generated rules', async () => {
    const seed = Date.now() % 2 ** 31
    const rules = fc
      .sample(goodLine, { numRuns: 500, seed })
      .map(harmless)
      .filter((rule) => rule !== null)
    let taken = 0
    let refused = 0
    const wrong: string[] = []
    for (const rule of rules) {
      const added = await api.addRule(compileRule(rule))
      const problems = checkRule(rule)
      const text = printRule(rule, context)
      if (!added.ok) {
        refused++
        if (problems.length === 0 && !ABOUT_FILES.includes(added.code))
          wrong.push(`${text}: the kernel says ${added.code}, we say nothing`)
        continue
      }
      taken++
      if (problems.length > 0)
        wrong.push(`${text}: the kernel takes it, we say ${problems[0]!.message}`)
      const [kept] = await listed()
      if (kept === undefined || ruleIdentity(kept) !== ruleIdentity(rule))
        wrong.push(`${text}: listed as ${kept && printRule(kept, context)}`)
      value(await api.deleteRule(compileRule(kernelForm(rule))))
    }
    expect(wrong, `seed ${seed}`).toEqual([])
    expect(taken, `seed ${seed}`).toBeGreaterThan(50)
    expect(refused).toBeGreaterThan(20)
  })

  it('are printed by auditctl -l as by us', async () => {
    const seed = Date.now() % 2 ** 31
    const rules = fc
      .sample(goodLine, { numRuns: 150, seed })
      .map(harmless)
      .filter((rule) => rule !== null)
      .filter((rule) => checkRule(rule).length === 0)
      // Of other machines libaudit knows fewer syscalls than we do.
      .filter((rule) => ['x86_64', 'i386'].includes(machineOf(rule, context) ?? ''))
    for (const rule of rules) {
      if (!(await api.addRule(compileRule(rule))).ok) continue
      const own = Buffer.from(encodeUtf8(printRule(rule, context))).toString('latin1')
      expect(auditctl('-l'), `seed ${seed}`).toBe(`${own}\n`)
      value(await api.deleteRule(compileRule(kernelForm(rule))))
    }
  })

  it('that auditctl loads are read by us as what was written', async () => {
    const lines = [
      '-a always,exit -F arch=b64 -S unlink,unlinkat -F auid>=1000 -F auid!=unset',
      '-w /etc -p wa',
      '-w /etc/passwd -p wa',
      '-a never,exclude -F msgtype=CWD',
      '-a always,exit -F arch=b32 -S open -F exit=-EACCES -C uid!=euid',
      '-a never,task',
      '-a never,user -F uid=0',
    ]
    for (const line of lines) {
      auditctl(...line.split(' '), '-F', `pid=${GONE}`)
      const [kept] = await listed()
      expect(kept && ruleIdentity(kept), line).toBe(ruleIdentity(one(line)))
      value(await api.deleteRule(compileRule(kernelForm(one(line)))))
    }
  })

  it('of the io_uring list, which this auditctl does not know, come back the same', async () => {
    const rule = one('-a always,io_uring -S openat,unlinkat -F uid=5')
    value(await api.addRule(compileRule(rule)))
    const [kept] = await listed()
    expect(kept && printRule(kept, context)).toBe(
      `-a always,io_uring -S openat,unlinkat -F uid=5 -F pid=${GONE}`,
    )
    value(await api.deleteRule(compileRule(rule)))
  })

  it('are there once only, unless they are put first', async () => {
    const rule = one('-a always,exit -F arch=b64 -S open')
    value(await api.addRule(compileRule(rule)))
    expect(await api.addRule(compileRule(rule))).toMatchObject({ ok: false, code: 'EEXIST' })
    value(await api.addRule(compileRule({ ...rule, prepend: true })))
    expect((await listed()).map(ruleIdentity)).toEqual([ruleIdentity(rule), ruleIdentity(rule)])
    value(await api.deleteRule(compileRule(rule)))
    value(await api.deleteRule(compileRule(rule)))
  })

  it('of the library are all taken', async () => {
    for (const set of RULE_SETS)
      for (const line of rulesOfSet(set, context)) {
        const rule = harmless(line)
        if (rule === null) continue
        const added = await api.addRule(compileRule(rule))
        // Runtimes that are not installed here can lack their folder.
        if (!added.ok)
          expect([line, added.code]).toEqual([expect.stringContaining('exe='), 'ENOENT'])
        else value(await api.deleteRule(compileRule(kernelForm(rule))))
      }
  })

  it('can be added, listed, saved and deleted from the command line', async () => {
    const text = `-a always,exit -F arch=b64 -S unlink -F pid=${GONE} -F key=my\\ key`
    expect(await cli('add', text)).toMatchObject({ code: 0, err: '' })
    const printed = `-a always,exit -F arch=b64 -S unlink -F pid=${GONE} -F key=my key\n`
    expect(auditctl('-l')).toBe(printed)
    expect((await cli('list')).out).toBe(printed)
    expect((await cli('add', text)).err).toContain('The kernel has this rule already')
    const file = join(folder, 'saved.rules')
    expect((await cli('save', file)).out).toBe(`1 rule written to ${file}\n`)
    expect(readFileSync(file, 'utf8')).toBe(`${text}\n`)
    expect((await cli('save', file)).err).toContain('exists')
    const words = [`-a`, `always,exit`, `-F`, `arch=b64`, `-S`, `unlink`, `-F`, `pid=${GONE}`]
    expect(await cli('delete', ...words, '-k', 'my key')).toMatchObject({ code: 0 })
    expect(auditctl('-l')).toBe('No rules\n')
    expect((await cli('delete', text)).err).toContain('The kernel has no such rule')
  })

  it('are loaded whole or not at all, with the line that is refused', async () => {
    const lines = Array.from(
      { length: 60 },
      (_, index) => `-a always,exit -F arch=b64 -S open -F pid=${GONE} -F ppid=${index + 1}`,
    )
    const good = join(folder, 'good.rules')
    writeFileSync(good, `-b 4096\n${lines.join('\n')}\n`)
    expect(await cli('load', good)).toMatchObject({
      code: 0,
      out: '60 rules added, 0 rules deleted, 60 rules in the kernel\n',
    })
    const before = auditctl('-l')
    expect(value(await api.status()).backlogLimit).toBe(4096)

    // A folder that does not exist is a refusal that only the kernel knows of.
    const bad = join(folder, 'bad.rules')
    const missing = `-a always,exit -F arch=b64 -S open -F path=/no/such/folder/x -F pid=${GONE}`
    writeFileSync(bad, `-D\n-b 5000\n${[...lines].reverse().slice(0, 47).join('\n')}\n${missing}\n`)
    const refused = await cli('load', bad)
    expect(refused.code).toBe(1)
    expect(refused.err).toContain('Line 50: ')
    expect(refused.err).toContain('The previous rules and settings are back.')
    expect(auditctl('-l')).toBe(before)
    expect(value(await api.status()).backlogLimit).toBe(4096)

    const none = join(folder, 'none.rules')
    writeFileSync(none, '# nothing\n')
    expect((await cli('load', none, '--replace')).out).toContain('60 rules deleted')
    expect(auditctl('-l')).toBe('No rules\n')
    value(await api.set('backlogLimit', 64))
  })

  it('are compared with a file', async () => {
    const a = `-a always,exit -F arch=b64 -S open -F pid=${GONE}`
    const b = `-a always,exit -F arch=b64 -S close -F pid=${GONE}`
    const c = `-a always,exit -F arch=b64 -S creat -F pid=${GONE}`
    const d = `-a always,exit -F arch=b64 -S mkdir -F pid=${GONE}`
    const file = join(folder, 'diff.rules')
    for (const line of [a, b, c])
      value(await api.addRule(compileRule(one(line.replace(` -F pid=${GONE}`, '')))))
    writeFileSync(file, `${c}\n${a}\n${d}\n`)
    const { code, out } = await cli('diff', file)
    expect(code).toBe(0)
    expect(
      out
        .split('\n')
        .filter((line) => line !== '')
        .sort(),
    ).toEqual([`+ ${d}`, `- ${b}`, `~ ${c}`])
    writeFileSync(file, `${a}\n${b}\n${c}\n`)
    expect((await cli('diff', file)).out).toBe('No difference in rules\n')
    for (const line of [a, b, c]) expect(await cli('delete', line)).toMatchObject({ code: 0 })
  })
})
