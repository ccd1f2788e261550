/** A column of interned values: codes of the chunk's own small dictionary, 8 bits while that has at most 256 entries. */

export type CodeData = Uint8Array | Uint16Array | Uint32Array

/**
 * The value at i is `ids[codes[i]]`, a number of the vocabulary. `ids` null: the codes are these numbers themselves
 * (a column that still grows). `codes` null: every value is `ids[0]`.
 */
export interface CodeColumn {
  readonly ids: Uint32Array | null
  readonly codes: CodeData | null
}

/** The vocabulary's number at `index`. */
export function idAt(column: CodeColumn, index: number): number {
  const code = column.codes === null ? 0 : column.codes[index]!
  return column.ids === null ? code : column.ids[code]!
}

/**
 * Writes the codes of the events [0, count) to `into`: loops over it then see one kind of array only, which V8 makes
 * several times as fast as loops over three kinds.
 */
export function decodeCodes({ codes }: CodeColumn, count: number, into: Uint32Array): void {
  if (codes === null) into.fill(0, 0, count)
  else into.set(codes.length === count ? codes : codes.subarray(0, count))
}

/** Memory held, bytes. */
export function codeBytes(column: CodeColumn): number {
  return (column.ids?.byteLength ?? 0) + (column.codes?.byteLength ?? 0)
}

/** Scratch that maps a vocabulary's numbers to codes; grows with the largest vocabulary. */
export class CodeEncoder {
  #codes = new Int32Array(1024)
  #ids: number[] = []

  /** The column of `values[0, count)`, all below `vocabulary`. */
  encode(values: Uint32Array, count: number, vocabulary: number): CodeColumn {
    if (this.#codes.length < vocabulary)
      this.#codes = new Int32Array(vocabulary + (vocabulary >> 1))
    const codes = this.#codes
    const ids = this.#ids
    ids.length = 0
    for (let index = 0; index < count; index++) {
      const id = values[index]!
      if (codes[id] === 0) codes[id] = ids.push(id)
    }
    const data = ids.length <= 1 ? null : dataFor(ids.length, count)
    if (data !== null)
      for (let index = 0; index < count; index++) data[index] = codes[values[index]!]! - 1
    for (const id of ids) codes[id] = 0
    return { ids: Uint32Array.from(ids), codes: data }
  }
}

function dataFor(distinct: number, count: number): CodeData {
  if (distinct <= 0x100) return new Uint8Array(count)
  if (distinct <= 0x10000) return new Uint16Array(count)
  return new Uint32Array(count)
}
