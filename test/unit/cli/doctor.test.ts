import { describe, expect, it } from 'vitest'
import type { Facts } from '@native/audit/doctor/facts'
import { root } from '@native/cli/table'
import type { Machine } from '@native/cli/machine'
import { FakeKernel } from './fake-kernel'
import { runWith } from './harness'

const FACTS: Facts = {
  access: 'none',
  problem: {
    ok: false,
    code: 'no-control',
    message: 'CAP_AUDIT_CONTROL is missing.',
    hint: 'Run it as root.',
  },
  kernel: { release: '6.1.0', machine: 'x86_64' },
  hz: 250,
  cmdline: ['quiet'],
  status: null,
  features: null,
  daemon: null,
  sockets: [
    { portid: 7, groups: 1, queued: 0, drops: 2, process: { pid: 9, comm: 'evil\n\u001b[2J' } },
  ],
  capabilities: { effective: [], bounding: [] },
  namespaces: { pid: true, user: true, net: true },
  container: null,
  rules: null,
  tasks: { total: 3, knownOn: null, startedBefore: null },
  kernelLog: null,
}
const machine: Machine = {
  kernel: () => new FakeKernel().kernel(),
  giveUpRights: () => undefined,
  facts: () => Promise.resolve(FACTS),
  helper: () => Promise.reject(new Error('This test has no helper.')),
}

describe('auditscope doctor', () => {
  it('numbers its checks, says what to do, and lets no name reach the terminal as it is', async () => {
    const { code, out, err } = await runWith(root, ['doctor'], { machine })
    expect([code, err]).toEqual([0, ''])
    expect(out).toMatch(/^ 1\. \? unknown {2}Audit in the kernel: /)
    expect(out).toMatch(
      /✗ problem {2}Capabilities: CAP_AUDIT_CONTROL is missing\.[^]*\n {15}Run it as root\.\n/,
    )
    expect(out).toContain('evil\\n\\e[2J (9), which missed 2 records')
    expect(out).toMatch(/\d+ checks: 1 problem, 1 warning, \d+ could not be checked\.\n$/)
  })

  it('prints facts and results as JSON', async () => {
    const { out } = await runWith(root, ['doctor', '--json'], { machine })
    const { results, facts } = JSON.parse(out) as { results: { id: string }[]; facts: Facts }
    expect(facts).toEqual(FACTS)
    expect(results.map(({ id }) => id)).toContain('old-tasks')
  })
})
