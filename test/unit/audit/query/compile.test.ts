import { describe, expect, it } from 'vitest'
import { compileQuery, matchesPlan, type FieldValue, type QueryEvent } from '@native/audit/query'
import { testNames } from './names'

const NOW = new Date(2026, 10, 23, 12, 30).getTime()
const context = { now: NOW, names: testNames }

function event(fields: Record<string, FieldValue | string | (FieldValue | string)[]>): QueryEvent {
  const all = new Map(
    Object.entries(fields).map(([name, found]) => [
      name,
      (Array.isArray(found) ? found : [found]).map((one) =>
        typeof one === 'string' ? { raw: one, value: one } : one,
      ),
    ]),
  )
  return {
    values: (field) => all.get(field) ?? [],
    texts: () => [...all.values()].flat().map(({ value }) => value),
    numbers: () => (all.get('pid') ?? []).map(({ raw }) => Number(raw)),
  }
}

function matches(query: string, fields: Parameters<typeof event>[0]): boolean {
  const { plan, problems } = compileQuery(query, context)
  if (plan === null) throw new Error(problems[0]!.message)
  return matchesPlan(plan, event(fields))
}

const unlink = { raw: '87', value: 'unlink' }
const alice = { raw: '1000', value: 'alice' }

describe('a condition', () => {
  it.each([
    ['syscall=unlink', { syscall: unlink }, true],
    ['syscall=UNLINK', { syscall: unlink }, true],
    ['syscall=87', { syscall: unlink }, true],
    ['syscall=open', { syscall: unlink }, false],
    ['syscall in (open, unlink)', { syscall: unlink }, true],
    ['user=alice', { user: alice }, true],
    ['user=1000', { user: alice }, true],
    ['user!=1000', { user: alice }, false],
    ['user!=bob', { user: [alice, { raw: '0', value: 'root' }] }, true],
    ['user=root', { user: [alice, { raw: '0', value: 'root' }] }, true],
    ['auid=unset', { auid: '4294967295' }, true],
    ['auid=-1', { auid: '4294967295' }, true],
    ['auid>=1000', { auid: '4294967295' }, true],
    ['auid<1000', { auid: alice }, false],
    ['exit=-13', { exit: '-13' }, true],
    ['exit=EACCES', { exit: '-13' }, true],
    ['exit=-EACCES', { exit: '-13' }, true],
    ['exit<0', { exit: '-13' }, true],
    ['exit>=0x10', { exit: '16' }, true],
    ['success=no', { success: 'no' }, true],
    ['res=success', { res: '1' }, true],
    ['res=success', { res: 'failed' }, false],
    ['a0=ffffff9c', { a0: 'ffffff9c' }, true],
    ['a0=0xFFFFFF9C', { a0: 'ffffff9c' }, true],
    ['a0>=0xffffffffffffff9c', { a0: 'ffffffffffffff9d' }, true],
    ['a0=0xffffffffffffff9c', { a0: 'ffffffffffffff9d' }, false],
    ['mode=0100644', { mode: '0100644' }, true],
    ['path=/etc/passwd', { path: ['/etc', '/etc/passwd'] }, true],
    ['path=/etc/*', { path: ['/etc', '/etc/passwd'] }, true],
    ['path=/etc/*d*', { path: '/etc/sudoers.d/x' }, true],
    ['path="/etc/*"', { path: '/etc/passwd' }, false],
    ['path=*a*a', { path: 'a' }, false],
    ['path~"^/etc/.*\\.d/"', { path: '/etc/sudoers.d/x' }, true],
    ['path=~passwd', { path: '/etc/passwd' }, true],
    ['path!~passwd', { path: '/etc/passwd' }, false],
    ['path~"(?i)PASSWD"', { path: '/etc/passwd' }, true],
    ['key=*', {}, false],
    ['key=*', { key: '' }, true],
    ['key!=*', {}, true],
    ['key!=x', {}, true],
    ['addr=10.0.0.0/8', { addr: '10.1.2.3' }, true],
    ['addr=10.0.0.0/8', { addr: '11.1.2.3' }, false],
    ['addr=fe80::/10', { addr: 'fe80:0:0::1' }, true],
    ['addr=::1', { addr: '0:0:0:0:0:0:0:1' }, true],
    ['addr=10.0.0.1', { addr: '::ffff:10.0.0.1' }, true],
    ['addr=/run/x', { addr: '/run/x' }, true],
    ['time>-10m', { time: String(NOW - 1000) }, true],
    ['time>-10m', { time: String(NOW - 700_000) }, false],
    ['time=12:29', { time: String(NOW - 1) }, true],
    ['time=12:29', { time: String(NOW) }, false],
    ['time<=12:29', { time: String(NOW - 1) }, true],
    ['time<12:29', { time: String(NOW - 1) }, false],
    ['time>12:29', { time: String(NOW) }, true],
    ['passw', { path: '/ETC/PASSWD' }, true],
    ['42', { pid: '42' }, true],
    ['42', { pid: '4242', path: 'x' }, true],
    ['not passw', { path: '/etc' }, true],
  ] as [string, Parameters<typeof event>[0], boolean][])(
    '%s on %j: %s',
    (query, fields, expected) => {
      expect(matches(query, fields)).toBe(expected)
    },
  )
})

describe('what is wrong with a query', () => {
  it.each([
    ['pid=abc', 'pid takes a number, also 0x10.', [4, 7]],
    ['exe<a', 'exe takes = != ~ !~, not <.', [3, 4]],
    ['exit=EWHAT', 'There is no error EWHAT.', [5, 10]],
    ['time>soon', expect.stringMatching(/^time takes 12:04/), [5, 9]],
    ['time=2026-02-31', expect.stringMatching(/^time takes/), [5, 15]],
    ['addr=10.0.0.0/33', '10.0.0.0/33 is not a network such as 10.0.0.0/8.', [5, 16]],
    ['uid>alice', 'Only numbers have an order: alice is a name.', [4, 9]],
    ['exe~"("', expect.stringMatching(/^The pattern is not valid: /), [4, 7]],
    ['exe~"(?=a)"', expect.stringMatching(/^Look-ahead/), [4, 11]],
  ] as [string, unknown, [number, number]][])('%s', (query, message, [from, to]) => {
    expect(compileQuery(query, context)).toMatchObject({
      plan: null,
      problems: [{ severity: 'error', message, span: { from, to } }],
    })
  })

  it('warns of names that are not known, and proposes the nearest', () => {
    expect(compileQuery('sycsall=unlink and syscall=unlnk and items=1', context)).toMatchObject({
      plan: { kind: 'and' },
      problems: [
        { severity: 'warning', fix: 'syscall', span: { from: 0, to: 7 } },
        { severity: 'warning', fix: 'unlink', span: { from: 27, to: 32 } },
      ],
    })
  })
})
