/** The fake store's ledger, in the shape of the real one. */
import type { LedgerView } from '@contract/store'
import type { FakeKernel } from './kernel'
import type { FakeHistory } from './history'

const clock = (ms: number): string => new Date(ms).toTimeString().slice(0, 8)

export function ledgerOf(
  kernel: FakeKernel,
  history: FakeHistory,
  since: number,
  rate: number,
): LedgerView {
  const { lost } = kernel.status
  const { records } = kernel
  const blind = kernel.scenario === 'read-only'
  const stage = (
    name: string,
    title: string,
    dropped: number,
    policy: string,
  ): LedgerView['stages'][number] => ({
    name,
    title,
    in: records + dropped,
    out: records,
    dropped,
    waiting: 0,
    rate,
    policy,
  })
  return {
    verdict: blind ? 'unknown' : lost > 0 ? 'incomplete' : 'complete',
    sentence: blind
      ? 'completeness unknown: the kernel’s counters cannot be read'
      : lost > 0
        ? `incomplete: ${lost.toLocaleString('en-US')} records lost by the kernel (backlog), 0 by Auditscope`
        : `complete since ${clock(since)}`,
    since,
    stages: [
      stage(
        'kernel',
        'Kernel',
        lost,
        'Over the backlog limit tasks wait, then records are dropped.',
      ),
      stage('socket', 'Socket', 0, 'A full receive buffer drops the newest records.'),
      stage('helper', 'Ring', 0, 'A full ring drops the newest records.'),
      stage('app', 'App', 0, 'Frames that the store has not taken are dropped, newest first.'),
      stage('store', 'Store', 0, 'Raw text is written first; indexing may lag.'),
      stage('memory', 'Memory', 0, 'The oldest events go first.'),
    ],
    causes: [
      {
        id: 'backlog',
        title: 'Backlog full',
        records: lost,
        unit: 'records',
        explanation: 'The kernel’s queue was over its limit and the wait was over.',
      },
      {
        id: 'rate-limit',
        title: 'Rate limit',
        records: 0,
        unit: 'records',
        explanation: 'Records over the rate limit are dropped one by one.',
      },
      {
        id: 'socket',
        title: 'Socket overflow',
        records: 0,
        unit: 'drops',
        explanation: 'This client read too slowly and the kernel dropped its copy.',
      },
      {
        id: 'ring',
        title: 'Ring full',
        records: 0,
        unit: 'records',
        explanation: 'The app took frames too slowly.',
      },
      {
        id: 'silent',
        title: 'Silent hold-queue loss',
        records: 0,
        unit: 'events',
        explanation:
          'Records that a replaced daemon left behind are dropped without being counted.',
      },
    ],
    gaps: history.gaps(),
  }
}
