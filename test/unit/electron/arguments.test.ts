import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { VIEW_NAMES } from '@contract/ipc'
import { parseArguments } from '../../../electron/main/arguments'

const parsed = (...argv: string[]) => {
  const result = parseArguments(argv)
  if (!result.ok) throw new Error(result.message)
  return result.value
}

describe('the app’s command line', () => {
  it('takes files with and without --open, in order', () => {
    expect(parsed('--open', 'a.log', 'b.log', '--', '--c.log').open).toEqual([
      'a.log',
      'b.log',
      '--c.log',
    ])
  })

  it('takes a dash for the standard input', () => {
    expect(parsed('--open', '-').open).toEqual(['-'])
    expect(parsed('-', 'a.log').open).toEqual(['-', 'a.log'])
  })

  it('takes values behind a space or an equals sign', () => {
    expect(parsed('--after=2.5').after).toBe(2.5)
    expect(parsed('--after', '2.5').after).toBe(2.5)
  })

  it('knows every view by its name', () => {
    for (const view of VIEW_NAMES) expect(parsed('--view', view).view).toBe(view)
  })

  it('leaves Chromium’s own switches alone', () => {
    expect(parsed('--no-sandbox', '--disable-gpu', '--lang=de')).toEqual(parsed())
  })

  it.each([
    [['--view', 'nowhere'], /no view "nowhere"/],
    [['--view'], /needs a value/],
    [['--after', 'soon'], /0 to 3600 seconds/],
    [['--after', ''], /0 to 3600 seconds/],
    [['--after', '-1'], /0 to 3600 seconds/],
    [['--after', '1e9'], /0 to 3600 seconds/],
    [['--size', '10x10'], /WIDTHxHEIGHT/],
    [['--theme', 'blue'], /dark or light/],
    [['--connect=yes'], /takes no value/],
  ])('refuses %j and says why', (argv, why) => {
    const result = parseArguments(argv)
    expect(result.ok).toBe(false)
    if (!result.ok) {
      expect(result.code).toBe('usage')
      expect(result.message).toMatch(why)
    }
  })

  it('never throws, whatever it is given', () => {
    fc.assert(fc.property(fc.array(fc.string()), (argv) => void parseArguments(argv)))
  })
})
