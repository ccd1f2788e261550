/**
 * Rules through Debian's kernel (6.1) in a machine of its own: there they need not be narrowed down to match nothing, and the
 * configuration can be locked. Loaded by us and printed by auditctl, and the other way round.
 */
import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  checkRule,
  compileRule,
  decompileRule,
  kernelForm,
  machineOf,
  parseLine,
  parseRuleFile,
  printRule,
  ruleIdentity,
  type Rule,
} from '@native/audit/rule'
import { RULE_SETS } from '@native/audit/rule/library'
import { syscallsOf } from '@native/audit/rule/names'
import { encodeUtf8 } from '@native/audit/text'
import { systemContext } from '@native/cli/commands/rules/context'
import { goodLine } from '../unit/audit/rule/arbitraries'
import { boot, type BootResult } from '../qemu/boot'
import { file } from '../qemu/cpio'
import { buildImage, hostProgram } from '../qemu/image'
import { guestKernel } from '../qemu/kernel'
import type { RulesForGuest } from '../qemu/rules'

const ROOT = process.cwd()
const RELEASE = [6, 1] as const
const context = systemContext()
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

/** Refusals that are about the file system, which our checks do not look at. */
const ABOUT_FILES = ['ENOENT', 'ENOTDIR', 'ENAMETOOLONG', 'EACCES']

const seed = Date.now() % 2 ** 31
const rules: Rule[] = fc
  .sample(goodLine, { numRuns: 300, seed })
  .flatMap((line) => parseLine(line, context).statements)
  .flatMap((statement) => (statement.kind === 'rule' ? statement.rule : []))
/** auditctl starts slowly in an emulated machine; of other machines it knows fewer syscalls than we do. */
const printed = rules
  .filter((rule) => ['x86_64', 'i386'].includes(machineOf(rule, context) ?? ''))
  .filter((rule) => checkRule(rule, { release: RELEASE, locked: null }).length === 0)
  .slice(0, 25)
/** A line of auditctl's listing with names for the syscalls that are newer than it. */
function withNames(line: string): string {
  const table = syscallsOf(line.includes('arch=b32') ? 'i386' : 'x86_64')
  return line.replace(/(?<=-S \S*)\b\d+\b/g, (number) => table.name(Number(number)) ?? number)
}

/** One of each kind of line, and many at once. */
const THEIRS = `-D
-b 8192
-w /etc -p wa -k etc
-w /tmp -p r
-a always,exit -F arch=b64 -S unlink,unlinkat -F auid>=1000 -F auid!=unset -k deleted
-a always,exit -F arch=b32 -S open,openat -F exit=-EACCES -F key=denied
-a exit,never -F arch=b64 -S connect -F saddr_fam=2
-a always,exit -F arch=b64 -S execve -C uid!=euid -F euid=0 -k a -k b
-a always,exit -F arch=b64 -S openat -F a2&0x40 -F success=0 -F sessionid!=unset
-A never,exit -F arch=b64 -S read -F pid=1
-a always,exit -S all -F filetype=fifo -F obj_uid=5 -F perm=x
-a never,exclude -F msgtype=CWD
-a never,user -F uid=0
-a never,task
-a never,filesystem -F fstype=debugfs
`

