/** Checks of the kernel, of its boot and of the place from which it is asked. */
import { note, ok, problem, unknown, warning, type Case, type Check } from './check'

/** Multicast came with Linux 3.16. */
const MULTICAST_SINCE: readonly [number, number] = [3, 16]

export const KERNEL_CHECKS: readonly Check[] = [
  {
    id: 'kernel',
    title: 'Audit in the kernel',
    find: (facts) => {
      if (facts.problem?.code === 'no-audit')
        return problem(
          `Linux ${facts.kernel.release} runs without audit: it was built without CONFIG_AUDIT, or booted with audit=0.`,
          'Boot a kernel that has it; those of all large distributions do.',
        )
      return facts.status === null && facts.access !== 'read'
        ? unknown(facts, 'Whether this kernel has audit')
        : ok(`Linux ${facts.kernel.release} has it.`)
    },
  },
  {
    id: 'boot',
    title: 'Boot parameter audit=',
    find: bootParameter,
  },
  {
    id: 'capabilities',
    title: 'Capabilities',
    find: (facts) => {
      if (facts.access === 'control')
        return ok('CAP_AUDIT_CONTROL is granted: events, status, settings and rules.')
      const gone = !facts.capabilities.bounding.some((name) => /audit_control$/i.test(name))
      const why = gone ? ' It is not in the bounding set: even root cannot get it here.' : ''
      if (facts.access === 'read')
        return warning(
          `Only CAP_AUDIT_READ is granted: events, but no status, counters, settings or rules.${why}`,
          'Run with CAP_AUDIT_CONTROL as well to see what the kernel lost.',
        )
      return problem(
        `${facts.problem?.message ?? 'Neither CAP_AUDIT_READ nor CAP_AUDIT_CONTROL is granted.'}${why}`,
        facts.problem?.hint || 'Run as root.',
      )
    },
  },
  {
    id: 'namespaces',
    title: 'Namespaces',
    find: ({ namespaces, container }) => {
      const outside = (['pid', 'user', 'net'] as const).filter((name) => namespaces[name] === false)
      const place = container === null ? '' : ` This is a container (${container}).`
      if (outside.length > 0)
        return problem(
          `Not in the initial ${list(outside)} namespace: the kernel answers only there, and multicast arrives only there.${place}`,
          'Run on the host itself.',
        )
      if (Object.values(namespaces).includes(null))
        return {
          state: 'unknown',
          reason: `Some namespaces could not be compared with those of process 1.${place}`,
        }
      return container === null
        ? ok('This is the host.')
        : note(`A container (${container}) that shares the host’s namespaces.`)
    },
  },
  {
    id: 'multicast',
    title: 'Listening without owning',
    find: ({ kernel }) => {
      const version = /^(\d+)\.(\d+)/.exec(kernel.release)
      if (version === null)
        return {
          state: 'unknown',
          reason: `Linux "${kernel.release}" has no version that is understood.`,
        }
      const [major, minor] = [Number(version[1]), Number(version[2])]
      const since = MULTICAST_SINCE
      return major > since[0] || (major === since[0] && minor >= since[1])
        ? ok(
            'This kernel has the multicast group (since Linux 3.16): observing works beside auditd.',
          )
        : problem(
            `Linux ${kernel.release} has no multicast group; it came with 3.16.`,
            'Register as the audit daemon instead: best effort or never lose.',
          )
    },
  },
]

function bootParameter({ cmdline }: Case): ReturnType<Check['find']> {
  if (cmdline.length === 0)
    return { state: 'unknown', reason: 'The boot command line could not be read.' }
  // The last one wins, as in the kernel's own parser.
  const value = cmdline
    .filter((word) => word.startsWith('audit='))
    .at(-1)
    ?.slice('audit='.length)
  if (value === undefined)
    return note(
      'Not given: tasks that were started before auditing was first turned on stay invisible, and what the kernel holds for a daemon can be dropped without being counted.',
      'Add audit=1 to the kernel’s command line where that matters.',
    )
  if (value === '0' || value === 'off')
    return problem(
      `audit=${value}: the kernel was told not to audit, and cannot be talked into it before the next boot.`,
      'Remove it from the kernel’s command line and boot.',
    )
  return value === '1' || value === 'on'
    ? ok(
        'audit=1: every task since boot can be audited, and what the kernel cannot hold is counted.',
      )
    : warning(`audit=${value} is not understood by the kernel, which then turns auditing on.`)
}

function list(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}
