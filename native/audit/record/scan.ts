import { HEX_DIGIT, latin1 } from '../text'
import { FIELD_COUNT, fieldId, fieldNames, resolvedFieldNames } from './fields'
import type { ByteNames } from './byte-names'

/** Parts a record from what auditd resolved when it wrote it (AUDIT_INTERP_SEPARATOR of libaudit). */
export const ENRICHED_SEPARATOR = 0x1d

const SPACE = 0x20
const QUOTE = 0x22
const APOSTROPHE = 0x27
const PAREN = 0x28
const EQUALS = 0x3d

const MSG = fieldId('msg')

/**
 * One pass over the fields of a record. The scan keeps offsets, never strings: a store that looks at half a million
 * records a second can afford nothing else. It is made once and used again for every record; what it says is true until
 * the next `scan`.
 *
 * A field is `name=value`. The name is what stands between the last space and the equals sign; the value is quoted with
 * `"` or `'`, or ends at the next space. The fields inside of `msg='...'` count as the record's own, as ausearch has it.
 * Text that is no field ("avc:  denied  { read } for") stands between fields and is skipped.
 */
export class FieldScan {
  /** Number of fields found. */
  count = 0
  /** The bytes scanned. */
  bytes: Uint8Array = new Uint8Array(0)
  /** Per field: id or -1, and offsets into `bytes`. */
  ids = new Int32Array(64)
  nameStart = new Int32Array(64)
  nameEnd = new Int32Array(64)
  valueStart = new Int32Array(64)
  valueEnd = new Int32Array(64)
  /** Offset after the last byte of the record's own part. */
  end = 0
  /** Offset of what auditd resolved, or -1. */
  enriched = -1
  /** Whether the scan ended at the field that it was to end at. */
  stopped = false
  /** Whether fields inside of `msg='` were found. */
  nested = false

  private readonly names: ByteNames
  private readonly place = new Int32Array(FIELD_COUNT)
  private readonly seen = new Int32Array(FIELD_COUNT)
  private generation = 0

  /** @param names vocabulary: the kernel's names unless the resolved part is scanned */
  constructor(names: ByteNames = fieldNames) {
    this.names = names
  }

  /** A scan of the part that auditd resolved, whose names are in capitals. */
  static ofResolved(): FieldScan {
    return new FieldScan(resolvedFieldNames)
  }

  /**
   * Scans the bytes [start, end): a record's text after the stamp.
   * @param last id of a field after which nothing is of interest; -2 to scan everything
   */
  scan(bytes: Uint8Array, start: number, end: number, last = -2): void {
    this.bytes = bytes
    this.count = 0
    this.enriched = -1
    this.nested = false
    this.stopped = false
    this.generation = (this.generation + 1) | 0
    let i = start
    scanning: while (i < end) {
      let nameStart = i
      let hash = 0
      for (;;) {
        const byte = bytes[i]!
        if (byte === EQUALS) break
        if (byte === SPACE || byte === PAREN || byte === APOSTROPHE) {
          nameStart = i + 1
          hash = 0
        } else if (byte === ENRICHED_SEPARATOR) {
          this.enriched = i + 1
          end = i
          break scanning
        } else hash = (Math.imul(hash, 31) + byte) | 0
        if (++i >= end) break scanning
      }
      const id = this.names.findHashed(bytes, nameStart, i, hash ^ (hash >>> 15))
      const nameEnd = i++
      const valueStart = i
      if (i >= end) {
        this.add(id, nameStart, nameEnd, i, i)
        break
      }
      const first = bytes[i]!
      if (id === MSG && first === APOSTROPHE && !this.nested) {
        this.nested = true
        i++
        continue
      }
      let valueEnd: number
      if (first === QUOTE || first === APOSTROPHE) {
        i++
        while (i < end && bytes[i] !== first) i++
        if (i < end) i++
        valueEnd = i
      } else {
        while (i < end && bytes[i] !== SPACE && bytes[i] !== ENRICHED_SEPARATOR) i++
        valueEnd = i
        // The apostrophe that closes msg='...' is no part of the last value.
        if (this.nested && valueEnd > valueStart && bytes[valueEnd - 1] === APOSTROPHE) valueEnd--
      }
      this.add(id, nameStart, nameEnd, valueStart, valueEnd)
      if (id === last) {
        this.stopped = true
        break
      }
    }
    this.end = end
  }

