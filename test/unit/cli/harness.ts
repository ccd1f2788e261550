/** Runs a command table with captured output, as the tests of the CLI want it. */
import { Readable, Writable } from 'node:stream'
import { runCli } from '@native/cli/cli'
import type { CommandGroup } from '@native/cli/command'
import { output } from '@native/cli/io'
import type { Machine } from '@native/cli/machine'

export interface Outcome {
  code: number
  out: string
  err: string
}

/** Collects what is written. */
export function sink(): { stream: Writable; text: () => string } {
  const chunks: Buffer[] = []
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk)
      done()
    },
  })
  return { stream, text: () => Buffer.concat(chunks).toString() }
}

/** For commands that must not touch the machine. */
const NO_MACHINE: Machine = {
  kernel: () => Promise.reject(new Error('This test has no kernel.')),
  giveUpRights: () => undefined,
  facts: () => Promise.reject(new Error('This test has no facts.')),
  helper: () => Promise.reject(new Error('This test has no helper.')),
}

export async function runWith(
  root: CommandGroup,
  argv: string[],
  options: {
    input?: string
    env?: Record<string, string>
    ending?: AbortController
    machine?: Machine
  } = {},
): Promise<Outcome> {
  const ending = options.ending ?? new AbortController()
  const out = sink()
  const err = sink()
  const code = await runCli(root, argv, {
    out: output(out.stream, ending),
    err: output(err.stream, ending),
    input: Readable.from([Buffer.from(options.input ?? '')]),
    env: options.env ?? {},
    signal: ending.signal,
    machine: options.machine ?? NO_MACHINE,
  })
  return { code, out: out.text(), err: err.text() }
}
