/** What an experiment showed, in numbers and in words. Pure. */
import { counterDelta } from '@native/audit/ledger/ledger'
import { counted, grouped } from '@native/audit/numbers'
import type { Hello, StatusSample } from '@native/helper/protocol'
import type { LatencyHistogram } from './latency'
import { CALLS, type LabSettings } from './settings'

export interface LabResult {
  settings: LabSettings
  /** Release of the kernel. */
  kernel: string
  /** How long the load took, s. */
  seconds: number
  callsPerSecond: number
  /** Times of single calls, ms. */
  latencyMs: { p50: number; p90: number; p99: number; p999: number; longest: number }
  /** Calls that were made, and those whose SYSCALL record arrived. */
  events: { made: number; recorded: number }
  records: {
    /** What the calls make when nothing is lost. */
    expected: number
    /** What the helper received, other programs' records included. */
    received: number
    /** As the kernel's counter says. */
    lostByKernel: number
    /** At the helper's multicast socket. */
    lostAtSocket: number
    droppedByHelper: number
  }
  /** Time that tasks waited for room in the backlog, ms; null where the kernel does not say. */
  waitedMs: number | null
  /** Most records seen waiting in the kernel. */
  mostBacklog: number
  /** Twice a second while it ran. */
  series: { at: number; backlog: number; lost: number; received: number }[]
  /** What that means, a sentence each. */
  explanation: string[]
}

export interface Observed {
  settings: LabSettings
  hello: Hello
  seconds: number
  latency: LatencyHistogram
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
  const result: LabResult = {
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
      at: at - before.at,
      backlog: kernel?.backlog ?? 0,
      lost: counterDelta(before.kernel?.lost ?? 0, kernel?.lost ?? 0),
      received: drain.records - before.drain.records,
    })),
    explanation: [],
  }
  return { ...result, explanation: explain(result) }
}

function rounded(value: number): number {
  return Number(value.toPrecision(3))
}

/** Who felt it, what is missing, and what it says about the settings. */
export function explain(result: LabResult): string[] {
  const { settings, records, events, latencyMs, waitedMs } = result
  const lost = records.lostByKernel + records.lostAtSocket + records.droppedByHelper
  const sentences: string[] = []
  const stalled = latencyMs.longest >= 20 && (waitedMs ?? 0) > 0
  sentences.push(
    stalled
      ? `The audited calls were held up: one took ${milliseconds(latencyMs.longest)}, and together they waited for ${milliseconds(waitedMs ?? 0)}.`
      : `No audited call was held up by the backlog; the longest took ${milliseconds(latencyMs.longest)}.`,
  )
  sentences.push(
    events.recorded >= events.made && lost === 0
      ? `All ${grouped(events.made)} calls were recorded.`
      : `${grouped(events.recorded)} of ${counted(events.made, 'call')} were recorded.`,
  )
  if (records.lostByKernel > 0 && settings.rateLimit > 0)
    sentences.push(
      `The rate limit of ${grouped(settings.rateLimit)} records/s made the kernel drop ${counted(records.lostByKernel, 'record')}, each by itself: events arrive incomplete.`,
    )
  else if (records.lostByKernel > 0)
    sentences.push(
      `The kernel counts ${grouped(records.lostByKernel)} as lost, about one for each event that found the backlog of ${grouped(settings.backlogLimit)} full.`,
    )
  if (records.lostAtSocket > 0)
    sentences.push(
      `${counted(records.lostAtSocket, 'record')} did not fit into the receive buffer of the listener; the kernel’s own counter does not show them, and nobody waited for them.`,
    )
  if (stalled && settings.consumer === 'naive')
    sentences.push(
      'A larger backlog makes such pauses rarer and longer; a wait time of 0 ends them and loses records instead; a reader that empties a large receive buffer at once needs neither.',
    )
  return sentences
}

function milliseconds(value: number): string {
  return value >= 1000
    ? `${grouped(Math.round(value / 10) / 100)} s`
    : `${grouped(rounded(value))} ms`
}
