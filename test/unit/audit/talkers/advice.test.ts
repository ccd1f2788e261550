import { describe, expect, it } from 'vitest'
import { addedRules, contextOf, parseRuleFile } from '@native/audit/rule'
import { factsOf, WhatIf, type EventFacts } from '@native/audit/rule/whatif'
import { adviseLoad, type Advice } from '@native/audit/talkers/advice'
import { assemble, eventsOf, recordOf } from '../fixtures'

const context = contextOf({
  machine: 'x86_64',
  users: { root: 0 },
  groups: { root: 0 },
  directories: ['/etc'],
  features: null,
})

interface Call {
  syscall?: number
  auid?: number
  uid?: number
  exe?: string
  success?: boolean
  key?: string
}
let serial = 0
/** An event as the kernel writes it: three records, of which the last is PROCTITLE. */
function call({
  syscall = 59,
  auid = 1000,
  uid = 1000,
  exe = '/usr/bin/make',
  success = true,
  key = 'exec',
}: Call = {}): EventFacts {
  const stamp = `msg=audit(1700000000.123:${++serial}):`
  const [event] = assemble(
    [
      `type=SYSCALL ${stamp} arch=c000003e syscall=${syscall} success=${success ? 'yes' : 'no'} exit=${success ? 0 : -2} a0=0 a1=0 a2=0 a3=0 items=0 ppid=1 pid=2 auid=${auid} uid=${uid} gid=${uid} euid=${uid} suid=${uid} fsuid=${uid} egid=${uid} sgid=${uid} fsgid=${uid} tty=(none) ses=1 comm="x" exe="${exe}" key="${key}"`,
      `type=CWD ${stamp} cwd="/"`,
      `type=PROCTITLE ${stamp} proctitle="x"`,
    ].map(recordOf),
  )
  return factsOf(event!)
}
const many = (count: number, each: Call): EventFacts[] =>
  Array.from({ length: count }, () => call(each))
const UNSET = 4294967295

async function advise(rules: string, facts: readonly EventFacts[]): Promise<readonly Advice[]> {
  const result = await adviseLoad(rules, facts, context, () => Promise.resolve())
  if (!result.ok) throw new Error(result.message)
  return result.value.advice
}
const titled = (advice: readonly Advice[], title: RegExp): Advice => {
  const found = advice.find((each) => title.test(each.title))
  if (!found) throw new Error(`none of ${advice.map((each) => each.title).join('; ')}`)
  return found
}
const EXEC = '-a always,exit -F arch=b64 -S execve,openat -F key=exec\n'

describe('advice against load', () => {
  it('proposes to leave out who never logged in, and says what that saves', async () => {
    const advice = await advise(EXEC, [...many(82, { auid: UNSET }), ...many(18, {})])
    const found = titled(advice, /^Leave out who never logged in \(auid unset\), for key=exec$/)
    expect(found).toMatchObject({
      before: { events: 100, records: 300 },
      after: { events: 18, records: 54 },
      rule: '-a always,exit -F arch=b64 -S execve,openat -F auid!=unset -F key=exec',
    })
    expect(found.rules).toBe(`${found.rule}\n`)
  })

  it('proposes to leave out a program, a system account, a call, and what fails', async () => {
    const facts = [
      ...many(40, { exe: '/usr/sbin/cron', uid: 33 }),
      ...many(40, { syscall: 257, success: false, exe: '/usr/bin/gcc' }),
      ...many(20, { exe: '/usr/bin/ls' }),
    ]
    const advice = await advise(EXEC, facts)
    expect(titled(advice, /^Leave out \/usr\/sbin\/cron/).after.events).toBe(60)
    expect(titled(advice, /^Leave out the system account 33/).after.events).toBe(60)
    expect(titled(advice, /^Only calls that succeed/).after.events).toBe(60)
    expect(titled(advice, /^Do not record execve/).rule).toBe(
      '-a always,exit -F arch=b64 -S openat -F key=exec',
    )
  })

  it('counts records, not events, for a type of record that is left out', async () => {
    const advice = await advise(EXEC, many(10, {}))
    const found = titled(advice, /^Leave out PROCTITLE records$/)
    expect(found.before).toEqual({ events: 10, records: 30 })
    expect(found.after).toEqual({ events: 10, records: 20 })
    expect(found.rules).toBe(`${EXEC}-a always,exclude -F msgtype=PROCTITLE\n`)
  })

  it('is best first, each is a rule set that loads, and following it saves what it said', async () => {
    const facts = [...eventsOf('audit.log').map(factsOf), ...many(200, { auid: UNSET })]
    const text = '# kept\n-w /etc/passwd -p wa -k identity\n' + EXEC
    const advice = await advise(text, facts)
    expect(advice.length).toBeGreaterThan(1)
    expect([...advice].sort((a, b) => a.after.records - b.after.records)).toEqual(advice)
    for (const { rules, before, after } of advice) {
      expect(rules).toContain('# kept\n')
      const file = parseRuleFile(rules, context)
      expect(file.diagnostics.filter(({ severity }) => severity === 'error')).toEqual([])
      const whatIf = new WhatIf(addedRules(file).map(({ rule }) => rule))
      const records = facts.reduce((sum, each) => sum + whatIf.recordsOf(each), 0)
      expect(records).toBe(after.records)
      expect(records).toBeLessThan(before.records)
      // What has been followed is not proposed again.
      const again = await advise(rules, facts)
      expect(again.every((each) => each.rules !== rules)).toBe(true)
    }
  })

  it('leaves alone what is small, and rules that say so already', async () => {
    const narrow = '-a always,exit -F arch=b64 -S execve -F auid!=unset -F success=1 -F key=exec\n'
    const advice = await advise(narrow, many(50, {}))
    expect(advice.map(({ title }) => title)).toEqual(['Leave out PROCTITLE records'])
    expect(await advise('', [])).toEqual([])
  })

  it('refuses rules that are wrong', async () => {
    const result = await adviseLoad('-a always', [], context, () => Promise.resolve())
    expect(result).toMatchObject({ ok: false, code: 'usage' })
  })
})
