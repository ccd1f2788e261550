/** Reads opened files into a session: in pieces, so that rows are there at once and reading can be cancelled. */
import { spawn } from 'node:child_process'
import { createReadStream } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { fail, ok, type Result } from '@native/audit/result'
import { LONGEST_LINE, type Indexer } from '../ingest/indexer'
import type { SegmentLog } from '../raw/segment-log'
import type { Slice } from '../schedule'
import { openLog, type LogFile } from './source'

/** A plain file is read in pieces of this size; a line is never longer than a quarter of it. */
const PIECE_BYTES = 4 * LONGEST_LINE
const NEWLINE = 0x0a

export interface Reading {
  indexer: Indexer
  slice: Slice
  /** So many bytes of the file as it lies there have been read. */
  progress(bytes: number): void
  /** Called after each slice of indexing. */
  indexed(): Promise<void>
}

/** Reads a plain file where it is; the session's text refers to it. */
export async function readPlain(
  log: LogFile,
  text: SegmentLog,
  reading: Reading,
): Promise<Result<null>> {
  const opened = await openLog(log.path)
  if (!opened.ok) return opened
  const file = opened.value
  text.own(file)
  let position = 0
  let next = readPiece(file, position)
  for (;;) {
    const piece = await next
    if (!piece.ok) return piece
    const bytes = piece.value
    if (bytes.length === 0) return ok(null)
    const last = bytes.length < PIECE_BYTES
    const end = last ? bytes.length : endOfLines(bytes)
    // The next piece is on its way while this one is indexed.
    next = readPiece(file, position + end)
    const offset = text.refer(file, position, end)
    if (!(await feedAll(bytes, end, offset, reading))) return ok(null)
    position += end
    reading.progress(end)
  }
}

/** Reads a packed file or a pipe; what it unpacks to is kept in segments of the session's own. */
export async function readStream(
  log: LogFile,
  text: SegmentLog,
  reading: Reading,
): Promise<Result<null>> {
  const source = createReadStream(log.path, { highWaterMark: LONGEST_LINE })
  const unpacked = unpack(log, source)
  let told = 0
  const tell = () => {
    reading.progress(source.bytesRead - told)
    told = source.bytesRead
  }
  try {
    let rest: Buffer = Buffer.alloc(0)
    for await (const part of unpacked.stream as AsyncIterable<Buffer>) {
      const bytes = rest.length === 0 ? part : Buffer.concat([rest, part])
      const end = endOfLines(bytes)
      rest = bytes.subarray(end)
      if (end > 0 && !(await keep(bytes.subarray(0, end), text, reading))) return ok(null)
      tell()
    }
    if (rest.length > 0) await keep(rest, text, reading)
    return await unpacked.finished
  } catch (error) {
    return damaged(log, error)
  } finally {
    unpacked.stop()
    source.destroy()
  }
}

async function keep(bytes: Buffer, text: SegmentLog, reading: Reading): Promise<boolean> {
  // A copy: the part's memory is the stream's, and the text may stay in memory.
  const own = Buffer.from(bytes)
  let offset = 0
  await new Promise<void>((resolve) => (offset = text.append(own, resolve)))
  return feedAll(own, own.length, offset, reading)
}

/** Indexes `bytes[0, end)`; false when reading was cancelled. */
async function feedAll(
  bytes: Buffer,
  end: number,
  offset: number,
  reading: Reading,
): Promise<boolean> {
  const { indexer, slice } = reading
  for (let at = 0; at < end;) {
    const taken = indexer.feed(bytes, at, end, offset, slice.mayGoOn)
    if (taken === at) {
      indexer.feedLast(bytes, at, end, offset)
      return slice.pause()
    }
    at = taken
    await reading.indexed()
    if (!(await slice.pause())) return false
  }
  return true
}

async function readPiece(file: FileHandle, position: number): Promise<Result<Buffer>> {
  const bytes = Buffer.allocUnsafeSlow(PIECE_BYTES)
  let filled = 0
  try {
    while (filled < bytes.length) {
      const { bytesRead } = await file.read(bytes, filled, bytes.length - filled, position + filled)
      if (bytesRead === 0) break
      filled += bytesRead
    }
  } catch (error) {
    return fail(
      (error as NodeJS.ErrnoException).code ?? 'EIO',
      `Reading stopped: ${(error as Error).message}.`,
    )
  }
  return ok(bytes.subarray(0, filled))
}

/** The end of the last whole line, or of everything when there is none and it is too long for one. */
function endOfLines(bytes: Buffer): number {
  const newline = bytes.lastIndexOf(NEWLINE)
  if (newline >= 0) return newline + 1
  return bytes.length >= LONGEST_LINE ? bytes.length : 0
}

interface Unpacked {
  stream: Readable
  /** Resolves when the stream has ended: whether it was whole. */
  finished: Promise<Result<null>>
  stop(): void
}

function unpack(log: LogFile, source: Readable): Unpacked {
  const { packing } = log
  if (packing.kind === 'plain')
    return { stream: source, finished: Promise.resolve(ok(null)), stop: () => undefined }
  if (packing.kind === 'gzip') {
    const gunzip = createGunzip({ chunkSize: LONGEST_LINE })
    source.on('error', (error) => gunzip.destroy(error))
    source.pipe(gunzip)
    return { stream: gunzip, finished: Promise.resolve(ok(null)), stop: () => gunzip.destroy() }
  }
  const child = spawn(packing.program, ['-dc'], { stdio: ['pipe', 'pipe', 'pipe'] })
  let complaint = ''
  child.stderr.on(
    'data',
    (part: Buffer) => (complaint = (complaint + part.toString()).slice(0, 1024)),
  )
  // It ends before it has read everything when it finds the file damaged, or was stopped.
  child.stdin.on('error', () => source.unpipe())
  source.pipe(child.stdin)
  const finished = new Promise<Result<null>>((resolve) => {
    child.on('error', (error: NodeJS.ErrnoException) => {
      child.stdout.destroy()
      const missing = error.code === 'ENOENT'
      resolve(
        missing
          ? fail(
              'ENOENT',
              `${log.path} needs the program ${packing.program}, which is not installed.`,
              `Install ${packing.program}, or unpack the file.`,
            )
          : damaged(log, error),
      )
    })
    child.on('close', (code) =>
      resolve(code === 0 ? ok(null) : damaged(log, new Error(complaint.trim() || `code ${code}`))),
    )
  })
  return { stream: child.stdout, finished, stop: () => child.kill() }
}

function damaged(log: LogFile, error: unknown): Result<never> {
  const { code = 'damaged', message } = error as NodeJS.ErrnoException
  return fail(
    code,
    `${log.path} could not be read to its end: ${message}.`,
    'What was read before is shown.',
  )
}
