/** An experiment's result, from what was counted. Pure. */
import { explain, type LabResult } from '@native/audit/lab/result'
import type { LatencyHistogram } from '@native/audit/lab/latency'
import { CALLS, type LabSettings } from '@native/audit/lab/settings'
import { counterDelta } from '@native/audit/ledger/ledger'
import type { Hello, StatusSample } from '@native/helper/protocol'

export interface Observed {
  settings: LabSettings
  hello: Hello
  /** When the load began, ms since the epoch, and how long it took, s. */
  began: number
  seconds: number
  latency: LatencyHistogram
  /** The median time of the call without a rule, us. */
  unaudited: number
  before: StatusSample
  after: StatusSample
  samples: readonly StatusSample[]
  events: number
}

/** The result of what was observed. */
export function summary(observed: Observed): LabResult {
  const { settings, hello, seconds, latency, before, after, samples } = observed
  const made = settings.processes * settings.calls
  const ms = (share: number): number => rounded(latency.quantile(share) / 1000)
  const result: Omit<LabResult, 'explanation'> = {
    settings,
    kernel: hello.kernel.release,
    seconds: rounded(seconds),
    callsPerSecond: rounded(made / seconds),
    latencyMs: {
      p50: ms(0.5),
      p90: ms(0.9),
      p99: ms(0.99),
      p999: ms(0.999),
      longest: rounded(latency.longest / 1000),
    },
    unauditedMs: rounded(observed.unaudited / 1000),
    // The runtime may make one such call of its own as it ends.
    events: { made, recorded: Math.min(made, observed.events) },
    records: {
      expected: made * CALLS[settings.call].records,
      received: after.drain.records - before.drain.records,
      lostByKernel: counterDelta(before.kernel?.lost ?? 0, after.kernel?.lost ?? 0),
      lostAtSocket:
        after.mode === 'observe' ? (after.socket?.drops ?? 0) - (before.socket?.drops ?? 0) : 0,
      droppedByHelper: after.ring.droppedRecords - before.ring.droppedRecords,
    },
    waitedMs:
      before.waitedMs === null || after.waitedMs === null ? null : after.waitedMs - before.waitedMs,
    mostBacklog: Math.max(0, ...samples.map(({ kernel }) => kernel?.backlog ?? 0)),
    series: samples.map(({ at, kernel, drain }) => ({
      at: at - observed.began,
      backlog: kernel?.backlog ?? 0,
      lost: counterDelta(before.kernel?.lost ?? 0, kernel?.lost ?? 0),
      received: drain.records - before.drain.records,
    })),
  }
  return { ...result, explanation: explain(result) }
}

function rounded(value: number): number {
  return Number(value.toPrecision(3))
}
