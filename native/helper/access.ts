/** What this process may do with the kernel's audit subsystem, and why not more. */
import { fail, type Failure, type Result } from '../audit/result'
import type { AuditStatus } from '../audit/status/status'
import { readCapabilities, readContainer, readNamespaces } from '../kernel/proc-system'
import type { Access } from './messages'

/** The access and, unless it is `control`, the reason. */
export interface AccessState {
  access: Access
  problem: Failure | null
}

/** Facts that decide about the access. */
export interface AccessFacts {
  capabilities: readonly string[]
  namespaces: { pid: boolean | null; user: boolean | null }
  container: string | null
  /** The answer to AUDIT_GET. */
  status: Result<AuditStatus>
}

/** Looks at this process. `status` is the kernel's answer to a first AUDIT_GET. */
export function readAccess(status: Result<AuditStatus>): AccessState {
  return judgeAccess({
    capabilities: readCapabilities().effective,
    namespaces: readNamespaces(),
    container: readContainer(),
    status,
  })
}

/** Decides. The kernel's own answer comes first; the rest explains a refusal (audit_netlink_ok of kernel/audit.c). */
export function judgeAccess(facts: AccessFacts): AccessState {
  const { status, capabilities } = facts
  if (status.ok) return { access: 'control', problem: null }
  const problem = problemOf(facts, status)
  const listens = problem.code === 'no-control' && capabilities.includes('CAP_AUDIT_READ')
  return listens ? { access: 'read', problem: READ_ONLY } : { access: 'none', problem }
}

const READ_ONLY = fail(
  'read-only',
  'Only CAP_AUDIT_READ is granted: records can be seen, but no status, counters, settings or rules.',
  'Connect with administrator rights to see and change the rest.',
)

function problemOf(
  { namespaces, container, capabilities }: AccessFacts,
  refusal: Failure,
): Failure {
  const where = container === null ? '' : ` (it runs under ${container})`
  if (refusal.code === 'no-audit' || refusal.code === 'timeout') return refusal
  if (namespaces.user === false || refusal.code === 'not-initial-user-namespace') {
    return fail(
      'not-initial-user-namespace',
      `The helper is not in the initial user namespace${where}, and the kernel answers audit requests only there.`,
      'Run the helper on the host, outside of the container.',
    )
  }
  if (namespaces.pid === false) {
    return fail(
      'not-initial-pid-namespace',
      `The helper is not in the initial pid namespace${where}, and the kernel takes audit requests only from there.`,
      'Run the helper on the host, or start the container with the host’s pid namespace.',
    )
  }
  if (!capabilities.includes('CAP_AUDIT_CONTROL')) {
    return fail(
      'no-control',
      `CAP_AUDIT_CONTROL is missing${where}.`,
      'Start the helper as root, through polkit, or with the capability.',
    )
  }
  return refusal
}
