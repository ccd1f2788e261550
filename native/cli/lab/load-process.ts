/** A process of the lab's load, as whoever started it sees it. */
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { HistogramData } from '@native/audit/lab/latency'
import type { CallName } from '@native/audit/lab/settings'

export interface LoadReport {
  seconds: number
  histogram: HistogramData
}
export interface Load {
  pid: number
  /** What a call takes without a rule, us, once it waits for its sign; null when it could not be started. */
  ready: Promise<number | null>
  /** Null when it ended without one. */
  report: Promise<LoadReport | null>
  begin(): void
  kill(): void
}

/** Starts one; it waits for {@link Load.begin}. */
export function startLoad(script: string, call: CallName, calls: number): Load {
  const child = spawn(process.execPath, [script, call, String(calls)], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
  })
  child.on('error', () => undefined)
  child.stdin.on('error', () => undefined)
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const ready = lines
    .next()
    .then(({ value }) =>
      value === undefined ? null : (JSON.parse(value) as { unaudited: number }).unaudited,
    )
  return {
    pid: child.pid ?? 0,
    ready,
    report: ready
      .then(() => lines.next())
      .then(({ value }) => (value === undefined ? null : (JSON.parse(value) as LoadReport))),
    begin: () => child.stdin.write('\n'),
    kill: () => child.kill('SIGKILL'),
  }
}
