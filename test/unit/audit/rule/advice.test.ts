import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { adviseFile, ruleCost } from '@native/audit/rule/advice'
import { applyEdits, contextOf, parseRule, parseRuleFile } from '@native/audit/rule'
import { goodLine } from './arbitraries'

const context = contextOf({
  machine: 'x86_64',
  users: { root: 0, daemon: 1 },
  groups: { root: 0, daemon: 1 },
  directories: ['/etc'],
  features: null,
})

const adviceOn = (text: string) => adviseFile(parseRuleFile(text, context), context)
const codes = (text: string): string[] => adviceOn(text).map(({ code }) => code)

/** Text, the advice that it must get, and the text after the first fix of that advice; null when there is none. */
const CASES: readonly (readonly [code: string, text: string, fixed: string | null])[] = [
  ['no-arch', '-a always,exit -S 87 -k x', '-a always,exit -F arch=b64 -S 87 -k x'],
  [
    'missing-twin',
    '-a always,exit -F arch=b64 -S delete_module -F auid>=1000 -F auid!=unset -k m',
    '-a always,exit -F arch=b64 -S delete_module -F auid>=1000 -F auid!=unset -k m\n' +
      '-a always,exit -F arch=b32 -S delete_module -F auid>=1000 -F auid!=unset -k m',
  ],
  [
    'missing-relatives',
    '-a always,exit -F arch=b64 -S open -F path=/x -k x',
    '-a always,exit -F arch=b64 -S open,openat,openat2,open_by_handle_at,creat -F path=/x -k x',
  ],
  ['all-syscalls', '-a always,exit -F arch=b64 -S all -k x', null],
  ['hot-syscalls', '-a always,exit -F arch=b64 -S read -k x', null],
  [
    'daemons',
    '-a always,exit -F arch=b64 -S mount -k m',
    '-a always,exit -F arch=b64 -S mount -F auid>=1000 -F auid!=unset -k m',
  ],
  [
    'unset-auid',
    '-a always,exit -F arch=b64 -S mount -F auid>=1000 -k m',
    '-a always,exit -F arch=b64 -S mount -F auid>=1000 -F auid!=unset -k m',
  ],
  ['no-key', '-w /etc/shadow -p wa', '-w /etc/shadow -p wa -k shadow'],
  ['panic', '-f 2', '-f 1'],
  ['exclude-always', '-a always,exclude -F msgtype=CWD', '-a never,exclude -F msgtype=CWD'],
  ['no-syscalls', '-a always,exit -F arch=b64 -S , -k x', null],
  ['shadowed', '-w /etc -p wa -k e\n-w /etc/passwd -p w -k p', '-w /etc -p wa -k e'],
  [
    'shadowed',
    '-a always,exit -F arch=b64 -S unlink -k a\n-a never,exit -F arch=b64 -S unlink -F auid=5',
    '-a never,exit -F arch=b64 -S unlink -F auid=5\n-a always,exit -F arch=b64 -S unlink -k a',
  ],
  [
    'never-late',
    '-w /etc -p wa -k e\n-a never,exit -F arch=b64 -S unlink -F exe=/usr/bin/x',
    '-a never,exit -F arch=b64 -S unlink -F exe=/usr/bin/x\n-w /etc -p wa -k e',
  ],
]

describe('advice', () => {
  it.each(CASES)('%s: %s', (code, text, fixed) => {
    const advice = adviceOn(text).find((each) => each.code === code)
    expect(advice, codes(text).join(' ')).toBeDefined()
    const fix = advice?.fixes[0]
    if (fixed === null) expect(fix).toBeUndefined()
    else {
      const after = applyEdits(text, fix?.edits ?? [])
      expect(after).toBe(fixed)
      expect(codes(after)).not.toContain(code)
    }
  })

  it('turns a watch into syscall rules for both widths that need no further advice on syscalls', () => {
    const text = '-w /etc/passwd -p wa -k id'
    const advice = adviceOn(text).find(({ code }) => code === 'slow-watch')
    const after = applyEdits(text, advice?.fixes[0]?.edits ?? [])
    const lines = after.split('\n')
    expect(lines).toHaveLength(2)
    expect(lines[0]).toMatch(
      /^-a always,exit -F arch=b64 -S acct,.*,openat.* -F path=\/etc\/passwd -F perm=wa -F key=id$/,
    )
    expect(lines[1]).toMatch(/^-a always,exit -F arch=b32 -S acct,.* -F path=/)
    expect(codes(after)).toEqual([])
  })

  it('has nothing to say of rules that are as they should be', () => {
    const good = [
      '-a never,exit -F arch=b64 -S mount -F exe=/usr/bin/x',
      '-a never,exit -F arch=b32 -S mount -F exe=/usr/bin/x',
      '-a always,exit -F arch=b64 -S mount -F auid>=1000 -F auid!=unset -k m',
      '-a always,exit -F arch=b32 -S mount -F auid>=1000 -F auid!=unset -k m',
      '-a never,exclude -F msgtype=CWD',
    ].join('\n')
    expect(adviceOn(good)).toEqual([])
  })

  it('offers only fixes that leave a file without new errors, whatever the rules are', () => {
    fc.assert(
      fc.property(fc.array(goodLine, { minLength: 1, maxLength: 6 }), (lines) => {
        const text = lines.join('\n')
        const errors = (source: string): number =>
          parseRuleFile(source, context).diagnostics.filter(
            ({ severity, source: from }) => severity === 'error' && from === 'auditctl',
          ).length
        const before = errors(text)
        for (const { fixes } of adviceOn(text))
          for (const { title, edits } of fixes) {
            const after = applyEdits(text, edits)
            expect(after, title).not.toBe(text)
            expect(errors(after), `${title}: ${after}`).toBeLessThanOrEqual(before)
          }
      }),
      { numRuns: 300 },
    )
  })
})

describe('the cost of a rule', () => {
  const cost = (text: string) => {
    const parsed = parseRule(text, context)
    return parsed.ok ? ruleCost(parsed.value.rule, context) : null
  }

  it('is every syscall for a watch', () => {
    expect(cost('-w /etc -p wa')).toMatchObject({ syscalls: 'all', hasArch: false })
  })
  it('is the named syscalls, the busy ones of them by name', () => {
    expect(cost('-a always,exit -F arch=b64 -S openat,mount')).toMatchObject({
      syscalls: 2,
      hot: ['openat'],
      hasArch: true,
    })
  })
  it.each([
    ['-S openat', 'on openat, which is called all the time.'],
    ['-S openat,mount', 'on 2 syscalls, of which openat is called all the time.'],
    ['-S openat,read,mount', 'on 3 syscalls, of which read, openat are called all the time.'],
    ['-S mount', 'on 1 syscall.'],
  ])('is said in a sentence: %s', (syscalls, words) => {
    expect(cost(`-a always,exit -F arch=b64 ${syscalls}`)?.words).toBe(
      `The kernel looks at this rule ${words}`,
    )
  })
  it('is none on lists that syscalls do not touch', () => {
    expect(cost('-a never,exclude -F msgtype=CWD')).toMatchObject({ syscalls: 0 })
  })
})
