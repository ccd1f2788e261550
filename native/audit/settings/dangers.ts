/**
 * What a change of settings can do to the machine, said before it is made. Each danger is one entry of the table below: a
 * predicate over the values in force and the values wanted, and its words.
 */
import { counted, grouped } from '../numbers'
import { applied } from './changes'
import { type SettingChoice, type SettingKey, type SettingValues } from './settings'
import { jiffiesText } from './words'

/** Which word a person must type before it is done: what cannot be taken back needs one. */
export type ConfirmWord = 'panic' | 'lock'

export interface Danger {
  id: string
  severity: 'note' | 'warning' | 'danger'
  /** The settings that cause it, the first one first. */
  keys: readonly SettingKey[]
  /** The effect in plain words, one or two sentences. */
  text: string
  confirm: ConfirmWord | null
}

/** What is known about the machine besides the settings. */
export interface DangerContext {
  /** Jiffies per second. */
  hz: number
  /** Name and pid of the registered audit daemon when it is not ours; null when there is none. */
  otherDaemon: string | null
  /** Whether anybody, we included, is registered as the audit daemon. */
  daemonRegistered: boolean
  /** Records that wait now. */
  backlog: number
  /** Memory of the machine, bytes; null when not known. */
  memoryBytes: number | null
}

interface Situation {
  before: SettingValues
  after: SettingValues
  changed: (key: SettingKey) => boolean
  context: DangerContext
}
interface DangerRule {
  id: string
  severity: Danger['severity']
  keys: readonly SettingKey[]
  confirm?: ConfirmWord
  /** The words when it applies, null when it does not. */
  text(situation: Situation): string | null
}

/** One queued record takes about so much kernel memory, bytes (measured: 276 fill the default receive buffer). */
const RECORD_BYTES = 770
/** A backlog that may take more than this share of the memory deserves a word. */
const MEMORY_SHARE = 0.1
/** Below this the backlog is full within some milliseconds of a busy machine: a kernel makes 80,000 records/s and more. */
const SMALL_BACKLOG = 1024
/** A rate limit below this cannot keep one busy shell: an event has three records or more. */
const TINY_RATE = 100

const PANIC = 'The machine will panic when a record is lost'

/** In words, how records can get lost with these settings, beyond a reader that fails. */
function waysToLose({ after }: Situation): string[] {
  const ways: string[] = []
  if (after.rateLimit > 0)
    ways.push(`the rate limit of ${grouped(after.rateLimit)} records/s drops one`)
  if (after.backlogLimit > 0 && after.backlogWaitTime === 0)
    ways.push(`the backlog of ${counted(after.backlogLimit, 'record')} is full for a moment`)
  else if (after.backlogLimit > 0 && after.backlogLimit < SMALL_BACKLOG)
    ways.push(`the small backlog of ${counted(after.backlogLimit, 'record')} stays full`)
  return ways
}

