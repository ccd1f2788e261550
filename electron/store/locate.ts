/** Finds the row of a time, a serial or an event. */
import { numberAt } from './columns/numbers'
import type { QueryResult } from './query/result'
import type { Session } from './session'

export interface Wanted {
  time?: number | undefined
  serial?: number | undefined
  seq?: number | undefined
}

/** The position of the first row that is wanted, or comes after it in the order of events; null when there is none. */
export function locateRow(
  session: Session,
  result: QueryResult | null,
  wanted: Wanted,
): number | null {
  if (wanted.seq !== undefined) return positionOf(session, result, wanted.seq)
  const { time, serial } = wanted
  if (time === undefined && serial === undefined) return null
  const fits =
    serial === undefined
      ? { column: 'time' as const, test: (value: number) => value >= time! }
      : { column: 'serial' as const, test: (value: number) => value === serial }
  for (const chunk of session.chunks()) {
    const column = chunk.numbers(fits.column)
    if (time !== undefined && serial === undefined && column.max < time) continue
    if (serial !== undefined && (column.min > serial || column.max < serial)) continue
    for (let index = 0; index < chunk.count; index++) {
      if (!fits.test(numberAt(column, index))) continue
      const position = exactly(session, result, chunk.first + index, serial !== undefined)
      if (position !== null) return position
    }
  }
  return null
}

/** The row of an event; unless it must be the very event, one that comes after it will do. */
function exactly(
  session: Session,
  result: QueryResult | null,
  seq: number,
  exact: boolean,
): number | null {
  const position = positionOf(session, result, seq)
  if (!exact || position === null || result === null) return position
  return result.seqs(position, 1)[0] === seq ? position : null
}

function positionOf(session: Session, result: QueryResult | null, seq: number): number | null {
  if (result !== null) return result.positionOf(seq)
  const { first, next } = session.index
  const position = Math.max(seq, first)
  return position < next ? position : null
}