  private add(
    id: number,
    nameStart: number,
    nameEnd: number,
    valueStart: number,
    valueEnd: number,
  ): void {
    const at = this.count++
    if (at === this.ids.length) this.grow()
    this.ids[at] = id
    this.nameStart[at] = nameStart
    this.nameEnd[at] = nameEnd
    this.valueStart[at] = valueStart
    this.valueEnd[at] = valueEnd
    // The first of several fields of one name counts: later ones may be an attacker's.
    if (id >= 0 && this.seen[id] !== this.generation) {
      this.seen[id] = this.generation
      this.place[id] = at
    }
  }

  private grow(): void {
    const doubled = (old: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> => {
      const grown = new Int32Array(old.length * 2)
      grown.set(old)
      return grown
    }
    this.ids = doubled(this.ids)
    this.nameStart = doubled(this.nameStart)
    this.nameEnd = doubled(this.nameEnd)
    this.valueStart = doubled(this.valueStart)
    this.valueEnd = doubled(this.valueEnd)
  }

  /** The index of the first field with this id, or -1. */
  find(id: number): number {
    return this.seen[id] === this.generation ? this.place[id]! : -1
  }

  /** A decimal value, sign allowed; `missing` when the field is not there or is no number. */
  decimal(id: number, missing: number): number {
    const at = this.find(id)
    return at < 0
      ? missing
      : decimalAt(this.bytes, this.valueStart[at]!, this.valueEnd[at]!, missing)
  }

  /** A hexadecimal value, with or without 0x; `missing` when the field is not there or is no number. */
  hex(id: number, missing: number): number {
    const at = this.find(id)
    return at < 0 ? missing : hexAt(this.bytes, this.valueStart[at]!, this.valueEnd[at]!, missing)
  }

  /** The lower 32 bits of a hexadecimal value, unsigned; 0 when the field is not there. Exact for values of any width. */
  low32(id: number): number {
    const at = this.find(id)
    if (at < 0) return 0
    const end = this.valueEnd[at]!
    return hexAt(this.bytes, Math.max(this.valueStart[at]!, end - 8), end, 0)
  }

  /** The raw text of a field's value, quotes included; empty when the field is not there. */
  raw(id: number): string {
    const at = this.find(id)
    return at < 0 ? '' : latin1(this.bytes, this.valueStart[at]!, this.valueEnd[at]!)
  }
}

/** The decimal number at [start, end), or `missing`. Numbers of up to 20 digits; beyond 2^53 they lose precision. */
export function decimalAt(bytes: Uint8Array, start: number, end: number, missing: number): number {
  let i = start
  const negative = bytes[i] === 0x2d
  if (negative) i++
  if (i >= end || end - i > 20) return missing
  let value = 0
  for (; i < end; i++) {
    const digit = bytes[i]! - 0x30
    if (digit < 0 || digit > 9) return missing
    value = value * 10 + digit
  }
  return negative ? -value : value
}

/** The hexadecimal number at [start, end), or `missing`. Up to 16 digits; beyond 2^53 they lose precision. */
export function hexAt(bytes: Uint8Array, start: number, end: number, missing: number): number {
  let i = start
  if (bytes[i] === 0x30 && (bytes[i + 1] === 0x78 || bytes[i + 1] === 0x58) && end - i > 2) i += 2
  if (i >= end || end - i > 16) return missing
  let value = 0
  for (; i < end; i++) {
    const digit = HEX_DIGIT[bytes[i]!]!
    if (digit === 255) return missing
    value = value * 16 + digit
  }
  return value
}
