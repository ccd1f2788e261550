/** What an experiment showed, in numbers and in words. Pure. */
import { counted, grouped } from '../numbers'
import { CALLS, type LabSettings } from './settings'

export interface LabResult {
  settings: LabSettings
  /** Release of the kernel. */
  kernel: string
  /** How long the slowest of the load's processes took, s. */
  seconds: number
  callsPerSecond: number
  /** Times of single calls, ms. */
  latencyMs: { p50: number; p90: number; p99: number; p999: number; longest: number }
  /** The median time of the same call without a rule, ms. */
  unauditedMs: number
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
  /** Twice a second while it ran; `at` is ms since its start. */
  series: { at: number; backlog: number; lost: number; received: number }[]
  /** What that means, a sentence each. */
  explanation: string[]
}

export const LAB_STAGES = ['preparing', 'running', 'draining', 'restoring'] as const
export type LabStage = (typeof LAB_STAGES)[number]

/** How far an experiment is. */
export interface LabProgress {
  /** Which of how many, from 1. */
  experiment: number
  of: number
  settings: LabSettings
  stage: LabStage
  /** Since the load began, s; 0 before. */
  seconds: number
  /** Records: what the calls make, and what has been received and lost so far; what waits in the kernel. */
  expected: number
  received: number
  lost: number
  backlog: number
}

/** Where the records went: what was made is the sum of the rest. */
export interface Books {
  made: number
  arrived: number
  /** Received, and dropped because nobody took them from the helper. */
  droppedByHelper: number
  /** Did not fit into the listener's socket. */
  lostAtSocket: number
  /** Never left the kernel. `lostByKernel` is what its own counter says about them. */
  keptFromUs: number
}

/** The books of a result. */
export function booksOf({ records }: Pick<LabResult, 'records'>): Books {
  const { expected, received, lostAtSocket, droppedByHelper } = records
  const missing = Math.max(0, expected - received)
  const atSocket = Math.min(missing, lostAtSocket)
  return {
    made: expected,
    arrived: Math.min(expected, received) - droppedByHelper,
    droppedByHelper,
    lostAtSocket: atSocket,
    keptFromUs: missing - atSocket,
  }
}

/** A call that took so long was held up and not just slow, ms. */
const HELD_UP_MS = 20

function heldUp({ latencyMs, waitedMs }: Pick<LabResult, 'latencyMs' | 'waitedMs'>): boolean {
  return latencyMs.longest >= HELD_UP_MS && (waitedMs === null || waitedMs > 0)
}

/** Who felt it, what is missing, and what it says about the settings. */
export function explain(result: Omit<LabResult, 'explanation'>): string[] {
  const { settings, records, events, latencyMs, waitedMs } = result
  const books = booksOf(result)
  const sentences: string[] = []
  const stalled = heldUp(result)
  sentences.push(
    stalled
      ? `The audited calls were held up: one took ${milliseconds(latencyMs.longest)}${waitedMs === null ? '' : `, and together they waited for ${milliseconds(waitedMs)}`}.`
      : `No audited call was held up by the backlog; the longest took ${milliseconds(latencyMs.longest)}.`,
  )
  sentences.push(
    events.recorded >= events.made && records.received >= records.expected
      ? `All ${grouped(events.made)} calls were recorded, with all of their ${CALLS[settings.call].records} records each.`
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
  else if (books.keptFromUs > 0)
    sentences.push(
      `${counted(books.keptFromUs, 'record')} never left the kernel, and its counter of lost records does not say so.`,
    )
  if (records.lostAtSocket > 0)
    sentences.push(
      `${counted(records.lostAtSocket, 'record')} did not fit into the receive buffer of the listener; the kernel’s own counter does not show them, and nobody waited for them.`,
    )
  if (records.droppedByHelper > 0)
    sentences.push(
      `${counted(records.droppedByHelper, 'record')} came faster than they were taken from the helper, which dropped and counted them.`,
    )
  if (stalled && settings.consumer === 'naive')
    sentences.push(
      'A larger backlog makes such pauses rarer and longer; a wait time of 0 ends them and loses records instead; a reader that empties a large receive buffer at once needs neither.',
    )
  return sentences
}

/** What is different from the run before, a sentence each; empty when nothing that matters is. */
export function compare(before: LabResult, after: LabResult): string[] {
  const sentences: string[] = []
  const [was, is] = [before.latencyMs.longest, after.latencyMs.longest]
  if (ratio(was, is) >= 2)
    sentences.push(
      `The longest call took ${milliseconds(is)} instead of ${milliseconds(was)}, ${timesText(was, is)}.`,
    )
  if (ratio(before.callsPerSecond, after.callsPerSecond) >= 1.3)
    sentences.push(
      `The load made ${grouped(after.callsPerSecond)} calls/s instead of ${grouped(before.callsPerSecond)} calls/s.`,
    )
  const missing = (result: LabResult): number => result.events.made - result.events.recorded
  if (missing(before) === 0 && missing(after) > 0)
    sentences.push(
      `Now ${counted(missing(after), 'call')} of ${grouped(after.events.made)} left no record.`,
    )
  else if (missing(before) > 0 && missing(after) === 0)
    sentences.push('Now every call was recorded.')
  else if (ratio(missing(before), missing(after)) >= 1.3)
    sentences.push(
      `${counted(missing(after), 'call')} left no record, instead of ${grouped(missing(before))}.`,
    )
  if (heldUp(before) && !heldUp(after)) sentences.push('Nobody is held up any more.')
  return sentences
}

function ratio(a: number, b: number): number {
  if (a === b) return 1
  const [low, high] = a < b ? [a, b] : [b, a]
  return low <= 0 ? Infinity : high / low
}

function timesText(was: number, is: number): string {
  const [factor, word] = is < was ? [was / is, 'less'] : [is / was, 'more']
  return `${grouped(Number(factor.toPrecision(2)))} times ${word}`
}

function milliseconds(value: number): string {
  return value >= 1000
    ? `${grouped(Math.round(value / 10) / 100)} s`
    : `${grouped(Number(value.toPrecision(3)))} ms`
}
