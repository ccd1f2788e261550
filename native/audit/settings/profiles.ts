/** Profiles: a wish in a word instead of five kernel numbers. */
import { type SettingChoice, type SettingValues } from './settings'

export type ProfileId = 'observe' | 'never-stall' | 'balanced' | 'never-lose' | 'compliance'

export interface Profile {
  id: ProfileId
  title: string
  /** Whom it is for and what it promises, one sentence. */
  purpose: string
  /** What it costs, one sentence. */
  cost: string
  /** How to listen. The mode is entered first, then the settings are set: they win over what the mode sets by itself. */
  mode: 'observe' | 'best-effort' | 'never-lose'
  /** The settings that it wants, given those in force. `hz`: jiffies per second. */
  settings(current: SettingValues, hz: number): SettingChoice
}

/** What was measured to last for a second of a busy machine's records. */
const ROOMY_BACKLOG = 8192
const LARGE_BACKLOG = 32768
/** Waits as parts of a second, or in seconds. */
const SHORT_WAITS_PER_SECOND = 10
const LONG_WAIT_SECONDS = 60

/** A backlog of at least this many records; one that is larger already, or without limit, stays. */
function atLeast(current: SettingValues, records: number): number {
  return current.backlogLimit === 0 ? 0 : Math.max(current.backlogLimit, records)
}

export const PROFILES: readonly Profile[] = [
  {
    id: 'observe',
    title: 'Observe',
    purpose: 'Looks at what is recorded and leaves the kernel as it is.',
    cost: 'What this app does not read in time is missing from its own picture only.',
    mode: 'observe',
    settings: () => ({}),
  },
  {
    id: 'never-stall',
    title: 'Never stall',
    purpose: 'No task ever waits for the audit system.',
    cost: 'Records that find the backlog full are lost, and counted.',
    mode: 'best-effort',
    settings: (current) => ({
      backlogLimit: atLeast(current, ROOMY_BACKLOG),
      backlogWaitTime: 0,
      rateLimit: 0,
      failure: 1,
      enabled: 1,
    }),
  },
  {
    id: 'balanced',
    title: 'Balanced',
    purpose:
      'Short bursts are kept whole; a task waits for a tenth of a second at most, for each record.',
    cost: 'Under lasting overload tasks become slower and records are lost, and counted.',
    mode: 'best-effort',
    settings: (current, hz) => ({
      backlogLimit: atLeast(current, LARGE_BACKLOG),
      backlogWaitTime: Math.ceil(hz / SHORT_WAITS_PER_SECOND),
      rateLimit: 0,
      failure: 1,
      enabled: 1,
    }),
  },
  {
    id: 'never-lose',
    title: 'Never lose',
    purpose: 'Every record is kept as long as the machine can wait for it.',
    cost: 'Under lasting overload audited tasks stop for up to a minute, for each record: the machine may stall.',
    mode: 'never-lose',
    settings: (current, hz) => ({
      backlogLimit: atLeast(current, LARGE_BACKLOG),
      backlogWaitTime: LONG_WAIT_SECONDS * hz,
      rateLimit: 0,
      failure: 1,
      enabled: 1,
    }),
  },
  {
    id: 'compliance',
    title: 'Compliance',
    purpose:
      'Nothing happens unrecorded, and nobody changes that: for machines that must rather stop than lose a record.',
    cost: 'The machine panics when a record is lost, and its rules and settings are locked until the next boot.',
    mode: 'never-lose',
    settings: (current, hz) => ({
      backlogLimit: atLeast(current, LARGE_BACKLOG),
      backlogWaitTime: LONG_WAIT_SECONDS * hz,
      rateLimit: 0,
      failure: 2,
      enabled: 2,
    }),
  },
]

/** The profile whose mode and settings are in force, or null when the mix is the user's own. */
export function profileInForce(current: SettingValues, mode: string, hz: number): ProfileId | null {
  const matches = PROFILES.filter(
    (profile) =>
      profile.mode === mode &&
      Object.entries(profile.settings(current, hz)).every(
        ([key, value]) => current[key as keyof SettingValues] === value,
      ),
  )
  return matches[0]?.id ?? null
}