const RULES: readonly DangerRule[] = [
  {
    id: 'panic',
    severity: 'danger',
    keys: ['failure'],
    confirm: 'panic',
    text: (s) => {
      if (s.after.failure !== 2 || !s.changed('failure')) return null
      const ways = waysToLose(s)
      const soon = ways.length === 0 ? '' : `, and that happens as soon as ${ways.join(', or ')}`
      return `${PANIC}${soon}.`
    },
  },
  {
    id: 'panic-likelier',
    severity: 'danger',
    keys: ['rateLimit', 'backlogLimit', 'backlogWaitTime', 'failure'],
    confirm: 'panic',
    text: (s) => {
      if (s.before.failure !== 2 || s.after.failure !== 2 || !losesSooner(s)) return null
      const ways = waysToLose(s)
      const how =
        ways.length === 0 ? 'this makes a loss likelier' : `now it is when ${ways.join(', or ')}`
      return `${PANIC} (failure is 2), and ${how}.`
    },
  },
  {
    id: 'lock',
    severity: 'danger',
    keys: ['enabled'],
    confirm: 'lock',
    text: ({ before, after }) =>
      after.enabled === 2 && before.enabled !== 2
        ? 'Rules and settings will be locked until the machine is booted again, for everybody, root included.'
        : null,
  },
  {
    id: 'unlimited-backlog',
    severity: 'warning',
    keys: ['backlogLimit'],
    text: ({ after, changed }) =>
      after.backlogLimit === 0 && changed('backlogLimit')
        ? 'Without a limit the backlog grows until the memory of the machine is used up when nobody reads.'
        : null,
  },
  {
    id: 'backlog-memory',
    severity: 'warning',
    keys: ['backlogLimit'],
    text: ({ after, changed, context }) => {
      const bytes = after.backlogLimit * RECORD_BYTES
      if (!changed('backlogLimit') || context.memoryBytes === null) return null
      if (bytes <= MEMORY_SHARE * context.memoryBytes) return null
      return `A full backlog takes about ${grouped(Math.round(bytes / 2 ** 20))} MiB of kernel memory.`
    },
  },
  {
    id: 'backlog-below-waiting',
    severity: 'warning',
    keys: ['backlogLimit'],
    text: ({ after, changed, context }) =>
      changed('backlogLimit') && after.backlogLimit > 0 && context.backlog > after.backlogLimit
        ? `${counted(context.backlog, 'record')} wait already: with this limit tasks wait, or lose records, at once.`
        : null,
  },
  {
    id: 'small-backlog',
    severity: 'warning',
    keys: ['backlogLimit'],
    text: ({ after }) =>
      after.enabled > 0 && after.backlogLimit > 0 && after.backlogLimit < SMALL_BACKLOG
        ? `A backlog of ${counted(after.backlogLimit, 'record')} is full within some milliseconds on a busy machine.`
        : null,
  },
  {
    id: 'stall',
    severity: 'warning',
    keys: ['backlogWaitTime'],
    text: ({ after, changed, context }) => {
      const wait = after.backlogWaitTime
      if (wait === null || wait === 0 || !(changed('backlogWaitTime') || changed('enabled')))
        return null
      if (after.enabled === 0) return null
      return `Any audited task may stop for up to ${jiffiesText(wait, context.hz)} for each record while the backlog is full.`
    },
  },
  {
    id: 'drops-at-once',
    severity: 'note',
    keys: ['backlogWaitTime'],
    text: ({ after, changed }) =>
      after.backlogWaitTime === 0 && changed('backlogWaitTime')
        ? 'Nobody waits for the audit system; records that find the backlog full are lost and counted.'
        : null,
  },
  {
    id: 'rate-limit',
    severity: 'warning',
    keys: ['rateLimit'],
    text: ({ after, changed }) => {
      if (after.rateLimit === 0 || !changed('rateLimit')) return null
      const tiny =
        after.rateLimit < TINY_RATE ? ' So few are used up by a handful of events per second.' : ''
      return `A rate limit drops single records, so that events arrive incomplete, and counts each as lost.${tiny}`
    },
  },
  {
    id: 'kernel-log',
    severity: 'warning',
    keys: ['enabled'],
    text: ({ after, changed, context }) =>
      after.enabled > 0 && changed('enabled') && !context.daemonRegistered
        ? 'No audit daemon is registered: the kernel copies records into its log, and watching by multicast does not stop that.'
        : null,
  },
  {
    id: 'off',
    severity: 'warning',
    keys: ['enabled'],
    text: ({ after, changed }) =>
      after.enabled === 0 && changed('enabled')
        ? 'Nothing that rules ask for is recorded while auditing is off.'
        : null,
  },
  {
    id: 'other-daemon',
    severity: 'note',
    keys: ['backlogLimit', 'backlogWaitTime', 'rateLimit', 'failure', 'enabled'],
    text: ({ changed, context }) =>
      context.otherDaemon !== null &&
      (['backlogLimit', 'backlogWaitTime', 'rateLimit', 'failure', 'enabled'] as const).some(
        changed,
      )
        ? `${context.otherDaemon} is the audit daemon; its rule files may set these values again when they are loaded.`
        : null,
  },
]

/** Whether a change makes it likelier that a record is lost. */
function losesSooner({ before, after }: Situation): boolean {
  const room = (limit: number): number => (limit === 0 ? Infinity : limit)
  return (
    room(after.rateLimit) < room(before.rateLimit) ||
    room(after.backlogLimit) < room(before.backlogLimit) ||
    (after.backlogWaitTime ?? 0) < (before.backlogWaitTime ?? 0) ||
    (before.enabled === 0 && after.enabled > 0)
  )
}

/** What these changes can do, the gravest first. Empty when there is nothing to say. */
export function dangers(
  before: SettingValues,
  wanted: SettingChoice,
  context: DangerContext,
): Danger[] {
  const after = applied(before, wanted)
  const changed = (key: SettingKey): boolean => before[key] !== after[key]
  const situation = { before, after, changed, context }
  const found = RULES.flatMap(({ id, severity, keys, confirm, text }) => {
    const words = text(situation)
    return words === null ? [] : [{ id, severity, keys, text: words, confirm: confirm ?? null }]
  })
  const rank = { danger: 0, warning: 1, note: 2 }
  return found.sort((a, b) => rank[a.severity] - rank[b.severity])
}

/** The words that must be typed before these dangers are accepted, each once. */
export function confirmWords(found: readonly Danger[]): ConfirmWord[] {
  return [...new Set(found.flatMap(({ confirm }) => (confirm === null ? [] : [confirm])))]
}
