/** Finds the next row that contains a text: the same as a bare word in a query, so it costs no more than that. */
import { wordTest } from '@native/audit/query'
import { hasBit } from './columns/bits'
import { Evaluator } from './query/evaluate'
import type { QueryResult } from './query/result'
import type { Matches } from './query/scan-bits'
import { Slice } from './schedule'
import type { Session } from './session'

/** The position of the next row at or behind `from` (before it when backwards); null when there is none. */
export async function findRow(
  session: Session,
  result: QueryResult | null,
  from: number,
  text: string,
  backwards: boolean,
): Promise<number | null> {
  if (result?.sorted === true) return findInOrder(session, result, from, text, backwards)
  const evaluator = new Evaluator({ kind: 'words', words: wordTest(text) }, session.facts)
  const slice = new Slice()
  const seq = result === null ? from : (result.seqs(from, 1)[0] ?? session.index.next)
  const chunks = backwards ? [...session.chunks()].reverse() : session.chunks()
  for (const chunk of chunks) {
    const last = chunk.first + chunk.count - 1
    if (backwards ? chunk.first > seq : last < seq) continue
    await slice.pause()
    const within = result === null ? 'all' : (result.matchesAt(chunk.first)?.matches ?? 'none')
    if (within === 'none') continue
    const { sure } = evaluator.run(chunk)
    const start = backwards ? Math.min(seq, last) : Math.max(seq, chunk.first)
    const step = backwards ? -1 : 1
    for (let index = start - chunk.first; index >= 0 && index < chunk.count; index += step) {
      if (!has(sure, index) || !has(within, index)) continue
      return result === null ? chunk.first + index : result.positionOf(chunk.first + index)
    }
  }
  return null
}

/** Rows in an order of their own are looked at one by one. */
async function findInOrder(
  session: Session,
  result: QueryResult,
  from: number,
  text: string,
  backwards: boolean,
): Promise<number | null> {
  const evaluator = new Evaluator({ kind: 'words', words: wordTest(text) }, session.facts)
  const slice = new Slice()
  const matches = new Map<number, Matches>()
  const step = backwards ? -1 : 1
  for (let position = from; position >= result.first && position < result.next; position += step) {
    await slice.pause()
    const seq = result.seqs(position, 1)[0]!
    const found = session.index.locate(seq)
    if (found === null) continue
    let sure = matches.get(found.chunk.first)
    if (sure === undefined) matches.set(found.chunk.first, (sure = evaluator.run(found.chunk).sure))
    if (has(sure, found.index)) return position
  }
  return null
}

function has(matches: Matches, index: number): boolean {
  return typeof matches === 'string' ? matches === 'all' : hasBit(matches, index)
}
