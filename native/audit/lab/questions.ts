/** The experiments that this project began with, and the questions that were asked then. Pure. */
import { counted, grouped } from '../numbers'
import type { LabResult } from './result'
import { DEFAULTS, type LabSettings } from './settings'

/** Long enough for the helper's figures to mean something. */
const MANY_CALLS = 20_000
const RATE_LIMIT = 200

/** Side by side: the naive client with small and large limits, waits and none; the helper in its modes; a rate limit. */
export const SUITE: readonly LabSettings[] = [
  { ...DEFAULTS, backlogLimit: 64 },
  { ...DEFAULTS, backlogLimit: 64, waitSeconds: 0 },
  DEFAULTS,
  { ...DEFAULTS, waitSeconds: 0 },
  { ...DEFAULTS, consumer: 'observe', delayMs: 0, calls: MANY_CALLS },
  { ...DEFAULTS, consumer: 'best-effort', delayMs: 0, calls: MANY_CALLS },
  { ...DEFAULTS, consumer: 'never-lose', delayMs: 0, calls: MANY_CALLS },
  { ...DEFAULTS, consumer: 'best-effort', delayMs: 0, rateLimit: RATE_LIMIT },
]

/** What was seen while listening by multicast, and as the registered daemon. */
export interface Listening {
  observe: ListeningFacts
  daemon: ListeningFacts
}
export interface ListeningFacts {
  /** Calls of the helper's own that were recorded, with a rule that matches them, within a short time. */
  ownCallsRecorded: number
  /** Copies of records that the kernel log got, or would have got but for its own rate limit; null: cannot be read. */
  copiedToKernelLog: number | null
}

/** What the experiments say together. */
export interface LabAnswers {
  listening: Listening
  answers: Answer[]
}

export interface Answer {
  question: string
  answer: string
}

/** The five questions of July 2015, answered from this machine. `results` are those of {@link SUITE}, in its order. */
export function answers(results: readonly LabResult[], listening: Listening): Answer[] {
  const observed = results.find(({ settings }) => settings.consumer === 'observe')!
  const limited = results.find(({ settings }) => settings.rateLimit > 0)!
  const { observe, daemon } = listening
  const copies = ({ copiedToKernelLog }: ListeningFacts): string =>
    copiedToKernelLog === null
      ? 'an unknown number of copies'
      : counted(copiedToKernelLog, 'copy').replace('copys', 'copies')
  return [
    {
      question: 'Is there a cleaner interface to the multicast group?',
      answer: `A netlink socket that joins group 1 is all that it takes, and libaudit adds nothing to it: here it received ${grouped(observed.records.received)} records of ${counted(observed.events.made, 'call')}, the slowest of which took ${grouped(observed.latencyMs.longest)} ms.`,
    },
    {
      question: 'Does a multicast client avoid auditing itself?',
      answer: `No: with a rule that matches it, ${counted(observe.ownCallsRecorded, 'call')} of the listener’s own were recorded in a moment, and ${grouped(daemon.ownCallsRecorded)} when it was the registered daemon. A listener needs a rule that exempts it.`,
    },
    {
      question: 'Do records reach the kernel log while only a multicast client listens?',
      answer: `Yes: in that moment the kernel log was due ${copies(observe)}, and ${copies(daemon)} with a registered daemon. Its own rate limit leaves most of them out.`,
    },
    {
      question: 'Which kernels have the multicast group?',
      answer: `Linux 3.16 and later; this one is ${observed.kernel}.`,
    },
    {
      question: 'Does the kernel drop records when a rate limit is set?',
      answer: `Yes: with ${grouped(limited.settings.rateLimit)} records/s it dropped ${grouped(limited.records.lostByKernel)} of ${counted(limited.records.expected, 'record')}, counted as lost, and nobody waited: the slowest call took ${grouped(limited.latencyMs.longest)} ms. It drops records and not events, so that what arrives is cut apart.`,
    },
  ]
}
