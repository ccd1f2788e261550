/** The budget and the lab on Debian's own kernel (6.1) in QEMU, which records everything; see test/qemu. */
import { beforeAll, describe, expect, it } from 'vitest'
import { boot, type BootResult } from '../qemu/boot'
import { buildImage } from '../qemu/image'
import { guestKernel } from '../qemu/kernel'

const ROOT = process.cwd()

describe('budget and lab on a machine of our own', () => {
  let result: BootResult
  const phase = (name: string): Record<string, unknown> => {
    const found = result.reports.find((report) => (report as { phase: string }).phase === name)
    expect(
      found,
      `no report of "${name}"; it said ${JSON.stringify(result.reports)}, and its console:\n${result.console}`,
    ).toBeDefined()
    return found as Record<string, unknown>
  }

  beforeAll(async () => {
    const initramfs = await buildImage({
      root: ROOT,
      cache: `${ROOT}/.cache/qemu`,
      scenario: 'test/qemu/guest/limits.ts',
    })
    const program = ['/bin/node', '/app/scenario.cjs']
    result = await boot({ kernel: guestKernel(), initramfs, program, timeout: 150_000 })
  }, 180_000)

  it('shows in the lab what a client that cannot keep up does, and is as it was after it', () => {
    expect(phase('lab')).toMatchObject({
      events: { made: 200, recorded: 200 },
      records: { expected: 600, lostByKernel: 0 },
      waited: true,
      rules: 0,
      pid: 0,
      same: true,
    })
  })

  it('sheds under a load that does not fit, takes all again after it, and puts the kernel back', () => {
    const { actions, during, paceAfter, same } = phase('budget')
    const turns = (actions as string[]).filter((action) => ['shed', 'full'].includes(action))
    expect(turns).toEqual(['shed', 'full'])
    expect(during).toMatchObject({ pace: expect.any(Number), waitTime: 0 })
    expect({ paceAfter, same }).toEqual({ paceAfter: null, same: true })
  })
})