describe('rules in a kernel of their own', () => {
  let result: BootResult
  const phase = <T>(name: string): T => {
    const found = result.reports.find((each) => (each as { phase: string }).phase === name)
    expect(found, `no report of "${name}"; the console says:\n${result.console}`).toBeDefined()
    return found as T
  }

  beforeAll(async () => {
    const told: RulesForGuest = {
      bytes: rules.map((rule) => hex(compileRule(rule))),
      prints: printed.map((rule) => hex(compileRule(rule))),
      text: THEIRS,
    }
    const auditctl = execFileSync('sh', ['-c', 'command -v auditctl'], { encoding: 'utf8' }).trim()
    const initramfs = await buildImage({
      root: ROOT,
      cache: `${ROOT}/.cache/qemu`,
      scenario: 'test/qemu/guest/rules.ts',
      more: [
        ...hostProgram(auditctl, 'bin/auditctl'),
        file('app/rules.json', Buffer.from(JSON.stringify(told))),
        file('etc/passwd', Buffer.from('root:x:0:0:root:/:/bin/sh\n')),
        file('etc/group', Buffer.from('root:x:0:\n')),
      ],
    })
    result = await boot({
      kernel: guestKernel(),
      initramfs,
      program: ['/bin/node', '/app/scenario.cjs'],
      timeout: 170_000,
    })
  }, 200_000)

  it('are taken and refused as we say, and listed as we sent them', () => {
    const { verdicts } = phase<{ verdicts: { code: string; listed: string | null }[] }>('ours')
    expect(verdicts).toHaveLength(rules.length)
    const wrong = verdicts.flatMap(({ code, listed }, index) => {
      const rule = rules[index]!
      const text = printRule(rule, context)
      const [problem] = checkRule(rule, { release: RELEASE, locked: null })
      if (code !== 'ok')
        return problem !== undefined || ABOUT_FILES.includes(code)
          ? []
          : [`${text}: the kernel says ${code}, we say nothing`]
      if (problem !== undefined) return [`${text}: the kernel takes it, we say ${problem.message}`]
      const kept = decompileRule(Buffer.from(listed!, 'hex'))
      return kept.ok && ruleIdentity(kept.value) === ruleIdentity(rule)
        ? []
        : [`${text}: listed as ${kept.ok ? printRule(kept.value, context) : kept.message}`]
    })
    expect(wrong, `seed ${seed}`).toEqual([])
    expect(verdicts.filter(({ code }) => code === 'ok').length).toBeGreaterThan(100)
    expect(verdicts.filter(({ code }) => code === 'EINVAL').length).toBeGreaterThan(10)
  })

  it('are printed by auditctl -l as by us', () => {
    const { lines } = phase<{ lines: (string | null)[] }>('printed')
    const own = printed.map((rule) =>
      Buffer.from(encodeUtf8(printRule(rule, context)))
        .toString('latin1')
        .trim(),
    )
    expect(
      lines.map((line, index) => line ?? own[index]),
      `seed ${seed}`,
    ).toEqual(own)
    expect(lines.filter((line) => line !== null).length).toBeGreaterThan(5)
  })

  it('that auditctl loads are read by us as what was written', () => {
    const { rules: listed } = phase<{ rules: string[] }>('theirs')
    // In the guest these are directories, whatever they are here.
    const there = { ...context, isDirectory: (path: string) => path === '/etc' || path === '/tmp' }
    const written = parseRuleFile(THEIRS, there)
    const wanted = written.lines
      .flatMap(({ statements }) => statements)
      .flatMap((statement) => (statement.kind === 'rule' ? statement.rule : []))
    expect(new Set(listed)).toEqual(
      new Set(wanted.map((rule) => hex(compileRule(kernelForm(rule))))),
    )
    expect(listed).toHaveLength(wanted.length)
  })

  it('of the library are loaded as they are, and listed alike by us and by auditctl', () => {
    const {
      loaded,
      different,
      rules: count,
    } = phase<{
      loaded: { code: number; text: string }
      different: { ours: string; theirs: string }[]
      rules: number
    }>('library')
    expect(loaded).toEqual({ code: 0, text: expect.stringMatching(/^\d+ rules added/) })
    expect(count).toBeGreaterThan(2 * RULE_SETS.length)
    expect(different.filter(({ ours, theirs }) => ours !== withNames(theirs))).toEqual([])
  })

  it('can come with -q and -t, and the line is named whose paths do not exist', () => {
    expect(phase('commands')).toMatchObject({
      done: { code: 0 },
      refused: {
        code: 1,
        text: expect.stringContaining('Line 1: One of the two paths does not exist.'),
      },
    })
  })

  it('record what the what-if said that they would record of the same doings', () => {
    const { captured, predicted, undecidable, predictedKeys, seen, keys } = phase<{
      captured: number
      predicted: number
      undecidable: number
      predictedKeys: Record<string, number>
      seen: number
      keys: Record<string, number>
    }>('what if')
    expect({ seen, keys }).toEqual({ seen: predicted, keys: predictedKeys })
    expect(undecidable).toBe(0)
    expect(predicted).toBeGreaterThan(0)
    expect(predicted).toBeLessThan(captured)
  })

  it('cannot be changed but can be read when the configuration is locked, and that is said first', () => {
    const refusal = { code: 1, text: expect.stringContaining('locked (enabled=2)') }
    expect(phase('locked')).toMatchObject({
      add: refusal,
      load: refusal,
      list: { code: 0, text: '-w /tmp/watched -p wa -k watched\n' },
      diff: { code: 0, text: 'No difference in rules\n' },
      same: true,
    })
  })
})
