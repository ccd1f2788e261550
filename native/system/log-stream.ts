/** Opens logs to be read from front to back: plain, gzip, or what a program unpacks; files and pipes. */
import { open, type FileHandle } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { fail, ok, type Result } from '@native/audit/result'
import { packingOf, unpack } from './packing'

/** Bytes read at once. */
const CHUNK = 1 << 20

/** A log that is being read. */
export interface LogStream {
  /** Size of the file as it lies on the disk, bytes; 0 when it is not known (a pipe). */
  readonly size: number
  /** Bytes of the file taken so far, before unpacking. */
  readonly taken: () => number
  /**
   * Its bytes, unpacked. A chunk is valid until the next one is asked for. Ends with an error that has a message for
   * people when the file cannot be read on or is broken.
   */
  readonly chunks: AsyncIterable<Uint8Array>
}

/** Opens a file. */
export async function openLogFile(path: string): Promise<Result<LogStream>> {
  let handle: FileHandle
  try {
    handle = await open(path, 'r')
  } catch (error) {
    return cannotOpen(path, error as NodeJS.ErrnoException)
  }
  const found = await handle.stat()
  if (found.isDirectory()) {
    await handle.close()
    return fail('EISDIR', `${path} is a folder.`, 'Give the log files in it, such as audit.log.')
  }
  let taken = 0
  const file = fileChunks(handle, (bytes) => (taken += bytes))
  return ok({ size: found.isFile() ? found.size : 0, taken: () => taken, chunks: unpacked(file) })
}

/** Reads a stream such as the standard input, unpacking it when it is packed. */
export function logStreamOf(input: Readable): LogStream {
  let taken = 0
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const chunk of input) {
      taken += (chunk as Uint8Array).length
      yield chunk as Uint8Array
    }
  }
  return { size: 0, taken: () => taken, chunks: unpacked(counted()) }
}

/**
 * Reads a file with two buffers in turn: while one is looked at the other is being filled. They are used again and again,
 * so that reading makes no garbage however long the file is.
 */
async function* fileChunks(
  handle: FileHandle,
  onTaken: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  const buffers = [Buffer.allocUnsafeSlow(CHUNK), Buffer.allocUnsafeSlow(CHUNK)] as const
  const read = (turn: number) => handle.read(buffers[turn & 1]!, 0, CHUNK, null)
  try {
    let next = read(0)
    for (let turn = 0; ; turn++) {
      const { bytesRead } = await next
      if (bytesRead === 0) return
      next = read(turn + 1)
      // If nobody asks for more, nobody looks at this promise either.
      next.catch(() => undefined)
      onTaken(bytesRead)
      yield buffers[turn & 1]!.subarray(0, bytesRead)
    }
  } finally {
    await handle.close()
  }
}

/** Looks at the first bytes and unpacks if need be. */
async function* unpacked(chunks: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  const first = await chunks.next()
  if (first.done) return
  const head = first.value
  const packing = packingOf(head)
  if (packing.kind === 'plain') {
    yield head
    yield* chunks
    return
  }
  // What unpacks keeps chunks waiting, so each gets a buffer of its own.
  async function* all(): AsyncGenerator<Uint8Array> {
    yield Buffer.from(head)
    for await (const chunk of chunks) yield Buffer.from(chunk)
  }
  yield* unpack(packing, Readable.from(all()))
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'it does not exist',
  EACCES: 'this user may not read it',
  EPERM: 'this user may not read it',
}

function cannotOpen(path: string, error: NodeJS.ErrnoException): Result<never> {
  const code = error.code ?? 'EIO'
  const hint =
    code === 'EACCES' ? 'Run the command as root, or copy the file to where it can be read.' : ''
  return fail(code, `${path} could not be opened: ${REASONS[code] ?? error.message}.`, hint)
}
