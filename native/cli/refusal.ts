/** Refusals by the kernel as a person at a shell needs them. */
import { fail, type Failure } from '@native/audit/result'

/** EPERM at a shell nearly always means that root is missing. */
export function withRootHint(failure: Failure): Failure {
  return failure.code === 'EPERM' && process.getuid?.() !== 0
    ? fail(
        'EPERM',
        'The kernel answers only with CAP_AUDIT_CONTROL.',
        'Run it as root, for example with sudo.',
      )
    : failure
}
