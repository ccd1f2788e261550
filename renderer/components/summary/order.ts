/**
 * The order of a live table. Nothing moves under the pointer: while it is over the table rows stay where they are, new
 * ones come at the end, and the order is put right when the pointer leaves.
 */

export interface SortBy {
  column: string
  descending: boolean
}

/** Sorts rows by a value; equal ones by their key, so that ties do not flicker. */
export function sorted<Row>(
  rows: readonly Row[],
  keyOf: (row: Row) => string,
  valueOf: (row: Row) => string | number,
  descending: boolean,
): Row[] {
  const sign = descending ? -1 : 1
  const keyed = rows.map((row) => ({ row, value: valueOf(row), key: keyOf(row) }))
  keyed.sort((a, b) => {
    if (a.value !== b.value) return a.value < b.value ? -sign : sign
    return a.key < b.key ? -1 : a.key > b.key ? 1 : 0
  })
  return keyed.map(({ row }) => row)
}

/** The rows in the order of before, those that are new at the end, those that are gone left out. */
export function held<Row>(
  order: readonly string[],
  rows: readonly Row[],
  keyOf: (row: Row) => string,
): Row[] {
  const byKey = new Map(rows.map((row) => [keyOf(row), row]))
  const kept = order.flatMap((key) => {
    const row = byKey.get(key)
    byKey.delete(key)
    return row === undefined ? [] : [row]
  })
  return [...kept, ...byKey.values()]
}

/** What decides about an order: rows to arrange, what to sort by, and whether somebody points at a row. */
export interface Arrangement<Row> {
  rows: readonly Row[]
  valueOf: (row: Row) => string | number
  descending: boolean
  /** What the rows are the answer to, and how they are sorted: another question is another table. */
  question: string
  /** Somebody points at a row. */
  hold: boolean
}

/** Remembers the order on the screen. A table is sorted when it is first shown, wherever the pointer rests. */
export class Order<Row> {
  readonly #keyOf: (row: Row) => string
  #keys: readonly string[] = []
  #question: string | null = null

  constructor(keyOf: (row: Row) => string) {
    this.#keyOf = keyOf
  }

  /** The rows as they are to be shown; `held` when that is not the order asked for. */
  arrange({ rows, valueOf, descending, question, hold }: Arrangement<Row>): {
    rows: Row[]
    held: boolean
  } {
    const wanted = sorted(rows, this.#keyOf, valueOf, descending)
    const still = hold && question === this.#question
    const shown = still ? held(this.#keys, rows, this.#keyOf) : wanted
    this.#keys = shown.map(this.#keyOf)
    this.#question = question
    return { rows: shown, held: still && shown.some((row, at) => row !== wanted[at]) }
  }
}
