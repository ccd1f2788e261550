/**
 * The lab's own load: a process that makes one kind of call, over and over, when it is told to begin by a byte on stdin.
 * Rules match it by its pid, so nothing else on the machine is audited. Prints how long the calls took, as JSON.
 *
 *     node lab-load.cjs getppid|unlink CALLS
 */
import { existsSync, unlinkSync } from 'node:fs'
import { LatencyHistogram } from './latency'
import type { CallName } from './settings'

/** Calls between two looks whether whoever started this is still there. */
const CHECK_EVERY = 256

const CALL_BODIES: Record<CallName, () => void> = {
  // Node asks the kernel each time.
  getppid: () => process.ppid,
  unlink: () => {
    try {
      unlinkSync('/tmp/auditscope-lab-no-such-file')
    } catch {
      // That there is no such file is what is wanted.
    }
  },
}

const [, , name, count] = process.argv
const call = CALL_BODIES[name as CallName]
const calls = Number(count)
const parent = `/proc/${process.ppid}`

process.stdin.once('data', () => {
  const histogram = new LatencyHistogram()
  const began = performance.now()
  for (let i = 0; i < calls; i++) {
    const from = performance.now()
    call()
    histogram.add((performance.now() - from) * 1000)
    if (i % CHECK_EVERY === 0 && !existsSync(parent)) process.exit(1)
  }
  const seconds = (performance.now() - began) / 1000
  process.stdout.write(JSON.stringify({ seconds, histogram }) + '\n', () => process.exit(0))
})
process.stdin.on('end', () => process.exit(1))
