/** Checks of the kernel's audit state: on, locked, who listens, and how records get lost. */
import { counted, grouped } from '../numbers'
import { jiffiesText } from '../settings/words'
import { note, ok, problem, unknown, warning, type Case, type Check, type Finding } from './check'
import type { AuditSocket, ProcessName } from './facts'

/** A backlog that is full within some milliseconds of a busy machine. */
const SMALL_BACKLOG = 1024
const DEFAULT_BACKLOG = 64
/** AUDIT_NLGRP_READLOG as a bit. */
const READ_LOG = 1

type Status = NonNullable<Case['status']>
/** A check that needs the kernel's status. */
const withStatus =
  (what: string, find: (status: Status, facts: Case) => Finding): Check['find'] =>
  (facts) =>
    facts.status === null ? unknown(facts, what) : find(facts.status, facts)

export const STATE_CHECKS: readonly Check[] = [
  {
    id: 'enabled',
    title: 'Auditing',
    find: withStatus('Whether auditing is on', ({ enabled }) =>
      enabled === 0
        ? problem('Auditing is off: rules record nothing.', 'Turn it on.', 'auditctl -e 1')
        : ok('Auditing is on.'),
    ),
  },
  {
    id: 'locked',
    title: 'Configuration',
    find: withStatus('Whether the configuration is locked', ({ enabled }) =>
      enabled === 2
        ? note('Rules and settings are locked (enabled=2) until the next boot.')
        : ok('Rules and settings can be changed.'),
    ),
  },
  { id: 'daemon', title: 'Audit daemon', find: withStatus('Who is registered', daemon) },
  { id: 'listeners', title: 'Other listeners', find: listeners },
  {
    id: 'rate-limit',
    title: 'Rate limit',
    find: withStatus('The rate limit', ({ rateLimit }) =>
      rateLimit === 0
        ? ok('None: no record is dropped for its rate.')
        : warning(
            `At most ${counted(rateLimit, 'record')} per second are made; what is over it is lost, record by record, which cuts events apart.`,
            'Take it away and write rules that record less.',
            'auditctl -r 0',
          ),
    ),
  },
  {
    id: 'backlog-limit',
    title: 'Backlog limit',
    find: withStatus('The backlog limit', backlogLimit),
  },
  {
    id: 'failure',
    title: 'When a record is lost',
    find: withStatus('What happens on loss', failure),
  },
  {
    id: 'lost',
    title: 'Lost records',
    find: withStatus('The lost counter', ({ lost }) =>
      lost === 0
        ? ok(
            'The kernel counts none. What a slow multicast listener misses, and what was held for a dead daemon, is not in this count.',
          )
        : warning(
            `The kernel counts ${grouped(lost)} since boot or since the counter was reset.`,
            'Look at the ledger while it rises: it names the cause.',
          ),
    ),
  },
  { id: 'kernel-log', title: 'Kernel log', find: kernelLog },
]

function name(process: ProcessName): string {
  return process.comm === '' ? `process ${process.pid}` : `${process.comm} (${process.pid})`
}

function daemon({ pid, enabled }: Status, { daemon: process }: Case): Finding {
  if (pid === 0) {
    const text = 'Nobody is registered'
    return enabled === 0
      ? ok(`${text}.`)
      : note(
          `${text}: the kernel also prints records into its log, and a multicast listener does not stop that.`,
          'Listen as the audit daemon (best effort or never lose), or start auditd.',
        )
  }
  if (process === null || process.comm === '')
    return problem(
      `Process ${pid} is registered as the audit daemon and does not exist, as far as can be seen from here.`,
      'The next record makes the kernel notice; starting auditd replaces it.',
    )
  return note(
    `${name(process)} is registered: observing works beside it; best effort and never lose do not, because only one process can be.`,
  )
}

function listeners({ sockets }: Case): Finding {
  const listening = sockets.filter(({ groups }) => (groups & READ_LOG) !== 0)
  if (listening.length === 0) return ok('Nobody listens by multicast.')
  const who = (socket: AuditSocket): string => {
    const text = socket.process === null ? `port ${socket.portid}` : name(socket.process)
    return socket.drops === 0 ? text : `${text}, which missed ${counted(socket.drops, 'record')}`
  }
  const journald = listening.some(({ process }) => process?.comm === 'systemd-journal')
  const reason = `Listening by multicast: ${listening.map(who).join('; ')}.`
  if (journald)
    return note(
      `${reason} journald keeps a copy of every record in the journal.`,
      'Mask it where the journal is flooded.',
      'systemctl mask --now systemd-journald-audit.socket',
    )
  return listening.some(({ drops }) => drops > 0) ? warning(reason) : note(reason)
}

function backlogLimit(
  { backlogLimit: limit, backlogWaitTime, enabled }: Status,
  { hz }: Case,
): Finding {
  if (limit === 0)
    return warning(
      'None: the backlog grows until memory is used up when nobody reads.',
      'Set a limit.',
      'auditctl -b 8192',
    )
  const waits = backlogWaitTime === null || backlogWaitTime > 0
  const time = backlogWaitTime === null ? '' : ` up to ${jiffiesText(backlogWaitTime, hz)}`
  const effect = waits
    ? `then audited tasks wait${time} for each record`
    : 'then records are lost at once'
  const text = `${counted(limit, 'record')} may wait, ${effect}.`
  if (limit >= SMALL_BACKLOG) return ok(text)
  const which = limit === DEFAULT_BACKLOG ? 'That is the kernel’s default and' : 'That'
  const finding = `${text} ${which} is full within some milliseconds on a busy machine.`
  return enabled === 0
    ? note(finding, 'Raise it before auditing is turned on.', 'auditctl -b 8192')
    : warning(finding, 'Raise it.', 'auditctl -b 8192')
}

function failure(status: Status): Finding {
  if (status.failure !== 2)
    return ok(status.failure === 0 ? 'It is only counted.' : 'The kernel log gets a line.')
  const ways = [
    status.rateLimit > 0 ? 'the rate limit drops records' : null,
    status.backlogWaitTime === 0 ? 'tasks do not wait for room in the backlog' : null,
    status.backlogLimit > 0 && status.backlogLimit < SMALL_BACKLOG ? 'the backlog is small' : null,
  ].filter((way) => way !== null)
  return ways.length === 0
    ? warning(
        'The machine panics at the first lost record (failure=2).',
        'Make sure that this is wanted.',
      )
    : problem(
        `The machine panics at the first lost record (failure=2), and ${ways.join(', and ')}.`,
        'Let it print instead, or take away what loses records.',
        'auditctl -f 1',
      )
}

function kernelLog(facts: Case): Finding {
  const log = facts.kernelLog
  if (log === null) return { state: 'unknown', reason: 'The kernel log could not be read.' }
  const newest = log.complaints.at(-1)
  const complaint = newest === undefined ? '' : ` The newest complaint: "${newest}".`
  const copies =
    log.records === 0
      ? 'It holds no copies of records.'
      : `It holds copies of ${counted(log.records, 'record')}, made while nobody was registered${
          log.suppressed === 0 ? '' : `; its own rate limit left out ${grouped(log.suppressed)}`
        }.`
  if (log.suppressed > 0 || newest !== undefined) return warning(copies + complaint)
  return log.records > 0 ? note(copies) : ok(copies)
}
