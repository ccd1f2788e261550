/**
 * Our compiler and printer against the real auditctl: what it sends, byte by byte, what it refuses, what it prints.
 * Nothing here touches the kernel: see rules/auditctl.ts.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import {
  compileRule,
  kernelForm,
  netlinkPayload,
  parseLine,
  printRule,
  type Rule,
} from '@native/audit/rule/index'
import { encodeUtf8 } from '@native/audit/text'
import { systemContext } from '@native/cli/commands/rules/context'
import { ERRNO, MACHINE_NAMES, RECORD_TYPES, syscallsOf } from '@native/audit/rule/names'
import { machineOfText } from '@native/audit/rule/value'
import { anyLine, goodLine } from '../unit/audit/rule/arbitraries'
import { Auditctl, type Verdict } from './rules/auditctl'

const context = systemContext()
const auditctl = new Auditctl()
afterAll(() => auditctl.close())

/** What we make of a line, in the oracle's terms. */
function ours(line: string): { verdict: Verdict | null; rule: Rule | null; why: string } {
  const { statements, diagnostics } = parseLine(line, context)
  const [statement] = statements
  const why = diagnostics.map(({ message }) => message).join(' ')
  if (statement?.kind !== 'rule') return { verdict: null, rule: null, why }
  const payload = netlinkPayload(compileRule(statement.rule))
  return { verdict: { operation: statement.operation, payload }, rule: statement.rule, why }
}

function shown(verdict: Verdict | null): string {
  return verdict === null
    ? 'refused'
    : `${verdict.operation} ${Buffer.from(verdict.payload).toString('hex')}`
}

/** Names of syscalls that libaudit's tables have, by machine. */
const libauditSyscalls = new Map(
  MACHINE_NAMES.map((machine) => {
    const dump = execFileSync('ausyscall', [machine, '--dump'], { encoding: 'utf8' })
    const rows = dump.trim().split('\n').slice(1)
    return [machine, new Map(rows.map((row) => row.split('\t').reverse() as [string, string]))]
  }),
)

/** Those of the names that auditctl takes in a rule that ends with them. */
function knownTo(rule: string, names: readonly string[]): ReadonlySet<string> {
  const verdicts = auditctl.load(names.map((name) => rule + name))
  return new Set(names.filter((_, index) => verdicts[index] !== null))
}
const libauditTypes = knownTo('-a always,exclude -F msgtype=', RECORD_TYPES.all)
const libauditErrnos = knownTo('-a always,exit -F exit=-', ERRNO.all)

/**
 * Whether a line has a name that only one side's tables have: our headers are newer than libaudit, and there are none
 * for s390.
 */
function differsByTable(line: string): boolean {
  const [, token = 'x86_64'] = /.*arch!?=(\S+)/i.exec(line) ?? []
  const machine = machineOfText(token, context.machine) ?? context.machine
  const syscalls = [...line.matchAll(/(?:^| )-S (\S+)/g)].flatMap(([, names = '']) =>
    names.split(','),
  )
  const types = [...line.matchAll(/msgtype[!<>=&]+([A-Z]\w*)/gi)].map(([, type = '']) => type)
  const errnos = [...line.matchAll(/exit[!<>=&]+-?(E[A-Z0-9]+)/gi)].map(([, errno = '']) => errno)
  return (
    syscalls.some(
      (name) =>
        libauditSyscalls.get(machine)?.has(name) !== (syscallsOf(machine).number(name) !== null),
    ) ||
    types.some((type) => RECORD_TYPES.all.includes(type) && !libauditTypes.has(type)) ||
    errnos.some((errno) => ERRNO.all.includes(errno) && !libauditErrnos.has(errno))
  )
}

/** Lines on which we and auditctl differ, with both sides. */
function differences(lines: readonly string[]): string[] {
  const theirs = auditctl.load(lines)
  return lines.flatMap((line, index) => {
    const own = ours(line)
    const [a, b] = [shown(own.verdict), shown(theirs[index]!)]
    return a === b ? [] : [`${line}\n  we:       ${a} ${own.why}\n  auditctl: ${b}`]
  })
}

/** Generated lines whose names both sides know. */
function generated(lines: fc.Arbitrary<string>, count: number, seed: number): string[] {
  const sample = fc
    .sample(lines, { numRuns: Math.ceil(count * 1.5), seed })
    .filter((line) => !differsByTable(line))
    .slice(0, count)
  expect(sample.length).toBe(count)
  return sample
}

/** The example files of the package that auditctl comes from. */
function exampleFiles(): string[] {
  const folders = (process.env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => existsSync(join(folder, 'auditctl')))
    .flatMap((folder) =>
      ['../share', '../usr/share', '../../usr/share'].map((up) => join(folder, up)),
    )
    .map((share) => join(share, 'doc/auditd/examples/rules'))
  const folder = folders.find((candidate) => existsSync(candidate))
  if (folder === undefined) throw new Error('The package auditd has no examples here.')
  return readdirSync(folder)
    .filter((name) => name.endsWith('.rules'))
    .map((name) => join(folder, name))
}

const newSeed = (): number => Date.now() % 2 ** 31

describe('the bytes of a rule', () => {
  it('are those that auditctl sends, and we refuse what it refuses, for 2,000 generated rules', () => {
    const seed = newSeed()
    const lines = generated(anyLine, 2000, seed)
    const taken = lines.filter((line) => ours(line).verdict !== null)
    expect(taken.length, `seed ${seed}`).toBeGreaterThan(400)
    expect(lines.length - taken.length).toBeGreaterThan(400)
    expect(differences(lines), `seed ${seed}`).toEqual([])
  })

  const files = exampleFiles()
  it('has example files to compare with', () => {
    expect(files.length).toBeGreaterThan(20)
  })

  it.each(files)('are those that auditctl sends for %s', (file) => {
    const lines = readFileSync(file, 'utf8')
      .split('\n')
      // What is no rule is read, and answered, in other ways.
      .filter((line) => /^ *-[aAwdW]/.test(line))
    expect(differences(lines)).toEqual([])
  })
})

describe('the text of a rule', () => {
  it('is what auditctl -l prints, for 2,000 generated rules', () => {
    const seed = newSeed()
    const rules = generated(goodLine, 2500, seed)
      .map((line) => ours(line).rule)
      .filter((rule) => rule !== null)
      .slice(0, 2000)
    expect(rules.length, `seed ${seed}`).toBe(2000)
    const theirs = auditctl.print(rules.map((rule) => compileRule(kernelForm(rule))))
    const different = rules.flatMap((rule, index) => {
      const own = Buffer.from(encodeUtf8(printRule(rule, context))).toString('latin1')
      return own === theirs[index] ? [] : [`we:       ${own}\nauditctl: ${theirs[index]}`]
    })
    expect(different, `seed ${seed}`).toEqual([])
  })
})
