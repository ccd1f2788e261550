import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import manifest from '../../../package.json'
import { isInstalled } from '../../../build/bootstrap/dependencies.mjs'
import { compareVersions, MINIMUM_NODE } from '../../../build/bootstrap/node.mjs'
import { REQUIREMENTS } from '../../../build/bootstrap/requirements.mjs'
import { findMissing } from '../../../build/bootstrap/system.mjs'
import { AGENTS } from '../../e2e/polkit/desktop'
import { chromiumSwitches, underXvfb } from '../../../build/bootstrap/start.mjs'
import { parseOptions } from '../../../build/bootstrap/test.mjs'

describe('the Node check', () => {
  it('asks for the version that package.json declares', () => {
    expect(manifest.engines.node).toBe(`>=${MINIMUM_NODE}`)
  })

  it('orders versions by number, not by text', () => {
    expect(compareVersions('20.9.0', '20.19.0')).toBeLessThan(0)
    expect(compareVersions('22.0.0', '20.19.0')).toBeGreaterThan(0)
    expect(compareVersions('20.19.0', '20.19.0')).toBe(0)
  })

  it('is a total order', () => {
    const version = fc.array(fc.nat(200), { minLength: 3, maxLength: 3 })
    fc.assert(
      fc.property(version, version, (a, b) => {
        const [left, right] = [a.join('.'), b.join('.')]
        expect(Math.sign(compareVersions(left, right))).toBe(
          -Math.sign(compareVersions(right, left)) || 0,
        )
      }),
    )
  })
})

describe('whether the dependencies are installed', () => {
  const lock = {
    '': { version: '0.1.0' },
    'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' },
    'node_modules/for-another-platform': {
      version: '1.0.0',
      integrity: 'sha512-b',
      optional: true,
    },
  }
  const a = lock['node_modules/a']

  it.each([
    ['everything that this platform needs is there', { 'node_modules/a': a }, true],
    ['nothing is there', {}, false],
    ['a version differs', { 'node_modules/a': { ...a, version: '1.0.1' } }, false],
    ['the content differs', { 'node_modules/a': { ...a, integrity: 'sha512-x' } }, false],
    ['a package is left over', { 'node_modules/a': a, 'node_modules/gone': a }, false],
  ])('%s: %#', (_, installed, expected) => {
    expect(isInstalled(lock, installed)).toBe(expected)
  })
})

describe('the options of npm test', () => {
  it('takes filters for vitest and the two options in any order', () => {
    expect(parseOptions(['rules', '--only', 'unit,kernel', '--host-kernel', 'limits'])).toEqual({
      only: ['unit', 'kernel'],
      hostKernel: true,
      filters: ['rules', 'limits'],
    })
  })

  it.each([[['--watch']], [['--only', 'everything']], [['--only']]])(
    'refuses %j in a sentence',
    (args) => {
      expect(() => parseOptions(args)).toThrow(/not /)
    },
  )
})

describe('how the app is started', () => {
  it('turns Chromium’s sandbox off for root alone', () => {
    expect(chromiumSwitches({ isRoot: true, isHeadless: false })).toContain('--no-sandbox')
    expect(chromiumSwitches({ isRoot: false, isHeadless: true })).not.toContain('--no-sandbox')
    expect(chromiumSwitches({ isRoot: false, isHeadless: false })).toEqual([])
  })

  it('gives the virtual display a screen, an authority and no TCP port', () => {
    const [program, args] = underXvfb('electron', ['.'])
    expect(program).toBe('xvfb-run')
    expect(args.join(' ')).toMatch(/-a .*-screen 0 \d+x\d+x24 -nolisten tcp electron \.$/)
  })
})

describe('what the machine must have', () => {
  it('names a package for everything, and never one whose installation starts the audit daemon', () => {
    for (const { name, packages, purposes } of REQUIREMENTS) {
      expect(packages.length, name).toBeGreaterThan(0)
      expect(purposes.length, name).toBeGreaterThan(0)
      expect(packages, name).not.toContain('auditd')
    }
  })
  it('takes another thing that does as well', async () => {
    const needed = (name: string, or?: string) => ({
      purposes: ['test' as const],
      kind: 'file' as const,
      name,
      or,
      packages: ['x'],
    })
    const list = [
      needed('/nonexistent', '/etc/passwd'),
      needed('/nonexistent'),
      needed('/etc/passwd'),
    ]
    expect(await findMissing(['test'], list)).toEqual([list[1]])
  })

  it('brings one of the graphical agents that the tests can answer', () => {
    const agents = REQUIREMENTS.filter(({ name }) => name.includes('authentication-agent'))
    expect(agents.map(({ name, or }) => [name, or])).toEqual([AGENTS])
  })
})
