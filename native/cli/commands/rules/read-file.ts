/** Reads rules files: whole or not at all, bounded, and only when they hold still. */
import { closeSync, fstatSync, openSync, readSync, type Stats } from 'node:fs'
import { release } from 'node:os'
import type { Readable } from 'node:stream'
import { fail, ok, type Result } from '@native/audit/result'
import { decodeUtf8 } from '@native/audit/text'
import {
  parseRuleFile,
  releaseOf,
  type KernelFacts,
  type RuleContext,
  type RuleFile,
} from '@native/audit/rule'
import type { Io } from '../../io'

/** Largest file that is read, bytes: about half a million rules. */
const MAX_FILE_BYTES = 64 * 2 ** 20
const TOO_LARGE = `It is larger than ${MAX_FILE_BYTES / 2 ** 20} MiB`

/** Reads and checks a rules file; `-` is standard input. */
export async function readRules(
  path: string,
  io: Io,
  context: RuleContext,
  kernel: KernelFacts = thisKernel(),
): Promise<Result<RuleFile>> {
  const bytes = path === '-' ? await readInput(io.input) : readWhole(path)
  return bytes.ok ? ok(parseRuleFile(decodeUtf8(bytes.value), context, kernel)) : bytes
}

/** The kernel that this process runs on; whether it is locked is not asked. */
export function thisKernel(): KernelFacts {
  return { release: releaseOf(release()), locked: null }
}

async function readInput(input: Readable): Promise<Result<Uint8Array>> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of input as AsyncIterable<Buffer>) {
    chunks.push(chunk)
    length += chunk.length
    if (length > MAX_FILE_BYTES) return unreadable('Standard input', TOO_LARGE)
  }
  return ok(Buffer.concat(chunks))
}

/** Why a file cannot be read, by errno. */
const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'It does not exist',
  EACCES: 'Its permissions do not allow it',
  EISDIR: 'It is a directory',
  ENOTDIR: 'A part of its path is no directory',
  ELOOP: 'It is a link that leads nowhere',
  ENXIO: 'It is no regular file',
}

function unreadable(path: string, why: string): Result<never> {
  return fail('unreadable', `${path} cannot be read: ${why}.`, '')
}

/** Reads a whole file, or says why it cannot be. `read` is fs.readSync but in tests. */
export function readWhole(path: string, read: Read = readSync): Result<Uint8Array> {
  let descriptor: number
  try {
    // O_RDONLY | O_NONBLOCK: a fifo must not hold the program up.
    descriptor = openSync(path, 0o4000)
  } catch (error) {
    return explained(path, error)
  }
  try {
    return readStill(path, descriptor, read)
  } catch (error) {
    return explained(path, error)
  } finally {
    closeSync(descriptor)
  }
}

type Read = (
  descriptor: number,
  buffer: Uint8Array,
  offset: number,
  length: number,
  position: null,
) => number

function explained(path: string, error: unknown): Result<never> {
  const { code = '', message } = error as NodeJS.ErrnoException
  return unreadable(path, REASONS[code] ?? message)
}

/** Bytes read at a time from a file that does not tell its size, as those in /proc. */
const CHUNK = 64 * 1024

/** Reads an open file, and refuses when it changed meanwhile. */
function readStill(path: string, descriptor: number, read: Read): Result<Uint8Array> {
  const before = fstatSync(descriptor)
  if (before.isDirectory()) return unreadable(path, REASONS['EISDIR']!)
  if (!before.isFile()) return unreadable(path, 'It is no regular file')
  if (before.size > MAX_FILE_BYTES) return unreadable(path, TOO_LARGE)
  const chunks: Uint8Array[] = []
  const most = before.size > 0 ? before.size : MAX_FILE_BYTES
  let length = 0
  while (length <= most) {
    const chunk = new Uint8Array(Math.max(CHUNK, before.size - length))
    const count = read(descriptor, chunk, 0, chunk.length, null)
    if (count === 0) break
    chunks.push(chunk.subarray(0, count))
    length += count
  }
  if (length > MAX_FILE_BYTES) return unreadable(path, TOO_LARGE)
  const sized = before.size > 0
  if ((sized && length !== before.size) || changed(before, fstatSync(descriptor)))
    return fail('changed', `${path} changed while it was read.`, 'Run the command again.')
  return ok(Buffer.concat(chunks))
}

function changed(before: Stats, after: Stats): boolean {
  return before.size !== after.size || before.mtimeMs !== after.mtimeMs
}
