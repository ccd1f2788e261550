/** What rules mean on this machine: its architecture, users, groups and directories. */
import { execFileSync } from 'node:child_process'
import { lstatSync, statSync } from 'node:fs'
import { machine as unameMachine } from 'node:os'
import type { RuleContext } from '@native/audit/rule/index'
import { machineOfName } from '@native/audit/rule/names'

/**
 * The context of this machine. Names are looked up as auditctl looks them up, through the name service switch
 * (getent(1)), once each.
 * @param features AUDIT_FEATURE_BITMAP_* of the kernel, null when it is not known
 */
export function systemContext(features: number | null = null): RuleContext {
  return {
    machine: machineOfName(unameMachine()) ?? 'x86_64',
    userId: remembered((name) => idOf('passwd', name)),
    groupId: remembered((name) => idOf('group', name)),
    isDirectory: remembered(isDirectory),
    isMissing: remembered(isMissing),
    features,
  }
}

function remembered<T>(look: (name: string) => T): (name: string) => T {
  const known = new Map<string, T>()
  return (name) => {
    if (!known.has(name)) known.set(name, look(name))
    return known.get(name) as T
  }
}

/** The third column of a database's line of that name; null when there is none, or getent is missing. */
function idOf(database: 'passwd' | 'group', name: string): number | null {
  // getent would take a number for an id, and a name that begins with a dash for an option.
  if (name === '' || /^[-0-9]|[\0\n:]/.test(name)) return null
  try {
    const line = execFileSync('getent', [database, name], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: 5000,
    })
    const [found, , id] = line.split(':')
    return found === name && id !== undefined && /^\d+$/.test(id) ? Number(id) : null
  } catch {
    return null
  }
}

function isDirectory(path: string): boolean | null {
  try {
    return statSync(path).isDirectory()
  } catch {
    return null
  }
}

function isMissing(path: string): boolean {
  try {
    lstatSync(path)
    return false
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT'
  }
}
