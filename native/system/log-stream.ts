/** Opens logs to be read from front to back: plain, gzip, or what a program unpacks; files and pipes. */
import { spawn } from 'node:child_process'
import { open, type FileHandle } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { fail, ok, type Result } from '@native/audit/result'

/** Bytes read at once. */
const CHUNK = 1 << 18

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

/** First bytes → how the rest is packed. Found by looking, never by the name. */
const PACKINGS: readonly { magic: readonly number[]; unpack: Unpack }[] = [
  { magic: [0x1f, 0x8b], unpack: gunzip },
  { magic: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], unpack: program('xz') },
  { magic: [0x42, 0x5a, 0x68], unpack: program('bzip2') },
  { magic: [0x28, 0xb5, 0x2f, 0xfd], unpack: program('zstd') },
]
type Unpack = (packed: Readable) => AsyncIterable<Uint8Array>

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
  const packing = PACKINGS.find(({ magic }) => magic.every((byte, i) => head[i] === byte))
  if (packing === undefined) {
    yield head
    yield* chunks
    return
  }
  // What unpacks keeps chunks waiting, so each gets a buffer of its own.
  async function* all(): AsyncGenerator<Uint8Array> {
    yield Buffer.from(head)
    for await (const chunk of chunks) yield Buffer.from(chunk)
  }
  yield* packing.unpack(Readable.from(all()))
}

async function* gunzip(packed: Readable): AsyncGenerator<Uint8Array> {
  const stream = createGunzip({ chunkSize: CHUNK })
  packed.on('error', (error) => stream.destroy(error))
  try {
    yield* packed.pipe(stream) as AsyncIterable<Uint8Array>
  } catch (error) {
    throw new Error(`it is broken or cut off: ${(error as Error).message}`, { cause: error })
  } finally {
    packed.destroy()
  }
}

/** Unpacks through `NAME -dc`. */
function program(name: string): Unpack {
  return async function* (packed) {
    const child = spawn(name, ['-dc'], { stdio: ['pipe', 'pipe', 'pipe'] })
    const failure = new Promise<Error | undefined>((resolve) => {
      let said = ''
      child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString('utf8')))
      child.on('error', () =>
        resolve(new Error(`${name} is needed to unpack it, and is not installed`)),
      )
      child.on('close', (code) =>
        resolve(code === 0 ? undefined : new Error(`${name} could not unpack it: ${said.trim()}`)),
      )
    })
    // The program ends early when the file is broken; its own words are the better message.
    child.stdin.on('error', () => undefined)
    packed.on('error', () => child.kill())
    packed.pipe(child.stdin)
    try {
      yield* child.stdout as AsyncIterable<Uint8Array>
      const error = await failure
      if (error !== undefined) throw error
    } finally {
      child.kill()
      packed.destroy()
    }
  }
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
