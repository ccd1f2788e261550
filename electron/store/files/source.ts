/** What a path that is to be opened holds: found by looking at the first bytes, never by the name. */
import { constants } from 'node:fs'
import { open, readdir, stat, type FileHandle } from 'node:fs/promises'
import path from 'node:path'
import { createGunzip } from 'node:zlib'
import { RecordParser } from '@native/audit/record'
import { fail, ok, type Result } from '@native/audit/result'
import { HEAD_BYTES, packingOf, type Packing } from '@native/system/packing'
import { readManifest, segmentNames, type Manifest } from '../recordings'

export interface LogFile {
  path: string
  /** Of a pipe not known before it is read. */
  packing: Packing
  /** Bytes as they lie there; 0 for a pipe. */
  size: number
  /** A pipe can be read once, from the front. */
  pipe: boolean
}

/** Everything that one `sessions.open` asks for. */
export interface LogSource {
  title: string
  files: LogFile[]
  /** Set for a saved or recorded session. */
  manifest: Manifest | null
}

/** Of each file so much is looked at to find the time of its first record. */
const FIRST_BYTES = 65_536
/** Names of the files that auditd and logrotate make. */
const LOG_NAME = /^audit\.log(?:[.-].*)?$/

/** Looks at the paths; the files come back oldest first, as far as their first records tell. */
export async function findSource(paths: readonly string[]): Promise<Result<LogSource>> {
  const files: LogFile[] = []
  let manifest: Manifest | null = null
  for (const given of paths) {
    const found = await filesAt(given)
    if (!found.ok) return found
    files.push(...found.value.files)
    manifest ??= found.value.manifest
  }
  const title = manifest?.title ?? titleOf(paths)
  return ok({ title, manifest, files: manifest === null ? await inOrder(files) : files })
}

/** Opens a file for reading; what is no file (a device, say) is refused. */
export async function openLog(file: string): Promise<Result<FileHandle>> {
  try {
    return ok(await open(file, constants.O_RDONLY | constants.O_NOCTTY))
  } catch (error) {
    return cannotOpen(file, error)
  }
}

async function filesAt(given: string): Promise<Result<Omit<LogSource, 'title'>>> {
  try {
    const found = await stat(given)
    if (found.isDirectory()) return await folderAt(given)
    if (found.isFIFO()) return ok({ manifest: null, files: [pipeAt(given)] })
    if (!found.isFile()) {
      return fail(
        'usage',
        `${given} is neither a file nor a folder.`,
        'Choose an audit.log or a saved session.',
      )
    }
    return ok({ manifest: null, files: [await fileAt(given, found.size)] })
  } catch (error) {
    return cannotOpen(given, error)
  }
}

async function folderAt(folder: string): Promise<Result<Omit<LogSource, 'title'>>> {
  const manifest = await readManifest(folder)
  // A session's folder has segments, also when its manifest was lost; they are in order by name.
  const segments = await segmentNames(folder)
  const names =
    manifest === null && segments.length === 0
      ? (await readdir(folder)).filter((name) => LOG_NAME.test(name))
      : segments
  if (names.length === 0 && manifest === null) {
    return fail(
      'usage',
      `${folder} holds neither a saved session nor an audit.log.`,
      'Choose the log itself.',
    )
  }
  const files: LogFile[] = []
  for (const name of names) {
    const file = path.join(folder, name)
    const found = await stat(file)
    if (found.isFile()) files.push(await fileAt(file, found.size))
  }
  return ok({ manifest, files })
}

function pipeAt(given: string): LogFile {
  return { path: given, packing: { kind: 'plain' }, size: 0, pipe: true }
}

async function fileAt(given: string, size: number): Promise<LogFile> {
  const file = await open(given, constants.O_RDONLY | constants.O_NOCTTY)
  try {
    const head = Buffer.alloc(HEAD_BYTES)
    const { bytesRead } = await file.read(head, 0, head.length, 0)
    return { path: given, packing: packingOf(head.subarray(0, bytesRead)), size, pipe: false }
  } finally {
    await file.close()
  }
}

/** Rotated logs, oldest first: by the time of the first record, as far as it can be read without unpacking everything. */
async function inOrder(files: readonly LogFile[]): Promise<LogFile[]> {
  if (files.length < 2) return [...files]
  const timed: { file: LogFile; time: number; index: number }[] = []
  for (const [index, file] of files.entries())
    timed.push({ file, index, time: await firstTime(file) })
  return timed.sort((a, b) => a.time - b.time || b.index - a.index).map(({ file }) => file)
}

/** The time of the first record; Infinity when it cannot be told, so that such a file comes last. */
async function firstTime(log: LogFile): Promise<number> {
  if (log.pipe || log.packing.kind === 'program') return rotationOrder(log.path)
  const file = await open(log.path, constants.O_RDONLY | constants.O_NOCTTY)
  try {
    const head = Buffer.alloc(FIRST_BYTES)
    const { bytesRead } = await file.read(head, 0, head.length, 0)
    const bytes = head.subarray(0, bytesRead)
    const text = log.packing.kind === 'gzip' ? await gunzipHead(bytes) : bytes
    return timeOfFirstRecord(text) ?? rotationOrder(log.path)
  } finally {
    await file.close()
  }
}

/** `audit.log.3` is older than `audit.log.2`: stands in where a time cannot be had, before every real time. */
function rotationOrder(name: string): number {
  const number = /\.(\d{1,6})(?:\.\w+)?$/.exec(path.basename(name))
  return number === null ? Number.POSITIVE_INFINITY : -Number(number[1])
}

function timeOfFirstRecord(bytes: Uint8Array): number | null {
  const parser = new RecordParser()
  for (let at = 0; at < bytes.length;) {
    const newline = bytes.indexOf(0x0a, at)
    const end = newline < 0 ? bytes.length : newline
    const record = parser.line(bytes, at, end)
    if (record !== undefined) return record.time
    at = end + 1
  }
  return null
}

/** What the first bytes of a gzip file unpack to; a cut end is expected. */
function gunzipHead(bytes: Buffer): Promise<Buffer> {
  return new Promise((resolve) => {
    const parts: Buffer[] = []
    const gunzip = createGunzip()
    const finish = () => resolve(Buffer.concat(parts))
    gunzip.on('data', (part: Buffer) => parts.push(part))
    gunzip.on('end', finish).on('error', finish)
    gunzip.end(bytes)
  })
}

/** The standard input of the process that passed it on (proc(5)). */
const STANDARD_INPUT = /^\/proc\/\d+\/fd\/0$/

function titleOf(paths: readonly string[]): string {
  const first = STANDARD_INPUT.test(paths[0]!) ? 'standard input' : path.basename(paths[0]!)
  return paths.length === 1 ? first : `${first} and ${paths.length - 1} more`
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'it does not exist',
  EACCES: 'this user may not read it',
  EPERM: 'this user may not read it',
  EISDIR: 'it is a folder',
  ELOOP: 'its links go round in circles',
  EMFILE: 'too many files are open',
}

export function cannotOpen(file: string, error: unknown): Result<never> {
  const { code = 'EIO', message } = error as NodeJS.ErrnoException
  const reason = REASONS[code] ?? message
  const hint =
    code === 'EACCES' ? 'Copy it to where it can be read, or start as a user who may.' : ''
  return fail(code, `${file} could not be opened: ${reason}.`, hint)
}
