import type { Range } from './extents'

/** The raw text of a session, by offsets. A range that is not held any more reads as null. */
export interface RawText {
  /** The first byte held, and the one behind the last. */
  readonly start: number
  readonly end: number
  read(range: Range): Promise<Uint8Array | null>
  /** Several ranges at once, in any order. */
  readAll(ranges: readonly Range[]): Promise<(Uint8Array | null)[]>
}
