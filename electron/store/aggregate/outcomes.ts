/** How the events of a chunk ended. */
import { MAX_ERRNO } from '@native/audit/query-event'
import { CHUNK_EVENTS, type Chunk } from '../columns/chunk'
import { idAt } from '../columns/codes'
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

/** How each event of a chunk ended; valid until the next call. */
export function outcomesOf(chunk: Chunk, count: number, facts: FactReader): Uint8Array {
  const known = facts.of(chunk.vocabulary)
  const { ids, codes } = chunk.codes('call')
  const outcomes = outcomeScratch
  const table = new Uint8Array(ids?.length ?? chunk.vocabulary.call.count)
  for (let code = 0; code < table.length; code++) {
    const { success } = known.call(ids === null ? code : ids[code]!)
    table[code] = success < 0 ? ASK_NOTES : success
  }
  if (codes === null) outcomes.fill(table[0]!, 0, count)
  else for (let index = 0; index < count; index++) outcomes[index] = table[codes[index]!]!
  if (!table.includes(ASK_NOTES)) return outcomes
  const notes = chunk.codes('notes')
  const byNote = new Map<number, number>()
  for (let index = 0; index < count; index++) {
    if (outcomes[index] !== ASK_NOTES) continue
    const note = idAt(notes, index)
    let outcome = byNote.get(note)
    if (outcome === undefined) {
      const { success } = known.notes(note)
      byNote.set(note, (outcome = success < 0 ? UNKNOWN : success))
    }
    outcomes[index] = outcome
  }
  return outcomes
}
