/** `auditscope set`: changes settings of the kernel, all that were asked for or none. */
import { refusals, settingDiff, type SettingDiff } from '@native/audit/settings/changes'
import {
  confirmWords,
  dangers,
  type ConfirmWord,
  type Danger,
} from '@native/audit/settings/dangers'
import { PROFILES } from '@native/audit/settings/profiles'
import { settingValues, type SettingChoice } from '@native/audit/settings/settings'
import { auditctlCommand } from '@native/audit/settings/words'
import { fail, ok, type Failure, type Result } from '@native/audit/result'
import type { AuditStatus, ResetName } from '@native/audit/status/status'
import { usage } from '../args'
import { command } from '../command'
import { escapeForDisplay } from '@native/audit/text'
import type { Io } from '../io'
import type { KernelSession } from '../machine'
import { withRootHint } from '../refusal'
import { readJiffies } from './wait-time'

const U32 = { min: 0, max: 0xffffffff } as const
const CONFIRMATIONS = ['panic', 'lock', 'panic,lock', 'lock,panic'] as const

export const set = command({
  name: 'set',
  summary: 'Change the kernel’s audit settings.',
  details:
    'The settings stay until they are changed again or the machine is booted. All are set or, put back, none. Locking comes last.',
  flags: {
    'rate-limit': {
      kind: 'number',
      placeholder: 'N',
      ...U32,
      help: 'Records per second; 0 for no limit.',
    },
    'backlog-limit': {
      kind: 'number',
      placeholder: 'N',
      ...U32,
      help: 'Records that may wait; 0 for no limit.',
    },
    'backlog-wait-time': {
      kind: 'text',
      placeholder: 'TIME',
      help: 'Jiffies, or a time such as 500ms or 60s; 0 for no wait.',
    },
    failure: {
      kind: 'number',
      placeholder: 'N',
      min: 0,
      max: 2,
      help: 'On loss: 0 nothing, 1 print, 2 panic.',
    },
    enabled: {
      kind: 'number',
      placeholder: 'N',
      min: 0,
      max: 2,
      help: '0 off, 1 on, 2 on and locked until the next boot.',
    },
    profile: {
      kind: 'choice',
      choices: PROFILES.map(({ id }) => id),
      help: 'Set what a profile wants; other options win.',
    },
    'reset-lost': { kind: 'switch', help: 'Set the lost counter to 0.' },
    'reset-waited': { kind: 'switch', help: 'Set the time that tasks waited to 0.' },
    confirm: {
      kind: 'choice',
      choices: CONFIRMATIONS,
      help: 'Accept that the machine may panic, or that it is locked.',
    },
    'dry-run': {
      kind: 'switch',
      help: 'Show what would change, and the auditctl command for it; change nothing.',
    },
    json: { kind: 'switch', help: 'Print the changes and the status as one JSON object.' },
  },
  async run({ flags, io }) {
    const session = await io.machine.kernel()
    if (!session.ok) return session
    const wanted = wishes(flags, session.value)
    if (!wanted.ok) return wanted
    const before = await session.value.api.status()
    if (!before.ok) return withRootHint(before)
    const choice = withProfile(wanted.value, flags.profile, before.value, session.value.hz)
    const resets = RESETS.filter(({ flag }) => flags[flag]).map(({ name }) => name)
    if (Object.keys(choice).length + resets.length === 0 && flags.profile === undefined)
      return usage('Nothing to set was given.')
    const plan = makePlan(before.value, choice, session.value)
    const refused = refusal(plan, flags.confirm)
    await tell(plan.dangers, io)
    if (refused !== null) return refused
    if (flags['dry-run']) {
      await io.out.write(plan.diff.map(diffLine).join('') + commandLine(plan.diff))
      return ok(null)
    }
    const done = await apply(plan.diff, resets, session.value)
    if (!done.ok) return withRootHint(done)
    await io.out.write(flags.json ? json(plan.diff, done.value) : plan.diff.map(diffLine).join(''))
    return ok(null)
  },
})

const RESETS: readonly { flag: 'reset-lost' | 'reset-waited'; name: ResetName }[] = [
  { flag: 'reset-lost', name: 'lost' },
  { flag: 'reset-waited', name: 'backlogWaitTimeActual' },
]

