/** Every way in which records get lost or copied elsewhere, and how it shows. Source: kernel/audit.c. */
import type { CauseId } from './types'

export interface Cause {
  id: CauseId
  title: string
  /** As it stands in the verdict: "3,804 records dropped by the kernel (backlog)". */
  short: string
  unit: 'records' | 'events'
  /** Who dropped: `us` is this app, from its socket to its store. */
  by: 'kernel' | 'us' | 'unknown'
  /** Whether it leaves holes in the sequence of serials: those holes then need no other explanation. */
  leavesSerialGaps: boolean
  explanation: string
}

export const CAUSES: readonly Cause[] = [
  {
    id: 'backlog',
    title: 'Dropped by the kernel: backlog full',
    short: 'backlog',
    unit: 'records',
    by: 'kernel',
    leavesSerialGaps: false,
    explanation:
      'The reader was slower than the machine until the backlog was full and the wait time was over. The kernel counts one for an event that it gives up, so more records can be missing.',
  },
  {
    id: 'rate-limit',
    title: 'Dropped by the kernel: rate limit',
    short: 'rate limit',
    unit: 'records',
    by: 'kernel',
    leavesSerialGaps: true,
    explanation: 'More records were made within a second than the rate limit lets through.',
  },
  {
    id: 'backlog-or-rate-limit',
    title: 'Dropped by the kernel: backlog or rate limit',
    short: 'backlog or rate limit',
    unit: 'records',
    by: 'kernel',
    leavesSerialGaps: true,
    explanation:
      'The backlog was full while a rate limit was in force; the kernel counts both in one number.',
  },
  {
    id: 'socket',
    title: 'Dropped at the multicast socket',
    short: 'socket',
    unit: 'records',
    by: 'us',
    leavesSerialGaps: true,
    explanation:
      'The helper was not scheduled in time to empty its receive buffer. Nobody else lost these records, and no task waited.',
  },
  {
    id: 'ring',
    title: 'Dropped by the helper: ring full',
    short: 'ring',
    unit: 'records',
    by: 'us',
    leavesSerialGaps: true,
    explanation:
      'The app took records more slowly than the kernel made them; the newest are dropped.',
  },
  {
    id: 'app',
    title: 'Dropped by the app: queue to the store full',
    short: 'app',
    unit: 'records',
    by: 'us',
    leavesSerialGaps: true,
    explanation: 'The store took records more slowly than they came; the newest are dropped.',
  },
  {
    id: 'store',
    title: 'Dropped by the store',
    short: 'store',
    unit: 'records',
    by: 'us',
    leavesSerialGaps: true,
    explanation:
      'The store could neither keep these records in memory nor write them to its segment.',
  },
  {
    id: 'disconnected',
    title: 'On the way when the helper ended',
    short: 'helper ended',
    unit: 'records',
    by: 'us',
    leavesSerialGaps: true,
    explanation:
      'Records that the helper had received and not handed over; what the machine recorded until the next connection is not counted.',
  },
  {
    id: 'silent',
    title: 'Missing without a counter',
    short: 'no counter',
    unit: 'events',
    by: 'unknown',
    leavesSerialGaps: false,
    explanation:
      'Serials are missing although no counter moved: the kernel drops what it held for a daemon that was replaced or stuck without counting it, unless it was booted with audit=1.',
  },
  {
    id: 'cut',
    title: 'Events that lack records',
    short: 'cut apart',
    unit: 'events',
    by: 'kernel',
    leavesSerialGaps: false,
    explanation:
      'These events never got their last record: a rate limit drops single records. The records themselves are counted above.',
  },
]

const BY_ID = new Map(CAUSES.map((cause) => [cause.id, cause]))

/** The description of a cause. */
export function causeInfo(id: CauseId): Cause {
  return BY_ID.get(id)!
}
