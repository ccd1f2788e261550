/**
 * The first events of a chunk as one of their own: what has many different values takes long to look at whole, and
 * somebody waits for the first rows.
 */
import type { Chunk } from '../columns/chunk'

/** So many events are looked at first, then so many. */
const FRONTS: readonly number[] = [1024, 4096, 16_384, 32_768]

/** The chunk's front that has more than `seen` events; in the end the chunk itself. */
export function nextFront(chunk: Chunk, seen: number): Chunk {
  const front = FRONTS.find((events) => events > seen) ?? chunk.count
  return chunk.count <= front ? chunk : frontOf(chunk, front)
}

/** The first `count` events of a chunk. */
export function frontOf(chunk: Chunk, count: number): Chunk {
  const { first, vocabulary } = chunk
  return {
    first,
    count,
    records: 0,
    vocabulary,
    numbers: (name) => chunk.numbers(name),
    codes: (name) => chunk.codes(name),
  }
}
