/**
 * How a privileged program is started: directly when already root, else through polkit's pkexec and a root-owned wrapper.
 * Decides and explains; starts nothing.
 */
import { constants, accessSync, statSync } from 'node:fs'
import path from 'node:path'
import { fail, ok, type Result } from '../audit/result'

/** Root-owned wrapper that the polkit policy (build/package) names; installed by the package. */
export const HELPER_WRAPPER = '/opt/auditscope/auditscope-helper'

const PKEXEC = '/usr/bin/pkexec'

/** A command to spawn. */
export interface Launch {
  command: string
  args: string[]
  env: NodeJS.ProcessEnv
}

/** The bundled script that root runs directly, and the wrapper that polkit runs for everybody else. */
export interface Program {
  script: string
  wrapper: string
  args?: readonly string[]
  /** Whether pkexec may ask in the terminal that the program was started from, where the session has no agent. */
  asksInTerminal?: boolean
}

/**
 * The command that starts a program. Codes of failure: `helper-missing`, `no-pkexec`, `unsafe-helper`.
 *
 * Without root the wrapper must be root's and writable by nobody else: otherwise the prompt would ask the user to run,
 * as root, what another account could have put there.
 */
export function planLaunch(
  { script, wrapper, args = [], asksInTerminal = false }: Program,
  uid: number = process.getuid?.() ?? -1,
): Result<Launch> {
  return uid === 0 ? direct(script, args) : throughPolkit(wrapper, args, asksInTerminal)
}

function direct(script: string, args: readonly string[]): Result<Launch> {
  if (!isFile(script)) {
    return fail(
      'helper-missing',
      `The helper ${script} does not exist.`,
      'Build the app (npm run build), or install the package again.',
    )
  }
  return ok({
    command: process.execPath,
    args: [script, ...args],
    env: { ...minimalEnvironment(), ELECTRON_RUN_AS_NODE: '1' },
  })
}

function throughPolkit(
  wrapper: string,
  args: readonly string[],
  asksInTerminal: boolean,
): Result<Launch> {
  try {
    accessSync(PKEXEC, constants.X_OK)
  } catch {
    return fail(
      'no-pkexec',
      'pkexec is not installed, so administrator rights cannot be asked for.',
      'Install the package "pkexec" (Debian, Ubuntu) or "polkit".',
    )
  }
  const problem = wrapperProblem(wrapper)
  if (problem) return problem
  const options = asksInTerminal ? [] : ['--disable-internal-agent']
  return ok({ command: PKEXEC, args: [...options, wrapper, ...args], env: minimalEnvironment() })
}

/** Why the wrapper cannot be run as root, or null when it can. */
function wrapperProblem(file: string): Result<never> | null {
  let current = file
  try {
    for (;;) {
      const { uid, mode } = statSync(current)
      if (uid !== 0 || (mode & 0o022) !== 0) {
        return fail(
          'unsafe-helper',
          `${current} can be changed by an account other than root.`,
          'Install the package again, or restore its owner and mode.',
        )
      }
      if (current === '/') return null
      current = path.dirname(current)
    }
  } catch {
    return fail(
      'helper-missing',
      `The helper ${file} is not installed.`,
      'Install the Auditscope package, or from a checkout run "sudo node build/install-helper.mjs"; files can be opened without it.',
    )
  }
}

/** What pkexec and the helper need of the environment; the rest stays out. The display lets polkit's agent find the seat. */
function minimalEnvironment(): NodeJS.ProcessEnv {
  const names = [
    'PATH',
    'LANG',
    'DISPLAY',
    'WAYLAND_DISPLAY',
    'XAUTHORITY',
    'XDG_RUNTIME_DIR',
    'XDG_SESSION_ID',
    'DBUS_SESSION_BUS_ADDRESS',
  ]
  const env: NodeJS.ProcessEnv = {}
  for (const name of names) if (process.env[name] !== undefined) env[name] = process.env[name]
  return env
}

function isFile(file: string): boolean {
  try {
    return statSync(file).isFile()
  } catch {
    return false
  }
}
