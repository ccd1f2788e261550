import { describe, expect, it } from 'vitest'
import { EXIT_CODES, explainExit, exitOf, type ExitReason } from '@native/helper/exit'

const cases: [string, number | null, NodeJS.Signals | null, string, boolean, ExitReason][] = [
  ['asked to end', EXIT_CODES.done, null, '', true, 'stopped'],
  ['not our program', 0, null, '', false, 'protocol'],
  [
    'prompt dismissed',
    126,
    null,
    'Error executing command as another user: Request dismissed',
    false,
    'dismissed',
  ],
  [
    'no agent',
    127,
    null,
    'Error executing command as another user: No authentication agent found.',
    false,
    'no-agent',
  ],
  [
    'wrong password',
    127,
    null,
    'Error executing command as another user: Not authorized',
    false,
    'not-authorized',
  ],
  [
    'no bus',
    127,
    null,
    'Error getting authority: Error initializing authority',
    false,
    'no-polkit',
  ],
  [
    'wrapper missing',
    127,
    null,
    'Error accessing /opt/x: No such file or directory',
    false,
    'missing',
  ],
  [
    'refused to start',
    EXIT_CODES.refused,
    null,
    'auditscope-helper does not start',
    false,
    'refused',
  ],
  ['could not restore', EXIT_CODES.notRestored, null, '', true, 'not-restored'],
  ['killed', null, 'SIGKILL', '', true, 'killed'],
  ['a bug', EXIT_CODES.internal, null, 'Error: x', true, 'crashed'],
  // After its hello the helper's own codes mean what they mean: 126 is no dismissal then.
  ['odd code later', 126, null, '', true, 'crashed'],
]

describe('why a helper ended', () => {
  it.each(cases)('%s', (_, code, signal, stderr, greeted, reason) => {
    const exit = explainExit(code, signal, stderr, greeted)
    expect(exit).toMatchObject({ code, signal, reason, stderr })
    expect(exit.message).toMatch(/^\S.*\.$/)
    expect(exit.hint).toMatch(/^\S.*\.$/)
  })

  it('keeps the end of what was printed', () => {
    const exit = exitOf('crashed', 70, null, `${'x'.repeat(10_000)}end`)
    expect(exit.stderr).toHaveLength(4096)
    expect(exit.stderr.endsWith('end')).toBe(true)
  })

  it('never takes a code that pkexec or a shell uses', () => {
    for (const code of Object.values(EXIT_CODES)) expect([1, 2, 126, 127]).not.toContain(code)
  })
})
