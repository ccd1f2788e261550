/** The guard of the machine's kernel (kernel-guard.ts) around vitest's tests. */
import { afterAll, afterEach, beforeAll, describe, expect } from 'vitest'
import { Guard, LOCK_TIMEOUT, whyNot } from './kernel-guard'

const cleanups: (() => Promise<unknown>)[] = []

/** Runs `cleanup` after the current test, before the kernel is checked: for what must have ended by then. */
export function beforeCheck(cleanup: () => Promise<unknown>): void {
  cleanups.push(cleanup)
}

const reason = whyNot()
if (reason !== null) {
  process.stdout.write(`Tests on this machine's kernel are skipped: ${reason}.\n`)
}

/**
 * Declares tests on this machine's kernel. Each must leave the kernel as it found it: what it does not is put back and
 * fails it.
 */
export function describeOnKernel(name: string, define: () => void): void {
  describe.skipIf(reason !== null)(name, () => {
    let guard: Guard
    beforeAll(
      async () => {
        guard = await Guard.take()
      },
      (LOCK_TIMEOUT + 10) * 1000,
    )
    afterEach(async () => {
      for (const cleanup of cleanups.splice(0)) await cleanup()
      expect(await guard.check()).toEqual([])
    })
    afterAll(() => guard.release())
    define()
  })
}
