/** How logs are packed: found by looking at the first bytes, never by the name; and their bytes unpacked. */
import { spawn } from 'node:child_process'
import type { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'

/** `program` is run as `PROGRAM -dc`, reading from its standard input. */
export type Packing = { kind: 'plain' } | { kind: 'gzip' } | { kind: 'program'; program: string }

const MAGIC: readonly [readonly number[], Packing][] = [
  [[0x1f, 0x8b], { kind: 'gzip' }],
  [[0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], { kind: 'program', program: 'xz' }],
  [[0x42, 0x5a, 0x68], { kind: 'program', program: 'bzip2' }],
  [[0x28, 0xb5, 0x2f, 0xfd], { kind: 'program', program: 'zstd' }],
]

/** Bytes that {@link packingOf} wants to see, as far as there are. */
export const HEAD_BYTES = 6

/** How what begins with `head` is packed. */
export function packingOf(head: Uint8Array): Packing {
  const found = MAGIC.find(([magic]) => magic.every((byte, index) => head[index] === byte))
  return found?.[1] ?? { kind: 'plain' }
}

/**
 * The unpacked bytes of a stream. Ends with an error that has a message for people ("it is broken or cut off: …") when
 * they cannot be unpacked; its `code` is `ENOENT` when the program that could is not installed. Whoever stops early
 * (`return`, or by destroying `packed`) also ends the program.
 */
export function unpack(packing: Packing, packed: Readable): AsyncIterable<Uint8Array> {
  if (packing.kind === 'plain') return packed as AsyncIterable<Uint8Array>
  return packing.kind === 'gzip' ? gunzip(packed) : through(packing.program, packed)
}

/** Bytes that are unpacked at once. */
const CHUNK = 1 << 18

async function* gunzip(packed: Readable): AsyncGenerator<Uint8Array> {
  const stream = createGunzip({ chunkSize: CHUNK })
  packed.on('error', (error) => stream.destroy(error))
  packed.on('close', () => {
    if (!packed.readableEnded) stream.destroy()
  })
  try {
    yield* packed.pipe(stream) as AsyncIterable<Uint8Array>
  } catch (error) {
    throw new Error(`it is broken or cut off: ${(error as Error).message}`, { cause: error })
  } finally {
    packed.destroy()
    stream.destroy()
  }
}

async function* through(program: string, packed: Readable): AsyncGenerator<Uint8Array> {
  const child = spawn(program, ['-dc'], { stdio: ['pipe', 'pipe', 'pipe'] })
  const failure = new Promise<Error | undefined>((resolve) => {
    let said = ''
    child.stderr.on(
      'data',
      (chunk: Buffer) => (said = (said + chunk.toString('utf8')).slice(0, 1024)),
    )
    child.on('error', (cause) => {
      const message = `${program} is needed to unpack it, and is not installed`
      resolve(Object.assign(new Error(message, { cause }), { code: 'ENOENT' }))
    })
    child.on('close', (code) =>
      resolve(
        code === 0
          ? undefined
          : new Error(`${program} could not unpack it: ${said.trim() || `it ended with ${code}`}`),
      ),
    )
  })
  // The program ends early when the file is broken; its own words are the better message.
  child.stdin.on('error', () => packed.unpipe())
  // Closed before its end: somebody cancelled, or reading failed.
  packed.on('close', () => {
    if (!packed.readableEnded) child.kill()
  })
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
