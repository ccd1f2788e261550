/** How the events of a chunk ended. */
import { MAX_ERRNO } from '@native/audit/query-event'
import { CHUNK_EVENTS, type Chunk } from '../columns/chunk'
import { decodeCodes } from '../columns/codes'
import type { FactReader } from '../facts'

/** Above every {@link errnoOf}. */
export const ERROR_NUMBERS = MAX_ERRNO + 1

/** The number of an error that a call returned, positive; 0 when it returned none. */
export function errnoOf(exit: number): number {
  return exit < 0 && exit >= -MAX_ERRNO ? -exit : 0
}

/** Outcomes of {@link outcomesOf}. */
export const FAILED = 0
export const SUCCEEDED = 1
const UNKNOWN = 2
/** Of a call that does not say: the notes may. */
const ASK_NOTES = 3

const outcomeScratch = new Uint8Array(CHUNK_EVENTS)
const codeScratch = new Uint32Array(CHUNK_EVENTS)

/** How each event of a chunk ended; valid until the next call. */
export function outcomesOf(chunk: Chunk, count: number, facts: FactReader): Uint8Array {
  const known = facts.of(chunk.vocabulary)
  const calls = chunk.codes('call')
  const { ids, codes } = calls
  const outcomes = outcomeScratch
  const table = new Uint8Array(ids?.length ?? chunk.vocabulary.call.count)
  for (let code = 0; code < table.length; code++) {
    const { success } = known.call(ids === null ? code : ids[code]!)
    table[code] = success < 0 ? ASK_NOTES : success
  }
  if (codes === null) outcomes.fill(table[0]!, 0, count)
  else {
    decodeCodes(calls, count, codeScratch)
    for (let index = 0; index < count; index++) outcomes[index] = table[codeScratch[index]!]!
  }
  if (!table.includes(ASK_NOTES)) return outcomes
  const notes = chunk.codes('notes')
  decodeCodes(notes, count, codeScratch)
  // Outcomes + 1 by code, where 0 is not asked yet.
  const byNote = new Uint8Array(notes.ids?.length ?? chunk.vocabulary.notes.count)
  for (let index = 0; index < count; index++) {
    if (outcomes[index] !== ASK_NOTES) continue
    const code = codeScratch[index]!
    if (byNote[code] === 0) {
      const { success } = known.notes(notes.ids === null ? code : notes.ids[code]!)
      byNote[code] = 1 + (success < 0 ? UNKNOWN : success)
    }
    outcomes[index] = byNote[code]! - 1
  }
  return outcomes
}
