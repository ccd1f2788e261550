/**
 * A column of numbers, as narrow as its values allow: most columns of a chunk (serials, times, process ids) span so
 * little that 8 or 16 bits over a base hold them.
 */

/** "This event has no such number." */
export const ABSENT = Number.NaN

export type NumberData = Uint8Array | Uint16Array | Uint32Array | Float64Array

/**
 * The value at i is `base + data[i]`; when `absent`, 0 in `data` means {@link ABSENT} and the rest is one higher.
 * A Float64Array holds the values themselves. `data` null: every value is `base` (ABSENT included).
 */
export interface NumberColumn {
  readonly data: NumberData | null
  readonly base: number
  readonly absent: boolean
  /** Smallest and largest value present; +Infinity and -Infinity when there is none. */
  readonly min: number
  readonly max: number
}

/** Whether `absent` shifts the codes of an array. */
function shifted(column: NumberColumn): boolean {
  return column.absent && !(column.data instanceof Float64Array)
}

/** The value at `index`. */
export function numberAt(column: NumberColumn, index: number): number {
  const { data } = column
  if (data === null) return column.base
  const code = data[index]!
  if (data instanceof Float64Array) return code
  if (!column.absent) return column.base + code
  return code === 0 ? ABSENT : column.base + code - 1
}

/** Writes the values [0, count) to `into`: faster than {@link numberAt} for each of many. */
export function decodeNumbers(column: NumberColumn, count: number, into: Float64Array): void {
  const { data, base, absent } = column
  if (data === null) {
    into.fill(base, 0, count)
    return
  }
  // Converts whatever the kind of array; the loop over it then sees one kind only, which V8 makes fast.
  into.set(data.subarray(0, count))
  if (data instanceof Float64Array) return
  if (!absent) {
    for (let index = 0; index < count; index++) into[index]! += base
    return
  }
  for (let index = 0; index < count; index++) {
    const code = into[index]!
    into[index] = code === 0 ? ABSENT : base + code - 1
  }
}

/** Memory held, bytes. */
export function numberBytes(column: NumberColumn): number {
  return column.data?.byteLength ?? 0
}

/** The narrowest column of `values[0, count)`. */
export function encodeNumbers(values: Float64Array, count: number): NumberColumn {
  let min = Number.POSITIVE_INFINITY
  let max = Number.NEGATIVE_INFINITY
  let absent = false
  let whole = true
  for (let index = 0; index < count; index++) {
    const value = values[index]!
    if (value < min) min = value
    if (value > max) max = value
    if (value !== value) absent = true
    else if (value !== Math.floor(value)) whole = false
  }
  if (min > max) return { data: null, base: ABSENT, absent: true, min, max }
  if (min === max && !absent) return { data: null, base: min, absent, min, max }
  const data = whole ? narrowest(max - min + (absent ? 1 : 0), count) : new Float64Array(count)
  if (data instanceof Float64Array) {
    data.set(values.subarray(0, count))
    return { data, base: 0, absent, min, max }
  }
  const shift = absent ? min - 1 : min
  for (let index = 0; index < count; index++) {
    const value = values[index]!
    data[index] = value === value ? value - shift : 0
  }
  return { data, base: min, absent, min, max }
}

function narrowest(span: number, count: number): NumberData {
  if (span <= 0xff) return new Uint8Array(count)
  if (span <= 0xffff) return new Uint16Array(count)
  if (span <= 0xffffffff) return new Uint32Array(count)
  return new Float64Array(count)
}

/** A view of a column that is still growing. */
export function openNumbers(values: Float64Array, min: number, max: number): NumberColumn {
  return { data: values, base: 0, absent: true, min, max }
}

/**
 * The codes of the values in [from, to), as a half-open span of `data`'s values; null when there are none.
 * Lets a scan compare codes without adding the base.
 */
export function codeSpan(column: NumberColumn, from: number, to: number): [number, number] | null {
  if (!(column.min < to && column.max >= from)) return null
  if (column.data instanceof Float64Array) return [from, to]
  const offset = shifted(column) ? 1 - column.base : -column.base
  const lowest = shifted(column) ? 1 : 0
  return [Math.max(lowest, Math.ceil(from) + offset), Math.ceil(to) + offset]
}
