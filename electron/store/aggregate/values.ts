/** The values that occur in a field, most frequent first, for completion while a query is being typed. */
import { fieldOrPlain } from '@native/audit/query'
import type { Chunk } from '../columns/chunk'
import { idAt } from '../columns/codes'
import { numberAt } from '../columns/numbers'
import { columnsOfField, numberOfField } from '../query/field-columns'
import { Slice } from '../schedule'
import type { Session } from '../session'

/** Chunks looked at, newest first: enough for frequencies, and quick for any number of events. */
const MOST_CHUNKS = 48
/** Different values that are counted; an attacker can make any number of them. */
const MOST_VALUES = 200_000

/** Values that begin with `prefix`, ignoring case; as the query language writes them. */
export async function fieldValues(
  session: Session,
  name: string,
  prefix: string,
  limit: number,
): Promise<{ value: string; count: number }[]> {
  const field = fieldOrPlain(name).name
  const wanted = prefix.toLowerCase()
  const counts = new Map<string, number>()
  const slice = new Slice()
  for (const chunk of session.chunks().slice(-MOST_CHUNKS).reverse()) {
    await slice.pause()
    countChunk(session, chunk, field, (value, count) => {
      if (!value.toLowerCase().startsWith(wanted)) return
      const before = counts.get(value)
      if (before === undefined && counts.size >= MOST_VALUES) return
      counts.set(value, (before ?? 0) + count)
    })
  }
  return [...counts]
    .map(([value, count]) => ({ value, count }))
    .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
    .slice(0, limit)
}

function countChunk(
  session: Session,
  chunk: Chunk,
  field: string,
  add: (value: string, count: number) => void,
): void {
  const number = numberOfField(field)
  if (number !== null) {
    const column = chunk.numbers(number)
    const counts = new Map<number, number>()
    for (let index = 0; index < chunk.count; index++) {
      const value = numberAt(column, index)
      if (value === value) counts.set(value, (counts.get(value) ?? 0) + 1)
    }
    for (const [value, count] of counts) add(String(value), count)
  }
  const { reader } = session.facts.of(chunk.vocabulary)
  for (const name of columnsOfField(field)) {
    const column = chunk.codes(name)
    const counts = new Map<number, number>()
    for (let index = 0; index < chunk.count; index++) {
      const id = idAt(column, index)
      counts.set(id, (counts.get(id) ?? 0) + 1)
    }
    for (const [id, count] of counts) {
      const values = new Set(reader.values(name, id, field).map(({ value }) => value))
      for (const value of values) if (value !== '') add(value, count)
    }
  }
}
