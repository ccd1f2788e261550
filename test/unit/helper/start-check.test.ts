import { describe, expect, it } from 'vitest'
import { guardedJournal, objection, type StartFacts } from '@native/helper/start-check'

const ROOTS: Readonly<Record<string, { uid: number; mode: number }>> = {
  '/': { uid: 0, mode: 0o755 },
  '/usr': { uid: 0, mode: 0o755 },
  '/usr/bin': { uid: 0, mode: 0o755 },
  '/usr/bin/node': { uid: 0, mode: 0o755 },
  '/opt': { uid: 0, mode: 0o755 },
  '/opt/app': { uid: 0, mode: 0o755 },
  '/opt/app/helper.cjs': { uid: 0, mode: 0o644 },
}

function why(
  facts: Partial<StartFacts>,
  changed: Record<string, { uid: number; mode: number }> = {},
) {
  return objection({
    args: [],
    throughPolkit: true,
    files: ['/usr/bin/node', '/opt/app/helper.cjs'],
    isPipe: () => true,
    stat: (file) => ({ ...ROOTS, ...changed })[file]!,
    ...facts,
  })
}

describe('how the helper may be started', () => {
  it('as a program of root’s, between two pipes, without arguments', () => {
    expect(why({})).toBeNull()
    expect(why({ throughPolkit: false })).toBeNull()
  })

  it('as the guard of a journal by a helper, never through polkit', () => {
    const guarding = (args: string[], throughPolkit = false) =>
      guardedJournal({
        args,
        throughPolkit,
        files: [],
        isPipe: () => true,
        stat: () => ROOTS['/']!,
      })
    expect(guarding(['--guard', '12-34'])).toBe('12-34')
    for (const args of [[], ['--guard'], ['12-34'], ['--guard', '12-34', 'more']])
      expect(guarding(args)).toBeNull()
    expect(guarding(['--guard', '12-34'], true)).toBeNull()
  })

  it('not with arguments, nor from a terminal', () => {
    expect(why({ args: ['--trust-me'] })).toMatch(/no arguments/)
    expect(why({ isPipe: (fd) => fd === 0 })).toMatch(/pipes/)
  })

  it.each(Object.keys(ROOTS))('not when others can change %s', (file) => {
    expect(why({}, { [file]: { uid: 1000, mode: 0o755 } })).toContain(`${file} can be changed`)
    expect(why({}, { [file]: { uid: 0, mode: 0o775 } })).toContain(`${file} can be changed`)
    expect(why({ throughPolkit: false }, { [file]: { uid: 0, mode: 0o777 } })).toContain(file)
  })

  it('not while its file is being replaced, and says so', () => {
    const stat = (file: string): { uid: number; mode: number } => {
      if (file.endsWith('helper.cjs')) throw new Error('ENOENT')
      return ROOTS[file]!
    }
    expect(why({ stat })).toMatch(/helper\.cjs is not there any more/)
  })

  it('by root from a checkout of root’s or a user’s, also one below a sticky folder', () => {
    const checkout = { '/opt/app': { uid: 1000, mode: 0o775 }, '/opt': { uid: 0, mode: 0o1777 } }
    expect(why({ throughPolkit: false }, checkout)).toBeNull()
  })
})
