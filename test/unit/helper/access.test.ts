import { describe, expect, it } from 'vitest'
import { fail, ok } from '@native/audit/result'
import type { AuditStatus } from '@native/audit/status/status'
import { judgeAccess, type AccessFacts } from '@native/helper/access'
import { explainRefusal } from '@native/helper/kernel-api'

const BOTH = ['CAP_AUDIT_CONTROL', 'CAP_AUDIT_READ']

/** What the kernel answers to AUDIT_GET when it refuses, as the helper sees it. */
const refused = (errno: string) => explainRefusal(fail(errno, errno))

function judge(facts: Partial<AccessFacts>) {
  return judgeAccess({
    capabilities: BOTH,
    namespaces: { pid: true, user: true },
    container: null,
    status: refused('EPERM'),
    ...facts,
  })
}

describe('access', () => {
  it('is full when the kernel answers', () => {
    const status = ok({ enabled: 1 } as AuditStatus)
    expect(judge({ status, capabilities: [] })).toEqual({ access: 'control', problem: null })
  })

  it.each<[string, Partial<AccessFacts>, string, string]>([
    ['only CAP_AUDIT_READ', { capabilities: ['CAP_AUDIT_READ'] }, 'read', 'read-only'],
    ['no capability', { capabilities: [] }, 'none', 'no-control'],
    [
      'another pid namespace',
      { namespaces: { pid: false, user: true } },
      'none',
      'not-initial-pid-namespace',
    ],
    [
      'another user namespace',
      { namespaces: { pid: true, user: false } },
      'none',
      'not-initial-user-namespace',
    ],
    [
      'a user namespace that /proc hides',
      { namespaces: { pid: null, user: null }, status: refused('ECONNREFUSED') },
      'none',
      'not-initial-user-namespace',
    ],
    ['no audit in the kernel', { status: refused('EPROTONOSUPPORT') }, 'none', 'no-audit'],
    [
      'a kernel that does not answer',
      { status: fail('timeout', 'It did not answer.') },
      'none',
      'timeout',
    ],
    ['a refusal that nothing explains', {}, 'none', 'EPERM'],
  ])('%s', (_, facts, access, code) => {
    const state = judge(facts)
    expect(state.access).toBe(access)
    expect(state.problem?.code).toBe(code)
    expect(state.problem?.message).toMatch(/\.$/)
  })

  it('names the container', () => {
    const { problem } = judge({ container: 'docker', namespaces: { pid: false, user: true } })
    expect(problem?.message).toContain('docker')
  })
})
