/**
 * The lab's own load: a process that makes one kind of call, over and over. It first makes some to warm up, which tells
 * what a call takes without a rule, and says so in a line of JSON; when told to begin, by a byte on stdin, it makes the
 * calls that count, and says how long they took. Rules match it by its pid, so nothing else on the machine is audited.
 *
 *     node lab-load.cjs getppid|unlink CALLS
 */
import { existsSync } from 'node:fs'
import { LatencyHistogram } from '@native/audit/lab/latency'
import type { CallName } from '@native/audit/lab/settings'
import { libc } from '@native/kernel/libc'

/** Calls between two looks whether whoever started this is still there. */
const CHECK_EVERY = 256
/** Enough for the runtime to have compiled what is measured. */
const WARM_UP = 20_000

/** Straight to the kernel: what a runtime's own wrapper costs is not what is measured. */
const CALL_BODIES: Record<CallName, () => void> = {
  getppid: () => libc.getppid(),
  unlink: () => libc.unlink('/tmp/auditscope-lab-no-such-file'),
}

const [, , name, count] = process.argv
const call = CALL_BODIES[name as CallName]
const parent = `/proc/${process.ppid}`

function say(value: unknown, then: () => void = () => undefined): void {
  process.stdout.write(`${JSON.stringify(value)}\n`, then)
}

/** Makes calls and measures each. */
function run(calls: number): { seconds: number; histogram: LatencyHistogram } {
  const histogram = new LatencyHistogram()
  const began = performance.now()
  for (let i = 0; i < calls; i++) {
    const from = performance.now()
    call()
    histogram.add((performance.now() - from) * 1000)
    if (i % CHECK_EVERY === 0 && !existsSync(parent)) process.exit(1)
  }
  return { seconds: (performance.now() - began) / 1000, histogram }
}

say({ unaudited: run(WARM_UP).histogram.quantile(0.5) })
process.stdin.once('data', () => say(run(Number(count)), () => process.exit(0)))
process.stdin.on('end', () => process.exit(1))
