/** The kernel's own checks, whole files, diffs, loading. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  addedRules,
  checkRule,
  compileRule,
  contextOf,
  diagnosticText,
  diffRules,
  inKernelOrder,
  isLoadable,
  isSameSet,
  kernelForm,
  parseRule,
  parseRuleFile,
  planLoad,
  releaseOf,
  ruleIdentity,
  type KernelFacts,
  type Rule,
} from '@native/audit/rule'
import { goodLine } from './arbitraries'

const context = contextOf({
  machine: 'x86_64',
  users: { root: 0, daemon: 1 },
  groups: { root: 0, daemon: 1 },
  directories: ['/etc'],
  features: null,
})
const rule = (text: string): Rule => {
  const parsed = parseRule(text, context)
  if (!parsed.ok) throw new Error(parsed.message)
  return parsed.value.rule
}
const old: KernelFacts = { release: [3, 10], locked: false }
const newer: KernelFacts = { release: [6, 1], locked: false }

describe('what the kernel refuses', () => {
  it.each([
    ['-a never,filesystem -F uid=0', 'does not take `uid` on the filesystem list'],
    ['-a always,exit -F path!=/x', '`path` only with ='],
    ['-a always,exit -F dir>/x', '`dir` only with ='],
    ['-a always,exit -F path=/x/', '`path` must not end with a slash'],
    ['-a always,exit -F path=x', '`path` must begin with a slash'],
    ['-a always,exit -F exe=x', '`exe` must begin with a slash'],
    ['-a always,exit -F path=/x -F dir=/y', 'of `path`, `dir` and `inode` a rule can have one'],
    ['-a always,exit -F exe=/x -F exe=/y', '`exe` can be given once'],
    ['-a always,exit -F uid=unset', '`uid` cannot be unset'],
    ['-a always,exit -F gid=4294967295', '`gid` cannot be unset'],
    ['-a always,exit -F auid>=unset', '`auid=unset` only with = !='],
    ['-a always,exit -F pid&=5', '`pid` only with = != > >= < <='],
    ['-a always,exit -F subj_user>x', '`subj_user` only with = !='],
  ])('%s', (text, said) => {
    expect(checkRule(rule(text))[0]?.message).toContain(said)
  })

  it.each([
    '-a always,exit -F auid!=unset',
    '-a always,exit -F a0&=5 -F pers&3 -F devminor&1',
    '-a never,filesystem -F fstype=tracefs -F key=x',
    '-w /etc/passwd -p wa -k id',
    '-a never,exclude -F exe=/x -F auid=5',
  ])('is not %s', (text) => {
    expect(checkRule(rule(text), newer)).toEqual([])
  })

  it.each([
    ['-a always,exit -F exe=/x', 'the field `exe`'],
    ['-a always,exit -F saddr_fam=2', 'the field `saddr_fam`'],
    ['-a never,filesystem -F fstype=tracefs', 'no filesystem list'],
    ['-a always,io_uring -S openat', 'no io_uring list'],
  ])('in an old kernel is also %s', (text, said) => {
    expect(checkRule(rule(text), old)[0]?.message).toContain(said)
    expect(checkRule(rule(text), newer)).toEqual([])
  })

  it('is told by the release', () => {
    expect(releaseOf('6.1.0-30-amd64')).toEqual([6, 1])
    expect(releaseOf('5.16-rc1')).toEqual([5, 16])
    expect(releaseOf('unknown')).toBeNull()
  })
})

describe('a file', () => {
  const said = (text: string): string[] => {
    const { diagnostics, index } = parseRuleFile(text, context, newer)
    return diagnostics.map((each) => `${each.severity} ${diagnosticText(each, index)}`)
  }

  it('gets the kernel’s complaints at the field', () => {
    expect(said('\n-a always,exit -F arch=b64 -S open -F path=/x/ -k x')).toEqual([
      'error line 2, column 36: `path` must not end with a slash. Leave it out, or watch the directory with dir.',
    ])
  })

  it('has a rule once, unless it was deleted in between', () => {
    const watch = '-w /x -p w'
    expect(said(`${watch}\n# other\n${watch}`)).toEqual([
      'error line 3, column 1: The same rule is on line 1 already, and the kernel refuses a second one. Delete this line.',
    ])
    expect(said(`${watch}\n-W /x -p w\n${watch}`)).toEqual([])
    expect(said(`${watch}\n-D\n${watch}`)).toEqual([])
    expect(isLoadable(parseRuleFile(`${watch}\n${watch}`, context))).toBe(false)
  })

  it('ends with the lock', () => {
    expect(said('-e 2\n-w /x -p w')).toEqual([
      'error line 2, column 1: `-e 2` above has locked the configuration, and the kernel refuses this. Make -e 2 the last line.',
    ])
    expect(said('-w /x -p w\n-e 2')).toEqual([])
  })

  it('lists what it adds', () => {
    const file = parseRuleFile('-D\n-w /x -p w\n#-w /y -p w\n-W /z\n-a never,task', context)
    expect(addedRules(file).map(({ rule: { list } }) => list)).toEqual(['exit', 'task'])
  })
})

describe('a diff', () => {
  const [a, b, c, d] = ['-w /a', '-w /b', '-w /c', '-a never,task'].map(rule) as [
    Rule,
    Rule,
    Rule,
    Rule,
  ]
  const kinds = (before: Rule[], after: Rule[]) =>
    diffRules(before, after).changes.map(({ kind }) => kind)

  it('tells what is added, removed, moved', () => {
    expect(kinds([a, b], [a, b])).toEqual(['same', 'same'])
    expect(kinds([a, b], [b])).toEqual(['removed', 'same'])
    expect(kinds([a], [a, b])).toEqual(['same', 'added'])
    expect(diffRules([a, b, c], [c, a, b])).toMatchObject({ added: 0, removed: 0, moved: 1 })
    expect(diffRules([a, d], [d, a])).toMatchObject({ moved: 0 })
  })

  it('knows where prepended rules end up', () => {
    const first = { ...b, prepend: true }
    const second = { ...c, prepend: true }
    expect(inKernelOrder([a, first, second]).map(ruleIdentity)).toEqual([c, b, a].map(ruleIdentity))
  })

  it('of any two sets adds and removes up', () => {
    const set = fc.uniqueArray(
      fc.constantFrom(...'abcdefgh').map((name) => rule(`-w /${name}`)),
      { selector: ruleIdentity },
    )
    fc.assert(
      fc.property(set, set, (before, after) => {
        const diff = diffRules(before, after)
        const same = diff.changes.filter(({ kind }) => kind === 'same').length
        expect(same + diff.moved + diff.removed).toBe(before.length)
        expect(same + diff.moved + diff.added).toBe(after.length)
        expect(isSameSet(diff)).toBe(
          before.map(ruleIdentity).join() === after.map(ruleIdentity).join(),
        )
      }),
    )
  })
})

describe('loading a file', () => {
  const kernel = ['-w /a -p w', '-a never,task', '-w /b -p w -k id'].map((text) =>
    compileRule(kernelForm(rule(text))),
  )
  const after = (text: string, replace = false): string[] => {
    const plan = planLoad(parseRuleFile(text, context), kernel, replace)
    if (!plan.ok) return [`${plan.code} ${plan.message}`]
    return plan.value.after.map(({ rule: planned, line }) => {
      const place = planned?.fields.find(({ field }) => field === 'path')
      return `${planned?.list} ${place?.text ?? ''} ${line ?? ''}`.trim()
    })
  }

  it('adds to what is there, first or last, and deletes', () => {
    expect(after('-w /c -p w\n-A always,exit -F path=/d')).toEqual([
      'task',
      'exit /d 2',
      'exit /a',
      'exit /b',
      'exit /c 1',
    ])
    expect(after('-W /a -p w')).toEqual(['task', 'exit /b'])
    expect(after('-D\n-w /c -p w')).toEqual(['exit /c 2'])
    expect(after('-D -k id')).toEqual(['task', 'exit /a'])
    expect(after('-w /c -p w', true)).toEqual(['exit /c 1'])
  })

  it('tells settings and commands with their lines', () => {
    const plan = planLoad(
      parseRuleFile('-b 100\n-e 1\n--reset-lost\n-t\n-q /a,/b', context),
      [],
      false,
    )
    expect(plan).toMatchObject({
      value: {
        settings: [
          { setting: 'backlogLimit', value: 100, line: 1 },
          { setting: 'enabled', value: 1, line: 2 },
        ],
        commands: [
          { command: 'resetLost', line: 3 },
          { command: 'trimSubtrees', line: 4 },
          { command: 'equivalent', mount: '/a', subtree: '/b', line: 5 },
        ],
      },
    })
  })

  it.each([
    ['-w /a -p w', 'EEXIST Line 1: The kernel has this rule already.'],
    ['\n-W /nothing', 'ENOENT Line 2: The kernel has no such rule to delete.'],
    ['-w /c\n-F x', 'usage Line 2: `-F` needs the list before it.'],
    ['-m hello', 'unsupported Line 1: `-m` writes a message into the log'],
    ['--signal HUP', 'unsupported Line 1: `--signal` is for the audit daemon'],
  ])('refuses %s, and nothing has changed', (text, said) => {
    expect(after(text)[0]).toContain(said)
  })

  it('puts a rule that is there first when it is prepended', () => {
    expect(after('-A always,exit -S all -F path=/b -F perm=w -k id')).toEqual([
      'task',
      'exit /b 1',
      'exit /a',
    ])
  })

  it('keeps rules that it does not understand', () => {
    const strange = kernel[0]!.slice()
    new DataView(strange.buffer).setUint32(12 + 256, 999, true)
    const plan = planLoad(parseRuleFile('-w /c', context), [strange], false)
    expect(plan).toMatchObject({ value: { after: [{ rule: null, bytes: strange }, { line: 1 }] } })
  })

  it('twice comes to the same as once, from nothing', () => {
    fc.assert(
      fc.property(fc.array(goodLine, { maxLength: 8 }), (lines) => {
        const file = parseRuleFile(lines.join('\n'), context)
        const once = planLoad(file, [], true)
        if (!once.ok) return
        const bytes = once.value.after.map((planned) => planned.bytes)
        const twice = planLoad(file, bytes, true)
        expect(twice.ok && twice.value.after.map(({ identity }) => identity)).toEqual(
          once.value.after.map(({ identity }) => identity),
        )
      }),
    )
  })
})
