import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readSettings, writeSettings } from '@native/audit/settings/file'
import { auditctlCommand, valueText } from '@native/audit/settings/words'
import { choice } from './arbitrary'

describe('valueText', () => {
  it.each([
    ['backlogWaitTime', 15000, 250, '60 s (15,000 jiffies)'],
    ['backlogWaitTime', 1, 250, '4 ms (1 jiffy)'],
    ['backlogWaitTime', 1, 1024, '0.977 ms (1 jiffy)'],
    ['backlogWaitTime', 375, 250, '1.5 s (375 jiffies)'],
    ['backlogWaitTime', 0, 250, 'no wait'],
    ['backlogLimit', 1, 250, '1 record'],
    ['backlogLimit', 0, 250, 'no limit'],
    ['rateLimit', 1, 250, '1 record/s'],
    ['failure', 2, 250, 'panic'],
    ['enabled', 7, 250, '7'],
  ] as const)('%s=%d at HZ=%d is "%s"', (key, value, hz, text) => {
    expect(valueText(key, value, hz)).toBe(text)
  })
})

describe('auditctlCommand', () => {
  it('sets what locks last, whatever the order of the wishes', () => {
    expect(
      auditctlCommand({ enabled: 2, failure: 2, backlogWaitTime: 0, backlogLimit: 8192 }),
    ).toBe('auditctl -b 8192 --backlog_wait_time 0 -f 2 -e 2')
    expect(auditctlCommand({})).toBe('')
  })
})

describe('settings as a file', () => {
  it('is read back as it was written', () => {
    fc.assert(
      fc.property(choice, (wanted) => {
        expect(readSettings(writeSettings(wanted))).toEqual({ ok: true, value: wanted })
      }),
    )
  })

  it('is read as auditctl reads it', () => {
    const text = '# mine\r\n-e1 -b 102400\n\n  -f 0 # quiet\n--backlog_wait_time 0\n'
    expect(readSettings(text)).toEqual({
      ok: true,
      value: { enabled: 1, backlogLimit: 102400, failure: 0, backlogWaitTime: 0 },
    })
  })

  it.each([
    ['-b 8192\n-D\n', /^Line 2: only -b \(backlog_limit\), /],
    ['-b\n', /^Line 1: -b needs a whole number\.$/],
    ['-b 10000000000000', /needs a whole number/],
    ['-b -1', /needs a whole number/],
    ['-b 1\n-b 2', /^Line 2: -b is set a second time\.$/],
    ['-a always,exit -S all', /^Line 1: only /],
    ['\u0000\u0001', /^Line 1: only /],
    ['x'.repeat(70_000), /too long/],
  ])('%j is refused with its line', (text, message) => {
    const result = readSettings(text)
    expect(result.ok).toBe(false)
    if (!result.ok) expect(result.message).toMatch(message)
  })

  it('answers any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(typeof readSettings(text).ok).toBe('boolean')
      }),
    )
  })
})
