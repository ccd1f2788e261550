/**
 * Auditscope's own file among those that augenrules(8) loads at boot: read, and replaced as a whole, never half written.
 * Nothing here follows a symbolic link or writes into a folder that another account can change.
 */
import {
  closeSync,
  constants,
  existsSync,
  fchmodSync,
  fstatSync,
  fsyncSync,
  linkSync,
  lstatSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
  type Stats,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { fail, ok, type Failure, type Result } from '../audit/result'
import { MAX_RULES_BYTES } from './rules-check'

/** Where augenrules(8) takes rules from. */
export const RULES_FOLDER = '/etc/audit/rules.d'
/** Our file: after the usual base rules (10-), before what finishes the set (99-). */
export const RULES_NAME = '60-auditscope.rules'
/** The version before, which augenrules does not load because of its name. */
export const PREVIOUS_SUFFIX = '.previous'

export interface KeptRules {
  path: string
  /** Null when there is no file yet. */
  text: string | null
  /** What keeps the file from being loaded or written, one sentence; empty when all is well. */
  problem: string
}

/** Whether only `owner` can change it. */
const isSafe = ({ uid, mode }: Stats, owner: number) => uid === owner && (mode & 0o022) === 0

/** Why the folder cannot be used, or null. */
function folderProblem(folder: string, owner: number): Failure | null {
  let stats: Stats
  try {
    stats = lstatSync(folder)
  } catch {
    return fail(
      'no-rules-folder',
      `${folder} does not exist, so nothing loads rules when this machine starts.`,
      'Install the audit daemon (package auditd).',
    )
  }
  if (stats.isDirectory() && isSafe(stats, owner)) return null
  return fail(
    'unsafe',
    `${folder} is not a folder that only root can change.`,
    'Restore its owner and mode.',
  )
}

/** Opens our file, or says what stands in its place; null when there is none. */
function openOurs(path: string, owner: number): Result<number> | null {
  let descriptor: number
  try {
    // O_NONBLOCK: a fifo in its place must not hold the program up.
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return null
    if (code === 'ELOOP') return fail('unsafe', `${path} is a symbolic link.`, 'Remove it.')
    return fail(code ?? 'internal', `${path} cannot be opened: ${code}.`, 'Check it as root.')
  }
  const stats = fstatSync(descriptor)
  if (stats.isFile() && isSafe(stats, owner) && stats.size <= MAX_RULES_BYTES) return ok(descriptor)
  closeSync(descriptor)
  return fail(
    'unsafe',
    `${path} is not a file of at most ${MAX_RULES_BYTES} bytes that only root can change.`,
    'Remove it.',
  )
}

/** What our file holds. `owner`: whose it must be; root's but in tests. */
export function readRulesFile(folder = RULES_FOLDER, owner = 0): Result<KeptRules> {
  const path = join(folder, RULES_NAME)
  const problem = folderProblem(folder, owner)
  if (problem) return ok({ path, text: null, problem: `${problem.message} ${problem.hint}` })
  const opened = openOurs(path, owner)
  if (opened === null) return ok({ path, text: null, problem: '' })
  if (!opened.ok) return ok({ path, text: null, problem: `${opened.message} ${opened.hint}` })
  try {
    return ok({ path, text: readFileSync(opened.value, 'utf8'), problem: '' })
  } finally {
    closeSync(opened.value)
  }
}

/** Writes a new file that is on the disk when this returns. Fails when the name exists already. */
function writeNew(path: string, text: string): void {
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW
  const descriptor = openSync(path, flags, 0o600)
  try {
    const bytes = Buffer.from(text)
    for (let written = 0; written < bytes.length;) written += writeSync(descriptor, bytes, written)
    // As auditd's own files: root writes, its group reads.
    fchmodSync(descriptor, 0o640)
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

function syncFolder(folder: string): void {
  const descriptor = openSync(folder, constants.O_RDONLY | constants.O_DIRECTORY)
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

/** Puts the text in the file's place in one step and keeps the version before; the text has been checked. */
export function writeRulesFile(
  text: string,
  folder = RULES_FOLDER,
  owner = 0,
): Result<{ path: string; backup: string | null }> {
  const path = join(folder, RULES_NAME)
  const problem = folderProblem(folder, owner)
  if (problem) return problem
  const opened = openOurs(path, owner)
  if (opened?.ok) closeSync(opened.value)
  else if (opened !== null) return opened

  const next = `${path}.next`
  const previous = opened === null ? null : `${path}${PREVIOUS_SUFFIX}`
  try {
    rmSync(next, { force: true })
    writeNew(next, text)
    if (previous !== null) {
      rmSync(previous, { force: true })
      linkSync(path, previous)
    }
    renameSync(next, path)
    syncFolder(dirname(path))
    return ok({ path, backup: previous })
  } catch (error) {
    if (existsSync(next)) rmSync(next)
    const { code, message } = error as NodeJS.ErrnoException
    return fail(
      code ?? 'internal',
      `${path} was not written: ${message}.`,
      'The file before is unchanged.',
    )
  }
}
