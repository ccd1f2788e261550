/** How the helper may be started: a root process runs nothing that others could have put in its place. */
import { fstatSync, statSync } from 'node:fs'
import path from 'node:path'

/** What decides. */
export interface StartFacts {
  /** Arguments after the script. */
  args: readonly string[]
  /** Whether polkit started this process: then nobody but root may have touched its files. */
  throughPolkit: boolean
  /** The files that run: the interpreter and the script. */
  files: readonly string[]
  /** Whether the descriptor is a pipe or a socket. */
  isPipe: (fd: number) => boolean
  /** Owner and mode of a file or folder. */
  stat: (file: string) => { uid: number; mode: number }
}

const WORLD_WRITABLE = 0o002
const GROUP_WRITABLE = 0o020
const STICKY = 0o1000

/** The facts of this process. */
export function startFacts(script: string): StartFacts {
  return {
    args: process.argv.slice(2),
    throughPolkit: process.env.PKEXEC_UID !== undefined,
    files: [process.execPath, script],
    isPipe(fd) {
      const stat = fstatSync(fd)
      return stat.isFIFO() || stat.isSocket()
    },
    stat: statSync,
  }
}

/** The argument that makes the program a guard (guard.ts); the journal's name follows. */
export const GUARD_ARGUMENT = '--guard'

/**
 * The journal to guard when a helper started this process as its guard, else null. Nobody passes an argument through
 * polkit: the wrapper takes none.
 */
export function guardedJournal({ args, throughPolkit }: StartFacts): string | null {
  const [argument, id, ...more] = args
  const started = argument === GUARD_ARGUMENT && !throughPolkit
  return started && id !== undefined && more.length === 0 ? id : null
}

/** Why the helper does not start like this, or null. */
export function objection(facts: StartFacts): string | null {
  if (facts.args.length > 0) return 'it takes no arguments'
  if (![0, 1].every(facts.isPipe)) {
    return 'it speaks to a program through pipes, not to a terminal or a file'
  }
  for (const file of facts.files.flatMap(withAncestors)) {
    try {
      if (canBeChanged(facts.stat(file), facts.throughPolkit))
        return `${file} can be changed by others than root, and what they put there would run as root`
    } catch {
      return `${file} is not there any more; it is being replaced, or was removed`
    }
  }
  return null
}

function canBeChanged(
  { uid, mode }: { uid: number; mode: number },
  throughPolkit: boolean,
): boolean {
  if (throughPolkit && (uid !== 0 || (mode & GROUP_WRITABLE) !== 0)) return true
  // In a sticky folder, such as /tmp, others cannot replace what is not theirs.
  return (mode & WORLD_WRITABLE) !== 0 && (mode & STICKY) === 0
}

function withAncestors(file: string): string[] {
  const parent = path.dirname(file)
  return parent === file ? [file] : [file, ...withAncestors(parent)]
}
