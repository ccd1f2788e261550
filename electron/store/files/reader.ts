/** Reads opened files into a session: in pieces, so that rows are there at once and reading can be cancelled. */
import { closeSync, constants, openSync, readSync } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import { Socket } from 'node:net'
import type { Readable } from 'node:stream'
import { fail, ok, type Result } from '@native/audit/result'
import { packingOf, unpack, type Packing } from '@native/system/packing'
import { LONGEST_LINE, type Indexer } from '../ingest/indexer'
import type { SegmentLog } from '../raw/segment-log'
import type { Slice } from '../schedule'
import { cannotOpen, openLog, type LogFile } from './source'

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
  const { slice } = reading
  const opened = log.pipe ? await openPipe(log.path, slice) : await openPacked(log)
  if (!opened.ok) return opened
  if (opened.value === null) return ok(null)
  const { stream, packing, before } = opened.value
  let told = 0
  const tell = () => {
    const taken = before + stream.bytesRead
    reading.progress(taken - told)
    told = taken
  }
  slice.whileWaiting(() => stream.destroy())
  let rest: Buffer = Buffer.alloc(0)
  try {
    for await (const part of unpack(packing, stream)) {
      const bytes = rest.length === 0 ? asBuffer(part) : Buffer.concat([rest, part])
      const end = endOfLines(bytes)
      rest = bytes.subarray(end)
      if (end > 0 && !(await keep(bytes.subarray(0, end), text, reading))) return ok(null)
      tell()
    }
    return ok(null)
  } catch (error) {
    return slice.cancelled ? ok(null) : damaged(log, error)
  } finally {
    slice.whileWaiting(null)
    stream.destroy()
    // Also of a file that turned out to be cut off: its last line is shown as far as it goes.
    if (rest.length > 0 && !slice.cancelled) await keep(rest, text, reading)
    tell()
  }
}

interface Source {
  stream: Readable & { readonly bytesRead: number }
  packing: Packing
  /** Bytes that were read before the stream counted. */
  before: number
}

async function openPacked({ path, packing }: LogFile): Promise<Result<Source>> {
  const opened = await openLog(path)
  if (!opened.ok) return opened
  const stream = opened.value.createReadStream({ highWaterMark: LONGEST_LINE })
  return ok({ stream, packing, before: 0 })
}

/**
 * Opens a pipe without waiting for its writer in the kernel, where nobody could cancel that; null when cancelled before
 * anything came.
 */
async function openPipe(path: string, slice: Slice): Promise<Result<Source | null>> {
  let descriptor: number
  try {
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY)
  } catch (error) {
    return cannotOpen(path, error)
  }
  const head = Buffer.allocUnsafe(PIPE_BYTES)
  let length = 0
  try {
    while (length === 0 && !slice.cancelled) {
      // Without a writer a pipe reads as ended; with one that has said nothing yet the kernel says EAGAIN.
      length = readNow(descriptor, head)
      if (length === 0) await new Promise((resolve) => setTimeout(resolve, LOOK_AT_PIPE_MS))
    }
  } catch (error) {
    closeSync(descriptor)
    return cannotOpen(path, error)
  }
  if (slice.cancelled) {
    closeSync(descriptor)
    return ok(null)
  }
  const stream = new Socket({ fd: descriptor, readable: true, writable: false })
  const first = head.subarray(0, length)
  stream.unshift(first)
  return ok({ stream, packing: packingOf(first), before: length })
}
const PIPE_BYTES = 65_536
const LOOK_AT_PIPE_MS = 50

/** Bytes that a descriptor has now; 0 without any. */
function readNow(descriptor: number, into: Buffer): number {
  try {
    return readSync(descriptor, into, 0, into.length, null)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return 0
    throw error
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
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

function damaged(log: LogFile, error: unknown): Result<never> {
  const { code = 'damaged', message } = error as NodeJS.ErrnoException
  const hint =
    code === 'ENOENT' ? 'Install it, or unpack the file.' : 'What could be read is shown.'
  return fail(code, `${log.path} could not be read to its end: ${message}.`, hint)
}
