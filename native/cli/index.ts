/** Entry point of `auditscope` (bundled into out/cli/auditscope.cjs): connects the command table to this process. */
import { boundBacktracking } from '@native/system/regular-expressions'
import { runCli } from './cli'
import { output, type Io } from './io'
import { thisMachine } from './machine'
import { root } from './table'

boundBacktracking()
const ending = new AbortController()
// Once: a second Ctrl-C ends the process at once, whatever it is doing.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.once(signal, () => ending.abort())

const io: Io = {
  out: output(process.stdout, ending),
  err: output(process.stderr, ending),
  input: process.stdin,
  env: process.env,
  signal: ending.signal,
  machine: thisMachine,
}

void runCli(root, process.argv.slice(2), io).then((code) => {
  process.exitCode = code
  // What was written reaches the reader before the process goes, also through a slow pipe, unless it was told to end.
  if (ending.signal.aborted) process.exit(code)
  process.stdout.write('', () => process.exit(code))
})