interface Wishes {
  'rate-limit': number | undefined
  'backlog-limit': number | undefined
  'backlog-wait-time': string | undefined
  failure: number | undefined
  enabled: number | undefined
}

function wishes(flags: Wishes, { hz }: KernelSession): Result<SettingChoice> {
  const choice: SettingChoice = {}
  if (flags['rate-limit'] !== undefined) choice.rateLimit = flags['rate-limit']
  if (flags['backlog-limit'] !== undefined) choice.backlogLimit = flags['backlog-limit']
  if (flags.failure !== undefined) choice.failure = flags.failure
  if (flags.enabled !== undefined) choice.enabled = flags.enabled
  if (flags['backlog-wait-time'] !== undefined) {
    const jiffies = readJiffies(flags['backlog-wait-time'], hz)
    if (!jiffies.ok) return jiffies
    choice.backlogWaitTime = jiffies.value
  }
  return ok(choice)
}

function withProfile(
  choice: SettingChoice,
  id: string | undefined,
  status: AuditStatus,
  hz: number,
): SettingChoice {
  const profile = PROFILES.find((candidate) => candidate.id === id)
  return { ...profile?.settings(settingValues(status), hz), ...choice }
}

interface Plan {
  diff: SettingDiff[]
  dangers: Danger[]
  /** What the kernel would refuse, one sentence; null when nothing. */
  refused: string | null
}

function makePlan(status: AuditStatus, choice: SettingChoice, session: KernelSession): Plan {
  const { hz, memoryBytes } = session
  const before = settingValues(status)
  const other = status.pid === 0 ? null : `${session.processName(status.pid)} (${status.pid})`
  const diff = settingDiff(before, choice, hz)
  const touched = new Set(diff.map(({ key }) => key))
  return {
    diff,
    dangers: dangers(before, choice, {
      hz,
      memoryBytes,
      otherDaemon: other,
      daemonRegistered: other !== null,
      backlog: status.backlog,
    }).filter(({ keys, confirm }) => confirm !== null || keys.some((key) => touched.has(key))),
    refused: refusals(before, choice, hz)[0]?.text ?? null,
  }
}

function refusal(plan: Plan, confirmed: string | undefined): Failure | null {
  if (plan.refused !== null) return fail('refused', plan.refused)
  const given = (confirmed ?? '').split(',') as ConfirmWord[]
  const missing = confirmWords(plan.dangers).filter((word) => !given.includes(word))
  if (missing.length === 0) return null
  const why = plan.dangers.find(({ confirm }) => confirm === missing[0])!
  return fail(
    `confirm-${missing[0]!}`,
    why.text,
    `Add --confirm ${confirmWords(plan.dangers).join(',')} if that is wanted.`,
  )
}

/** Warnings go to stderr, one a line; what stops the command is told by its failure. */
async function tell(found: readonly Danger[], io: Io): Promise<void> {
  for (const { severity, text, confirm } of found)
    if (confirm === null) await io.err.write(`${severity}: ${escapeForDisplay(text)}\n`)
}

/** Sets one after the other; when one is refused, those before it are put back. */
async function apply(
  diff: readonly SettingDiff[],
  resets: readonly ResetName[],
  { api }: KernelSession,
): Promise<Result<AuditStatus>> {
  for (const [index, change] of diff.entries()) {
    const done = await api.set(change.key, change.to)
    if (done.ok) continue
    for (const earlier of diff.slice(0, index).reverse()) await api.set(earlier.key, earlier.from)
    return fail(done.code, `${change.kernelName}: ${done.message} Nothing was changed.`, done.hint)
  }
  for (const name of resets) {
    const done = await api.reset(name)
    if (!done.ok) return done
  }
  return api.status()
}

function diffLine({ kernelName, fromText, toText }: SettingDiff): string {
  return `${kernelName}: ${fromText} → ${toText}\n`
}

function commandLine(diff: readonly SettingDiff[]): string {
  const text = auditctlCommand(Object.fromEntries(diff.map(({ key, to }) => [key, to])))
  return text === '' ? '' : `${text}\n`
}

function json(diff: readonly SettingDiff[], status: AuditStatus): string {
  const changes = diff.map(({ key, from, to }) => ({ setting: key, from, to }))
  return JSON.stringify({ changes, status }) + '\n'
}
