/** What a rule's text means depends on the machine that it is for: its syscalls, users, groups and directories. */
import type { Machine } from './names'

/** Facts about the machine that the rules are for. Pure: callers look them up beforehand. */
export interface RuleContext {
  /** What b64, b32 and syscalls without `arch` mean. */
  machine: Machine
  /** The id of a user, or null when there is none of that name. */
  userId(name: string): number | null
  /** The id of a group, or null when there is none of that name. */
  groupId(name: string): number | null
  /** Whether a path is a directory; null when it does not exist or is not known. Decides what `-w` watches. */
  isDirectory(path: string): boolean | null
  /**
   * Whether a path is known not to exist; false when it exists or when that is not known. Without this function nothing is
   * known.
   */
  isMissing?(path: string): boolean
  /** AUDIT_FEATURE_BITMAP_* of the kernel; null when it is not known, then everything is taken to be there. */
  features: number | null
}

/** AUDIT_FEATURE_BITMAP_* that rules depend on. */
export const RULE_FEATURES = {
  executablePath: 0x04,
  excludeExtend: 0x08,
  sessionIdFilter: 0x10,
  filesystemFilter: 0x40,
} as const
export type RuleFeature = keyof typeof RULE_FEATURES

/** Whether the kernel has a feature, as far as known. */
export function hasFeature(context: RuleContext, feature: RuleFeature): boolean {
  return context.features === null || (context.features & RULE_FEATURES[feature]) !== 0
}

/** A context from plain data, such as crosses process boundaries. */
export interface ContextData {
  machine: Machine
  users: Readonly<Record<string, number>>
  groups: Readonly<Record<string, number>>
  directories: readonly string[]
  features: number | null
}

/** Makes a context of plain data. */
export function contextOf(data: ContextData): RuleContext {
  const users = new Map(Object.entries(data.users))
  const groups = new Map(Object.entries(data.groups))
  const directories = new Set(data.directories)
  return {
    machine: data.machine,
    userId: (name) => users.get(name) ?? null,
    groupId: (name) => groups.get(name) ?? null,
    isDirectory: (path) => (directories.has(path) ? true : null),
    features: data.features,
  }
}

/** Knows only root and the machine: enough to print and explain what came from a kernel. */
export const BARE_CONTEXT: RuleContext = contextOf({
  machine: 'x86_64',
  users: { root: 0 },
  groups: { root: 0 },
  directories: [],
  features: null,
})
