/**
 * What nobody may try on a real machine: stalls, a locked configuration, a panic. Debian's own kernel (6.1) in QEMU, with
 * the built helper and CLI inside of it; see test/qemu.
 */
import { beforeAll, describe, expect, it } from 'vitest'
import { boot, type BootResult } from '../qemu/boot'
import { buildImage } from '../qemu/image'
import { guestKernel } from '../qemu/kernel'

const ROOT = process.cwd()
const CACHE = `${ROOT}/.cache/qemu`

async function run(scenario: string, timeout: number): Promise<BootResult> {
  const kernel = guestKernel()
  const initramfs = await buildImage({
    root: ROOT,
    cache: CACHE,
    scenario: `test/qemu/guest/${scenario}.ts`,
  })
  return boot({ kernel, initramfs, program: ['/bin/node', '/app/scenario.cjs'], timeout })
}

describe('a machine of our own', () => {
  let result: BootResult
  const phase = (name: string): Record<string, unknown> => {
    const found = result.reports.find((report) => (report as { phase: string }).phase === name)
    expect(found, `no report of "${name}"; the console says:\n${result.console}`).toBeDefined()
    return found as Record<string, unknown>
  }
  /** The issue is half a second; a host that is so busy that the pulse limps without audit gets as much more. */
  const bearable = (): number => Math.max(0.5, 5 * (phase('off').pause as number))

  beforeAll(async () => {
    result = await run('everything', 170_000)
  }, 200_000)

  it('comes to the end of the scenario', () => {
    expect(result.console).toContain('the program ended with status 0')
    expect(result.timedOut).toBe(false)
  })

  it('stands still for seconds under the naive client, whose death frees it', () => {
    const { pause, state, released } = phase('naive') as Record<string, number | string>
    expect(pause).toBeGreaterThan(2)
    expect(state).toBe('D')
    expect(released).toBeLessThan(bearable())
  })

  it.each(['observe', 'best-effort', 'never-lose'])(
    'keeps its pulse under the helper in the mode %s, also while nobody reads from the helper',
    (mode) => {
      const { pause, pauseWithoutReader, modeAfter, received } = phase(mode)
      expect(pause).toBeLessThan(bearable())
      expect(pauseWithoutReader).toBeLessThan(bearable())
      expect(modeAfter).toBe(mode)
      expect(received).toBeGreaterThan(1000)
    },
  )

  it('has one audit daemon: the helper gives way to another, takes its place when it dies, and then keeps it', () => {
    expect(phase('other daemon')).toMatchObject({
      refused: 'daemon-registered',
      beside: true,
      taken: true,
      // EEXIST
      late: '17',
      stillOurs: true,
    })
  })

  it('goes on when a helper for which tasks wait is killed, and the next one puts back what that one had changed', () => {
    const killed = phase('killed')
    expect(killed).toMatchObject({ state: 'D', restored: true, sameSettings: true, pid: 0 })
    expect(killed.pause).toBeGreaterThan(1)
    expect(killed.released).toBeLessThan(bearable())
    expect(killed.leftover).toContainEqual(
      expect.objectContaining({ setting: 'backlogLimit', from: 256 }),
    )
  })

  it('takes failure=2 only with its word', () => {
    expect(phase('confirmation')).toMatchObject({
      unconfirmed: 'confirm-panic',
      message: expect.stringMatching(/panic/),
      before: 1,
      confirmed: 'ok',
      during: 2,
      back: 'ok',
    })
  })

  it('is locked only with its word, and then says so to whoever wants to change something', () => {
    expect(phase('locked')).toMatchObject({
      unconfirmed: 'confirm-lock',
      wrongWord: 'confirm-lock',
      before: 1,
      confirmed: 'ok',
      set: 'locked',
      unlock: 'locked',
      addRule: expect.stringMatching(/^(locked|EPERM)$/),
      resetLost: 'ok',
      observe: 'ok',
      cli: { code: 1, text: expect.stringContaining('locked (enabled=2)') },
      after: 2,
    })
  })
})

describe('a machine with failure=2', () => {
  it('panics when a single record is lost', async () => {
    const { reports, console: text } = await run('panic', 60_000)
    expect(reports).toEqual([{ phase: 'failure is 2 and nothing was lost' }])
    expect(text).toMatch(/Kernel panic - not syncing: audit: rate limit exceeded/)
  }, 90_000)
})
